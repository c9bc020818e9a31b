import { InputError } from '../../errors/index.ts'
import type { ChainEmissions } from '../../physics/emissions/index.ts'
import type { MarrowFractions } from './marrowFractions.ts'
import { regionOf, REMAINDER, SURFACES_OF_BONE, TOTAL_BODY } from './phantom.ts'
import type { OrganPhantom, OrganRegion } from './phantom.ts'
import { organSValue } from './sValue.ts'
import type { SValue } from './sValue.ts'

/** Mass of the body that is no source organ, kg. @throws InputError `dose.remainder` where nothing is left. */
export function remainderMassKg(phantom: OrganPhantom, sources: readonly OrganRegion[]): number {
  const body = regionOf(phantom.sources, TOTAL_BODY, phantom.name)
  // Bone and its surface are the same mass.
  const names = new Set(sources.map((s) => SURFACES_OF_BONE.get(s.name) ?? s.name))
  const taken = [...names].reduce((s, name) => s + (phantom.sources.get(name)?.massKg ?? 0), 0)
  const rest = body.massKg - taken
  if (names.has(TOTAL_BODY) || rest <= 0) {
    throw new InputError(
      'dose.remainder',
      'There is activity in the remainder of the body, but the source organs leave none.',
      'Give the total body or the remainder, not both.',
    )
  }
  return rest
}

/**
 * S value of the remainder of the body for one target, from that of the total body less those of the source organs:
 * S(t←rb) = (S(t←tb)·m_tb − Σ S(t←h)·m_h)/m_rb (Cloutier et al., J. Nucl. Med. 14 (1973) 53; Coffey and Watson, Med. Phys. 6 (1979) 307) for
 * photons. What does not penetrate is taken as it is instead of as a difference, which leaves artefacts in walls and in the skeleton
 * (Stabin et al., J. Nucl. Med. 42 (2001) 492): its energy over the mass of the remainder in every target that is no source organ.
 * Negative photon values, from the rounding of the tables, are zero and said in `missing`.
 *
 * @param sources the other source organs of the same intake
 */
export function remainderSValue(
  chain: ChainEmissions,
  phantom: OrganPhantom,
  sources: readonly OrganRegion[],
  target: OrganRegion,
  marrow: MarrowFractions | null,
): SValue {
  const body = regionOf(phantom.sources, TOTAL_BODY, phantom.name)
  const massKg = remainderMassKg(phantom, sources)
  const whole = organSValue(chain, phantom, body, target, { marrow })
  const taken = sources.reduce((s, h) => s + organSValue(chain, phantom, h, target, { marrow }).photon * h.massKg, 0)
  const photon = (whole.photon * body.massKg - taken) / massKg
  const isSource = sources.some((h) => h.name === target.name)
  const isBody = target.name === TOTAL_BODY
  // Per decay the whole body takes up all energy over its own mass; a tissue of the remainder that over the remainder's mass.
  const scale = isBody ? 1 : isSource ? 0 : body.massKg / massKg
  const { electron, alpha, recoil } = whole
  const local = { electron: electron * scale, alpha: alpha * scale, recoil: recoil * scale }
  const clipped = Math.max(0, photon)
  return {
    source: REMAINDER,
    target: target.name,
    photon: clipped,
    ...local,
    total: clipped + local.electron + local.alpha + local.recoil,
    missing:
      photon < -0.02 * whole.photon
        ? `Photons from the remainder to ${target.name.toLowerCase()} come out negative from the tables and are taken as zero.`
        : null,
  }
}

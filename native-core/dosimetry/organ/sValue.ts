import { annihilationPhotonYield, spectrumMoments } from '../../physics/emissions/index.ts'
import type { ChainEmissions, EmissionLine } from '../../physics/emissions/index.ts'
import { ELECTRON_REST_ENERGY_MEV, JOULE_PER_MEV } from '../../units/index.ts'
import { ELECTRON_MASS_EXPONENT, PHOTON_MASS_EXPONENT } from '../massScaling.ts'
import { chargedSaf } from './charged.ts'
import { absorbedFromLines, absorbedFromSpectrum, safOfEnergy } from './interpolate.ts'
import type { SafOfEnergy } from './interpolate.ts'
import type { MarrowFractions } from './marrowFractions.ts'
import { BONE_SURFACES, RED_MARROW, TOTAL_BODY, WALL_OF_CONTENTS } from './phantom.ts'
import type { OrganPhantom, OrganRegion, SafTable } from './phantom.ts'

/** Gy/(Bq·s) for each radiation. */
export interface SByRadiation {
  readonly electron: number
  readonly photon: number
  readonly alpha: number
  readonly recoil: number
}

export interface SValue extends SByRadiation {
  readonly source: string
  readonly target: string
  /** Sum, Gy/(Bq·s). */
  readonly total: number
  /** Left out for want of data, in a sentence; null: nothing. */
  readonly missing: string | null
}

export interface SValueOptions {
  readonly marrow?: MarrowFractions | null
  /** Patient's mass of the source region, kg: self-dose (and that in a wall from its contents) is scaled. */
  readonly sourceMassKg?: number
}

/** Recoil nuclei take the fraction of alphas of this energy where there is a table of alphas (ICRP 133, 2016); unverified. */
const RECOIL_AS_ALPHA_MEV = 2

/** Regions whose photons the phantom did not transport as a region of that mass: their own low-energy limit is not 1/m. */
const NO_LIMIT = new Set([RED_MARROW, BONE_SURFACES, 'Muscle'])

/** Specific absorbed fraction at zero energy: everything stays where it is sent out. null: as at the table's first energy. */
function limitAtZero(phantom: OrganPhantom, source: OrganRegion, target: OrganRegion): number | null {
  if (NO_LIMIT.has(target.name)) return null
  if (target.name === TOTAL_BODY) return 1 / target.massKg
  if (source.name === TOTAL_BODY) return 1 / (phantom.targets.get(TOTAL_BODY) ?? source).massKg
  return target.name === source.name ? 1 / target.massKg : 0
}

function fromTable(
  table: SafTable,
  phantom: OrganPhantom,
  source: OrganRegion,
  target: OrganRegion,
): SafOfEnergy | null {
  const values = table.safPerKg(source.name, target.name)
  return values && safOfEnergy(table, values, limitAtZero(phantom, source, target) ?? values[0]!)
}

/** Photons with the two of each positron, which the emissions leave to whoever needs them. */
export function photonLines(chain: ChainEmissions): readonly EmissionLine[] {
  const annihilation = annihilationPhotonYield(chain.total)
  return annihilation > 0
    ? [...chain.total.photons, { energyMev: ELECTRON_REST_ENERGY_MEV, yield: annihilation }]
    : chain.total.photons
}

/** MeV/kg per decay that electrons and betas leave in the target. */
function electrons(
  chain: ChainEmissions,
  phantom: OrganPhantom,
  source: OrganRegion,
  target: OrganRegion,
  charged: ReturnType<typeof chargedSaf>,
): number {
  const saf = phantom.electron ? fromTable(phantom.electron, phantom, source, target) : charged.electronTable
  const { electrons: lines, betas } = chain.total
  if (saf) return absorbedFromLines(lines, saf) + betas.reduce((s, b) => s + absorbedFromSpectrum(b, saf), 0)
  return (
    lines.reduce((s, l) => s + l.yield * l.energyMev * charged.electron(l.energyMev, l.energyMev), 0) +
    betas.reduce((s, b) => {
      const { count, energyMev } = spectrumMoments(b)
      return count > 0 ? s + energyMev * charged.electron(energyMev / count, energyMev / count) : s
    }, 0)
  )
}

/** Whether the dose in the target falls as the source region grows: the source itself, or the wall of its contents. */
const scalesWith = (source: OrganRegion, target: OrganRegion): boolean =>
  source.name === target.name || WALL_OF_CONTENTS.get(source.name) === target.name

/**
 * S value of a source and a target region, Gy/(Bq·s) per decay of the parent with the daughters in the chain: energy of each radiation times
 * its specific absorbed fraction (Bolch et al., MIRD Pamphlet 21, 2009, eq. 5). Photons by the phantom's table, with annihilation photons;
 * electrons (with betas and positrons), alphas and recoils by the phantom's tables, or locally (`charged.ts`).
 *
 * With `sourceMassKg`, self-dose is scaled to the patient: electrons, alphas and recoils by m_ref/m, photons by (m_ref/m)^(2/3)
 * (Snyder 1970); the photons of a wall from its contents, and all cross-dose, are not.
 */
export function organSValue(
  chain: ChainEmissions,
  phantom: OrganPhantom,
  source: OrganRegion,
  target: OrganRegion,
  options: SValueOptions = {},
): SValue {
  const charged = chargedSaf(phantom, source, target, options.marrow ?? null)
  const photon = fromTable(phantom.photon, phantom, source, target)
  const alphaSaf = phantom.alpha ? fromTable(phantom.alpha, phantom, source, target) : null
  const ratio = options.sourceMassKg === undefined ? 1 : source.massKg / options.sourceMassKg
  const local = scalesWith(source, target) ? ratio ** ELECTRON_MASS_EXPONENT : 1
  const photonScale = source.name === target.name ? ratio ** PHOTON_MASS_EXPONENT : 1
  const { alphas, recoils } = chain.total
  const s = {
    electron: electrons(chain, phantom, source, target, charged) * local * JOULE_PER_MEV,
    photon: (photon ? absorbedFromLines(photonLines(chain), photon) : 0) * photonScale * JOULE_PER_MEV,
    alpha: absorbedFromLines(alphas, alphaSaf ?? (() => charged.alpha)) * local * JOULE_PER_MEV,
    recoil: absorbedFromLines(recoils, () => alphaSaf?.(RECOIL_AS_ALPHA_MEV) ?? charged.recoil) * local * JOULE_PER_MEV,
  }
  const tables = phantom.electron !== null && phantom.alpha !== null
  return {
    source: source.name,
    target: target.name,
    ...s,
    total: s.electron + s.photon + s.alpha + s.recoil,
    missing: tables ? null : charged.missing,
  }
}

/** S values of all pairs of some sources (all by default) with all targets. */
export function organSValues(
  chain: ChainEmissions,
  phantom: OrganPhantom,
  options: { readonly marrow?: MarrowFractions | null; readonly sources?: readonly string[] } = {},
): SValue[] {
  const sources = [...phantom.sources.values()].filter((s) => options.sources?.includes(s.name) ?? true)
  return sources.flatMap((source) =>
    [...phantom.targets.values()].map((target) =>
      organSValue(chain, phantom, source, target, { marrow: options.marrow ?? null }),
    ),
  )
}

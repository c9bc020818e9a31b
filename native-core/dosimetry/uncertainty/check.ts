/** Refuses chains that make no uncertainty. */
import { InputError } from '../../errors/index.ts'
import type { UncertainFactor, UncertaintyChain } from './types.ts'

/** @throws InputError `uncertainty.term`, `uncertainty.volume`, `uncertainty.source`, naming structure and term. */
export function assertChain(chain: UncertaintyChain): void {
  const { label, volume } = chain
  if (!(volume.volumeMl > 0) || !Number.isFinite(volume.volumeMl))
    throw new InputError(
      'uncertainty.volume',
      `${label}: the volume is ${volume.volumeMl} mL.`,
      'Check the outline: the volume must be above 0 mL.',
    )
  const factors: readonly (readonly [string, UncertainFactor | undefined])[] = [
    ['calibration', chain.calibration],
    ...(chain.common ?? []).map((common) => ['factor that points share', common] as const),
    ['recovery', chain.recovery?.kind === 'factor' ? chain.recovery : undefined],
    ['volume', volume],
    ['volume counted in', { relative: volume.countedRelative ?? 0, source: volume.source }],
    ['density', chain.density],
    ['S value', chain.sValue],
    ['energy per decay', chain.energyPerDecay],
    ['administered activity', chain.administered],
  ]
  for (const [name, given] of factors) {
    if (!given) continue
    assertRelative(label, name, given.relative)
    if (given.source === '')
      throw new InputError(
        'uncertainty.source',
        `${label}: the ${name} does not say where its uncertainty comes from.`,
        'Name its source: equal names are one quantity.',
      )
  }
  if (chain.curve.kind === 'tia') assertRelative(label, 'time-integrated activity', chain.curve.relative)
  else
    chain.curve.points.forEach((point, i) => {
      for (const [part, relative] of Object.entries(point)) assertRelative(label, `point ${i + 1} (${part})`, relative)
    })
  const slopes: readonly (readonly [string, number | undefined])[] = [
    ['d ln C / d ln V', volume.countsSlope],
    ['d ln R / d ln V', chain.recovery?.kind === 'factor' ? chain.recovery.volumeSlope : undefined],
    ['exponent of the mass', chain.massExponent],
  ]
  for (const [name, slope] of slopes)
    if (slope !== undefined && !Number.isFinite(slope))
      throw new InputError('uncertainty.term', `${label}: the ${name} is ${slope}.`, 'Give a finite number.')
}

function assertRelative(label: string, name: string, relative: number): void {
  if (relative >= 0 && relative <= LARGEST && Number.isFinite(relative)) return
  throw new InputError(
    'uncertainty.term',
    `${label}: the relative standard uncertainty of the ${name} is ${relative}.`,
    `Give one standard deviation over the value, 0.03 for 3 %, from 0 to ${LARGEST}.`,
  )
}

/** Beyond this a relative standard uncertainty is a percentage typed as a number. */
const LARGEST = 3

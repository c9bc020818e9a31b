/** What a response says of itself: its parameters with their evidence, what is doubtful, what it takes for granted. */
import type { ResponseFit } from '../../../native-core/radiobiology/index.ts'
import type {
  LesionCycle,
  LesionResponse,
  LesionResponseSettings,
  ResponseLesion,
  ResponseParameter,
} from '../../contracts/biologyResponse.ts'
import { describedOf, outsideName } from './responseLaws.ts'
import type { ChosenLaw } from './responseLaws.ts'
import type { ResolvedParameter } from './responseParameters.ts'
import type { UsableVolume } from './responseVolumes.ts'

/** Fitted values with their uncertainty, held ones with what is said of them. */
export function describeParameters(
  law: ChosenLaw,
  resolved: readonly ResolvedParameter[],
  fit: ResponseFit | null,
): ResponseParameter[] {
  return resolved.map((one): ResponseParameter => {
    const { title, unit } = describedOf(law, one.name)
    const found = fit?.parameters.find(({ name }) => outsideName(name, law) === one.name)
    if (found)
      return {
        ...{ name: one.name, title, unit, value: found.value, isFitted: true },
        standardUncertainty: found.standardUncertainty,
        cv: found.cv,
        interval: found.interval ? [...found.interval] : null,
        source: one.prior ? 'fitted to the volumes, with a prior' : 'fitted to the volumes',
        evidence: 'fitted',
      }
    return {
      ...{ name: one.name, title, unit, value: one.value, isFitted: false },
      standardUncertainty: one.relativeUncertainty > 0 ? one.relativeUncertainty * one.value : null,
      cv: one.relativeUncertainty > 0 ? one.relativeUncertainty : null,
      interval: null,
      source: one.source,
      evidence: one.evidence,
    }
  })
}

/** A curve so many times above everything measured is called what it is. Designed. */
const BEYOND = 50

export function remarksOf({
  lesion,
  used,
  kind,
  fit,
  left,
  cycles,
  largestMl,
}: {
  readonly lesion: ResponseLesion
  readonly used: readonly UsableVolume[]
  readonly kind: LesionResponse['kind']
  readonly fit: ResponseFit | null
  readonly left: number
  readonly cycles: readonly LesionCycle[]
  readonly largestMl: number
}): string[] {
  const measuredMl = Math.max(0, ...used.map(({ volumeMl }) => volumeMl))
  return [
    ...(measuredMl > 0 && largestMl > BEYOND * measuredMl
      ? [
          `The curve ends up more than ${BEYOND} times above the largest volume that was measured: the growth law does not hold so far, and nothing may be read from there.`,
        ]
      : []),
    ...(kind === 'prediction'
      ? ['A prediction from parameters alone: no volume has confirmed any of them in this lesion.']
      : []),
    ...(fit?.remarks ?? []),
    ...(used.length === 0
      ? ['No volume counts: the curve starts from the volume that was given, at the first cycle.']
      : []),
    ...(lesion.confirmed || used.filter(({ origin }) => origin === 'outline').length < 2
      ? []
      : ['Nobody has said which lesion it is in each cycle: structures of one name were taken for one lesion.']),
    ...(lesion.cycles.length === 0 ? ['No cycle has a dose in this lesion.'] : []),
    ...(cycles.some(({ index }) => index === null) ? ['Cycles that are only thought of are in the curve.'] : []),
    ...(left > 0 ? [`${left} draws could not be integrated and are not in the band.`] : []),
  ]
}

/** What is counted of photons beside the lesion's charged radiation, by source over all cycles; the largest first. */
function fromOthers(cycles: readonly LesionCycle[]): string {
  const bySource = new Map<string, number>()
  for (const { sources } of cycles)
    for (const { source, doseGy } of sources) bySource.set(source, (bySource.get(source) ?? 0) + doseGy)
  if (bySource.size === 0)
    return 'Dose from other organs is left out: it counts where the settings of the effect count it and say which region of the reference phantom the lesion stands for, whose S values it then takes.'
  const said = [...bySource]
    .sort(([, a], [, b]) => b - a)
    .map(([source, doseGy]) => `${source} ${doseGy.toPrecision(2)} Gy`)
  return `Doses and dose rates have those of photons by the S values of the reference phantom, each with the curve of its source: ${said.join(', ')} in all cycles. Distances are the phantom’s.`
}

export function assumptionsOf({
  settings,
  kind,
  fit,
  cycles,
  resolved,
}: {
  readonly settings: LesionResponseSettings
  readonly kind: LesionResponse['kind']
  readonly fit: ResponseFit | null
  readonly cycles: readonly LesionCycle[]
  readonly resolved: readonly ResolvedParameter[]
}): string[] {
  const clearance = resolved.find(({ name }) => name === 'clearanceHalfTimeS')
  const isAlphaFitted = resolved.some(({ name, isFitted }) => name === 'alphaPerGy' && isFitted)
  return [
    'Growth and linear–quadratic kill of cells that are all alike, the dose even over the lesion; what the outline shows is living and dying tissue.',
    ...(clearance && !clearance.isFitted && clearance.value === 0 ? ['Dead tissue goes at once.'] : []),
    'Errors of volumes are independent and log-normal.',
    ...(cycles.length > 0 ? [fromOthers(cycles)] : []),
    ...(cycles.length > 0
      ? [
          isAlphaFitted
            ? 'The band leaves out the uncertainty of the doses: a fitted α takes up an error that the doses of all cycles share.'
            : 'The band takes the uncertainty of the doses as shared by all cycles.',
        ]
      : []),
    ...(settings.furtherCycles.length > 0
      ? [
          'A further cycle has the uptake, the clearance and the mass of the last one; that these change is not in the band.',
        ]
      : []),
    ...(kind === 'fit' && fit
      ? ['Parameters that are held without an uncertainty count as known exactly.']
      : ['Parameters without a stated uncertainty count as known exactly.']),
  ]
}

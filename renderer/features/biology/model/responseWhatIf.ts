/** What other parameters or one more cycle would do to a lesion's curve, computed at once: the model itself, without the band. */
import { doseRateAt, scaledCurve, tumourResponse } from '../../../../native-core/radiobiology/index.ts'
import type { DoseRateCourse, GrowthLaw, TumourModel } from '../../../../native-core/radiobiology/index.ts'
import type { LesionResponse, ResponseParameterName } from '../../../../electron/contracts/index.ts'
import { DAY_S } from '../../../units.ts'

export interface WhatIf {
  /** α over that of the curve, and the speed of growth over it. */
  readonly alphaFactor: number
  readonly growthFactor: number
  /** A cycle like the last one; null: none. */
  readonly cycle: { readonly day: number; readonly activityBq: number } | null
}

export const NOTHING_TRIED: WhatIf = { alphaFactor: 1, growthFactor: 1, cycle: null }
export const isTrying = ({ alphaFactor, growthFactor, cycle }: WhatIf): boolean =>
  alphaFactor !== 1 || growthFactor !== 1 || cycle !== null

const valueOf = ({ parameters }: LesionResponse, name: ResponseParameterName): number | undefined =>
  parameters.find((one) => one.name === name)?.value

function growthOf(response: LesionResponse, factor: number): GrowthLaw {
  const { law } = response
  if (law !== 'exponential' && law !== 'gompertz' && law !== 'logistic')
    return { kind: 'own', title: law, perS: tabledGrowth(response.growth, factor) }
  if (law === 'exponential')
    return { kind: law, doublingTimeS: (valueOf(response, 'doublingTimeS') ?? Infinity) / factor }
  const rate = valueOf(response, law === 'gompertz' ? 'gompertzRatePerS' : 'logisticRatePerS') ?? 0
  return { kind: law, ratePerS: rate * factor, capacity: valueOf(response, 'capacityMl') ?? Infinity }
}

/** Growth by a local formula between the volumes of its table, linear in the logarithm of the volume; no number outside of them. */
function tabledGrowth(table: LesionResponse['growth'], factor: number): (volumeMl: number) => number {
  const { volumeMl = [], perS = [] } = table ?? {}
  const logs = volumeMl.map(Math.log)
  return (volume) => {
    const log = Math.log(volume)
    let [low, high] = [0, logs.length - 1]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((logs[middle] ?? NaN) <= log) low = middle
      else high = middle
    }
    const [x0 = NaN, x1 = NaN] = [logs[low], logs[high]]
    if (!(log >= x0 && log <= x1)) return NaN
    const share = (log - x0) / (x1 - x0)
    return factor * ((perS[low] ?? NaN) * (1 - share) + (perS[high] ?? NaN) * share)
  }
}

/** The dose rates of all cycles of the response, and of the one that is tried. */
function courseOfResponse(response: LesionResponse, cycle: WhatIf['cycle']): DoseRateCourse {
  const own = response.cycles.flatMap(({ curves }) => curves)
  const template = response.cycles.filter(({ index }) => index !== null).at(-1)
  if (cycle === null || !template) return own
  const factor = cycle.activityBq / template.activityBq
  const laterS = cycle.day * DAY_S - template.startS
  return [...own, ...template.curves.map((curve) => scaledCurve(curve, factor, laterS))]
}

/** Volumes in mL at the times of the response's band; null where they cannot be computed. */
export function whatIfVolumes(response: LesionResponse, { alphaFactor, growthFactor, cycle }: WhatIf): number[] | null {
  const hasDose = response.repairHalfTimeS !== null
  const model: TumourModel = {
    growth: growthOf(response, growthFactor),
    alphaPerGy: hasDose ? alphaFactor * (valueOf(response, 'alphaPerGy') ?? 0) : 0,
    alphaBetaGy: valueOf(response, 'alphaBetaGy') ?? 1,
    repair: { kind: 'exponential', components: [{ halfTimeS: response.repairHalfTimeS ?? 1, fraction: 1 }] },
    clearanceHalfTimeS: valueOf(response, 'clearanceHalfTimeS') ?? 0,
  }
  const { timeS } = response.band
  try {
    return tumourResponse(
      model,
      courseOfResponse(response, cycle),
      valueOf(response, 'initialVolumeMl') ?? NaN,
      timeS,
    ).map(({ volume }) => volume)
  } catch {
    // Far from anything that was measured the equations may be too stiff for the moment.
    return null
  }
}

/** Points of the strip of dose rates: dense after each administration. Days and mGy/h. */
export function doseRateStrip(
  response: LesionResponse,
  cycle: WhatIf['cycle'],
): { readonly days: number[]; readonly mGyPerH: number[] } {
  const course = courseOfResponse(response, cycle)
  const [from, to] = [response.band.timeS[0] ?? 0, response.band.timeS.at(-1) ?? 0]
  // A cycle before the first volume is still giving dose where the strip begins.
  const starts = [...response.cycles.map(({ startS }) => startS), ...(cycle === null ? [] : [cycle.day * DAY_S])]
  const dense = starts.flatMap((start) =>
    Array.from({ length: 40 }, (_, k) => start + 30 * DAY_S * (k / 39) ** 2).concat(start - 1),
  )
  const timeS = [...new Set([from, ...dense.filter((time) => time > from && time < to), to])].sort((a, b) => a - b)
  return {
    days: timeS.map((time) => time / DAY_S),
    mGyPerH: timeS.map((time) => (course.length === 0 ? 0 : doseRateAt(course, time) * 3600 * 1000)),
  }
}

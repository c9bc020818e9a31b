/** How curves were fitted, where a person decided it. */
import type { CurveFit } from '../../../contracts/curveFit.ts'
import { printNumber } from '../numbers.ts'

const HOUR_S = 3600

/** "an infusion of 0.5 h; before the first point constant; …": what differs from the program's own choice. */
export function curveFitWords(options: CurveFit): string {
  const { administration, beforeFirstPoint, afterLastPoint, loss, fixed, prior, candidates, modelWeights, formula } =
    options
  const said = [
    ...(administration ? [`given as ${administration.map(partWords).join(', ')}`] : []),
    ...(beforeFirstPoint ? [`before the first point ${beforeFirstPoint}`] : []),
    ...(afterLastPoint
      ? [
          `after the last point ${typeof afterLastPoint === 'string' ? afterLastPoint : `by the last ${afterLastPoint.lastPoints} points`}`,
        ]
      : []),
    ...(options.trapezoidRule === 'linear' ? ['trapezoids linear throughout'] : []),
    ...(loss.kind === 'squares'
      ? []
      : [`${loss.kind} loss${loss.limit === undefined ? '' : ` with limit ${loss.limit}`}`]),
    ...Object.entries(fixed).map(([name, value]) => `${name} held at ${value} (Bq, s)`),
    ...Object.entries(prior).map(
      ([name, { geometricMean, geometricStandardDeviation }]) =>
        `prior of ${name}: ${geometricMean} (Bq, s), geometric standard deviation ${geometricStandardDeviation}`,
    ),
    ...(candidates ? [`candidates ${candidates.join(', ')}`] : []),
    ...(modelWeights
      ? [
          `weights ${Object.entries(modelWeights)
            .map(([name, weight]) => `${name} ${weight}`)
            .join(', ')}`,
        ]
      : []),
    ...(options.circulationRatePerS ? [`rate of the circulation ${options.circulationRatePerS} 1/s`] : []),
    ...(formula ? [`formula ${formula.expression}, physical decay ${formula.physicalDecay}`] : []),
  ]
  return said.length > 0 ? said.join('; ') : 'as by default'
}

function partWords({ startS, durationS, share }: NonNullable<CurveFit['administration']>[number]): string {
  const what = durationS === 0 ? 'a bolus' : `an infusion of ${printNumber(durationS / HOUR_S)} h`
  const part = share < 1 ? `${printNumber(share * 100)} % as ` : ''
  return `${part}${what}${startS > 0 ? ` at ${printNumber(startS / HOUR_S)} h` : ''}`
}

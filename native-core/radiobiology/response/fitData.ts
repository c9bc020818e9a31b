/** Volumes of a fit: what is wrong with them, and what to do where they are too few. */
import { InputError } from '../../errors/index.ts'
import type { DoseRateCourse } from '../doseRate/types.ts'
import { valueIn, wordsOf } from './fitParameters.ts'
import type { FreeParameter, ResponseFit, ResponseFitProblem } from './fitTypes.ts'

/** @throws InputError `biology.fit-data` naming the volume */
export function checkVolumes({ volumes, startS }: ResponseFitProblem): void {
  volumes.forEach(({ timeS, volume, relativeUncertainty }, at) => {
    if (!(volume > 0) || !(relativeUncertainty > 0 && relativeUncertainty <= 1) || !Number.isFinite(timeS + volume))
      throw new InputError(
        'biology.fit-data',
        `Volume ${at + 1} is ${volume} with a relative uncertainty of ${relativeUncertainty}, at ${timeS} s.`,
        'Volumes are positive with a relative uncertainty above 0 and up to 1. A lesion that is gone has no volume to fit: leave it out.',
      )
    const before = at > 0 ? (volumes[at - 1]?.timeS ?? startS) : startS
    if (at > 0 ? timeS <= before : timeS < startS)
      throw new InputError(
        'biology.fit-data',
        `Volume ${at + 1} was measured at ${timeS} s, ${at > 0 ? 'not after the one before' : 'before the start of the model'} (${before} s).`,
        'Give volumes in ascending order, none before the start.',
      )
  })
}

/** Whether a volume depends on what is free: one at the start does not where the initial volume is held. */
export const isInformative = ({ volumes, startS, free }: ResponseFitProblem, at: number): boolean =>
  (volumes[at]?.timeS ?? startS) > startS || free.some(({ name }) => name === 'initialVolume')

/** How many volumes depend on what is free. */
export const informativeOf = (problem: ResponseFitProblem): number =>
  problem.volumes.filter((_, at) => isInformative(problem, at)).length

/**
 * Refuses a fit with fewer data (volumes and priors) than parameters, and says which of the fits of fewer parameters describes the volumes best.
 *
 * @throws InputError `biology.fit-data`
 */
export function refuseTooFew(
  problem: ResponseFitProblem,
  course: DoseRateCourse,
  fit: (problem: ResponseFitProblem, course: DoseRateCourse) => ResponseFit,
): void {
  const informative = informativeOf(problem)
  const priors = problem.free.filter(({ prior }) => prior).length
  const wanted = problem.free.length
  if (informative > 0 && informative + priors >= wanted) return
  const count = `${informative} informative ${informative === 1 ? 'volume' : 'volumes'}${priors > 0 ? ` and ${priors} ${priors === 1 ? 'prior' : 'priors'}` : ''}`
  const simpler = informative > 0 ? bestSimpler(problem, course, fit) : null
  throw new InputError(
    'biology.fit-data',
    `There are ${count} for ${wanted} free ${wanted === 1 ? 'parameter' : 'parameters'} (${problem.free.map(({ name }) => wordsOf(name)).join(', ')}).`,
    simpler
      ? `Give more volumes or priors, or hold ${simpler.held.map((word) => word).join(' and ')}: the fit of ${simpler.words} alone has χ² ${simpler.fit.chiSquare.toPrecision(3)}.`
      : 'Give more volumes, measured after the start of the model.',
  )
}

interface Simpler {
  readonly fit: ResponseFit
  readonly words: string
  readonly held: readonly string[]
}

/** Of the fits with as many parameters as the data allow, the one with the smallest cost; the earlier in the list where they are alike. */
function bestSimpler(
  problem: ResponseFitProblem,
  course: DoseRateCourse,
  fit: (problem: ResponseFitProblem, course: DoseRateCourse) => ResponseFit,
): Simpler | null {
  let best: Simpler | null = null
  for (let size = problem.free.length - 1; size > 0 && !best; size--) {
    for (const free of subsets(problem.free, size)) {
      const smaller = { ...problem, free }
      if (informativeOf(smaller) + free.filter(({ prior }) => prior).length < size) continue
      let found: ResponseFit
      try {
        found = fit(smaller, course)
      } catch (error) {
        // One that the volumes do not determine either is no alternative.
        if (error instanceof InputError) continue
        throw error
      }
      const cost = (one: ResponseFit): number => one.chiSquare + one.priorChiSquare
      if (!best || cost(found) < cost(best.fit) - 1e-6) best = describeSimpler(problem, free, found)
    }
  }
  return best
}

function describeSimpler(problem: ResponseFitProblem, free: readonly FreeParameter[], fit: ResponseFit): Simpler {
  return {
    fit,
    words: fit.parameters
      .map(
        ({ name, value, unit }) =>
          `${wordsOf(name)} (${value.toPrecision(3)}${['1', 'volume', 'own'].includes(unit) ? '' : ` ${unit}`})`,
      )
      .join(' and '),
    held: problem.free
      .filter((one) => !free.includes(one))
      .map(({ name }) => `${wordsOf(name)} at ${valueIn(problem.model, problem.initialVolume, name)?.toPrecision(3)}`),
  }
}

function subsets<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return list.flatMap((first, at) => subsets(list.slice(at + 1), size - 1).map((rest) => [first, ...rest]))
}

/** What few scans must be like. */
import { InputError } from '../../errors/index.ts'
import { FEW_SCANS_METHODS } from './methods.ts'
import type { CurvePopulation, FewScansRequest } from './types.ts'

const hours = (timeS: number): string => `${(timeS / 3600).toPrecision(3)} h`

/** @throws InputError `kinetics.few-scans-*`: what is missing or cannot be, and what to do */
export function checkFewScans(request: FewScansRequest): void {
  const { label, method, timesS, activityBq, sigmaBq, physicalHalfLifeS, population } = request
  const { needsPopulation, mostPoints, title } = FEW_SCANS_METHODS[method]
  const refuse = (code: string, message: string, hint: string): never => {
    throw new InputError(`kinetics.few-scans-${code}`, `${label}: ${message}`, hint)
  }
  if (timesS.length === 0 || timesS.length !== activityBq.length || timesS.length !== sigmaBq.length)
    refuse(
      'points',
      `there are ${timesS.length} times, ${activityBq.length} activities and ${sigmaBq.length} uncertainties.`,
      'Give at least one point, and each with its time, activity and uncertainty.',
    )
  if (!(physicalHalfLifeS > 0 && Number.isFinite(physicalHalfLifeS)))
    refuse('half-life', `the physical half-life is ${physicalHalfLifeS} s.`, 'Give a positive half-life.')
  timesS.forEach((timeS, i) => {
    if (!(timeS > 0 && Number.isFinite(timeS)))
      refuse(
        'time',
        `point ${i + 1} is ${hours(timeS)} after the start of the administration.`,
        'A scan must come after it: check the times of scan and administration.',
      )
    if (timesS.indexOf(timeS) !== i)
      refuse('time', `two points are at ${hours(timeS)}.`, 'Leave one out, or give their mean as one point.')
    const activity = activityBq[i] ?? NaN
    if (!(activity > 0 && Number.isFinite(activity)))
      refuse(
        'activity',
        `the activity at ${hours(timeS)} is ${activity} Bq.`,
        'One scan without activity says nothing of the curve: correct the value or the outline, or leave the structure out.',
      )
    const sigma = sigmaBq[i] ?? NaN
    if (!(sigma > 0 && Number.isFinite(sigma)))
      refuse('sigma', `the uncertainty at ${hours(timeS)} is ${sigma} Bq.`, 'Give a positive standard uncertainty.')
  })
  if (timesS.length > mostPoints)
    refuse(
      'too-many',
      `"${title}" takes one scan, and there are ${timesS.length}.`,
      'Choose population-map or prior-cycles, which take several, or fit a curve to the points.',
    )
  if (needsPopulation && !population)
    refuse(
      'population',
      `"${title}" needs ${method === 'prior-cycles' ? 'an earlier cycle of the patient' : 'a population'}.`,
      method === 'prior-cycles'
        ? 'Import an earlier cycle that was scanned in full, or choose a method with a population.'
        : 'Name a population of the agent and structure, or choose hanscheid.',
    )
  const [first = 0] = timesS
  if (method === 'hanscheid' && first > 2 * physicalHalfLifeS)
    refuse(
      'late',
      `the scan at ${hours(first)} is later than two physical half-lives (${hours(physicalHalfLifeS)}); Hänscheid’s rule underestimates then for any effective half-life.`,
      'Choose madsen, population-half-life or population-map, or take an earlier scan.',
    )
}

/** The population of a request whose method needs one; `checkFewScans` has made sure of it. */
export function neededPopulation({ label, population }: FewScansRequest): CurvePopulation {
  if (population) return population
  throw new Error(`${label}: no population`)
}

/** What a person must know of a TIA from few scans. */
import type { FitWarning } from '../types.ts'
import { ratioError, shareWithin } from './experiment.ts'
import { HANSCHEID_WINDOW } from './methods.ts'
import type { CurveNode } from './nodes.ts'
import { centralTerms, slowestHalfLifeS } from './single.ts'
import type { ExpectedError, FewScansRequest } from './types.ts'

/** Where less of the population lies in the window of Hänscheid's rule than this, it is said. Designed for this program. */
const ENOUGH_IN_WINDOW = 0.9
/** Where another time would make the expected error smaller than this share of it, it is said. Designed for this program. */
const MUCH_BETTER = 2 / 3
/** Times of one scan that are compared, h. */
const OTHER_TIMES_H = [4, 8, 16, 24, 36, 48, 60, 72, 84, 96, 120, 144, 168, 192]

const hours = (timeS: number): string => `${(timeS / 3600).toPrecision(3)} h`
const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`

export function fewScansAssumptions({ method, timesS, population }: FewScansRequest): string[] {
  const [timeS = 0] = timesS
  switch (method) {
    case 'hanscheid':
      return [
        `Hänscheid’s rule takes the activity to fall with an effective half-life between ${hours(timeS / HANSCHEID_WINDOW.to)} and ${hours(timeS / HANSCHEID_WINDOW.from)} from the administration on; the curve drawn is one of the two mono-exponential ones with this TIA.`,
      ]
    case 'madsen':
      return [
        `The activity is taken to fall from the administration on with the median effective half-life of the population ${population?.title ?? ''} (${hours(medianHalfLifeS(population))}).`,
      ]
    case 'population-half-life':
    case 'population-map':
      return [`The patient is taken to be one of the population ${population?.title ?? ''}.`]
    case 'prior-cycles':
      return [
        'The biological half-lives are taken to be those of the earlier cycle within their spread from cycle to cycle, which is a default of this program and not measured.',
      ]
  }
}

export function fewScansWarnings(
  request: FewScansRequest,
  nodes: readonly CurveNode[],
  error: ExpectedError | null,
): FitWarning[] {
  return [...windowWarning(request, nodes), ...betterTimeWarning(request, nodes, error)]
}

function windowWarning({ method, timesS, population }: FewScansRequest, nodes: readonly CurveNode[]): FitWarning[] {
  if (method !== 'hanscheid') return []
  const [timeS = 0] = timesS
  const window = `${HANSCHEID_WINDOW.from} to ${HANSCHEID_WINDOW.to} effective half-lives`
  if (!population)
    return [
      {
        code: 'kinetics.hanscheid-unchecked',
        message: `Hänscheid’s rule holds for scans at ${window}; without a population of the structure this was not checked.`,
      },
    ]
  const inside = shareWithin(nodes, (node) => slowestHalfLifeS(node.terms), timeS, HANSCHEID_WINDOW)
  if (inside >= ENOUGH_IN_WINDOW) return []
  return [
    {
      code: 'kinetics.hanscheid-window',
      message: `Hänscheid’s rule holds for scans at ${window}; at ${hours(timeS)} that is so for ${percent(inside)} of the population ${population.title} only.`,
    },
  ]
}

function betterTimeWarning(
  { method, timesS, activityBq, sigmaBq, population }: FewScansRequest,
  nodes: readonly CurveNode[],
  error: ExpectedError | null,
): FitWarning[] {
  const [timeS = 0] = timesS
  if (!population || !error || timesS.length > 1) return []
  const noise = (sigmaBq[0] ?? 0) / (activityBq[0] ?? 1)
  const others = OTHER_TIMES_H.flatMap((h) => {
    const other = ratioError(method, h * 3600, population, nodes, noise)
    return other ? [{ h, rms: other.rms }] : []
  })
  const best = others.reduce<{ h: number; rms: number } | null>((b, o) => (b && b.rms <= o.rms ? b : o), null)
  if (!best || best.rms > MUCH_BETTER * error.rms) return []
  return [
    {
      code: 'kinetics.scan-time',
      message: `With one scan at ${hours(timeS)} the TIA is expected to be off by ${percent(error.rms)} (root mean square) over the population ${population.title}; at about ${best.h} h it would be ${percent(best.rms)}.`,
    },
  ]
}

function medianHalfLifeS(population: FewScansRequest['population']): number {
  return (population && slowestHalfLifeS(centralTerms(population))) ?? 0
}

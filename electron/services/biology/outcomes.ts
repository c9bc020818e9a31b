/** Limits, complication and control of a structure, with what their uncertainty is. */
import {
  eubed,
  geud,
  lkbNtcp,
  logitNtcp,
  lostSubunits,
  meanOf,
  parallelNtcp,
  poissonTcp,
  relativeSerialityNtcp,
  setValue,
} from '../../../native-core/radiobiology/index.ts'
import type { BiologySet, DoseDistribution } from '../../../native-core/radiobiology/index.ts'
import { normalCdf, RandomStream } from '../../../native-core/statistics/index.ts'
import type { Uncertain } from '../../contracts/analysis.ts'
import type { EffectOutcome, LimitUse, StructureBiology } from '../../contracts/biology.ts'
import { bandWords } from './bandWords.ts'
import { parametersOfSet, weakest } from './parameters.ts'
import { inQuantity } from './quantities.ts'
import type { Received } from './quantities.ts'

/** Draws over the uncertainties; 5 % and 95 % of so many are steady to half a percent. */
const DRAWS = 2000
/** Of these so many are told, for charts. */
const TOLD = 200
const SEED = 20_260_601

/** Use of one limit. The uncertainty of the value is that of the dose, carried through the quantity by a central difference. */
export function limitUse(
  set: BiologySet,
  scope: LimitUse['scope'],
  received: Received,
  doseRelative: number,
  alphaBetaGy: number | null,
): LimitUse {
  const limitGy = setValue(set, 'limitGy')
  const at = (factor: number): number => meanOf(inQuantity(received, set, alphaBetaGy, factor))
  const value = at(1)
  const step = 1e-4
  const slope = (at(1 + step) - at(1 - step)) / (2 * step)
  const valueGy: Uncertain = { value, standardUncertainty: Math.abs(slope) * doseRelative }
  const limit = set.parameters['limitGy']
  return {
    set: set.id,
    title: set.title,
    endpoint: set.endpoint,
    population: set.population,
    validity: set.validity,
    quantity: set.quantity,
    scope,
    limitGy,
    valueGy,
    share: value / limitGy,
    probabilityAbove:
      valueGy.standardUncertainty > 0
        ? normalCdf((value - limitGy) / valueGy.standardUncertainty)
        : value > limitGy
          ? 1
          : 0,
    evidence: weakest(parametersOfSet(set)),
    source: limit?.source ?? '',
  }
}

/** Complication of what the structure received, by the model of the set; its dose is the even one with the same probability. */
export function complicationOf(set: BiologySet, received: Received, doseRelative: number): EffectOutcome {
  return outcomeOf(
    set,
    (draw) => {
      const own = { ...set, parameters: drawn(set, draw) }
      return complication(own, inQuantity(received, own, null, draw.dose))
    },
    doseRelative,
  )
}

/** @throws InputError `biology.set` for a set without the parameters of its model. */
function complication(
  set: BiologySet,
  dose: DoseDistribution,
): { readonly doseGy: number; readonly probability: number } {
  const value = (name: string): number => setValue(set, name)
  switch (set.model) {
    case 'logit':
      return {
        doseGy: geud(dose, value('a')),
        probability: logitNtcp(dose, { td50Gy: value('td50Gy'), gamma50: value('gamma50'), a: value('a') }),
      }
    case 'relative-seriality': {
      const [d50Gy, gamma] = [value('d50Gy'), value('gamma')]
      const probability = relativeSerialityNtcp(dose, { d50Gy, gamma, s: value('s') })
      // Of an even dose: P = 2^(−exp(eγ(1 − D/D50))).
      const even = d50Gy * (1 - Math.log(-Math.log2(probability)) / (Math.E * gamma))
      return { doseGy: probability > 0 && probability < 1 ? Math.max(0, even) : meanOf(dose), probability }
    }
    case 'parallel': {
      const [d50Gy, k] = [value('d50Gy'), value('k')]
      const lost = lostSubunits(dose, d50Gy, k)
      const probability = parallelNtcp(dose, { d50Gy, k, v50: value('v50'), sigma: value('sigma') })
      return { doseGy: lost > 0 && lost < 1 ? d50Gy * (lost / (1 - lost)) ** (1 / k) : meanOf(dose), probability }
    }
    default:
      return {
        doseGy: geud(dose, 1 / value('n')),
        probability: lkbNtcp(dose, { td50Gy: value('td50Gy'), m: value('m'), n: value('n') }),
      }
  }
}

/** What a person may give of a model of control, each under the name that the set has for it. */
const GIVEN_OF_CONTROL = ['clonogens', 'alphaPerGy', 'alphaBetaGy'] as const

/** Poisson control of what the lesion received; clonogens, α and α/β of a person go before those of the set, as exact numbers. */
export function controlOf(
  published: BiologySet,
  own: StructureBiology | undefined,
  received: Received,
  doseRelative: number,
): EffectOutcome {
  const given = new Map<string, number>(
    GIVEN_OF_CONTROL.flatMap((name) => {
      const value = own?.[name]
      return value === undefined || !published.parameters[name] ? [] : [[name, value]]
    }),
  )
  const set: BiologySet = {
    ...published,
    parameters: Object.fromEntries(
      Object.entries(published.parameters).map(([name, parameter]) => {
        const value = given.get(name)
        return [name, value === undefined ? parameter : { ...parameter, value, standardUncertainty: 0 }]
      }),
    ),
  }
  const clonogens = setValue(set, 'clonogens')
  const bed = (draw: Draw): { readonly dose: DoseDistribution; readonly alphaPerGy: number } => {
    const one = { ...set, parameters: drawn(set, draw) }
    return { dose: inQuantity(received, one, null, draw.dose), alphaPerGy: setValue(one, 'alphaPerGy') }
  }
  const answer = outcomeOf(
    set,
    (draw) => {
      const { dose, alphaPerGy } = bed(draw)
      return { doseGy: eubed(dose, alphaPerGy), probability: poissonTcp(dose, { clonogens, alphaPerGy }) }
    },
    doseRelative,
  )
  if (given.size === 0) return answer
  const source = own?.reason ? `given: ${own.reason}` : 'given'
  const parameters = answer.parameters.map((parameter) =>
    given.has(parameter.name) ? { ...parameter, source, evidence: 'given' as const } : parameter,
  )
  return { ...answer, parameters, evidence: weakest(parameters) }
}

interface Draw {
  /** Factor of the dose. */
  readonly dose: number
  /** Standard normal numbers for the parameters, by place. */
  readonly normals: readonly number[]
}

const CENTRE: Draw = { dose: 1, normals: [] }

/** Parameters that state an uncertainty moved by the draw; none becomes negative. */
function drawn(set: BiologySet, { normals }: Draw): BiologySet['parameters'] {
  if (normals.length === 0) return set.parameters
  return Object.fromEntries(
    Object.entries(set.parameters).map(([name, parameter], at) => {
      const spread = parameter.standardUncertainty ?? 0
      const value = parameter.value + spread * (normals[at] ?? 0)
      return [name, { ...parameter, value: Math.max(value, 1e-3 * parameter.value) }]
    }),
  )
}

/**
 * A probability with its band: `judge` is asked for the dose and probability of the centre (no `normals`) and of draws over the relative uncertainty of the
 * dose and of the parameters, in the order of the set.
 */
export function outcomeOf(
  set: BiologySet,
  judge: (draw: Draw) => { readonly doseGy: number; readonly probability: number },
  doseRelative: number,
): EffectOutcome {
  const random = new RandomStream(SEED)
  const sigma = Math.sqrt(Math.log1p(doseRelative * doseRelative))
  const names = Object.keys(set.parameters)
  const draws = Array.from({ length: DRAWS }, () =>
    judge({
      dose: Math.exp(sigma * random.normal() - (sigma * sigma) / 2),
      normals: names.map(() => random.normal()),
    }),
  )
  const sorted = draws.map(({ probability }) => probability).sort((a, b) => a - b)
  const told = draws.slice(0, TOLD)
  // The repair of the structure counts for all its outcomes, not that of the model's source.
  const parameters = parametersOfSet(set).filter(({ name }) => name !== 'repairHalfTimeS')
  return {
    set: set.id,
    title: set.title,
    model: set.model,
    endpoint: set.endpoint,
    population: set.population,
    validity: set.validity,
    quantity: set.quantity,
    ...judge(CENTRE),
    low: sorted[Math.floor(0.05 * DRAWS)] ?? 0,
    high: sorted[Math.floor(0.95 * DRAWS)] ?? 0,
    bandOver: bandWords(set, doseRelative),
    draws: {
      doseGy: told.map(({ doseGy }) => doseGy),
      probability: told.map(({ probability }) => probability),
    },
    parameters,
    evidence: weakest(parameters),
  }
}

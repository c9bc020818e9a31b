/** Parameters of a lesion's response: what each is worth, whether it is fitted, and who says so. */
import { InputError } from '../../../native-core/errors/index.ts'
import type {
  FreeParameter,
  FreeParameterName,
  GrowthLaw,
  TumourModel,
} from '../../../native-core/radiobiology/index.ts'
import { SECONDS_PER_DAY } from '../../../native-core/units/index.ts'
import type {
  LesionResponseSettings,
  ResponseLaw,
  ResponseLesion,
  ResponseParameter,
  ResponseParameterName,
} from '../../contracts/biologyResponse.ts'

interface Described {
  readonly title: string
  readonly unit: ResponseParameter['unit']
  /** In the model of the core. */
  readonly inside: FreeParameterName
  /** Laws that have it; left out: all. */
  readonly laws?: readonly ResponseLaw[]
  /** Where a search starts if nobody says: of the order of solid tumours, no value to rely on. Designed. */
  readonly searchFrom: number | null
}

export const RESPONSE_DESCRIBED: Readonly<Record<ResponseParameterName, Described>> = {
  alphaPerGy: { title: 'α', unit: '1/Gy', inside: 'alphaPerGy', searchFrom: 0.1 },
  alphaBetaGy: { title: 'α/β', unit: 'Gy', inside: 'alphaBetaGy', searchFrom: null },
  initialVolumeMl: { title: 'Volume at the start', unit: 'mL', inside: 'initialVolume', searchFrom: null },
  doublingTimeS: {
    title: 'Doubling time',
    unit: 's',
    inside: 'doublingTimeS',
    laws: ['exponential'],
    searchFrom: 90 * SECONDS_PER_DAY,
  },
  gompertzRatePerS: {
    title: 'Gompertz rate a',
    unit: '1/s',
    inside: 'growthRatePerS',
    laws: ['gompertz'],
    searchFrom: 0.003 / SECONDS_PER_DAY,
  },
  logisticRatePerS: {
    title: 'Logistic rate r',
    unit: '1/s',
    inside: 'growthRatePerS',
    laws: ['logistic'],
    searchFrom: 0.01 / SECONDS_PER_DAY,
  },
  capacityMl: { title: 'Capacity K', unit: 'mL', inside: 'capacity', laws: ['gompertz', 'logistic'], searchFrom: null },
  clearanceHalfTimeS: {
    title: 'Clearance half-time',
    unit: 's',
    inside: 'clearanceHalfTimeS',
    searchFrom: 14 * SECONDS_PER_DAY,
  },
}
/** A fitted capacity starts so many times above the largest volume. Designed. */
const CAPACITY_OVER_LARGEST = 20

export const namesOf = (law: ResponseLaw): ResponseParameterName[] =>
  (Object.keys(RESPONSE_DESCRIBED) as ResponseParameterName[]).filter(
    (name) => RESPONSE_DESCRIBED[name].laws?.includes(law) ?? true,
  )

export interface ResolvedParameter {
  readonly name: ResponseParameterName
  readonly value: number
  readonly isFitted: boolean
  readonly prior: FreeParameter['prior'] | null
  /** Of what is held; 0: taken as known. */
  readonly relativeUncertainty: number
  readonly source: string
  readonly evidence: Exclude<ResponseParameter['evidence'], 'fitted'>
}

interface Known {
  readonly firstVolume: { readonly volumeMl: number; readonly relativeUncertainty: number } | null
  readonly largestVolumeMl: number
  /** Whether there is any dose: without it α and α/β say nothing. */
  readonly hasDose: boolean
}

/**
 * The parameters of a law. What a person gives goes before the lesion's set; α and α/β come from that, the volume at the start from the first volume. Doubling time, rates,
 * capacity and clearance are known from nowhere: they are given or fitted.
 *
 * @throws InputError `biology.response-parameter` naming all that are missing.
 */
export function resolveParameters(
  law: ResponseLaw,
  { parameters }: LesionResponseSettings,
  lesion: Pick<ResponseLesion, 'identity' | 'parameters'>,
  known: Known,
): ResolvedParameter[] {
  const missing: string[] = []
  const ofDose: readonly ResponseParameterName[] = ['alphaPerGy', 'alphaBetaGy']
  const names = namesOf(law).filter((name) => known.hasDose || !ofDose.includes(name))
  const needless = known.hasDose ? [] : ofDose.filter((name) => parameters[name]?.isFitted)
  if (needless.length > 0)
    throw new InputError(
      'biology.response-parameter',
      `"${lesion.identity}" has no dose, so ${needless.map((name) => RESPONSE_DESCRIBED[name].title).join(' and ')} cannot be fitted.`,
      'Run the analysis so that its cycles have doses, or fit growth alone.',
    )
  const anyFitted = names.some((name) => name !== 'initialVolumeMl' && parameters[name]?.isFitted)
  const resolved = names.flatMap((name): ResolvedParameter[] => {
    const choice = parameters[name]
    const ofSet = lesion.parameters.find((one) => one.name === name)
    const isFitted =
      name === 'initialVolumeMl' && choice === undefined ? anyFitted && known.firstVolume !== null : !!choice?.isFitted
    const first = name === 'initialVolumeMl' ? known.firstVolume : null
    const value = choice?.value ?? ofSet?.value ?? first?.volumeMl ?? (isFitted ? searchStart(name, known) : null)
    if (value === null) {
      missing.push(RESPONSE_DESCRIBED[name].title)
      return []
    }
    const isGiven = choice?.value !== undefined
    return [
      {
        name,
        value,
        isFitted,
        prior: choice?.prior ?? null,
        relativeUncertainty: isFitted
          ? 0
          : (choice?.relativeUncertainty ??
            (isGiven ? 0 : (ofSet?.relativeUncertainty ?? first?.relativeUncertainty ?? 0))),
        source: isGiven ? choice.source || 'given' : (ofSet?.source ?? (first ? 'the first volume' : '')),
        evidence: isGiven || first ? 'given' : (ofSet?.evidence ?? 'designed'),
      },
    ]
  })
  if (missing.length > 0)
    throw new InputError(
      'biology.response-parameter',
      `Nothing is known of ${missing.join(', ')} of "${lesion.identity}" (${law} growth).`,
      'Give a value with its source, or fit it to volumes. A clearance half-time of 0 means that dead tissue goes at once.',
    )
  return resolved
}

function searchStart(name: ResponseParameterName, { largestVolumeMl }: Known): number | null {
  if (name === 'capacityMl') return largestVolumeMl > 0 ? CAPACITY_OVER_LARGEST * largestVolumeMl : null
  return RESPONSE_DESCRIBED[name].searchFrom
}

type Valued = readonly Pick<ResolvedParameter, 'name' | 'value'>[]

/** Value of a parameter that the law has. */
export function valueOfName(resolved: Valued, name: ResponseParameterName): number {
  const found = resolved.find((one) => one.name === name)
  if (!found) throw new Error(`the law has no ${name}`)
  return found.value
}

/** The tumour model with these values. Without a dose nothing kills: α is 0, and α/β does not matter. */
export function modelOf(law: ResponseLaw, resolved: Valued, repairHalfTimeS: number | null): TumourModel {
  const hasDose = repairHalfTimeS !== null
  return {
    growth: growthOfLaw(law, resolved),
    alphaPerGy: hasDose ? valueOfName(resolved, 'alphaPerGy') : 0,
    alphaBetaGy: hasDose ? valueOfName(resolved, 'alphaBetaGy') : 1,
    repair: { kind: 'exponential', components: [{ halfTimeS: repairHalfTimeS ?? 1, fraction: 1 }] },
    clearanceHalfTimeS: valueOfName(resolved, 'clearanceHalfTimeS'),
  }
}

/** The growth law of the core with these values. */
function growthOfLaw(law: ResponseLaw, resolved: Valued): GrowthLaw {
  if (law === 'exponential') return { kind: law, doublingTimeS: valueOfName(resolved, 'doublingTimeS') }
  return {
    kind: law,
    ratePerS: valueOfName(resolved, law === 'gompertz' ? 'gompertzRatePerS' : 'logisticRatePerS'),
    capacity: valueOfName(resolved, 'capacityMl'),
  }
}

/** The name outside of a parameter of the core. */
export function outsideName(inside: FreeParameterName, law: ResponseLaw): ResponseParameterName {
  const found = namesOf(law).find((name) => RESPONSE_DESCRIBED[name].inside === inside)
  if (!found) throw new Error(`${inside} has no name in ${law} growth`)
  return found
}

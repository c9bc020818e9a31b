/** Parameters of a lesion's response: what each is worth, whether it is fitted, and who says so. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { FreeParameter, GrowthLaw, TumourModel } from '../../../native-core/radiobiology/index.ts'
import type {
  LesionResponseSettings,
  ResponseLesion,
  ResponseParameter,
  ResponseParameterName,
} from '../../contracts/biologyResponse.ts'
import { formulaGrowth } from './formulas.ts'
import { describedOf, lawWords, namesOf, parameterOfFormula, titleOf } from './responseLaws.ts'
import type { ChosenLaw } from './responseLaws.ts'

/** A fitted capacity starts so many times above the largest volume. Designed. */
const CAPACITY_OVER_LARGEST = 20

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
  law: ChosenLaw,
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
      `"${lesion.identity}" has no dose, so ${needless.map(titleOf).join(' and ')} cannot be fitted.`,
      'Run the analysis so that its cycles have doses, or fit growth alone.',
    )
  const anyFitted = names.some((name) => name !== 'initialVolumeMl' && parameters[name]?.isFitted)
  const resolved = names.flatMap((name): ResolvedParameter[] => {
    const choice = parameters[name]
    const ofSet = lesion.parameters.find((one) => one.name === name)
    const isFitted =
      name === 'initialVolumeMl' && choice === undefined ? anyFitted && known.firstVolume !== null : !!choice?.isFitted
    const first = name === 'initialVolumeMl' ? known.firstVolume : null
    const own = parameterOfFormula(law, name)
    const value =
      choice?.value ??
      ofSet?.value ??
      own?.value ??
      first?.volumeMl ??
      (isFitted ? searchStart(law, name, known) : null)
    if (value === null) {
      missing.push(describedOf(law, name).title)
      return []
    }
    const isGiven = choice?.value !== undefined
    if (own && isFitted && !(value > 0))
      throw new InputError(
        'biology.response-parameter',
        `The parameter ${own.name} of ${lawWords(law)} is ${value}: only positive ones can be fitted.`,
        'Hold it, or write the formula so that the parameter is positive.',
      )
    return [
      {
        name,
        value,
        isFitted,
        prior: choice?.prior ?? null,
        relativeUncertainty: isFitted
          ? 0
          : (choice?.relativeUncertainty ??
            (isGiven ? 0 : (ofSet?.relativeUncertainty ?? relativeOf(own) ?? first?.relativeUncertainty ?? 0))),
        source: isGiven
          ? choice.source || 'given'
          : (ofSet?.source ?? own?.source ?? (first ? 'the first volume' : '')),
        evidence: isGiven || first ? 'given' : (ofSet?.evidence ?? (own ? (own.evidence ?? 'given') : 'designed')),
      },
    ]
  })
  if (missing.length > 0)
    throw new InputError(
      'biology.response-parameter',
      `Nothing is known of ${missing.join(', ')} of "${lesion.identity}" (${lawWords(law)}).`,
      'Give a value with its source, or fit it to volumes. A clearance half-time of 0 means that dead tissue goes at once.',
    )
  return resolved
}

/** Of a positive parameter of a formula that states an uncertainty; others are not drawn. */
const relativeOf = (own: ReturnType<typeof parameterOfFormula>): number | undefined =>
  own && own.value > 0 && own.standardUncertainty !== undefined ? own.standardUncertainty / own.value : undefined

function searchStart(law: ChosenLaw, name: ResponseParameterName, { largestVolumeMl }: Known): number | null {
  if (name === 'capacityMl') return largestVolumeMl > 0 ? CAPACITY_OVER_LARGEST * largestVolumeMl : null
  return describedOf(law, name).searchFrom
}

type Valued = readonly Pick<ResolvedParameter, 'name' | 'value'>[]

/** Value of a parameter that the law has. */
export function valueOfName(resolved: Valued, name: ResponseParameterName): number {
  const found = resolved.find((one) => one.name === name)
  if (!found) throw new Error(`the law has no ${name}`)
  return found.value
}

/** The tumour model with these values. Without a dose nothing kills: α is 0, and α/β does not matter. */
export function modelOf(law: ChosenLaw, resolved: Valued, repairHalfTimeS: number | null): TumourModel {
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
function growthOfLaw(law: ChosenLaw, resolved: Valued): GrowthLaw {
  if (law.formula) {
    const { parameters } = law.formula
    const changed = parameters.map((one) => {
      const found = resolved.find(({ name }) => parameterOfFormula(law, name) === one)
      return { ...one, value: found?.value ?? one.value }
    })
    return formulaGrowth({ ...law.formula, parameters: changed })
  }
  if (law.id === 'exponential') return { kind: law.id, doublingTimeS: valueOfName(resolved, 'doublingTimeS') }
  return {
    kind: law.id,
    ratePerS: valueOfName(resolved, law.id === 'gompertz' ? 'gompertzRatePerS' : 'logisticRatePerS'),
    capacity: valueOfName(resolved, 'capacityMl'),
  }
}

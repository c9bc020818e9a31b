/** Growth laws of a lesion's response: those that are built in and local formulas, with the parameters that each has. */
import { InputError } from '../../../native-core/errors/index.ts'
import { growthPerS } from '../../../native-core/radiobiology/index.ts'
import type { FreeParameterName, GrowthLaw } from '../../../native-core/radiobiology/index.ts'
import { SECONDS_PER_DAY } from '../../../native-core/units/index.ts'
import type { FormulaDraft, LocalFormula } from '../../contracts/biologyFormulas.ts'
import type {
  BuiltInLaw,
  LesionResponse,
  LesionResponseSettings,
  LocalLaw,
  ModelParameterName,
  OwnParameterName,
  ResponseFormula,
  ResponseLaw,
  ResponseParameterName,
} from '../../contracts/biologyResponse.ts'

type GrowthFormula = Extract<FormulaDraft, { kind: 'growth' }>

/** A law with what it is made of. */
export type ChosenLaw =
  { readonly id: BuiltInLaw; readonly formula: null } | { readonly id: LocalLaw; readonly formula: GrowthFormula }

export interface Described {
  readonly title: string
  readonly unit: string
  /** In the model of the core. */
  readonly inside: FreeParameterName
  /** Laws that have it; left out: all. */
  readonly laws?: readonly BuiltInLaw[]
  /** Where a search starts if nobody says: of the order of solid tumours, no value to rely on. Designed. */
  readonly searchFrom: number | null
}

const DESCRIBED: Readonly<Record<ModelParameterName, Described>> = {
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

const isLocal = (law: ResponseLaw): law is LocalLaw => law.startsWith('local:')
const isOwn = (name: ResponseParameterName): name is OwnParameterName => name.startsWith('own:')

/** @throws InputError `biology.response-formula` for a local law that is no formula of growth of this store. */
export function chosenLaws(
  { laws }: Pick<LesionResponseSettings, 'laws'>,
  formulas: readonly LocalFormula[],
): ChosenLaw[] {
  return laws.map((id): ChosenLaw => {
    if (!isLocal(id)) return { id, formula: null }
    const formula = formulas.find((one) => one.id === id)?.formula
    if (formula?.kind === 'growth') return { id, formula }
    throw new InputError(
      'biology.response-formula',
      `There is no formula of growth "${id.slice('local:'.length)}".`,
      'Choose another growth law, or save the formula on the page “Formulas” of the step Biology.',
    )
  })
}

/** The name of a parameter of a formula in settings: the same in all versions, so that choices stay when a newer one is taken. */
const ownName = (formula: GrowthFormula, parameter: string): OwnParameterName => `own:${formula.name}/${parameter}`

export const parameterOfFormula = (
  { formula }: ChosenLaw,
  name: ResponseParameterName,
): GrowthFormula['parameters'][number] | null =>
  formula?.parameters.find((one) => ownName(formula, one.name) === name) ?? null

/** What a parameter of the law is. */
export function describedOf(law: ChosenLaw, name: ResponseParameterName): Described {
  if (!isOwn(name)) return DESCRIBED[name]
  const own = parameterOfFormula(law, name)
  if (!own) throw new Error(`the law has no ${name}`)
  return { title: own.title || own.name, unit: own.unit, inside: `own:${own.name}`, searchFrom: own.value }
}

/** Title of a parameter that need not be one of a law at hand. */
export const titleOf = (name: ResponseParameterName): string =>
  isOwn(name) ? name.slice(name.indexOf('/') + 1) : DESCRIBED[name].title

export const namesOf = ({ id, formula }: ChosenLaw): ResponseParameterName[] => [
  ...(Object.keys(DESCRIBED) as ModelParameterName[]).filter((name) => {
    const { laws } = DESCRIBED[name]
    return laws === undefined || laws.some((one) => one === id)
  }),
  ...(formula?.parameters.map((one) => ownName(formula, one.name)) ?? []),
]

/** The name outside of a parameter of the core. */
export function outsideName(inside: FreeParameterName, law: ChosenLaw): ResponseParameterName {
  const found = namesOf(law).find((name) => describedOf(law, name).inside === inside)
  if (!found) throw new Error(`${inside} has no name in ${law.id} growth`)
  return found
}

/** A law for a person, within a sentence: "Gompertz growth", "local growth “Mine”". */
export const lawWords = ({ id, formula }: ChosenLaw): string =>
  formula ? `local growth “${formula.title}”` : `${id === 'gompertz' ? 'Gompertz' : id} growth`

/** What is said of the local formulas among the laws. */
export function formulasOfLaws(laws: readonly ChosenLaw[], formulas: readonly LocalFormula[]): ResponseFormula[] {
  return laws.flatMap(({ id, formula }): ResponseFormula[] => {
    const stored = formulas.find((one) => one.id === id)
    if (!formula || !stored || !isLocal(id)) return []
    const newest = Math.max(
      ...formulas.filter((one) => one.formula.name === formula.name && !one.retired).map(({ version }) => version),
    )
    return [
      {
        ...{ law: id, title: formula.title, version: stored.version, expression: formula.expression },
        ...{ source: formula.source, testedMl: [...formula.testedMl], retired: stored.retired },
        newerVersion: newest > stored.version ? newest : null,
      },
    ]
  })
}

/** Where the law was tested, and what a person has to know of it. */
export function formulaRemarks(
  law: ResponseLaw,
  formulas: readonly ResponseFormula[],
  [leastMl, largestMl]: readonly [number, number],
): string[] {
  return formulas.flatMap(({ law: id, title, version, expression, source, testedMl: [low, high], ...more }) => [
    ...(id === law
      ? [
          `Growth is a local formula that a person of this site wrote: “${title}”, version ${version}, ${expression} (${source}).`,
        ]
      : []),
    ...(id === law && (leastMl < low || largestMl > high)
      ? [
          `The curve runs from ${leastMl.toPrecision(3)} to ${largestMl.toPrecision(3)} mL; “${title}” was tested from ${low} to ${high} mL only.`,
        ]
      : []),
    ...(more.newerVersion === null
      ? []
      : [`“${title}” has a newer version ${more.newerVersion}: this is by version ${version}.`]),
    ...(more.retired ? [`“${title}”, version ${version}, is retired: it is not offered any more.`] : []),
  ])
}

const TABLE_POINTS = 400

/** Relative growth by a local formula at volumes from far below to far above those of the curve, for what is tried in the window; null of a law that is built in. */
export function growthTable(law: GrowthLaw, volumesMl: readonly number[]): LesionResponse['growth'] {
  if (law.kind !== 'own') return null
  const [low, high] = [Math.min(...volumesMl) / 1000, Math.max(...volumesMl) * 1000]
  const volumeMl = Array.from({ length: TABLE_POINTS }, (_, k) => low * (high / low) ** (k / (TABLE_POINTS - 1)))
  const found = volumeMl.flatMap((volume) => {
    try {
      return [{ volume, perS: growthPerS(law, volume) }]
    } catch (error) {
      // A formula need not be a number so far away.
      if (error instanceof InputError) return []
      throw error
    }
  })
  return { volumeMl: found.map(({ volume }) => volume), perS: found.map(({ perS }) => perS) }
}

/** Growth laws and parameters of a response, in the units of the screen. */
import type {
  BuiltInLaw,
  FormulaDraft,
  LocalFormula,
  ModelParameterName,
  ResponseLaw,
  ResponseParameterName,
} from '../../../../electron/contracts/index.ts'
import { DAY_S } from '../../../units.ts'

export interface ShownParameter {
  readonly title: string
  readonly unit: string
  /** Divide a stored value by it. */
  readonly per: number
  /** Built-in laws that have it; null: all, local ones too. */
  readonly laws: readonly BuiltInLaw[] | null
  readonly least: number
  readonly largest: number
}

const SHOWN_PARAMETERS: Readonly<Record<ModelParameterName, ShownParameter>> = {
  alphaPerGy: { title: 'α', unit: '1/Gy', per: 1, laws: null, least: 0.0001, largest: 10 },
  alphaBetaGy: { title: 'α/β', unit: 'Gy', per: 1, laws: null, least: 0.1, largest: 1000 },
  initialVolumeMl: { title: 'Volume at the start', unit: 'mL', per: 1, laws: null, least: 0.001, largest: 1e5 },
  doublingTimeS: { title: 'Doubling time', unit: 'd', per: DAY_S, laws: ['exponential'], least: 0.1, largest: 1e4 },
  gompertzRatePerS: {
    title: 'Gompertz rate',
    unit: '1/d',
    per: 1 / DAY_S,
    laws: ['gompertz'],
    least: 1e-6,
    largest: 10,
  },
  logisticRatePerS: {
    title: 'Logistic rate',
    unit: '1/d',
    per: 1 / DAY_S,
    laws: ['logistic'],
    least: 1e-6,
    largest: 10,
  },
  capacityMl: {
    title: 'Capacity',
    unit: 'mL',
    per: 1,
    laws: ['gompertz', 'logistic'],
    least: 0.01,
    largest: 1e6,
  },
  clearanceHalfTimeS: { title: 'Clearance half-time', unit: 'd', per: DAY_S, laws: null, least: 0, largest: 1000 },
}

const LAW_NAMES: Readonly<Record<BuiltInLaw, string>> = {
  exponential: 'Exponential',
  gompertz: 'Gompertz',
  logistic: 'Logistic',
}

export const BUILT_IN_LAWS = Object.keys(LAW_NAMES) as BuiltInLaw[]

type Formulas = readonly LocalFormula[]
type GrowthFormula = Extract<FormulaDraft, { kind: 'growth' }>

const isBuiltIn = (law: ResponseLaw): law is BuiltInLaw => law in LAW_NAMES
const isOfModel = (name: ResponseParameterName): name is ModelParameterName => name in SHOWN_PARAMETERS
const ownName = ({ name }: GrowthFormula, parameter: string): ResponseParameterName => `own:${name}/${parameter}`

export const lawName = (law: ResponseLaw, formulas: Formulas): string => {
  if (isBuiltIn(law)) return LAW_NAMES[law]
  const found = formulas.find(({ id }) => id === law)
  return found ? `${found.formula.title}, version ${found.version}` : law.slice('local:'.length)
}

const growthOf = (law: ResponseLaw, formulas: Formulas): GrowthFormula | null => {
  const formula = formulas.find(({ id }) => id === law)?.formula
  return formula?.kind === 'growth' ? formula : null
}

/** Local formulas of growth that can be chosen: the newest version of each name that is in use, and those that are chosen already. */
export function offeredFormulas(formulas: Formulas, chosen: readonly (ResponseLaw | null)[]): LocalFormula[] {
  return formulas.filter((one) => {
    const versions = formulas.filter(({ formula, retired }) => formula.name === one.formula.name && !retired)
    const newest = Math.max(...versions.map(({ version }) => version))
    return one.formula.kind === 'growth' && (one.version === newest || chosen.some((law) => law === one.id))
  })
}

/** A newer version of a local law that is in use; null where there is none. */
export function newerThan(law: ResponseLaw, formulas: Formulas): LocalFormula | null {
  const own = formulas.find(({ id }) => id === law)
  if (!own) return null
  const later = formulas.filter(
    ({ formula, version, retired }) => formula.name === own.formula.name && version > own.version && !retired,
  )
  return later.reduce<LocalFormula | null>((best, one) => (best && best.version > one.version ? best : one), null)
}

/** A parameter of a model, or of one of the local formulas; by its name alone where none of them has it. */
export function shownParameter(name: ResponseParameterName, formulas: Formulas): ShownParameter {
  if (isOfModel(name)) return SHOWN_PARAMETERS[name]
  const own = formulas
    .flatMap(({ formula }) => (formula.kind === 'growth' ? formula.parameters.map((one) => ({ formula, one })) : []))
    .find(({ formula, one }) => ownName(formula, one.name) === name)?.one
  const title = own?.title || name.slice(name.indexOf('/') + 1)
  return { title, unit: own?.unit ?? '', per: 1, laws: [], least: 0, largest: 1e12 }
}

/** Those that any of the laws has, in the order of the table. */
export function parametersOfLaws(laws: readonly ResponseLaw[], formulas: Formulas = []): ResponseParameterName[] {
  const ofModel = (Object.keys(SHOWN_PARAMETERS) as ModelParameterName[]).filter(
    (name) => SHOWN_PARAMETERS[name].laws?.some((law) => laws.includes(law)) ?? true,
  )
  const own = laws.flatMap((law) => {
    const formula = growthOf(law, formulas)
    return formula ? formula.parameters.map(({ name }) => ownName(formula, name)) : []
  })
  return [...ofModel, ...new Set(own)]
}

/** What a local formula says of a parameter of its own, where one of the laws is that formula. */
export function saidByFormula(
  name: ResponseParameterName,
  laws: readonly ResponseLaw[],
  formulas: Formulas,
): GrowthFormula['parameters'][number] | null {
  for (const law of laws) {
    const formula = growthOf(law, formulas)
    const found = formula?.parameters.find((one) => ownName(formula, one.name) === name)
    if (found) return found
  }
  return null
}

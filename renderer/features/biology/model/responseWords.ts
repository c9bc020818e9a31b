/** Parameters of a response in the units of the screen. */
import type { ResponseLaw, ResponseParameterName } from '../../../../electron/contracts/index.ts'
import { DAY_S } from '../../../units.ts'

interface ShownParameter {
  readonly title: string
  readonly unit: string
  /** Divide a stored value by it. */
  readonly per: number
  readonly laws: readonly ResponseLaw[]
  readonly least: number
  readonly largest: number
}

const ALL: readonly ResponseLaw[] = ['exponential', 'gompertz', 'logistic']

export const SHOWN_PARAMETERS: Readonly<Record<ResponseParameterName, ShownParameter>> = {
  alphaPerGy: { title: 'α', unit: '1/Gy', per: 1, laws: ALL, least: 0.0001, largest: 10 },
  alphaBetaGy: { title: 'α/β', unit: 'Gy', per: 1, laws: ALL, least: 0.1, largest: 1000 },
  initialVolumeMl: { title: 'Volume at the start', unit: 'mL', per: 1, laws: ALL, least: 0.001, largest: 1e5 },
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
  clearanceHalfTimeS: { title: 'Clearance half-time', unit: 'd', per: DAY_S, laws: ALL, least: 0, largest: 1000 },
}

export const LAW_NAMES: Readonly<Record<ResponseLaw, string>> = {
  exponential: 'Exponential',
  gompertz: 'Gompertz',
  logistic: 'Logistic',
}

/** Those that any of the laws has, in the order of the table. */
export const parametersOfLaws = (laws: readonly ResponseLaw[]): ResponseParameterName[] =>
  (Object.keys(SHOWN_PARAMETERS) as ResponseParameterName[]).filter((name) =>
    SHOWN_PARAMETERS[name].laws.some((law) => laws.includes(law)),
  )

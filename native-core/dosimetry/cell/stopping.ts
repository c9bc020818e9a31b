import { InputError } from '../../errors/index.ts'
import { coleRangeModel } from './cole.ts'
import type { CellStopping, ElectronModelId, RangeModel } from './types.ts'

/** 1 MeV cm²/g at 1 g/mL is 1e-4 MeV/µm. */
const MEV_PER_UM = 1e-4

/**
 * Range–energy relation of a table of stopping powers (MeV cm²/g at ascending MeV), at 1 g/mL. Between nodes the stopping power is the
 * power law through both, whose range, inverse and derivative are closed forms and therefore agree with each other exactly. Below the
 * first node its first power law goes on.
 */
export function tableRangeModel(energiesMev: readonly number[], stoppingMevCm2PerG: readonly number[]): RangeModel {
  const n = energiesMev.length
  const e = Float64Array.from(energiesMev)
  const s = Float64Array.from(stoppingMevCm2PerG, (v) => v * MEV_PER_UM)
  const power = new Float64Array(n)
  for (let i = 0; i + 1 < n; i++) power[i] = Math.log(s[i + 1]! / s[i]!) / Math.log(e[i + 1]! / e[i]!)
  power[n - 1] = power[n - 2]!
  if (!(power[0]! < 1)) throw damaged('the stopping power rises too steeply at its low end: the range has no end')
  // Range over one piece from node i: ∫dE/S = (E_i/S_i)·((E/E_i)^(1−p) − 1)/(1−p).
  const piece = (i: number, energyMev: number): number => {
    const q = 1 - power[i]!
    const t = Math.log(energyMev / e[i]!)
    return (e[i]! / s[i]!) * (Math.abs(q * t) < 1e-9 ? t * (1 + (q * t) / 2) : Math.expm1(q * t) / q)
  }
  const range = new Float64Array(n)
  range[0] = e[0]! / (s[0]! * (1 - power[0]!))
  for (let i = 0; i + 1 < n; i++) range[i + 1] = range[i]! + piece(i, e[i + 1]!)
  return {
    maxEnergyMev: e[n - 1]!,
    rangeUm(energyMev) {
      if (!(energyMev > 0)) return 0
      const i = below(e, energyMev)
      return i < 0 ? range[0]! * (energyMev / e[0]!) ** (1 - power[0]!) : range[i]! + piece(i, energyMev)
    },
    energyMev(rangeUm) {
      if (!(rangeUm > 0)) return 0
      const i = below(range, rangeUm)
      if (i < 0) return e[0]! * (rangeUm / range[0]!) ** (1 / (1 - power[0]!))
      const q = 1 - power[i]!
      const t = ((rangeUm - range[i]!) * s[i]!) / e[i]!
      return e[i]! * Math.exp(Math.abs(q * t) < 1e-9 ? t * (1 - (q * t) / 2) : Math.log1p(q * t) / q)
    },
    stoppingMevPerUm(energyMev) {
      if (!(energyMev > 0)) return 0
      const i = Math.max(0, below(e, energyMev))
      return s[i]! * (energyMev / e[i]!) ** power[i]!
    },
  }
}

/** Index of the last node at or below `value`, −1 where there is none; the last piece goes on beyond the table. */
function below(nodes: Float64Array, value: number): number {
  if (value < nodes[0]!) return -1
  let low = 0
  let high = nodes.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (nodes[middle]! <= value) low = middle
    else high = middle
  }
  return value >= nodes[high]! ? high : low
}

const damaged = (what: string): InputError =>
  new InputError(
    'dose.cell-table',
    `A table of stopping powers is wrong: ${what}.`,
    'Restore the data files of the program.',
  )

/** Reads one of `resources/dosimetry/cell-electron-water.json`, `cell-alpha-water.json`. @throws InputError `dose.cell-table`. */
export function parseCellStopping(json: unknown, particle: 'electron' | 'alpha'): { model: RangeModel; about: string } {
  const table = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>
  if (table.schema !== 'theratwin.cell-stopping/1') throw damaged(`schema "${String(table.schema)}" is not known`)
  if (table.particle !== particle) throw damaged(`it is of "${String(table.particle)}", not of the ${particle}`)
  const numbers = (key: string): number[] => {
    const list = table[key]
    if (!Array.isArray(list) || list.length < 3) throw damaged(`"${key}" is no list of three numbers or more`)
    const wrong = list.findIndex((v) => !(typeof v === 'number' && v > 0 && Number.isFinite(v)))
    if (wrong >= 0) throw damaged(`${key}[${wrong}] is ${String(list[wrong])}`)
    return list as number[]
  }
  const energies = numbers('energiesMev')
  const stopping = numbers('stoppingMevCm2PerG')
  if (energies.length !== stopping.length) throw damaged('energies and stopping powers differ in number')
  const falling = energies.findIndex((v, i) => i > 0 && v <= energies[i - 1]!)
  if (falling >= 0) throw damaged(`the energies do not ascend at ${falling}`)
  return { model: tableRangeModel(energies, stopping), about: `${String(table.name)} ${String(table.version)}` }
}

/**
 * Stopping for the cell scale. `csda-icru37` (default): collision stopping powers of ICRU 37, slowing down continuously; it is the better
 * founded of the two from 10 keV on, which carry the dose of betas. `cole-1969`: the relation of the MIRD monograph, to compare with its
 * tables; its stopping power is up to 7 % lower between 0.1 and 2 MeV.
 *
 * @param electronTable JSON of `cell-electron-water`; `alphaTable` of `cell-alpha-water`.
 * @throws InputError `dose.cell-table`.
 */
export function cellStopping(
  electronTable: unknown,
  alphaTable: unknown,
  electronModel: ElectronModelId = 'csda-icru37',
): CellStopping {
  const alpha = parseCellStopping(alphaTable, 'alpha')
  const electron =
    electronModel === 'cole-1969'
      ? { model: coleRangeModel(), about: 'Range–energy relation of Cole (1969)' }
      : parseCellStopping(electronTable, 'electron')
  return { electron: electron.model, alpha: alpha.model, electronModel, sources: [electron.about, alpha.about] }
}

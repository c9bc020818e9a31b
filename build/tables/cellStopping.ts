/**
 * Makes resources/dosimetry/cell-electron-water.json and cell-alpha-water.json, stopping powers of liquid water for the cell scale, from
 * ../shared/physics. Run: node build/tables/cellStopping.ts [--check]
 *
 * The script stops unless the ranges that the program makes of the tables agree with the source's CSDA ranges: alphas from 1 MeV within
 * 1 %, electrons from 10 keV to 300 keV within 1 % (the program leaves out radiative losses, which shortens the source's range beyond).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tableRangeModel } from '../../native-core/dosimetry/cell/stopping.ts'

const SHARED = new URL('../../../shared/physics/', import.meta.url)
const TARGETS = new URL('../../resources/dosimetry/', import.meta.url)

interface Source {
  readonly meta: { readonly E: readonly number[] }
  readonly materials: Readonly<
    Record<
      string,
      {
        readonly Scol?: readonly number[]
        readonly Sel?: readonly number[]
        readonly Snuc?: readonly number[]
        readonly csda: readonly number[]
      }
    >
  >
}

export interface CellStoppingSources {
  readonly stopping: Source
  readonly alpha: Source
}

const head = (about: { name: string; particle: string; provenance: Record<string, string> }) => ({
  schema: 'theratwin.cell-stopping/1',
  name: about.name,
  version: '1.0.0',
  particle: about.particle,
  provenance: about.provenance,
  units: { energy: 'MeV', stopping: 'MeV cm2/g' },
})

function checkRanges(
  name: string,
  energies: readonly number[],
  stopping: readonly number[],
  csda: readonly number[],
  [from, to]: readonly [number, number],
): void {
  const model = tableRangeModel(energies, stopping)
  energies.forEach((energyMev, i) => {
    if (energyMev < from || energyMev > to) return
    const ratio = model.rangeUm(energyMev) / ((csda[i] ?? NaN) * 1e4)
    if (!(Math.abs(ratio - 1) < 0.01))
      throw new Error(`${name}, ${energyMev} MeV: the range is ${ratio} of the source's.`)
  })
}

export function buildCellStopping({ stopping, alpha }: CellStoppingSources): { electron: string; alpha: string } {
  const electrons = stopping.materials['water']
  const alphas = alpha.materials['G4_WATER']
  if (!electrons?.Scol || !alphas?.Sel || !alphas.Snuc) throw new Error('The source has no water any more.')
  const nuclear = alphas.Snuc
  const total = alphas.Sel.map((s, i) => Number((s + (nuclear[i] ?? NaN)).toPrecision(5)))
  checkRanges('alpha', alpha.meta.E, total, alphas.csda, [1, 10])
  checkRanges('electron', stopping.meta.E, electrons.Scol, electrons.csda, [0.01, 0.3])
  const electronTable = {
    ...head({
      name: 'Electrons in liquid water, collision',
      particle: 'electron',
      provenance: {
        source:
          'Collision stopping power of liquid water, Bethe formula with density effect, mean excitation energy 75 eV',
        citation: 'ICRU 37 (1984); Sternheimer, Berger, Seltzer, At. Data Nucl. Data Tables 30 (1984) 261',
        evidence: 'transcribed',
        note: 'Radiative losses are left out: bremsstrahlung leaves a cell. Below 10 keV the formula is unverified (shell corrections are missing).',
      },
    }),
    energiesMev: stopping.meta.E,
    stoppingMevCm2PerG: electrons.Scol,
  }
  const alphaTable = {
    ...head({
      name: 'Alpha particles in liquid water, electronic and nuclear',
      particle: 'alpha',
      provenance: {
        source:
          'Electronic stopping power: NIST ASTAR (ICRU 49, 1993); nuclear: universal potential of Ziegler, Biersack, Littmark (1985)',
        citation: 'Berger, Coursey, Zucker, Chang, ESTAR, PSTAR and ASTAR, NIST (2017); ICRU 49 (1993)',
        evidence: 'transcribed',
        note: 'The nuclear part is below 0.2 % from 1 MeV on.',
      },
    }),
    energiesMev: alpha.meta.E,
    stoppingMevCm2PerG: total,
  }
  return { electron: format(electronTable), alpha: format(alphaTable) }
}

/** Lists of numbers on one line. */
const format = (table: object): string =>
  `${JSON.stringify(table, null, 2).replace(/\[\s+([-\d.e,\s]+?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s+/g, ' ')}]`)}\n`

function main(): void {
  const read = (name: string): Source => {
    const file = new URL(name, SHARED)
    if (!existsSync(file)) throw new Error(`../shared/physics/${name} is needed to make this table.`)
    return JSON.parse(readFileSync(file, 'utf8')) as Source
  }
  const made = buildCellStopping({ stopping: read('stopping.json'), alpha: read('alpha_stopping.json') })
  for (const [name, text] of [
    ['cell-electron-water.json', made.electron],
    ['cell-alpha-water.json', made.alpha],
  ] as const) {
    const file = new URL(name, TARGETS)
    if (!process.argv.includes('--check')) writeFileSync(file, text)
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
      throw new Error(`resources/dosimetry/${name} is not up to date.`)
  }
}

if (process.argv[1] !== undefined && import.meta.url === new URL(`file://${process.argv[1]}`).href) main()

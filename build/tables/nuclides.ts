/**
 * Makes resources/nuclides/endf-b-viii.1.json from the evaluated decay data in ../shared/physics/nuclides.json: half-lives, decay
 * modes and mean energies per decay by radiation. Run: node build/tables/nuclides.ts [--check]
 *
 * Energies are those of the lines and spectra (sum_MeV), not ENDF's evaluated means: Cu-67's mean contradicts its own branches. A
 * class whose yields do not sum to the branching carries `norm`, which multiplies it; recoil follows the alphas.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const SOURCE = new URL('../../../shared/physics/nuclides.json', import.meta.url)
const TARGET = new URL('../../resources/nuclides/endf-b-viii.1.json', import.meta.url)

interface EvaluatedNuclide {
  readonly Z: number
  readonly A: number
  readonly m: number
  readonly halfLife_s: number
  readonly halfLifeUnc_s: number
  readonly modes: readonly { mode: string; daughter: string | null; br: number; Q: number }[]
  readonly sum_MeV: Readonly<Record<string, number>>
  readonly endfMean_MeV: Readonly<Record<string, number>>
  readonly norm?: Readonly<Record<string, number>>
  readonly positronYield?: number
  /** The evaluation's own balance: energy of the decay less that of all radiation. */
  readonly endfBalance?: { readonly missing_keV: number; readonly deviation_pct: number }
}

interface Evaluation {
  readonly meta: { title: string; citation: string[]; source: string }
  readonly nuclides: Readonly<Record<string, EvaluatedNuclide>>
}

/** What a user of a single nuclide must know, by name. */
const NOTES: Readonly<Record<string, string>> = {
  'Cu-67':
    'Beta energy from the branches (136.0 keV), which agrees with ICRP 107; the mean evaluated in ENDF (141.2 keV) does not.',
  'Tc-99': 'Beta energy for an allowed shape (84.6 keV); ICRP 107 gives 101.3 keV with the measured shape.',
  'Ac-225': 'Half-life 10.0 d as in ENSDF; DDEP recommends 9.920 d (Pommé 2012).',
  'Y-90': 'Without the internal pair branch of 3.2e-5 per decay (no matter for dose; needed for PET).',
}

/** Evaluations that do not balance by more than 3 % and 10 keV say so. */
function noteOf(name: string, n: EvaluatedNuclide): string | undefined {
  const { missing_keV: missing = 0, deviation_pct: deviation = 0 } = n.endfBalance ?? {}
  if (Math.abs(deviation) <= 3 || Math.abs(missing) <= 10) return NOTES[name]
  const much = `${Math.abs(deviation).toFixed(1)} % ${missing < 0 ? 'more' : 'less'} energy than the decay has`
  return [NOTES[name], `The evaluation does not balance: its radiation carries ${much}.`].filter(Boolean).join(' ')
}

const round = (value: number): number => Number(value.toPrecision(6))

function energies(n: EvaluatedNuclide): Record<string, number> {
  const norm = n.norm ?? {}
  const energy: Record<string, number> = {}
  const put = (name: string, source: string, factorOf = source): void => {
    const value = (n.sum_MeV[source] ?? 0) * (norm[factorOf] ?? 1)
    if (value > 0) energy[name] = round(value)
  }
  put('betaMinus', 'betaMinus')
  put('betaPlus', 'betaPlus')
  put('conversionElectron', 'ce')
  put('auger', 'auger')
  put('alpha', 'alpha')
  put('alphaRecoil', 'alphaRecoil', 'alpha')
  put('gamma', 'gamma')
  put('xray', 'xray')
  put('annihilation', 'annihilation', 'betaPlus')
  return energy
}

export function buildTable(evaluation: Evaluation): string {
  const { meta, nuclides } = evaluation
  const header = {
    schema: 'theratwin.nuclide-table/1',
    name: 'ENDF/B-VIII.1 decay data',
    version: '1.0.0',
    provenance: {
      source: meta.title,
      citation: meta.citation.join('; '),
      retrievedFrom: meta.source,
      evidence: 'transcribed',
      note: 'Mean energies per decay from the lines and computed beta spectra, multiplied by the normalisation of their class where its yields do not sum to the branching.',
    },
    units: { energy: 'MeV per decay of the nuclide, daughters not included', halfLife: 's', branch: 'per decay' },
  }
  const lines = Object.entries(nuclides)
    // A half-life of zero stands for "stable within what has been observed" (Ce-142): such a nuclide only ends chains.
    .filter(([, n]) => n.halfLife_s > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, n]) => {
      const entry = {
        z: n.Z,
        a: n.A,
        level: n.m,
        halfLifeS: n.halfLife_s,
        halfLifeUncertaintyS: n.halfLifeUnc_s,
        modes: n.modes.map((m) => ({ mode: m.mode, daughter: m.daughter, branch: m.br, qMev: m.Q })),
        energyMev: energies(n),
        ...(n.positronYield === undefined ? {} : { positronYield: n.positronYield }),
        ...(noteOf(name, n) === undefined ? {} : { note: noteOf(name, n) }),
      }
      return `    ${JSON.stringify(name)}: ${JSON.stringify(entry)}`
    })
  const head = JSON.stringify(header, null, 2).replace(/\n}$/, '')
  return `${head},\n  "nuclides": {\n${lines.join(',\n')}\n  }\n}\n`
}

if (process.argv[1] !== undefined && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  if (!existsSync(SOURCE)) {
    process.stderr.write('The evaluated decay data (shared/physics/nuclides.json beside the project) are not there.\n')
    process.exitCode = 2
  } else {
    const text = buildTable(JSON.parse(readFileSync(SOURCE, 'utf8')) as Evaluation)
    if (!process.argv.includes('--check')) writeFileSync(TARGET, text)
    else if (readFileSync(TARGET, 'utf8') !== text) {
      process.stderr.write('resources/nuclides/endf-b-viii.1.json is not what its source gives.\n')
      process.exitCode = 1
    }
  }
}

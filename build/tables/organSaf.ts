/**
 * Makes resources/dosimetry/organ-saf-ornl-tm8381.json and organ-masses-ornl-tm8381.json from ../shared/physics: the photon specific
 * absorbed fractions of the adult of ORNL/TM-8381 and the masses of its regions. Run: node build/tables/organSaf.ts [--check]
 *
 * Masses that the stylised phantom's data state are taken from there; walls are outer less inner volume, and must agree with the report's
 * wall within 1 %. The rest is written here from the report and ICRP 23/30, marked unverified; a mass that would let a region absorb more
 * than 101 % of its own 10 keV photons stops the script.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const SHARED = new URL('../../../shared/physics/', import.meta.url)
const TARGETS = new URL('../../resources/dosimetry/', import.meta.url)

type Saf = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>

export interface OrganSources {
  readonly saf: { readonly meta: { readonly E_MeV: readonly number[] }; readonly saf: Readonly<Record<string, Saf>> }
  readonly stylised: {
    readonly organs: Readonly<
      Record<string, { publishedVolume_cc: number | null; publishedMass_g: number | null; density: number }>
    >
  }
}

/** Names of the report's tables → names in the program. Fetus and placenta (not in this phantom) are left out. */
const SOURCE_NAMES: Readonly<Record<string, string>> = {
  Adrenals: 'Adrenals',
  Brain: 'Brain',
  Breast: 'Breasts',
  Gall_Bladder_Contents: 'Gallbladder contents',
  LLI_Contents: 'Lower large intestine contents',
  SI_Contents: 'Small intestine contents',
  Stomach_Contents: 'Stomach contents',
  ULI_Contents: 'Upper large intestine contents',
  Heart_Contents: 'Heart contents',
  Heart_Wall: 'Heart wall',
  Kidneys: 'Kidneys',
  Liver: 'Liver',
  Lungs: 'Lungs',
  Muscle: 'Muscle',
  Ovaries: 'Ovaries',
  Pancreas: 'Pancreas',
  Active_Marrow: 'Red marrow',
  Trabecular: 'Trabecular bone',
  Cortical_Bone: 'Cortical bone',
  Spleen: 'Spleen',
  Testes: 'Testes',
  Thymus: 'Thymus',
  Thyroid: 'Thyroid',
  Urinary: 'Urinary bladder contents',
  Uterus: 'Uterus',
  Total_Body: 'Total body',
}
const TARGET_NAMES: Readonly<Record<string, string>> = {
  Adrenals: 'Adrenals',
  Brain: 'Brain',
  Breasts: 'Breasts',
  Gallbladder_Wall: 'Gallbladder wall',
  LLI_Wall: 'Lower large intestine wall',
  Small_Intestine: 'Small intestine',
  Stomach: 'Stomach wall',
  ULI_Wall: 'Upper large intestine wall',
  Heart_Wall: 'Heart wall',
  Kidneys: 'Kidneys',
  Liver: 'Liver',
  Lungs: 'Lungs',
  Muscle: 'Muscle',
  Ovaries: 'Ovaries',
  Pancreas: 'Pancreas',
  Red_Marrow: 'Red marrow',
  Bone_Surfaces: 'Bone surfaces',
  Skin: 'Skin',
  Spleen: 'Spleen',
  Testes: 'Testes',
  Thymus: 'Thymus',
  Thyroid: 'Thyroid',
  Urin_Bladder_Wall: 'Urinary bladder wall',
  Uterus: 'Uterus',
  Total_Body: 'Total body',
}

interface Mass {
  readonly massG: number
  readonly source: string
  readonly evidence: 'transcribed' | 'unverified'
}

const ORNL = 'Cristy and Eckerman, ORNL/TM-8381/V1 (1987), adult'
const ICRP23 = 'ICRP 23 (1975), Reference Man'
const ICRP30 = 'ICRP 30 part 1 (1979)'
const unverified = (massG: number, source: string): Mass => ({ massG, source, evidence: 'unverified' })

const WRITTEN: Readonly<Record<string, Mass>> = {
  Brain: unverified(1420, ORNL),
  Breasts: unverified(351, `${ORNL}, without skin`),
  'Gallbladder contents': unverified(55.7, ORNL),
  'Gallbladder wall': unverified(10.5, ORNL),
  'Lower large intestine contents': unverified(143, ORNL),
  'Lower large intestine wall': unverified(167, ORNL),
  'Small intestine contents': unverified(
    400,
    `${ICRP30}, gastrointestinal tract; the report has wall and contents as one`,
  ),
  'Stomach wall': unverified(158, ORNL),
  'Upper large intestine contents': unverified(232, ORNL),
  'Upper large intestine wall': unverified(220, ORNL),
  'Heart contents': unverified(454, ORNL),
  'Heart wall': unverified(316, ORNL),
  Muscle: unverified(28000, `${ICRP23}; the report's photon region is all other tissue, 51.8 kg`),
  'Red marrow': unverified(1120, `${ORNL}, active marrow`),
  'Trabecular bone': unverified(1000, ICRP23),
  'Cortical bone': unverified(4000, ICRP23),
  'Bone surfaces': unverified(120, `${ICRP30}, 10 µm of endosteal tissue`),
  Skin: unverified(3010, ORNL),
  'Urinary bladder wall': unverified(47.6, ORNL),
  'Total body': unverified(73700, ORNL),
}

/** Regions of the stylised phantom that state their mass. */
const STATED: Readonly<Record<string, string>> = {
  Adrenals: 'adrenals',
  Kidneys: 'kidneys',
  Liver: 'liver',
  Lungs: 'lungs',
  Ovaries: 'ovaries',
  Pancreas: 'pancreas',
  'Small intestine': 'small_intestine',
  Spleen: 'spleen',
  'Stomach contents': 'stomach_contents',
  Testes: 'testes',
  Thymus: 'thymus',
  Thyroid: 'thyroid',
  'Urinary bladder contents': 'urinary_bladder_contents',
  Uterus: 'uterus',
}

/** Parts of the phantom whose volumes give the sum of written masses, g: within 1 %. */
const SUMS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['stomach', ['stomach_outer'], ['Stomach contents', 'Stomach wall']],
  ['bladder', ['urinary_bladder_outer'], ['Urinary bladder contents', 'Urinary bladder wall']],
  ['heart', ['heart_total'], ['Heart contents', 'Heart wall']],
  [
    'upper large intestine',
    ['ascending_colon', 'transverse_colon'],
    ['Upper large intestine contents', 'Upper large intestine wall'],
  ],
]

/** Regions that the report's photon transport did not have as such: the skeleton is one mixture, muscle is all other tissue. */
const NOT_ITS_OWN_REGION = new Set(['Red marrow', 'Muscle'])

export function organMasses(sources: OrganSources): Record<string, Mass> {
  const { organs } = sources.stylised
  const organ = (name: string) => {
    const found = organs[name]
    if (!found) throw new Error(`The stylised phantom has no ${name} any more.`)
    return found
  }
  const masses: Record<string, Mass> = { ...WRITTEN }
  for (const [name, key] of Object.entries(STATED)) {
    const massG = organ(key).publishedMass_g
    if (massG === null) throw new Error(`The stylised phantom does not state the mass of ${key}.`)
    masses[name] = { massG, source: ORNL, evidence: 'transcribed' }
  }
  for (const [what, parts, regions] of SUMS) {
    const byVolume = parts.reduce((s, p) => s + (organ(p).publishedVolume_cc ?? NaN) * organ(p).density, 0)
    const byMass = regions.reduce((s, r) => s + (masses[r]?.massG ?? NaN), 0)
    if (!(Math.abs(byVolume / byMass - 1) < 0.01)) throw new Error(`${what}: ${byMass} g, by volume ${byVolume} g.`)
  }
  return Object.fromEntries(Object.entries(masses).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function buildOrganTables(sources: OrganSources): { saf: string; masses: string } {
  const phantom = sources.saf.saf['ORNLAdultMale']
  if (!phantom) throw new Error('The source has no adult any more.')
  const masses = organMasses(sources)
  const rows: string[] = []
  for (const [key, source] of Object.entries(SOURCE_NAMES)) {
    const row = phantom[key]
    if (!row) throw new Error(`The source has no ${key} any more.`)
    const targets = Object.entries(TARGET_NAMES).map(([targetKey, target]) => {
      const saf = row[targetKey]
      if (saf?.length !== sources.saf.meta.E_MeV.length) throw new Error(`${key}, ${targetKey}: values are missing.`)
      const fraction = (saf[0] as number) * (masses[target]?.massG ?? NaN)
      if (target === source && !NOT_ITS_OWN_REGION.has(target) && !(fraction > 0.6 && fraction < 1.035))
        throw new Error(`${target}: absorbs ${fraction} of its own 10 keV photons: the mass is wrong.`)
      return `      ${JSON.stringify(target)}: ${JSON.stringify(saf)}`
    })
    rows.push(`    ${JSON.stringify(source)}: {\n${targets.join(',\n')}\n    }`)
  }
  const head = {
    schema: 'theratwin.organ-saf/1',
    name: 'ORNL/TM-8381 adult, photons',
    version: '1.0.0',
    provenance: {
      source:
        'M. Cristy, K.F. Eckerman, Specific absorbed fractions of energy at various ages from internal photon sources',
      citation: 'ORNL/TM-8381/V7 (1987)',
      evidence: 'transcribed',
      note: 'Stylised adult of both sexes. Skeleton: one homogeneous mixture in transport; marrow by the report’s response functions.',
    },
    units: { energy: 'MeV', saf: '1/g: saf[source][target][energy]' },
    energiesMev: sources.saf.meta.E_MeV,
  }
  const massTable = {
    schema: 'theratwin.organ-masses/1',
    name: 'ORNL/TM-8381 adult, masses',
    version: '1.0.0',
    provenance: {
      source: 'Masses of the regions of the stylised adult',
      citation: `${ORNL}; ${ICRP23}; ${ICRP30}`,
      evidence: 'unverified',
      note: 'Each region states its source. Walls of stomach, bladder, heart and upper large intestine agree with the published volumes within 1 %; no region absorbs more of its own 10 keV photons than it can.',
    },
    units: { mass: 'g' },
    masses,
  }
  return {
    saf: `${JSON.stringify(head, null, 2).replace(/\n}$/, '')},\n  "saf": {\n${rows.join(',\n')}\n  }\n}\n`,
    masses: `${JSON.stringify(massTable, null, 2)}\n`,
  }
}

function main(): void {
  const read = (name: string): unknown => {
    const file = new URL(name, SHARED)
    if (!existsSync(file)) throw new Error(`../shared/physics/${name} is needed to make this table.`)
    return JSON.parse(readFileSync(file, 'utf8'))
  }
  const made = buildOrganTables({
    saf: read('saf_ornl_tm8381_adult.json'),
    stylised: read('stylised_adult.json'),
  } as OrganSources)
  for (const [name, text] of [
    ['organ-saf-ornl-tm8381.json', made.saf],
    ['organ-masses-ornl-tm8381.json', made.masses],
  ] as const) {
    const file = new URL(name, TARGETS)
    if (!process.argv.includes('--check')) writeFileSync(file, text)
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
      throw new Error(`resources/dosimetry/${name} is not up to date.`)
  }
}

if (process.argv[1] !== undefined && import.meta.url === new URL(`file://${process.argv[1]}`).href) main()

/** The engine `organ-mird`: mean doses of organs from time-integrated activities of source organs. */
import { InputError } from '../../errors/index.ts'
import {
  organSValue,
  parseMarrowFractions,
  parseOrganPhantom,
  RED_MARROW,
  regionOf,
  REMAINDER,
  remainderSValue,
  SURFACES_OF_BONE,
  TOTAL_BODY,
} from '../organ/index.ts'
import type { MarrowFractions, OrganPhantom, OrganRegion, SValue } from '../organ/index.ts'
import { RADIATIONS } from './types.ts'
import type { EngineData, Radiation, TableDose, TableDoseEngine, TableDoseInput, TableSource } from './types.ts'

export const ORGAN_MIRD_VERSION = '1.1.0'

const SAF_TABLE = 'organ-saf-ornl-tm8381'
const MASS_TABLE = 'organ-masses-ornl-tm8381'
const MARROW_TABLE = 'marrow-electron-fractions'

/** The project's electron fractions of marrow, where the program has them. Only a table that is not there is passed over. */
function marrowFractions(data: EngineData, wanted: boolean): MarrowFractions | null {
  if (!wanted) return null
  let json: unknown
  try {
    json = data.dosimetryTable(MARROW_TABLE)
  } catch (error) {
    if (error instanceof InputError && (error.code === 'resources.missing' || error.code === 'dose.data')) return null
    throw error
  }
  return parseMarrowFractions(json)
}

interface Source {
  readonly region: OrganRegion
  readonly given: TableSource
  readonly massKg: number | null
}

const isRemainder = (name: string): boolean => /^remainder( of (the )?body)?$/i.test(name.trim())

function readSources(
  input: TableDoseInput,
  phantom: OrganPhantom,
): { organs: Source[]; remainder: TableSource | null } {
  const organs: Source[] = []
  let remainder: TableSource | null = null
  for (const given of input.sources) {
    const refuse = (what: string, hint: string): InputError =>
      new InputError('dose.source', `${given.region}: ${what}.`, hint)
    if (!(given.activity >= 0) || !Number.isFinite(given.activity))
      throw refuse(`the activity is ${given.activity}`, 'Give a finite number that is not negative.')
    if (given.massKg !== null && (!(given.massKg > 0) || !Number.isFinite(given.massKg)))
      throw refuse(`the mass is ${given.massKg} kg`, 'Give a positive mass, or none for the reference.')
    const region = isRemainder(given.region) ? null : regionOf(phantom.sources, given.region, phantom.name)
    if (region ? organs.some((o) => o.region.name === region.name) : remainder !== null)
      throw refuse('it is there twice', 'Give each source region once.')
    if (region) organs.push({ region, given, massKg: given.massKg })
    else remainder = given
  }
  if (organs.length === 0 && !remainder)
    throw new InputError('dose.source', 'There is no source region.', 'Give the activity of at least one region.')
  return { organs, remainder }
}

function compute(input: TableDoseInput, parameters: Readonly<Record<string, unknown>>, data: EngineData): TableDose {
  const phantom = parseOrganPhantom(data.dosimetryTable(SAF_TABLE), data.dosimetryTable(MASS_TABLE))
  const marrow = marrowFractions(data, parameters['marrow'] === 'own')
  const scaling = parameters['massScaling'] !== false
  const { organs, remainder } = readSources(input, phantom)
  const remarks = new Set<string>()
  const regions = organs.map((o) => o.region)
  const targets = [...phantom.targets.values()].map((target) => {
    const bySourceGy: Record<string, number> = {}
    const byRadiationGy: Record<Radiation, number> = { electron: 0, photon: 0, alpha: 0, recoil: 0 }
    const add = (name: string, s: SValue, activity: number): void => {
      bySourceGy[name] = s.total * activity
      for (const radiation of RADIATIONS) byRadiationGy[radiation] += s[radiation] * activity
      if (s.missing !== null && activity > 0) remarks.add(s.missing)
    }
    for (const { region, given, massKg } of organs) {
      const scaled = scaling && massKg !== null ? { sourceMassKg: massKg } : {}
      add(region.name, organSValue(input.source, phantom, region, target, { marrow, ...scaled }), given.activity)
    }
    if (remainder) add(REMAINDER, remainderSValue(input.source, phantom, regions, target, marrow), remainder.activity)
    const own = organs.find((o) => o.region.name === target.name)
    const massKg = scaling ? (own?.massKg ?? target.massKg) : target.massKg
    const doseGy = Object.values(bySourceGy).reduce((s, v) => s + v, 0)
    return { region: target.name, massKg, doseGy, byRadiationGy, bySourceGy }
  })
  if (input.source.members.length > 1) {
    const names = input.source.members.map((m) => `${m.name} (${m.decaysPerParentDecay.toPrecision(4)})`)
    remarks.add(`Decays of the chain per decay of ${input.source.parent}, in the source region: ${names.join(', ')}.`)
  }
  if (regions.some((r) => r.name === TOTAL_BODY) && organs.length > 1)
    remarks.add('Activity in the total body was added to that of single organs: it must not hold theirs again.')
  if (remainder && remainder.massKg !== null)
    remarks.add('The mass of the remainder is that of the reference; the one given was not used.')
  if (!scaling && organs.some((o) => o.massKg !== null))
    remarks.add('Masses were given but mass scaling is off: the doses are those of the reference masses.')
  const bones = new Set([RED_MARROW, ...SURFACES_OF_BONE.keys(), ...SURFACES_OF_BONE.values()])
  if (regions.some((r) => bones.has(r.name)))
    remarks.add(
      marrow
        ? `Electrons in the skeleton: the project's own fractions (${marrow.about}) where it has them, ICRP 30 otherwise.`
        : 'Electrons in the skeleton: absorbed fractions of ICRP 30; all of its electrons stay in red marrow.',
    )
  return {
    quantity: input.quantity,
    targets,
    facts: {
      phantom: phantom.name,
      phantomVersion: phantom.version,
      massScaling: scaling,
      marrowFractions: marrow ? marrow.about : 'ICRP 30',
    },
    remarks: [...remarks],
  }
}

export const organMird: TableDoseEngine = {
  id: 'organ-mird',
  name: 'Organ level (MIRD)',
  version: ORGAN_MIRD_VERSION,
  scale: 'organ',
  description:
    'Mean doses of the organs of the stylised adult of ORNL/TM-8381 from the decays in source organs. Photons by specific absorbed fractions; electrons, alphas and recoils where they are emitted, half of the dose of contents in their wall, ICRP 30 fractions in the skeleton. Self-dose can be scaled to the patient’s masses; distances between organs are those of the phantom. No bremsstrahlung, no cross-dose of electrons between organs, no doses inside an organ.',
  needs: ['activity-table', 'masses'],
  radiations: [...RADIATIONS],
  givesUncertainty: false,
  parameters: [
    {
      id: 'massScaling',
      label: 'Scale self-dose to the patient’s masses',
      description: 'Electrons, alphas and recoils as m_ref/m, photons as (m_ref/m)^(2/3); cross-dose is not scaled.',
      kind: 'flag',
      default: true,
    },
    {
      id: 'marrow',
      label: 'Electrons in the skeleton',
      description:
        'Absorbed fractions of electrons in red marrow and at bone surfaces. Our own rest on a model of trabecular bone with unverified parameters; they give red marrow less than ICRP 30, which is the cautious choice.',
      kind: 'choice',
      default: 'icrp-30',
      choices: [
        { id: 'icrp-30', label: 'ICRP 30' },
        { id: 'own', label: 'Own Monte Carlo where computed (unverified), else ICRP 30' },
      ],
    },
  ],
  sources: [
    {
      citation: 'M. Cristy, K.F. Eckerman, ORNL/TM-8381 (1987): photon specific absorbed fractions',
      evidence: 'transcribed',
    },
    { citation: 'W.E. Bolch et al., MIRD Pamphlet 21, J. Nucl. Med. 50 (2009) 477: schema', evidence: 'verified' },
    { citation: 'ICRP 30 part 1 (1979): walls of hollow organs, skeleton', evidence: 'unverified' },
    {
      citation: 'Own Monte Carlo of spongiosa; mean chords of Whitehouse et al. (1971), cellularity of ICRP 70 (1995)',
      evidence: 'unverified',
    },
    { citation: 'W.S. Snyder (1970), MIRD Pamphlet 11 (1975): mass scaling', evidence: 'transcribed' },
    { citation: 'R.J. Cloutier et al., J. Nucl. Med. 14 (1973) 53: remainder of the body', evidence: 'transcribed' },
  ],
  compute: (input, run, data) => compute(input, run.parameters, data),
}

/** What a person enters to fit a population: text and choices, and the request or what is wrong beside its field. */
import {
  populationFitAskSchema,
  type GatheredCurve,
  type PopulationFitAsk,
  type PopulationSelection,
} from '../../../../electron/contracts/index.ts'
import { asWritten, isPattern } from './pattern.ts'

export interface PopulationDraft {
  name: string
  agent: string
  nuclide: string
  structure: string
  cycles: PopulationSelection['cycles']
  normalisation: PopulationSelection['normalisation']
  minimumPoints: number
  /** Keys of curves that a person left out; see `keyOf`. */
  excluded: readonly string[]
  curves: readonly string[]
  residual: PopulationFitAsk['residual']
  omega: 'diagonal' | 'full'
  algorithm: PopulationFitAsk['algorithm']
  starts: number
  note: string
}

export type Errors = Readonly<Record<string, string>>
export type DraftResult =
  { readonly ok: true; readonly ask: PopulationFitAsk } | { readonly ok: false; readonly errors: Errors }

/** @param course of the open patient: what a population of the site is most often of */
export const emptyDraft = (course: { readonly agent: string; readonly nuclide: string } | null): PopulationDraft => ({
  name: '',
  agent: course?.agent ?? '',
  nuclide: course?.nuclide ?? '',
  structure: '',
  cycles: 'first',
  normalisation: 'administered',
  minimumPoints: 2,
  excluded: [],
  curves: ['mono-exponential', 'bi-exponential-washout'],
  residual: 'proportional',
  omega: 'diagonal',
  algorithm: 'foce-interaction',
  starts: 2,
  note: '',
})

type CurveName = Pick<GatheredCurve, 'patientId' | 'cycle' | 'structure'>
export const keyOf = ({ patientId, cycle, structure }: CurveName): string =>
  JSON.stringify([patientId, cycle, structure])
const curveNamed = (key: string): CurveName => {
  const [patientId, cycle, structure] = JSON.parse(key) as [string, number, string]
  return { patientId, cycle, structure }
}

/** The curves that are meant, or null where the draft does not say it yet. */
export function selectionOf(draft: PopulationDraft): PopulationSelection | null {
  const agent = draft.agent.trim()
  const nuclide = draft.nuclide.trim()
  const structure = draft.structure.trim()
  if (agent === '' || nuclide === '' || structure === '' || !isPattern(structure)) return null
  return {
    agent: asWritten(agent),
    nuclide,
    structure,
    cycles: draft.cycles,
    normalisation: draft.normalisation,
    minimumPoints: draft.minimumPoints,
    excluded: draft.excluded.map(curveNamed),
  }
}

const NEEDED: Readonly<Record<'name' | 'agent' | 'nuclide' | 'structure', string>> = {
  name: 'Give it a name: the same name makes the next version of one that is there.',
  agent: 'Which agent: a part of its name, such as DOTATATE.',
  nuclide: 'Which radionuclide, such as Lu-177.',
  structure: 'Which structures: a part of their names, such as kidney.',
}

export function askOf(draft: PopulationDraft, gathered: readonly GatheredCurve[]): DraftResult {
  const errors: Record<string, string> = {}
  for (const [field, message] of Object.entries(NEEDED))
    if (draft[field as keyof typeof NEEDED].trim() === '') errors[field] = message
  if (!isPattern(draft.structure)) errors['structure'] = 'This is no regular expression: give a part of the names.'
  if (draft.curves.length === 0) errors['curves'] = 'Choose at least one curve.'
  else if (draft.curves.length > 8) errors['curves'] = 'Eight curves at most.'
  const used = gathered.filter(({ leftOut }) => leftOut === '')
  if (Object.keys(errors).length === 0 && used.length === 0) errors['gathered'] = 'No stored analysis has such a curve.'
  const selection = selectionOf(draft)
  const parsed = populationFitAskSchema.safeParse({
    name: draft.name,
    selection,
    curves: draft.curves,
    residual: draft.residual,
    omega: draft.omega,
    algorithm: draft.algorithm,
    starts: draft.starts,
    note: draft.note.trim(),
  })
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  if (parsed.success) return { ok: true, ask: parsed.data }
  const [issue] = parsed.error.issues
  return { ok: false, errors: { [String(issue?.path[0] ?? 'name')]: issue?.message ?? 'This cannot be.' } }
}

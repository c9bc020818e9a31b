/** Drafts of biology in the store: settings of it, apart from all decisions, so that nothing that is computed rests on them. */
import { biologyDraftsSchema, formulaFormDraftSchema } from '../../contracts/biologyDrafts.ts'
import type { BiologyDrafts, FormulaFormDraft } from '../../contracts/biologyDrafts.ts'
import { z } from '../../contracts/schema.ts'
import type { Store } from '../ports/store.ts'

const OF_PATIENT = 'biology.draft.'
const OF_FORMULA = 'biology.formula-draft'
const NONE: BiologyDrafts = { effects: null, response: null }
const storedFormulaDraft = formulaFormDraftSchema.extend({ savedAt: z.string() }).nullable()

type Kept<Draft> = Omit<NonNullable<Draft>, 'savedAt'> | null | undefined

/** A draft that this version of the program cannot read is not offered; it stays where it is until another takes its place. */
export function biologyDraftsOf({ read }: Pick<Store, 'read'>, patientId: string): BiologyDrafts {
  const parsed = biologyDraftsSchema.safeParse(read.setting(OF_PATIENT + patientId)?.value ?? NONE)
  return parsed.success ? parsed.data : NONE
}

/** Puts drafts in the place of earlier ones; null takes one away, what is left out stays. */
export function keepBiologyDrafts(
  store: Store,
  patientId: string,
  given: { readonly effects?: Kept<BiologyDrafts['effects']>; readonly response?: Kept<BiologyDrafts['response']> },
  savedAt: string,
): BiologyDrafts {
  const before = biologyDraftsOf(store, patientId)
  const after: BiologyDrafts = {
    effects: given.effects === undefined ? before.effects : given.effects && { ...given.effects, savedAt },
    response: given.response === undefined ? before.response : given.response && { ...given.response, savedAt },
  }
  store.transaction({ action: 'biology.draft' }, (write) => write.putSetting(OF_PATIENT + patientId, after))
  return after
}

/** The formula that was half-written when the window closed last. */
export function formulaDraftOf({ read }: Pick<Store, 'read'>): z.output<typeof storedFormulaDraft> {
  const parsed = storedFormulaDraft.safeParse(read.setting(OF_FORMULA)?.value ?? null)
  return parsed.success ? parsed.data : null
}

export function keepFormulaDraft(store: Store, draft: FormulaFormDraft | null, savedAt: string): void {
  store.transaction({ action: 'biology.draft' }, (write) =>
    write.putSetting(OF_FORMULA, draft && { ...draft, savedAt }),
  )
}

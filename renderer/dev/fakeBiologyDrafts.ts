/** Drafts of biology of one session of the window. */
import { biologyDraftsSchema } from '../../electron/contracts/index.ts'
import type { AnswerOf, BiologyDrafts, RequestOf } from '../../electron/contracts/index.ts'

const SAVED_AT = '2024-02-01T10:00:00Z'

export function createFakeBiologyDrafts() {
  let drafts: BiologyDrafts = biologyDraftsSchema.parse({})
  let formula: AnswerOf<'biologyDrafts.formula'> = null
  return {
    'biologyDrafts.of': (): AnswerOf<'biologyDrafts.of'> => drafts,
    'biologyDrafts.keep': ({ effects, response }: RequestOf<'biologyDrafts.keep'>) => {
      drafts = biologyDraftsSchema.parse({
        effects: effects === undefined ? drafts.effects : effects && { ...effects, savedAt: SAVED_AT },
        response: response === undefined ? drafts.response : response && { ...response, savedAt: SAVED_AT },
      })
      return {}
    },
    'biologyDrafts.formula': () => formula,
    'biologyDrafts.keepFormula': ({ draft }: RequestOf<'biologyDrafts.keepFormula'>) => {
      formula = draft && { ...draft, savedAt: SAVED_AT }
      return {}
    },
  }
}

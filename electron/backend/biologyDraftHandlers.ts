/** Requests about drafts of biology. */
import type { biologyDraftRequests } from '../contracts/biologyDrafts.ts'
import type { z } from '../contracts/schema.ts'
import { biologyDraftsOf, formulaDraftOf, keepBiologyDrafts, keepFormulaDraft } from '../services/patients/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

type Asked<N extends keyof typeof biologyDraftRequests> = z.output<(typeof biologyDraftRequests)[N]['ask']>

const now = (): string => new Date().toISOString()

export const biologyDraftHandlers = ({ store }: SessionTools): HandlersOf<keyof typeof biologyDraftRequests> => ({
  'biologyDrafts.of': ({ patientId }: Asked<'biologyDrafts.of'>) => biologyDraftsOf(store, patientId),
  'biologyDrafts.keep': ({ patientId, ...drafts }: Asked<'biologyDrafts.keep'>) => {
    keepBiologyDrafts(store, patientId, drafts, now())
    return {}
  },
  'biologyDrafts.formula': () => formulaDraftOf(store),
  'biologyDrafts.keepFormula': ({ draft }: Asked<'biologyDrafts.keepFormula'>) => {
    keepFormulaDraft(store, draft, now())
    return {}
  },
})

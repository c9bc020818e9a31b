/** The invented patient has no diagnostic scan: its one cycle could predict another therapy, and nothing was predicted. */
import type { AnswerOf } from '../../electron/contracts/index.ts'

export const fakePairHandlers = {
  'pair.of': (): AnswerOf<'pair.of'> => ({ therapyNuclide: 'Lu-177', sources: [], predictions: [] }),
  'pair.predict': () => ({
    error: {
      ...{ kind: 'input', code: 'pair.source', message: 'The patient has no such diagnostic administration.' },
      hint: 'Open the list of diagnostic scans again.',
    },
  }),
}

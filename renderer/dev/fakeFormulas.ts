/** Formulas are read and tested in the backend only: the invented store has none and keeps none. */
const noSandbox = {
  error: {
    kind: 'input',
    code: 'formula.unavailable',
    message: 'Formulas cannot be tested here.',
    hint: 'Start the whole program.',
  },
} as const

export const fakeFormulaHandlers = {
  'biologyFormulas.list': () => [],
  'biologyFormulas.check': () => noSandbox,
  'biologyFormulas.save': () => noSandbox,
  'biologyFormulas.retire': () => noSandbox,
}

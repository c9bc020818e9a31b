/** The invented store has one patient: too few for a population of its own. */
const tooFew = {
  error: {
    kind: 'input',
    code: 'population.too-few',
    message: 'There are too few curves for a population.',
    hint: 'Add patients of the same agent.',
  },
} as const

export const fakePopulationHandlers = {
  'populations.list': () => [],
  'populations.gather': () => [],
  'populations.fit': () => tooFew,
  'populations.retire': () => [],
  'populations.export': () => tooFew,
  'populations.import': () => tooFew,
}

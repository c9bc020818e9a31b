/**
 * Laws (fast-check properties) are run on the same examples every time, so that a test run says something about the change and not about
 * luck. To look for examples that break a law, set THERATWIN_LAW_SEED to a number, or to `random`, and THERATWIN_LAW_RUNS to how many
 * examples a law gets; a failure prints its seed.
 */
import fc from 'fast-check'

const FIXED_SEED = 20_261_122

const seed = process.env['THERATWIN_LAW_SEED'] ?? String(FIXED_SEED)
const runs = process.env['THERATWIN_LAW_RUNS']

fc.configureGlobal({
  ...(seed === 'random' ? {} : { seed: Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
})

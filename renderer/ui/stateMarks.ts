import type { StepState } from '../../electron/contracts/index.ts'
import type { IconName } from './icons.ts'

/** How a step's state looks: an icon and a word, so that colour is never the only sign. */
export const stateMarks: Readonly<Record<StepState, { icon: IconName; word: string; meaning: string }>> = {
  empty: { icon: 'circle', word: 'empty', meaning: 'Nothing here yet' },
  ready: { icon: 'ready', word: 'ready', meaning: 'Everything needed is there; not run yet' },
  running: { icon: 'running', word: 'running', meaning: 'Being computed now' },
  done: { icon: 'check', word: 'done', meaning: 'Up to date' },
  stale: { icon: 'stale', word: 'stale', meaning: 'An input changed since this was made' },
  problem: { icon: 'problem', word: 'problem', meaning: 'Something needs your decision first' },
}

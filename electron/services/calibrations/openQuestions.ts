/** Questions about an image that make its numbers doubtful. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'

/** What the analysis itself answers: the factor is what is looked for, or given. */
const ANSWERED_HERE = 'activity.needs-calibration'
/** A phantom has no administration; where its voxels lie and what they hold has to be settled. */
const MATTERS = /^(activity|geometry|quantity)\./

/** @throws InputError `calibration.open-question` where it is open what the voxels of a series hold or where they lie. */
export function refuseOpenQuestions(problems: readonly ImportProblem[], seriesUid: string): void {
  const open = problems.find(
    ({ severity, code, seriesUid: of }) =>
      severity === 'question' && of === seriesUid && MATTERS.test(code) && !code.startsWith(ANSWERED_HERE),
  )
  if (!open) return
  throw new InputError(
    'calibration.open-question',
    `The image cannot be used as it is: ${open.message}`,
    `${open.hint} (${open.code})`,
  )
}

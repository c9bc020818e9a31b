/** Cycles that could follow, as a person writes them in one word of the command line. */
import { InputError } from '../../native-core/errors/index.ts'
import { furtherCycleSchema } from '../contracts/biologyParts.ts'
import type { FurtherCycle } from '../contracts/biologyParts.ts'
import { parseQuantity } from '../services/quantities/index.ts'

const ONE = /^(?:same|x([\d.]+)|(\d[^@]*?))?(?:@(?:(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?)|\+(\d+(?:\.\d+)?)d))?$/

/**
 * "2": two more like the last one. Else cycles between commas, each an activity ("7.4 GBq"), a share of the last one ("x0.5") or "same", and after an @ a date
 * ("@2026-05-01") or days after the cycle before it ("@+42d"); without these, the default of the contract.
 *
 * @throws InputError `cli.further-cycles` naming the entry.
 */
export function parseFurtherCycles(text: string): FurtherCycle[] {
  const count = /^\s*(\d{1,2})\s*$/.exec(text)?.[1]
  if (count !== undefined && Number(count) >= 1 && Number(count) <= 20)
    return Array.from({ length: Number(count) }, () => furtherCycleSchema.parse({}))
  return text.split(',').map((entry) => {
    const found = ONE.exec(entry.trim())
    const refuse = (why: string): InputError =>
      new InputError(
        'cli.further-cycles',
        `"${entry.trim()}" of --further-cycles ${why}.`,
        'Write a number of cycles from 1 to 20, or cycles between commas: "same", "x0.5" or "7.4 GBq", each with "@2026-05-01" or "@+42d" where wanted.',
      )
    if (!found || entry.trim() === '') throw refuse('is no cycle')
    const [, share, activity, date, days] = found
    const parsed = furtherCycleSchema.safeParse({
      ...(activity === undefined ? {} : { activityBq: parseQuantity(activity, 'activityBq') }),
      ...(share === undefined ? {} : { relativeActivity: Number(share) }),
      ...(date === undefined ? {} : { date }),
      ...(days === undefined ? {} : { afterDays: Number(days) }),
    })
    if (!parsed.success) throw refuse(`is out of range (${parsed.error.issues[0]?.message ?? ''})`)
    return parsed.data
  })
}

import { InputError } from '../../errors/index.ts'

/** @throws InputError with this code where there is no time of `what`, or they do not ascend. */
export function checkTimes(timesS: readonly number[], what: string, code: 'biology.response' | 'biology.marker'): void {
  const ascending = timesS.every((time, at) => Number.isFinite(time) && (at === 0 || time > (timesS[at - 1] as number)))
  if (timesS.length > 0 && ascending) return
  throw new InputError(code, `The times of ${what} do not ascend.`, 'Give at least one time, in ascending order.')
}

import type { Protocol } from '../../../../electron/contracts/index.ts'

/** What the fit of curves depends on and the measurement of images does not. */
const OF_THE_FIT: ReadonlySet<string> = new Set<keyof Protocol>([
  'timeActivityModel',
  'timeActivityModelByStructure',
  'timeActivityFit',
  'timeActivityFitByStructure',
  'fewScans',
  'pointsLeftOut',
  'measuredSeries',
  'activityRelativeUncertainty',
  'administeredRelativeUncertainty',
  'uncertainty',
])

/** Members in one order, so that equal protocols are equal text whichever way they were made. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, ordered(member)]),
  )
}

/** Whether two protocols differ, and only in what the fit depends on: then the images need not be measured again. */
export function differsInFitOnly(a: Protocol, b: Protocol): boolean {
  const text = (protocol: Protocol, ofTheFit: boolean) =>
    JSON.stringify(
      ordered(Object.fromEntries(Object.entries(protocol).filter(([key]) => OF_THE_FIT.has(key) === ofTheFit))),
    )
  return text(a, false) === text(b, false) && text(a, true) !== text(b, true)
}

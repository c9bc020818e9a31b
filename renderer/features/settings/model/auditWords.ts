/** Entries of the audit trail in words: what was done, and what of the store it changed. */

const ACTIONS: Readonly<Record<string, string>> = {
  import: 'Files imported',
  'analysis.compute': 'Analysis run',
  'bed-map.accumulate': 'BED of cycles added',
  'bed-map.compute': 'BED map computed',
  'biology.response': 'Response over time computed',
  'biology.save': 'Settings of biology kept',
  'calibration.add': 'Calibration stored',
  'calibration.retire': 'Calibration retired',
  'course.settle': 'Course put together',
  'dose.accumulate': 'Voxel doses of cycles added',
  'dose.compare': 'Voxel doses compared',
  'dose.compute': 'Voxel dose computed',
  'lesions.find': 'Lesions looked for',
  'measured-series.add': 'Measured series stored',
  'measured-series.retire': 'Measured series retired',
  'networks.run': 'Organs segmented by a network',
  'population.fit': 'Population fitted',
  'population.retire': 'Population retired',
  'protocol.save': 'Protocol changed',
  'registration.accept': 'Registration accepted',
  'registration.add': 'Registration stored',
  'registration.landmarks': 'Landmarks set',
  'registration.preview': 'Registration previewed',
  'registration.reject': 'Registration rejected',
  'report.create': 'Report made',
  'store.created': 'Store created',
  'structures.propagate': 'Structures carried over',
  'structures.rasterise': 'Outlines made into voxels',
  'structures.save': 'Structures saved',
}

/** An action that has no words here stands as the store names it. */
export const actionWords = (action: string): string => ACTIONS[action] ?? action

/** Results of computations are artifacts in the store. */
const ENTITIES: Readonly<Record<string, string>> = { artifact: 'result' }
const PLURALS: Readonly<Record<string, string>> = {
  study: 'studies',
  series: 'series',
  'measured series': 'measured series',
  'import batch': 'import batches',
}
/** As many digits of a hash as the window shows of a result elsewhere. */
const SHOWN_DIGITS = 10

interface ChangeEntry {
  readonly change: string
  readonly entity: string
  readonly id: string
}

/** "2 results added (9ecee9f5e9, …)": the recorded detail as counts by kind; what is not of that form stands as it is. */
export function detailWords(details: string): string {
  const record = parsed(details)
  if (record === null) return details
  const { changes, ...others } = record
  const counted = Array.isArray(changes) ? countedChanges(changes.filter(isChange)) : []
  const said = Object.entries(others).map(([key, value]) => `${key}: ${plain(value)}`)
  return [...said, ...counted].join('; ') || '–'
}

function countedChanges(changes: readonly ChangeEntry[]): string[] {
  const groups = Map.groupBy(changes, ({ change, entity }) => `${entity}\n${change}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const name = (ENTITIES[first.entity] ?? first.entity).replaceAll('-', ' ')
    const many = group.length === 1 ? name : (PLURALS[name] ?? `${name}s`)
    return [`${group.length} ${many} ${first.change} (${shortId(first.id)}${group.length > 1 ? ', …' : ''})`]
  })
}

const shortId = (id: string): string => (/^[0-9a-f]{32,}$/.test(id) ? id.slice(0, SHOWN_DIGITS) : id)
const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function isChange(value: unknown): value is ChangeEntry {
  const entry = value as Partial<Record<keyof ChangeEntry, unknown>> | null
  return [entry?.change, entry?.entity, entry?.id].every((part) => typeof part === 'string')
}

function parsed(details: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(details)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** Outlines of a time point as masks for the views, made once and kept in the store. */
import type { MaskRef } from '../../contracts/structures.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { namedStructures } from '../analysis/index.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import { structureSetsOf } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute, DisplayMask } from '../ports/compute.ts'
import type { ArtifactSpec, EntityRef, Store } from '../ports/store.ts'
import { timePointOf } from './timePointOf.ts'

/** Okabe and Ito's palette (2008), told apart with any colour vision; used where the file gives no colour. */
const PALETTE: readonly (readonly [number, number, number])[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
]

interface StoredMask {
  readonly name: string
  readonly box: DisplayMask['box']
  readonly volumeMl: number
}

/**
 * Masks of the set that the time point's numbers are made from, or of the one named; none where there is none.
 *
 * @throws InputError `time-point.unknown`.
 */
export async function masksOf(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  protocol: Protocol,
  { timePointId, setId: wanted }: { readonly timePointId: string; readonly setId?: string | undefined },
  compute: Compute,
): Promise<readonly MaskRef[]> {
  const timePoint = timePointOf(course, timePointId)
  const set =
    wanted === undefined
      ? timePoint.structureSet
      : structureSetsOf(timePoint.emission, timePoint.ct, patient).find(({ key }) => patient.idOf.get(key) === wanted)
  const setId = set ? patient.idOf.get(set.key) : undefined
  const record = setId === undefined ? null : store.read.structureSet(setId)
  if (!set || setId === undefined || !record) return []
  const grid = (timePoint.ct ?? timePoint.emission).grid
  const named = namedStructures(set.structures, { ...protocol, excludedStructures: [] })
  const subject: EntityRef = { entity: 'structure-set', id: setId }
  const spec: ArtifactSpec = {
    kind: 'structure-mask',
    algorithmVersion: 'display-mask/1',
    parameters: { grid },
    inputs: [store.read.inputOf('structures', subject)],
  }
  const made = await masks(store, subject, spec, timePoint, named, compute)
  return named.flatMap((structure, position): MaskRef[] => {
    const mask = made.masks[position]
    const id = made.volumes[String(position)]
    const stored = record.structures.find(({ number }) => number === structure.structure.number)
    if (!mask || id === undefined || !stored) return []
    return [
      {
        id,
        structureId: stored.id,
        name: structure.name,
        kind: structure.kind,
        type: stored.type,
        colourRgb: [...(structure.colourRgb ?? PALETTE[position % PALETTE.length] ?? [255, 255, 255])] as [
          number,
          number,
          number,
        ],
        origin: `${set.origin} "${set.label}"`,
        method: stored.method ?? { kind: 'imported', description: `${set.origin} "${set.label}"`, parameters: {} },
        review: stored.review,
        identity: stored.identity,
        volumeMl: mask.volumeMl,
        grid: grid as MaskRef['grid'],
        boxStart: [...mask.box.start] as [number, number, number],
        boxSize: [...mask.box.size] as [number, number, number],
      },
    ]
  })
}

async function masks(
  store: Store,
  subject: EntityRef,
  spec: ArtifactSpec,
  timePoint: TimePointDraft,
  named: ReturnType<typeof namedStructures>,
  compute: Compute,
): Promise<{ readonly masks: readonly StoredMask[]; readonly volumes: Readonly<Record<string, string>> }> {
  const known = store.read.artifact(store.read.artifactKey(spec))
  if (known) return { masks: known.payload as readonly StoredMask[], volumes: known.volumes }
  const grid = (timePoint.ct ?? timePoint.emission).grid
  const computed = await compute.displayMasks({
    grid,
    structures: named.map(({ name, kind, structure }) => ({ name, kind, shape: structure.shape })),
    sliceThicknessMm: grid.spacingMm[2],
  })
  const volumes: Record<string, string> = {}
  for (const [position, mask] of computed.entries())
    if (mask.fractions.length > 0) volumes[String(position)] = (await store.volumes.put(mask.fractions)).id
  const payload = computed.map(({ name, box, volumeMl }): StoredMask => ({ name, box, volumeMl }))
  store.transaction({ action: 'structures.rasterise' }, (write) =>
    write.putArtifact({ ...spec, subject, slot: JSON.stringify(grid), payload, volumes }),
  )
  return { masks: payload, volumes }
}

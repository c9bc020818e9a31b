/** The place of one structure that was carried over, found once more: a rigid registration in a box around it. */
import { InputError } from '../../../native-core/errors/index.ts'
import { applyMat4, deformationAfterAffine, IDENTITY_MAT4, invertAffine } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, Mat4 } from '../../../native-core/imaging/index.ts'
import { maskCentroidMm } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import type { Store } from '../ports/store.ts'
import { aroundStructure, channelOf } from '../registration/index.ts'
import type { FixedToMoving } from '../registration/index.ts'
import { imageToRegister } from './computeRegistration.ts'

export interface Refined {
  /** Target to source coordinates for this structure alone; null where its own registration was not taken. */
  readonly toSource: FixedToMoving | null
  /** Of its centre; null where it was not taken. */
  readonly movedMm: number | null
  readonly description: string
  readonly remarks: readonly string[]
}

export interface RefineHow {
  /** Target to source coordinates, to begin from. */
  readonly map: FixedToMoving
  /** The structure as that map carries it, on a grid of the target. */
  readonly mask: FractionalMask
  readonly marginMm: number
  readonly image: 'ct' | 'emission'
}

/** Beyond the image that is deformed. */
const OUTSIDE = { ct: -1000, emission: 0 } as const

/**
 * Registers what lies in a box around the structure, with a margin, by normalised correlation; after a deformable map the source's image as it is
 * deformed, so that the rigid movement comes on top. It is not taken, and the remark says why, where it
 * does not match better than before, or would move the structure farther than the margin: then the box no longer holds it.
 *
 * @throws InputError `registration.no-image`; CancelledError.
 */
export async function refineStructure(
  {
    store,
    patient,
    compute,
    signal,
  }: {
    readonly store: Store
    readonly patient: StoredPatient
    readonly compute: Pick<Compute, 'registerImages' | 'warp'>
    readonly signal: AbortSignal
  },
  source: TimePointDraft,
  target: TimePointDraft,
  { map, mask, marginMm, image }: RefineHow,
): Promise<Refined> {
  const hint = 'Refine by the emission images instead.'
  const [fixed, moving] = [imageToRegister(target, image, hint), imageToRegister(source, image, hint)]
  const load = async ({ grid, key }: ScannedImage) => ({
    grid,
    values: await store.voxels.get(patient.voxelsOf.get(key) ?? ''),
  })
  const kept = (why: string): Refined => ({ toSource: null, movedMm: null, description: '', remarks: [why] })
  try {
    const box = aroundStructure(fixed.grid, { kind: 'voxels', mask }, marginMm)
    const isDeformable = 'displacementMm' in map
    const seen = isDeformable
      ? {
          grid: fixed.grid,
          values: await compute.warp(
            { kind: 'image', map, grid: fixed.grid, work: { moving: await load(moving), fill: OUTSIDE[image] } },
            { signal },
          ),
        }
      : await load(moving)
    const before: Mat4 = isDeformable ? IDENTITY_MAT4 : map
    const channel = channelOf(image, await load(fixed), seen, 'normalised-correlation')
    const task = { kind: 'rigid', channels: [{ ...channel, fixedMask: box }], initial: before } as const
    const { linear } = await compute.registerImages(task, { signal })
    const last = linear.course.at(-1)
    const centre = maskCentroidMm(mask)
    if (!last || centre === null) return kept('It was not registered on its own: nothing of it lies in the image.')
    // The same tissue of the source, by both maps.
    const now = applyMat4(invertAffine(linear.fixedToMoving), applyMat4(before, centre))
    const movedMm = Math.hypot(...now.map((mm, axis) => mm - centre[axis]!))
    if (!(last.metricAfter > last.metricBefore))
      return kept('Its own registration does not match better than that of the whole: it was not taken.')
    if (movedMm > marginMm)
      return kept(
        `Its own registration would move it by ${movedMm.toFixed(1)} mm, more than the margin of ${marginMm} mm: it was not taken.`,
      )
    return {
      toSource: isDeformable ? deformationAfterAffine(map, linear.fixedToMoving) : linear.fixedToMoving,
      movedMm,
      description: `Then moved by ${movedMm.toFixed(1)} mm by a rigid registration of its own (${image === 'ct' ? 'CT' : 'emission image'}, margin ${marginMm} mm)`,
      remarks: [],
    }
  } catch (error) {
    if (!(error instanceof InputError) || error.code === 'registration.no-image') throw error
    return kept(`It could not be registered on its own (${error.message}): it lies by the registration of the whole.`)
  }
}

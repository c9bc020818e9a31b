/** From the image of a phantom to calibrations that a person may store. */
import { InputError } from '../../../native-core/errors/index.ts'
import { pointSourceFactor, uniformPhantomFactor } from '../../../native-core/imaging/quantification/index.ts'
import type { KnownSource } from '../../../native-core/imaging/quantification/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import type { Nuclide, NuclideTable } from '../../../native-core/physics/index.ts'
import { mbqToBq } from '../../../native-core/units/index.ts'
import type { Phantom, StoredCalibration } from '../../contracts/calibrations.ts'
import { analyseSpheres } from './analyseSpheres.ts'
import type { SpheresAnswer } from './analyseSpheres.ts'
import { cameraConditions } from './cameraConditions.ts'
import { cameraFactor, durationOf } from './drafts.ts'
import type { DraftLabel, PhantomImage } from './drafts.ts'

export interface PhantomAnswer {
  readonly drafts: StoredCalibration[]
  readonly remarks: string[]
  /** Of spheres: where they were, their coefficients and image quality; null for other phantoms. */
  readonly spheres: SpheresAnswer | null
}

/** Why an image in Bq/mL gives no camera factor. */
export const NEEDS_COUNTS = 'The image is in Bq/mL already: a factor from counts to activity cannot be taken from it.'

/** All that an analysis needs, as it is sent to a worker. */
export interface PhantomTask {
  readonly image: PhantomImage
  readonly phantom: Phantom
  readonly label: DraftLabel
  readonly nuclide: Pick<Nuclide, 'name' | 'halfLifeS' | 'halfLifeUncertaintyS'>
}

/** Tells how far an analysis is, 0 to 1. May throw CancelledError. */
export type PhantomStep = (fraction: number) => void

/** @throws InputError `nuclide.unknown`. */
export function phantomTask(
  image: PhantomImage,
  phantom: Phantom,
  { name, date, conditions }: DraftLabel,
  nuclides: NuclideTable,
): PhantomTask {
  const nuclide = findNuclide(nuclides, phantom.nuclide)
  const { halfLifeS, halfLifeUncertaintyS } = nuclide
  return {
    image,
    phantom,
    label: { name, date, conditions },
    nuclide: { name: nuclide.name, halfLifeS, halfLifeUncertaintyS },
  }
}

/**
 * Analyses a phantom: a camera factor from a uniform phantom, a point source or hot spheres; with spheres also a recovery curve and the
 * width of the point spread function. What the image names its camera goes into the conditions. Nothing is stored.
 *
 * @throws InputError `calibration.needs-counts`, `calibration.needs-duration`, and those of the core; CancelledError of `step`
 */
export function analysePhantom(
  { image, phantom, label, nuclide }: PhantomTask,
  step: PhantomStep = () => undefined,
): PhantomAnswer {
  step(0)
  const known: KnownSource = {
    activityRelativeUncertainty: phantom.activityRelativeUncertainty,
    assayToStartS: phantom.assayToStartH * 3600,
    halfLifeS: nuclide.halfLifeS,
    halfLifeUncertaintyS: nuclide.halfLifeUncertaintyS,
    repeatabilityRelative: phantom.repeatabilityRelative,
  }
  const named = cameraConditions(label.conditions, image.camera)
  const conditions = {
    ...named.conditions,
    nuclide: nuclide.name,
    matrix: [...image.grid.dimensions] as [number, number, number],
    voxelMm: [...image.grid.spacingMm] as [number, number, number],
  }
  const labelled = { ...label, conditions }
  const durationS = phantom.acquisitionDurationS ?? image.durationS
  if (phantom.source === 'sphere') {
    const answer = analyseSpheres({ ...image, durationS }, phantom, known, labelled, step)
    return { ...answer, remarks: [...named.remarks, ...answer.remarks] }
  }
  if (image.unit !== 'counts')
    throw new InputError(
      'calibration.needs-counts',
      NEEDS_COUNTS,
      'Give the reconstruction in counts. How well an image in Bq/mL recovers small volumes is seen with a sphere phantom.',
    )
  const counts = { grid: image.grid, values: image.values, durationS: durationOf(durationS) }
  const activityBq = mbqToBq(phantom.activityMbq)
  const centre = phantom.centreMm ? { centreMm: phantom.centreMm } : {}
  const factor =
    phantom.source === 'uniform'
      ? uniformPhantomFactor(
          counts,
          { ...known, activityBq, ...volumeOf(phantom) },
          { kind: phantom.region, radiusMm: phantom.radiusMm, lengthMm: phantom.lengthMm, ...centre },
        )
      : pointSourceFactor(
          counts,
          { ...known, activityBq },
          { radiusMm: phantom.radiusMm, shellOuterMm: phantom.shellOuterMm ?? null, ...centre },
        )
  const source = phantom.source === 'uniform' ? 'uniform-phantom' : 'point-source'
  return {
    drafts: [cameraFactor(factor, source, labelled)],
    remarks: [...named.remarks, ...factor.remarks],
    spheres: null,
  }
}

const volumeOf = ({ volumeMl, volumeRelativeUncertainty }: Extract<Phantom, { source: 'uniform' }>) => ({
  volumeMl,
  volumeRelativeUncertainty,
})

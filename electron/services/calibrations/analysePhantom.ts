/** From the image of a phantom to calibrations that a person may store. */
import { InputError } from '../../../native-core/errors/index.ts'
import { pointSourceFactor, uniformPhantomFactor } from '../../../native-core/imaging/quantification/index.ts'
import type { KnownSource } from '../../../native-core/imaging/quantification/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import { mbqToBq } from '../../../native-core/units/index.ts'
import type { Phantom, StoredCalibration } from '../../contracts/calibrations.ts'
import { analyseSpheres } from './analyseSpheres.ts'
import type { SpheresAnswer } from './analyseSpheres.ts'
import { cameraFactor, durationOf } from './drafts.ts'
import type { DraftLabel, PhantomImage } from './drafts.ts'

export interface PhantomAnswer {
  readonly drafts: StoredCalibration[]
  readonly remarks: string[]
  /** Of spheres: where they were, their coefficients and image quality; null for other phantoms. */
  readonly spheres: SpheresAnswer | null
}

/**
 * Analyses a phantom: a camera factor from a uniform phantom, a point source or hot spheres; with spheres also a recovery curve and the
 * width of the point spread function. Nothing is stored.
 *
 * @throws InputError `calibration.needs-counts`, `calibration.needs-duration`, `nuclide.unknown`, and those of the core
 */
export function analysePhantom(
  image: PhantomImage,
  phantom: Phantom,
  label: DraftLabel,
  nuclides: NuclideTable,
): PhantomAnswer {
  const nuclide = findNuclide(nuclides, phantom.nuclide)
  const known: KnownSource = {
    activityRelativeUncertainty: phantom.activityRelativeUncertainty,
    assayToStartS: phantom.assayToStartH * 3600,
    halfLifeS: nuclide.halfLifeS,
    halfLifeUncertaintyS: nuclide.halfLifeUncertaintyS,
    repeatabilityRelative: phantom.repeatabilityRelative,
  }
  const conditions = {
    ...label.conditions,
    nuclide: nuclide.name,
    matrix: [...image.grid.dimensions] as [number, number, number],
    voxelMm: [...image.grid.spacingMm] as [number, number, number],
  }
  const labelled = { ...label, conditions }
  const durationS = phantom.acquisitionDurationS ?? image.durationS
  if (phantom.source === 'sphere') return analyseSpheres({ ...image, durationS }, phantom, known, labelled)
  if (image.unit !== 'counts')
    throw new InputError(
      'calibration.needs-counts',
      'The image is in Bq/mL already: a factor from counts to activity cannot be taken from it.',
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
  return { drafts: [cameraFactor(factor, source, labelled)], remarks: [...factor.remarks], spheres: null }
}

const volumeOf = ({ volumeMl, volumeRelativeUncertainty }: Extract<Phantom, { source: 'uniform' }>) => ({
  volumeMl,
  volumeRelativeUncertainty,
})

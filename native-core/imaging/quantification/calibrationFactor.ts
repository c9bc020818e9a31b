/** What the three ways to a calibration factor share. */
import { InputError } from '../../errors/index.ts'
import { voxelCount } from '../grid.ts'
import type { ImageGrid, Vec3 } from '../types.ts'
import { combinedRelative } from './budget.ts'
import type { BudgetItem } from './budget.ts'
import { meanDuringAcquisition } from './decay.ts'
import type { MeanDuring } from './decay.ts'

/** A reconstructed image in counts, collected over its duration. */
export interface CountImage {
  readonly grid: ImageGrid
  readonly values: Float32Array | Float64Array
  readonly durationS: number
}

/** What is known of the activity in a phantom. Activities in Bq, concentrations in Bq/mL. */
export interface KnownSource {
  /** Of the activity meter, relative. */
  readonly activityRelativeUncertainty: number
  readonly assayToStartS: number
  readonly halfLifeS: number
  readonly halfLifeUncertaintyS: number
  /** Of repeated fillings and acquisitions, relative; 0 where there was one. */
  readonly repeatabilityRelative: number
}

export interface CalibrationFactor {
  /** Counts for each decay in the field of view, counts/(Bq·s); times 1e6 it is cps/MBq. */
  readonly countsPerBqS: number
  readonly relativeUncertainty: number
  readonly budget: readonly BudgetItem[]
  /** Middle of the region or source, LPS in mm. */
  readonly centreMm: Vec3
  /** Counts that were used, less background. */
  readonly counts: number
  /** Mean activity (Bq) or concentration (Bq/mL) over the acquisition. */
  readonly meanActivity: MeanDuring
  readonly remarks: readonly string[]
}

/** @throws InputError `calibration.image` for an image that is not one of counts. */
export function assertCounts({ grid, values, durationS }: CountImage): void {
  const lost = values.findIndex((value) => !Number.isFinite(value))
  const what =
    values.length !== voxelCount(grid)
      ? `it has ${values.length} voxels, its grid ${voxelCount(grid)}`
      : lost >= 0
        ? `voxel ${lost} is ${values[lost]}`
        : !(durationS > 0)
          ? `its duration is ${durationS} s`
          : null
  if (what !== null)
    throw new InputError(
      'calibration.image',
      `The image of the phantom cannot be used: ${what}.`,
      'Give a reconstructed image in counts, and the time over which they were collected.',
    )
}

export const meanOf = (value: number, source: KnownSource, durationS: number): MeanDuring =>
  meanDuringAcquisition({ ...source, value, durationS })

/** The budget of every factor, with what is particular to one way in front. */
export function budgetOf(particular: readonly BudgetItem[], source: KnownSource, mean: MeanDuring): BudgetItem[] {
  const items: BudgetItem[] = [
    ...particular,
    {
      name: 'activity meter',
      relativeStandardUncertainty: source.activityRelativeUncertainty,
      evaluation: 'B',
      note: 'calibration of the meter for nuclide and container',
    },
    {
      name: 'half-life',
      relativeStandardUncertainty: mean.halfLifeRelativeUncertainty,
      evaluation: 'B',
      note: `decay over ${(source.assayToStartS / 3600).toFixed(2)} h and during the acquisition`,
    },
    {
      name: 'repeatability',
      relativeStandardUncertainty: source.repeatabilityRelative,
      evaluation: 'A',
      note: source.repeatabilityRelative > 0 ? 'repeated measurements' : 'one measurement: not known',
    },
  ]
  return items.map((item) => checked(item))
}

function checked(item: BudgetItem): BudgetItem {
  if (item.relativeStandardUncertainty >= 0 && Number.isFinite(item.relativeStandardUncertainty)) return item
  throw new InputError(
    'calibration.uncertainty',
    `The relative uncertainty of "${item.name}" is ${item.relativeStandardUncertainty}.`,
    'Give one standard deviation over the value, 0.03 for 3 %.',
  )
}

/**
 * K = N/(T·Ā) of counts that were measured elsewhere, with its budget: `uniformPhantomFactor` and `pointSourceFactor` without the image.
 *
 * @param counts net of background, with their relative uncertainty
 * @throws InputError `calibration.assay`, `calibration.no-counts`, `calibration.uncertainty`
 */
export function factorOfCounts(
  counts: number,
  countsRelativeUncertainty: number,
  durationS: number,
  activityBq: number,
  source: KnownSource,
): Pick<CalibrationFactor, 'countsPerBqS' | 'relativeUncertainty' | 'budget' | 'meanActivity'> {
  const meanActivity = meanOf(activityBq, source, durationS)
  const statistics: BudgetItem = {
    name: 'counting statistics',
    relativeStandardUncertainty: countsRelativeUncertainty,
    evaluation: 'A',
    note: `${counts} counts`,
  }
  const budget = budgetOf([statistics], source, meanActivity)
  return factorOf(counts / (durationS * meanActivity.value), budget, {
    centreMm: [0, 0, 0],
    counts,
    meanActivity,
    remarks: [],
  })
}

/** @throws InputError `calibration.no-counts` where the region holds none. */
export function factorOf(
  countsPerBqS: number,
  budget: readonly BudgetItem[],
  rest: Pick<CalibrationFactor, 'centreMm' | 'counts' | 'meanActivity' | 'remarks'>,
): CalibrationFactor {
  if (!(countsPerBqS > 0) || !Number.isFinite(countsPerBqS))
    throw new InputError(
      'calibration.no-counts',
      `The region of the phantom holds ${rest.counts.toPrecision(4)} counts net of background.`,
      'Check the place of the region and whether the image is the right one.',
    )
  return { countsPerBqS, relativeUncertainty: combinedRelative(budget), budget, ...rest }
}

/** What the resolution of the images does to the mean of a structure: by entered coefficients, a curve by volume, or measured in the image. */
import { InputError } from '../../../native-core/errors/index.ts'
import { evaluateRecovery, recoveryAt, spillInCorrected } from '../../../native-core/imaging/quantification/index.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft } from '../course/index.ts'
import type { ImageCorrection, StructureMeasurement } from '../ports/compute.ts'
import { sameStructure } from './structures.ts'

export interface PointRecovery {
  /** Mean of the image over the corrected mean. */
  readonly coefficient: number
  /** Relative standard uncertainty, that by the volume included: common to all time points of a structure. */
  readonly relativeUncertainty: number
  /** Without what the volume brings: for a dose, where mass and recovery depend on one volume (`slope`). */
  readonly withoutVolume: number
  /** d ln R / d ln V. */
  readonly slope: number
  readonly remarks: readonly string[]
  /** Why this point cannot be corrected; '' if it can. */
  readonly problem: string
}

export const NO_RECOVERY: PointRecovery = {
  coefficient: 1,
  relativeUncertainty: 0,
  withoutVolume: 0,
  slope: 0,
  remarks: [],
  problem: '',
}

/** The entered coefficients of a structure; null where none are. What the protocol says of this cycle comes before what it says of all. */
export function enteredRecovery(
  name: string,
  cycle: Pick<CycleDraft, 'index'>,
  protocol: Protocol,
): { readonly coefficientAt: (timePointIndex: number) => number; readonly relativeUncertainty: number } | null {
  const entries = protocol.recoveryCoefficients.filter((given) => sameStructure(given.structure, name))
  const entry =
    entries.find((given) => given.cycle === cycle.index) ?? entries.find((given) => given.cycle === undefined)
  if (!entry) return null
  const { coefficient, relativeUncertainty } = entry
  return {
    coefficientAt: (index) => (typeof coefficient === 'number' ? coefficient : (coefficient[index - 1] ?? 1)),
    relativeUncertainty,
  }
}

/**
 * The recovery of one structure at one time point. An entered coefficient comes before what the protocol's method gives.
 *
 * @param relativeVolumeUncertainty of the outline
 */
export function pointRecovery(
  measurement: StructureMeasurement,
  timePointIndex: number,
  volumeMl: number,
  relativeVolumeUncertainty: number,
  cycle: Pick<CycleDraft, 'index'>,
  protocol: Protocol,
): PointRecovery {
  const entered = enteredRecovery(measurement.name, cycle, protocol)
  if (entered) {
    const { relativeUncertainty } = entered
    const coefficient = entered.coefficientAt(timePointIndex)
    return { ...NO_RECOVERY, coefficient, relativeUncertainty, withoutVolume: relativeUncertainty }
  }
  if (measurement.problem !== '' || !(volumeMl > 0)) return NO_RECOVERY
  switch (protocol.partialVolume.method) {
    case 'none':
      return NO_RECOVERY
    case 'recovery-curve':
      return byCurve(measurement, volumeMl, relativeVolumeUncertainty, protocol)
    case 'gtm':
    case 'richardson-lucy': {
      const { correction } = measurement
      if (!correction) throw new Error(`"${measurement.name}" was measured without the correction asked for`)
      const { coefficient, relativeUncertainty, remarks } = correction
      return { ...NO_RECOVERY, coefficient, relativeUncertainty, withoutVolume: relativeUncertainty, remarks }
    }
  }
}

function byCurve(
  { name, meanBqPerMl, surroundings }: StructureMeasurement,
  volumeMl: number,
  relativeVolumeUncertainty: number,
  { recoveryCurve, partialVolume }: Protocol,
): PointRecovery {
  if (!recoveryCurve) throw missingCurve()
  const curve = recoveryCurve.content
  const found = recoveryAt(curve, volumeMl, volumeMl * relativeVolumeUncertainty)
  const remarks = found.remark === '' ? [] : [`"${name}": ${found.remark}`]
  if (partialVolume.background === 'none')
    return {
      ...NO_RECOVERY,
      coefficient: found.coefficient,
      relativeUncertainty: found.standardUncertainty / found.coefficient,
      withoutVolume: found.curveStandardUncertainty / found.coefficient,
      slope: (evaluateRecovery(curve.form, curve.parameters, volumeMl).perMl * volumeMl) / found.coefficient,
      remarks,
    }
  if (!surroundings)
    return { ...NO_RECOVERY, problem: `Around "${name}" there is no place where its background could be measured.` }
  const corrected = spillInCorrected({
    measured: { value: meanBqPerMl, standardUncertainty: 0 },
    background: {
      value: surroundings.meanBqPerMl,
      standardUncertainty: surroundings.standardUncertaintyBqPerMl,
    },
    recovery: { value: found.coefficient, standardUncertainty: found.standardUncertainty },
  })
  if (!(corrected.value > 0) || !(meanBqPerMl > 0))
    return { ...NO_RECOVERY, problem: `"${name}" holds less than its surroundings spill into it.` }
  const relativeUncertainty = corrected.standardUncertainty / corrected.value
  return {
    ...NO_RECOVERY,
    coefficient: meanBqPerMl / corrected.value,
    relativeUncertainty,
    withoutVolume: relativeUncertainty,
    remarks,
  }
}

const missingCurve = (): InputError =>
  new InputError(
    'partial-volume.no-curve',
    'The protocol corrects by a recovery curve, but has none.',
    'Choose a stored recovery curve (recoveryCurve), or set partialVolume.method to "none".',
  )

const missingWidths = (method: string): InputError =>
  new InputError(
    'partial-volume.no-psf',
    `The protocol's partialVolume (${method}) needs the width of the point spread function.`,
    'Give partialVolume.fwhmMm along the axes of the image, or choose a stored point spread function.',
  )

/** What has to be measured in the images for the protocol's correction. @throws InputError `partial-volume.no-curve`, `partial-volume.no-psf`. */
export function imageCorrection({ partialVolume, recoveryCurve }: Protocol): ImageCorrection | null {
  const { method, fwhmMm, fwhmRelativeUncertainty, iterations, background } = partialVolume
  switch (method) {
    case 'none':
      return null
    case 'recovery-curve':
      if (!recoveryCurve) throw missingCurve()
      if (background === 'none') return null
      if (!fwhmMm) throw missingWidths(`${method} with a background`)
      return { method: 'surroundings', fwhmMm }
    case 'gtm':
      if (!fwhmMm) throw missingWidths(method)
      return { method, fwhmMm, fwhmRelativeUncertainty }
    case 'richardson-lucy':
      if (!fwhmMm) throw missingWidths(method)
      return { method, fwhmMm, fwhmRelativeUncertainty, iterations }
  }
}

/** For the report: "; partial-volume correction by …", or ''. */
export function correctionWords({ partialVolume: { method, fwhmMm, iterations, background } }: Protocol): string {
  const widths = fwhmMm
    ? `point spread function of ${fwhmMm.map((mm) => Number(mm.toPrecision(4))).join(' × ')} mm`
    : ''
  switch (method) {
    case 'none':
      return ''
    case 'recovery-curve':
      return `, means over the recovery curve by volume${background === 'surroundings' ? ', spill-in of the surroundings taken off' : ''}`
    case 'gtm':
      return `, means by the geometric transfer matrix (${widths})`
    case 'richardson-lucy':
      return `, means after ${iterations} iterations of Richardson–Lucy (${widths})`
  }
}

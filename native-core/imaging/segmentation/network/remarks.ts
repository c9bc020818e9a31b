import type { ImageGrid } from '../../types.ts'
import { reversed, turnTo } from './orientation.ts'
import type { PreparedImages } from './prepare.ts'
import type { NetworkDescription } from './types.ts'

/** From which on a difference of the image from what the network was trained with is told. */
export const REMARK_LIMITS = {
  /** Image axes against those of the patient: networks see turned images in training, but seldom by much more. */
  obliquity: { value: 15, unit: 'degrees', source: 'judgement', evidence: 'designed' },
  /** Spacing of the image over that of the network: beyond it most planes that the network sees were never measured. */
  coarseness: { value: 2, unit: '1', source: 'judgement', evidence: 'designed' },
} as const

/** What in the geometry of an image may make a network err. */
export function geometryRemarks(
  grid: ImageGrid,
  prepared: PreparedImages,
  { axes, spacingMm, patchSize, name }: NetworkDescription,
): string[] {
  const { from } = turnTo(axes, grid)
  const wanted = reversed(spacingMm)
  const patch = reversed(patchSize)
  const ratios = from.map((axis, target) => grid.spacingMm[axis]! / wanted[target]!)
  const remarks: string[] = []
  if (prepared.obliquityDegrees > REMARK_LIMITS.obliquity.value)
    remarks.push(
      `The image is turned by ${prepared.obliquityDegrees.toFixed(0)}° against the axes that "${name}" was trained with.`,
    )
  if (Math.max(...ratios) > REMARK_LIMITS.coarseness.value)
    remarks.push(
      `The image has voxels of ${grid.spacingMm.map((s) => s.toFixed(2)).join(' × ')} mm, far coarser than the ${spacingMm.map((s) => s.toFixed(2)).join(' × ')} mm of the network: what it sees is mostly interpolated.`,
    )
  if (prepared.grid.dimensions.some((n, axis) => n < patch[axis]!))
    remarks.push('The image is smaller than what the network looks at once; zeros stand around it.')
  return remarks
}

/** Width of the point spread function of a reconstructed image, from spheres. */
import { InputError } from '../../errors/index.ts'
import { patientToIndexMatrix, voxelCount } from '../grid.ts'
import { applyMat4 } from '../transform.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../types.ts'
import { ballMask } from './ball.ts'
import { gaussianBlur } from './gaussianBlur.ts'
import type { PhantomSphere } from './sphereCoefficients.ts'

/** Voxels this far beyond the surface of a sphere are compared: neighbours of the NEMA phantom begin at twice that. The box is larger. */
const COMPARED_MM = 12
const BOX_MM = 30
/** Search range of a width in voxels, and where it ends. */
const WIDEST_VOXELS = 8

export interface PsfWidth {
  /** Along columns and rows one width, along slices another. */
  readonly fwhmMm: Vec3
  /** Larger of the relative standard uncertainties of the two widths, from how well they fit. */
  readonly relativeUncertainty: number
  /** Root mean square of (image − model) over the height of the spheres. */
  readonly residual: number
}

/**
 * Widths of the Gaussian that makes spheres of known place and size look like the image: least squares over the voxels around each sphere
 * of a·blur(sphere) + b, with height a and background b of each sphere as unknowns. Voxels are taken as independent for the uncertainty.
 *
 * @throws InputError `psf.spheres` where no sphere is large enough in the image, `psf.no-fit` where the best width is at the end of the range
 */
export function psfFromSpheres(
  grid: ImageGrid,
  values: Float32Array | Float64Array,
  spheres: readonly PhantomSphere[],
): PsfWidth {
  if (values.length !== voxelCount(grid))
    throw new InputError('psf.spheres', 'Image and grid do not belong together.', 'Read the image again.')
  const windows = spheres.map((sphere) => windowOf(grid, values, sphere))
  if (windows.length === 0)
    throw new InputError('psf.spheres', 'There is no sphere.', 'Give the places and diameters of the spheres.')
  const misfit = (logs: readonly [number, number]): number =>
    windows.reduce((sum, window) => sum + residuals(window, widths(logs)).square, 0)
  const start = Math.log(2 * Math.max(grid.spacingMm[0], grid.spacingMm[2]))
  const logs = descend([start, start], misfit)
  const fwhmMm = widths(logs)
  const voxels = windows.reduce((sum, { values: list }) => sum + list.length, 0)
  if (logs.some((log, n) => Math.exp(log) > WIDEST_VOXELS * grid.spacingMm[n === 0 ? 0 : 2]))
    throw new InputError(
      'psf.no-fit',
      `The spheres look wider than ${WIDEST_VOXELS} voxels: no width was found.`,
      'Check the places of the spheres (LPS, mm).',
    )
  const freedom = Math.max(1, voxels - 2 * windows.length - 2)
  const variance = misfit(logs) / freedom
  const step = 0.01
  // ln(width) ± step: χ² is a parabola near its lowest point, var = 2·s²/(d²χ²/dln²).
  const curvature = ([0, 1] as const).map((n) => {
    const shifted = (by: number): readonly [number, number] =>
      n === 0 ? [logs[0] + by, logs[1]] : [logs[0], logs[1] + by]
    return (misfit(shifted(step)) - 2 * misfit(logs) + misfit(shifted(-step))) / step ** 2
  })
  const height = Math.max(...windows.map((window) => Math.abs(residuals(window, fwhmMm).height)))
  return {
    fwhmMm,
    relativeUncertainty: Math.max(...curvature.map((c) => (c > 0 ? Math.sqrt((2 * variance) / c) : 1))),
    residual: Math.sqrt(misfit(logs) / voxels) / height,
  }
}

const widths = ([transverse, axial]: readonly [number, number]): Vec3 => [
  Math.exp(transverse),
  Math.exp(transverse),
  Math.exp(axial),
]

interface Window {
  readonly fractions: Float64Array
  /** Positions in the box that are compared, and the image there. */
  readonly compared: Int32Array
  readonly values: Float64Array
  readonly size: Vec3
  readonly spacingMm: Vec3
}

function windowOf(
  grid: ImageGrid,
  values: Float32Array | Float64Array,
  { centreMm, innerDiameterMm }: PhantomSphere,
): Window {
  const outer = ballMask(grid, centreMm, innerDiameterMm / 2 + BOX_MM)
  const ball: FractionalMask = ballMask(grid, centreMm, innerDiameterMm / 2)
  if (ball.volumeOutsideMl > 0 || outer.box.size.some((n) => n < 1))
    throw new InputError(
      'psf.spheres',
      `The sphere of ${innerDiameterMm} mm at (${centreMm.map((x) => x.toFixed(1)).join(', ')}) mm leaves the image.`,
      'Check its place (LPS, mm), or leave it out.',
    )
  const { start, size } = outer.box
  const fractions = new Float64Array(size[0] * size[1] * size[2])
  const centre = applyMat4(patientToIndexMatrix(grid), centreMm)
  const compared: number[] = []
  const inside: number[] = []
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++) {
        const at: Vec3 = [start[0] + i, start[1] + j, start[2] + k]
        const distance = Math.hypot(...at.map((index, axis) => (index - centre[axis as 0]) * grid.spacingMm[axis as 0]))
        if (distance <= innerDiameterMm / 2 + COMPARED_MM) {
          compared.push(n)
          inside.push(values[(at[2] * grid.dimensions[1] + at[1]) * grid.dimensions[0] + at[0]]!)
        }
        const local = at.map((index, axis) => index - ball.box.start[axis as 0])
        if (local.some((index, axis) => index < 0 || index >= ball.box.size[axis as 0])) continue
        fractions[n] = ball.fractions[(local[2]! * ball.box.size[1] + local[1]!) * ball.box.size[0] + local[0]!]!
      }
  return {
    fractions,
    compared: Int32Array.from(compared),
    values: Float64Array.from(inside),
    size,
    spacingMm: grid.spacingMm,
  }
}

/** Best height and background for a width, and what they leave. */
function residuals(
  { fractions, compared, values, size, spacingMm }: Window,
  fwhmMm: Vec3,
): { readonly square: number; readonly height: number } {
  const blurred = gaussianBlur(fractions, size, spacingMm, fwhmMm, 'nothing')
  const model = Float64Array.from(compared, (voxel) => blurred[voxel]!)
  const n = model.length
  let m = 0
  let v = 0
  for (let i = 0; i < n; i++) {
    m += model[i]! / n
    v += values[i]! / n
  }
  let mm = 0
  let mv = 0
  let vv = 0
  for (let i = 0; i < n; i++) {
    const dm = model[i]! - m
    const dv = values[i]! - v
    mm += dm * dm
    mv += dm * dv
    vv += dv * dv
  }
  return { square: mm > 0 ? vv - (mv * mv) / mm : vv, height: mm > 0 ? mv / mm : 0 }
}

/** Lowest value of a function of two numbers by steps along each, halved until they are 1e-4. */
function descend(
  start: readonly [number, number],
  f: (at: readonly [number, number]) => number,
): readonly [number, number] {
  let at = start
  let value = f(at)
  for (let step = 0.4; step > 1e-4;) {
    const tried = (
      [
        [step, 0],
        [-step, 0],
        [0, step],
        [0, -step],
        [step, step],
        [-step, -step],
      ] as const
    ).map(([a, b]): readonly [number, number] => [at[0] + a, at[1] + b])
    const values = tried.map(f)
    const lowest = values.indexOf(Math.min(...values))
    if (values[lowest]! < value) [at, value] = [tried[lowest]!, values[lowest]!]
    else step /= 2
  }
  return at
}

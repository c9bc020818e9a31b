/** Deformable Spatial Registration (PS3.3 A.39.2, C.20.3): a grid of offsets between two matrices. */
import type { Deformation, ImageGrid, Mat4, Vec3 } from '../../../native-core/imaging/types.ts'
import {
  IDENTITY_MAT4,
  assertValidGrid,
  invertAffine,
  isRigidTransform,
  multiplyMat4,
  volumeScale,
} from '../../../native-core/imaging/index.ts'
import { at, nums, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import type { ScannedRegistration } from '../../services/ports/dicomSource.ts'
import { isFinding, readOrientation, readPosition } from './planes.ts'
import { refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { matrixValues } from './reg.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'
import { columnsToMat3 } from './vectors.ts'

type ScannedDeformation = ScannedRegistration['deformations'][number]

export interface DeformableReading {
  readonly deformations: readonly ScannedDeformation[]
  readonly label: string
  /** That of the object: the fixed images. */
  readonly frameOfReferenceUid: string | null
  readonly findings: readonly Finding[]
}

/**
 * Reads each item: a point of the registered frame of reference goes through the matrix before, gets the offset of the grid there, and
 * goes through the matrix after into the source frame (C.20.3.1.1). The grid lies in the coordinates behind the first matrix; where that
 * is rigid it is turned back, so that one offset and one matrix remain.
 */
export function readDeformableRegistration(file: DicomFile): DeformableReading {
  const { header } = file
  const to = str(header, TAG.frameOfReferenceUid)
  const label = str(header, TAG.contentLabel) ?? str(header, TAG.seriesDescription) ?? ''
  const findings: Finding[] = []
  const deformations: ScannedDeformation[] = []
  const fail = (code: string, message: string): void => {
    findings.push(refused(code, message, 'Export the registration again.'))
  }
  if (to === null)
    fail(
      'registration.no-frame',
      'The registration has no Frame of Reference UID (0020,0052): it is not known to which coordinates it leads.',
    )
  else
    for (const [i, item] of seq(header, TAG.deformableRegistrationSequence).entries()) {
      const name = `Item ${i + 1} of the deformable registration`
      const from = str(item, TAG.sourceFrameOfReferenceUid)
      const before = matrixOf(item, TAG.preDeformationMatrix)
      const after = matrixOf(item, TAG.postDeformationMatrix)
      const grids = seq(item, TAG.deformableGridSequence)
      if (from === null) fail('registration.no-frame', `${name} does not say from which frame of reference it comes.`)
      else if (typeof before === 'string') fail('registration.bad-matrix', `${name} cannot be used: ${before}.`)
      else if (typeof after === 'string') fail('registration.bad-matrix', `${name} cannot be used: ${after}.`)
      else if (grids.length === 0) {
        // Without a grid the item is a matrix; one between the same coordinates says nothing.
        if (from !== to)
          findings.push(
            warning(
              'registration.no-grid',
              `${name} has no deformation grid, only matrices; it was left out.`,
              'Export it as a rigid or affine registration.',
            ),
          )
      } else if (!isRigidTransform(before, 1e-3))
        fail('registration.pre-matrix', `${name} stretches before its grid is applied, which is not supported.`)
      else {
        const made = gridOf(grids[0]!, before, after)
        if ('grid' in made)
          deformations.push({ fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to, deformation: made })
        else fail(made.code, `${name} cannot be used: ${made.message}`)
      }
    }
  if (deformations.length === 0 && findings.length === 0)
    fail('registration.no-grid', 'The deformable registration has no item with a deformation grid.')
  return { deformations, label, frameOfReferenceUid: to, findings }
}

function matrixOf(item: DicomDataSet, tag: string): Mat4 | string {
  const matrix = seq(item, tag)[0]
  if (!matrix) return IDENTITY_MAT4
  const values = matrixValues(matrix)
  if (typeof values === 'string') return values
  if (!(Math.abs(volumeScale(values)) > 1e-6)) return 'its matrix has no inverse'
  return [...values.slice(0, 12), 0, 0, 0, 1]
}

function gridOf(item: DicomDataSet, before: Mat4, after: Mat4): Deformation | { code: string; message: string } {
  const bad = (message: string): { code: string; message: string } => ({ code: 'registration.bad-grid', message })
  const position = readPosition(item)
  if (isFinding(position)) return position
  const orientation = readOrientation(item)
  if (isFinding(orientation)) return orientation
  const dimensions = nums(item, TAG.gridDimensions)
  const spacing = nums(item, TAG.gridResolution)
  if (dimensions?.length !== 3) return bad('Grid Dimensions (0064,0007) is not three numbers.')
  if (spacing?.length !== 3) return bad('Grid Resolution (0064,0008) is not three numbers.')
  const stated: ImageGrid = {
    dimensions: dimensions as unknown as Vec3,
    spacingMm: spacing as unknown as Vec3,
    originMm: position,
    direction: columnsToMat3(orientation.x, orientation.y, orientation.normal),
  }
  try {
    assertValidGrid(stated, 'Its deformation grid')
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error))
  }
  const vectors = vectorsOf(item)
  const expected = 3 * dimensions.reduce((product, n) => product * n, 1)
  if (vectors === null) return bad('Vector Grid Data (0064,0009) is missing.')
  if (vectors.length !== expected)
    return bad(`Vector Grid Data (0064,0009) has ${vectors.length} numbers where its dimensions need ${expected}.`)
  if (!vectors.every(Number.isFinite))
    return bad('its grid has points where the deformation is not defined (NaN), or vectors that are not finite.')
  // x ↦ after·(before·x + d(before·x)) = (after·before)·(x + before⁻¹'s rotation · d): the grid and its vectors turned back.
  const back = invertAffine(before)
  const turned = { ...stated, originMm: rotated(back, position, 1), direction: turnedDirection(back, stated.direction) }
  const displacementMm = new Float32Array(vectors.length)
  for (let n = 0; n < vectors.length; n += 3)
    displacementMm.set(rotated(back, [vectors[n]!, vectors[n + 1]!, vectors[n + 2]!], 0), n)
  return { grid: turned, displacementMm, fixedToMoving: multiplyMat4(after, before) }
}

/** Few numbers come as `values`, many as an array. */
function vectorsOf(item: DicomDataSet): readonly number[] | Float32Array | null {
  const element = at(item, TAG.vectorGridData)
  if (element?.array instanceof Float32Array) return element.array
  return element?.values ? element.values.map(Number) : null
}

/** Linear part of `m` times `v`, plus its translation where `w` is 1. */
function rotated(m: Mat4, v: Vec3, w: 0 | 1): Vec3 {
  const row = (r: number): number => m[4 * r]! * v[0] + m[4 * r + 1]! * v[1] + m[4 * r + 2]! * v[2] + w * m[4 * r + 3]!
  return [row(0), row(1), row(2)]
}

function turnedDirection(m: Mat4, d: ImageGrid['direction']): ImageGrid['direction'] {
  const column = (c: 0 | 1 | 2): Vec3 => rotated(m, [d[c], d[c + 3]!, d[c + 6]!], 0)
  return columnsToMat3(column(0), column(1), column(2))
}

/** Spatial Registration (PS3.3 A.39.1, C.20.2): matrices between frames of reference. */
import type { Mat4 } from '../../../native-core/imaging/types.ts'
import { nums, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import type { ScannedRegistration } from '../../services/ports/dicomSource.ts'
import { note, refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'

type Transform = ScannedRegistration['transforms'][number]
type TransformType = Transform['type']

/** Matrices in files are rounded to about six digits. */
const TOLERANCE = 1e-3

const TYPES: readonly TransformType[] = ['RIGID', 'RIGID_SCALE', 'AFFINE']

export interface RegistrationReading {
  readonly transforms: readonly Transform[]
  readonly label: string
  /** The registered frame of reference: that of the object itself. */
  readonly frameOfReferenceUid: string | null
  readonly findings: readonly Finding[]
}

/**
 * Reads a registration. Each item of the Registration Sequence maps its own frame of reference to that of the object (the "registered
 * RCS"); several matrices of one item are applied in their order (C.20.2.1.1). An item for the object's own frame must be the identity.
 */
export function readRegistration(file: DicomFile): RegistrationReading {
  const { header } = file
  const to = str(header, TAG.frameOfReferenceUid)
  const label = str(header, TAG.contentLabel) ?? str(header, TAG.seriesDescription) ?? ''
  if (to === null)
    return {
      transforms: [],
      label,
      frameOfReferenceUid: null,
      findings: [
        refused(
          'registration.no-frame',
          'The registration has no Frame of Reference UID (0020,0052): it is not known to which coordinates it leads.',
          'Export the registration again.',
        ),
      ],
    }
  const findings: Finding[] = []
  const transforms: Transform[] = []
  for (const [i, item] of seq(header, TAG.registrationSequence).entries()) {
    const from = str(item, TAG.frameOfReferenceUid)
    const product = productOf(item)
    if (typeof product === 'string') {
      findings.push(
        refused(
          'registration.bad-matrix',
          `Item ${i + 1} of the registration cannot be used: ${product}.`,
          'Export the registration again.',
        ),
      )
      continue
    }
    if (from === null) {
      findings.push(
        refused(
          'registration.no-frame',
          `Item ${i + 1} of the registration names no frame of reference; it applies to single images, which is not supported.`,
          'Export the registration between frames of reference.',
        ),
      )
      continue
    }
    if (from === to) {
      if (!isIdentity(product.matrix))
        findings.push(
          refused(
            'registration.contradiction',
            `Item ${i + 1} maps the registered frame of reference to itself, but its matrix is not the identity.`,
            'Export the registration again; its direction is not certain.',
          ),
        )
      continue
    }
    if (transforms.some((known) => known.fromFrameOfReferenceUid === from)) {
      findings.push(
        refused(
          'registration.repeated-frame',
          `Item ${i + 1} maps a frame of reference that an earlier item maps too; it was left out.`,
          'Check which registration is meant.',
        ),
      )
      continue
    }
    if (product.orderMatters)
      findings.push(
        warning(
          'registration.several-matrices',
          `Item ${i + 1} consists of several matrices; they were applied in the order of the file.`,
          'Check the alignment in the viewer.',
        ),
      )
    transforms.push({
      fromFrameOfReferenceUid: from,
      toFrameOfReferenceUid: to,
      type: product.type,
      matrix: product.matrix,
    })
  }
  if (transforms.length === 0 && findings.length === 0)
    findings.push(note('registration.empty', 'The registration maps no other frame of reference to its own.'))
  // A file that contradicts itself about its own frame cannot be trusted with the others.
  const doubted = findings.some(({ code }) => code === 'registration.contradiction')
  return { transforms: doubted ? [] : transforms, label, frameOfReferenceUid: to, findings }
}

interface Product {
  readonly matrix: Mat4
  readonly type: TransformType
  /** The result would be another one if the matrices were applied the other way round. */
  readonly orderMatters: boolean
}

/** All matrices of an item as one, or in words why not. */
function productOf(item: DicomDataSet): Product | string {
  const matrices = seq(item, TAG.matrixRegistrationSequence).flatMap((registration) =>
    seq(registration, TAG.matrixSequence),
  )
  if (matrices.length === 0) return 'it has no matrix'
  let matrix: number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  let reversed = matrix
  let type: TransformType = 'RIGID'
  for (const one of matrices) {
    const values = matrixValues(one)
    if (typeof values === 'string') return values
    const stated = TYPES.find((known) => known === str(one, TAG.transformationMatrixType)?.toUpperCase())
    if (!stated) return `its matrix type is "${str(one, TAG.transformationMatrixType) ?? ''}"`
    const wrong = contradictsType(values, stated)
    if (wrong) return wrong
    if (TYPES.indexOf(stated) > TYPES.indexOf(type)) type = stated
    matrix = multiply(values, matrix)
    reversed = multiply(reversed, values)
  }
  const orderMatters = matrix.some((value, i) => Math.abs(value - reversed[i]!) > (i % 4 === 3 ? 0.1 : TOLERANCE))
  return { matrix, type, orderMatters }
}

/** The numbers of a matrix, or in words why they are none. */
export function matrixValues(item: DicomDataSet): number[] | string {
  const values = nums(item, TAG.transformationMatrix)
  if (values?.length !== 16) return 'its matrix is not 16 numbers'
  if (values.slice(12).some((value, i) => Math.abs(value - (i === 3 ? 1 : 0)) > 1e-6))
    return 'the last row of its matrix is not 0, 0, 0, 1'
  return values
}

function contradictsType(m: readonly number[], type: TransformType): string | null {
  const columns = [0, 1, 2].map((c) => [m[c]!, m[c + 4]!, m[c + 8]!])
  const inner = (a: number, b: number): number =>
    columns[a]!.reduce((sum, value, i) => sum + value * columns[b]![i]!, 0)
  const determinant =
    m[0]! * (m[5]! * m[10]! - m[6]! * m[9]!) -
    m[1]! * (m[4]! * m[10]! - m[6]! * m[8]!) +
    m[2]! * (m[4]! * m[9]! - m[5]! * m[8]!)
  if (!(Math.abs(determinant) > 1e-6)) return 'its matrix has no inverse'
  if (type === 'AFFINE') return null
  const norms = [0, 1, 2].map((c) => Math.sqrt(inner(c, c)))
  const skewed = [
    [0, 1],
    [0, 2],
    [1, 2],
  ].some(([a, b]) => Math.abs(inner(a!, b!)) > TOLERANCE * norms[a!]! * norms[b!]!)
  if (determinant < 0) return `it is called ${type}, but mirrors the patient`
  if (skewed) return `it is called ${type}, but its axes are not perpendicular`
  if (type === 'RIGID' && norms.some((norm) => Math.abs(norm - 1) > TOLERANCE))
    return `it is called RIGID, but scales by ${norms.map((n) => n.toFixed(4)).join(', ')}`
  return null
}

function multiply(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 16 }, (_, i) => {
    const [row, col] = [i - (i % 4), i % 4]
    return a[row]! * b[col]! + a[row + 1]! * b[col + 4]! + a[row + 2]! * b[col + 8]! + a[row + 3]! * b[col + 12]!
  })
}

function isIdentity(m: readonly number[]): boolean {
  return m.every((value, i) => Math.abs(value - (i % 5 === 0 ? 1 : 0)) <= (i % 4 === 3 ? 1e-2 : TOLERANCE))
}

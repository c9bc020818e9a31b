/** What the children store: all of it follows from a number, so that the parent knows what must be there. */
import type { StructureShape } from '../../../native-core/imaging/types.ts'

export const filesPerImport = 12

/** Bytes that follow from the seed (xorshift32), the same in parent and child. */
export function bytesOf(seed: number, length: number): Uint8Array {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  return Uint8Array.from({ length }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 0xff
  })
}

export function fileOf(n: number, index: number): Uint8Array {
  return bytesOf(1000 * n + index, 500 + 800 * index)
}

export const dimensions = [16, 16, 4] as const

export function voxelsOf(n: number): Float32Array {
  return Float32Array.from({ length: 16 * 16 * 4 }, (_, index) => n + index / 7)
}

export function shapeOf(n: number): StructureShape {
  return { kind: 'contours', contours: [{ pointsMm: Float64Array.from([n, 0, 0, 1, n, 0, 0, 1, n / 3]) }] }
}

export function doseMapOf(n: number): Float32Array {
  return Float32Array.from({ length: 20_000 }, (_, index) => n * 0.5 + index)
}

export function identityOf(n: number) {
  return {
    key: `MRN${n}`,
    mrn: `MRN${n}`,
    issuer: '',
    name: `Patient, ${n}`,
    dicomName: `Patient^${n}`,
    birthDate: null,
    sex: null,
    weightKg: null,
    heightM: null,
  }
}

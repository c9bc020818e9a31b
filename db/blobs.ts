/** Voxels and geometry as volumes: the binary forms, and the blob interfaces of the store's port over them. */
import { endianness } from 'node:os'
import type { ShapeBlobs, VoxelBlobs } from '../electron/services/ports/store.ts'
import type { VolumeStore } from '../electron/services/ports/volumeStore.ts'
import { InputError } from '../native-core/errors/index.ts'
import type { FractionalMask, Mat3, PlanarContour, StructureShape, Vec3 } from '../native-core/imaging/types.ts'

// The stored form is little-endian and so is every machine that Electron runs on; nothing is swapped.
if (endianness() !== 'LE') throw new Error('Theratwin runs on little-endian machines only.')

export function voxelBlobs(volumes: VolumeStore): VoxelBlobs {
  return {
    async put(voxels, batch) {
      return (await (batch ?? volumes).put(bytesOf(voxels))).id
    },
    async get(id) {
      const bytes = await volumes.getShared(id)
      if (bytes.byteLength % 4 !== 0) throw unreadable(id, 'it does not hold whole voxels')
      return new Float32Array(bytes.buffer)
    },
  }
}

export function shapeBlobs(volumes: VolumeStore): ShapeBlobs {
  return {
    async put(shape, batch) {
      return (await (batch ?? volumes).put(encodeShape(shape))).id
    },
    async get(id) {
      const shape = decodeShape(await volumes.get(id))
      if (typeof shape === 'string') throw unreadable(id, shape)
      return shape
    },
  }
}

/*
 * Geometry, all little-endian, the data aligned to 8 bytes:
 *     0  "TWSH", 4 u8 version 1, 5 u8 kind (1 contours, 2 voxels), 6 u16 zero
 *     8  contours: u32 number of contours, u32 zero, for each u32 number of coordinates, padding, then all coordinates as float64
 *     8  voxels: dimensions, spacing, origin, direction, box start, box size, volume outside as 25 float64, then fractions as float32
 */
const magic = 0x4853_5754
const version = 1
const maskNumbers = 25

/** The bytes of a shape; equal shapes give equal bytes. Throws RangeError for a shape that contradicts itself. */
export function encodeShape(shape: StructureShape): Uint8Array {
  return shape.kind === 'contours' ? encodeContours(shape.contours) : encodeMask(shape.mask)
}

/** The shape, or what is wrong with the bytes. */
export function decodeShape(bytes: Uint8Array): StructureShape | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 16 || view.getUint32(0, true) !== magic) return 'it is not a structure'
  if (view.getUint8(4) !== version) return 'it was written by a newer Theratwin'
  const kind = view.getUint8(5)
  if (kind === 1) return decodeContours(view)
  if (kind === 2) return decodeMask(view)
  return 'its kind of structure is unknown'
}

function encodeContours(contours: readonly PlanarContour[]): Uint8Array {
  const coordinates = contours.reduce((sum, contour) => sum + contour.pointsMm.length, 0)
  const dataOffset = alignedTo8(16 + 4 * contours.length)
  const { bytes, view } = newBuffer(1, dataOffset + 8 * coordinates)
  view.setUint32(8, contours.length, true)
  let at = dataOffset
  contours.forEach(({ pointsMm }, index) => {
    if (pointsMm.length % 3 !== 0) throw new RangeError('A contour must have three coordinates for each point.')
    view.setUint32(16 + 4 * index, pointsMm.length, true)
    bytes.set(bytesOf(pointsMm), at)
    at += 8 * pointsMm.length
  })
  return bytes
}

function decodeContours(view: DataView): StructureShape | string {
  const count = view.getUint32(8, true)
  let at = alignedTo8(16 + 4 * count)
  if (at > view.byteLength) return 'it is cut off'
  const contours: PlanarContour[] = []
  for (let index = 0; index < count; index++) {
    const length = view.getUint32(16 + 4 * index, true)
    if (length % 3 !== 0 || at + 8 * length > view.byteLength) return 'it is cut off'
    contours.push({ pointsMm: new Float64Array(copyOf(view, at, 8 * length)) })
    at += 8 * length
  }
  return at === view.byteLength ? { kind: 'contours', contours } : 'it is too long'
}

function encodeMask({ grid, box, fractions, volumeOutsideMl }: FractionalMask): Uint8Array {
  if (fractions.length !== box.size[0] * box.size[1] * box.size[2]) {
    throw new RangeError('A mask must have one fraction for each voxel of its box.')
  }
  const { bytes, view } = newBuffer(2, 8 + 8 * maskNumbers + 4 * fractions.length)
  const { dimensions, spacingMm, originMm, direction } = grid
  const numbers = [...dimensions, ...spacingMm, ...originMm, ...direction, ...box.start, ...box.size, volumeOutsideMl]
  numbers.forEach((value, index) => {
    view.setFloat64(8 + 8 * index, value, true)
  })
  bytes.set(bytesOf(fractions), 8 + 8 * maskNumbers)
  return bytes
}

function decodeMask(view: DataView): StructureShape | string {
  const dataOffset = 8 + 8 * maskNumbers
  if (view.byteLength < dataOffset) return 'it is cut off'
  const numbers = Array.from({ length: maskNumbers }, (_, index) => view.getFloat64(8 + 8 * index, true))
  const triple = (from: number): Vec3 => numbers.slice(from, from + 3) as unknown as Vec3
  const size = triple(21)
  const voxels = size[0] * size[1] * size[2]
  if (view.byteLength !== dataOffset + 4 * voxels) return 'it is cut off'
  return {
    kind: 'voxels',
    mask: {
      grid: {
        dimensions: triple(0),
        spacingMm: triple(3),
        originMm: triple(6),
        direction: numbers.slice(9, 18) as unknown as Mat3,
      },
      box: { start: triple(18), size },
      fractions: new Float32Array(copyOf(view, dataOffset, 4 * voxels)),
      volumeOutsideMl: numbers[24] ?? 0,
    },
  }
}

function newBuffer(kind: 1 | 2, size: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint8(4, version)
  view.setUint8(5, kind)
  return { bytes, view }
}

function alignedTo8(offset: number): number {
  return Math.ceil(offset / 8) * 8
}

function bytesOf(array: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function copyOf(view: DataView, offset: number, length: number): ArrayBuffer {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length).slice().buffer
}

function unreadable(id: string, what: string): InputError {
  return new InputError(
    'volume.unreadable',
    `The stored volume ${id.slice(0, 16)}… cannot be used: ${what}.`,
    'Import the original files again with this version of Theratwin.',
  )
}

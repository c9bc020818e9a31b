import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { indexToPatient, isSameGrid, voxelCount } from '../../../native-core/imaging/index.ts'
import { rotation } from '../../../native-core/imaging/testShapes.ts'
import type { ImageGrid, Mat3, Vec3 } from '../../../native-core/imaging/types.ts'
import { decodeNifti, encodeNifti, isNiftiName, readNifti } from './index.ts'
import { FIELD } from './header.ts'

const grid: ImageGrid = {
  dimensions: [3, 2, 2],
  spacingMm: [4, 5, 6],
  originMm: [-10, 20, 30],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const values = Float32Array.from({ length: 12 }, (_, n) => n - 3.5)

/** A file of ours with some bytes changed. */
async function changed(change: (view: DataView) => void, more: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
  const bytes = await encodeNifti({ grid, values })
  change(new DataView(bytes.buffer))
  return Uint8Array.from([...bytes, ...more])
}
const refusal = async (bytes: Uint8Array): Promise<InputError> => {
  const error: unknown = await decodeNifti(bytes, 'dose.nii').then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InputError)
  const input = error as InputError
  expect(input.message).toContain('dose.nii')
  expect(input.hint).not.toBe('')
  return input
}

describe('NIfTI-1', () => {
  it('what is written is read back, on oblique and left-handed grids, packed or not, by sform and by qform', async () => {
    const angle = fc.double({ min: -3.2, max: 3.2, noNaN: true })
    const length = fc.double({ min: 0.3, max: 20, noNaN: true })
    const place = fc.double({ min: -800, max: 800, noNaN: true })
    const size = fc.integer({ min: 1, max: 4 })
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(size, size, size),
        fc.tuple(length, length, length),
        fc.tuple(place, place, place),
        fc.tuple(angle, angle, angle),
        fc.boolean(),
        fc.boolean(),
        async (dimensions, spacingMm, originMm, [a, b, c], mirrored, gzip) => {
          const turn = rotation(a, b, c)
          const direction = (mirrored ? turn.map((v, n) => (n % 3 === 2 ? -v : v)) : turn) as unknown as Mat3
          const image = {
            grid: { dimensions, spacingMm, originMm, direction } as ImageGrid,
            values: Float32Array.from({ length: dimensions[0] * dimensions[1] * dimensions[2] }, (_, n) => Math.sin(n)),
          }
          const bytes = await encodeNifti(image, { gzip })
          const back = await decodeNifti(bytes, 'x')
          expect(isSameGrid(back.grid, image.grid, 1e-3)).toBe(true)
          expect(back.values).toEqual(image.values)
          expect(back.remarks).toEqual([])
          if (gzip) return
          // Next to a half turn, single precision leaves a quaternion an angle of 7e-4.
          new DataView(bytes.buffer).setInt16(FIELD.sformCode, 0, true)
          expect(isSameGrid((await decodeNifti(bytes, 'x')).grid, image.grid, 0.15)).toBe(true)
        },
      ),
    )
  })

  it('half turns keep their axes though the quaternion has no scalar part', async () => {
    for (const direction of [
      [-1, 0, 0, 0, -1, 0, 0, 0, 1],
      [1, 0, 0, 0, -1, 0, 0, 0, -1],
      [-1, 0, 0, 0, 1, 0, 0, 0, -1],
      [0, 1, 0, 1, 0, 0, 0, 0, -1],
      [0, 1, 0, 1, 0, 0, 0, 0, 1],
    ] as unknown as Mat3[]) {
      const bytes = await encodeNifti({ grid: { ...grid, direction }, values })
      new DataView(bytes.buffer).setInt16(FIELD.sformCode, 0, true)
      expect(isSameGrid((await decodeNifti(bytes, 'x')).grid, { ...grid, direction }, 1e-4)).toBe(true)
    }
  })

  it('RAS becomes LPS: +x of the file is to the right of the patient, −x of DICOM', async () => {
    const bytes = await changed((view) => {
      ;[2, 0, 0, 7, 0, 2, 0, 8, 0, 0, 2, 9].forEach((v, n) => view.setFloat32(FIELD.srow + 4 * n, v, true))
    })
    const read = await decodeNifti(bytes, 'x')
    expect(indexToPatient(read.grid, [0, 0, 0])).toEqual([-7, -8, 9])
    expect(indexToPatient(read.grid, [1, 2, 3])).toEqual([-9, -12, 15])
  })

  it('the same image gives the same bytes, without a time and a system', async () => {
    const [first, second] = [
      await encodeNifti({ grid, values }, { gzip: true }),
      await encodeNifti({ grid: { ...grid, direction: [1, -0, 0, -0, 1, 0, 0, 0, 1] }, values }, { gzip: true }),
    ]
    expect(second).toEqual(first)
    expect([...first.slice(4, 8), first[9]]).toEqual([0, 0, 0, 0, 255])
  })

  it('keeps NaN and infinities', async () => {
    const odd = Float32Array.from(values, (v, n) => [NaN, Infinity, -Infinity][n] ?? v)
    expect((await decodeNifti(await encodeNifti({ grid, values: odd }), 'x')).values).toEqual(odd)
  })

  it('slope and intercept scale, slope 0 and slope NaN do not', async () => {
    const read = async (slope: number, intercept: number): Promise<Float32Array> =>
      (
        await decodeNifti(
          await changed((view) => {
            view.setFloat32(FIELD.sclSlope, slope, true)
            view.setFloat32(FIELD.sclInter, intercept, true)
          }),
          'x',
        )
      ).values
    expect(await read(2, -1)).toEqual(values.map((v) => 2 * v - 1))
    expect(await read(0, 5)).toEqual(values)
    expect(await read(NaN, 5)).toEqual(values)
    await expect(read(2, NaN)).rejects.toThrow(/scl_inter/)
  })

  it('metres, millimetres, micrometres and no unit', async () => {
    const spacing = async (code: number): Promise<{ x: number; remarks: number }> => {
      const { grid: found, remarks } = await decodeNifti(
        await changed((view) => view.setUint8(FIELD.xyztUnits, code)),
        'x',
      )
      return { x: found.spacingMm[0], remarks: remarks.length }
    }
    expect(await spacing(2 + 8)).toEqual({ x: 4, remarks: 0 })
    expect(await spacing(1)).toEqual({ x: 4000, remarks: 0 })
    expect((await spacing(3)).x).toBeCloseTo(0.004, 9)
    expect(await spacing(0)).toEqual({ x: 4, remarks: 1 })
    expect((await refusal(await changed((view) => view.setUint8(FIELD.xyztUnits, 5)))).code).toBe('nifti.units')
  })

  it('without sform and qform the voxel sizes count, and it is said', async () => {
    const read = await decodeNifti(
      await changed((view) => {
        view.setInt16(FIELD.sformCode, 0, true)
        view.setInt16(FIELD.qformCode, 0, true)
      }),
      'x.nii',
    )
    expect(read.grid.spacingMm).toEqual([4, 5, 6])
    expect(read.grid.direction).toEqual([-1, 0, 0, 0, -1, 0, 0, 0, 1])
    expect(read.remarks.join()).toContain('neither an sform nor a qform')
  })

  it('an sform and a qform that differ: the sform counts, and by how much they differ is said', async () => {
    const read = await decodeNifti(
      await changed((view) => view.setFloat32(FIELD.qoffset + 4, view.getFloat32(FIELD.qoffset + 4, true) + 7.5, true)),
      'x.nii',
    )
    expect(read.grid.originMm).toEqual(grid.originMm)
    expect(read.remarks.join()).toContain('x.nii gives two places, an sform and a qform, that are up to 7.5 mm apart')
  })

  it('4D with one volume is a volume, with two it is refused', async () => {
    const with4 = (volumes: number) =>
      changed((view) => {
        view.setInt16(FIELD.dim, 4, true)
        view.setInt16(FIELD.dim + 8, volumes, true)
      }, new Uint8Array(48))
    expect((await decodeNifti(await with4(1), 'x')).values).toEqual(values)
    expect(await refusal(await with4(2))).toMatchObject({ code: 'nifti.dimensions' })
  })

  it('refuses what it cannot trust, naming the file and the cure', async () => {
    const cases: [string, (view: DataView) => void][] = [
      ['nifti.format', (view) => view.setInt32(0, 540, true)],
      ['nifti.format', (view) => view.setInt32(0, 1234, true)],
      ['nifti.format', (view) => view.setUint8(FIELD.magic, 0)],
      ['nifti.format', (view) => view.setUint8(FIELD.magic + 1, 'i'.charCodeAt(0))],
      ['nifti.format', (view) => view.setFloat32(FIELD.voxOffset, 100, true)],
      ['nifti.format', (view) => view.setFloat32(FIELD.voxOffset, NaN, true)],
      ['nifti.dimensions', (view) => view.setInt16(FIELD.dim, 9, true)],
      ['nifti.dimensions', (view) => view.setInt16(FIELD.dim, 2, true)],
      ['nifti.dimensions', (view) => view.setInt16(FIELD.dim + 2, -3, true)],
      ['nifti.dimensions', (view) => view.setInt16(FIELD.dim + 4, 0, true)],
      ['nifti.truncated', (view) => [2, 4, 6].forEach((at) => view.setInt16(FIELD.dim + at, 32767, true))],
      ['nifti.truncated', (view) => view.setFloat32(FIELD.voxOffset, 1e9, true)],
      ['nifti.data-type', (view) => view.setInt16(FIELD.datatype, 128, true)],
      ['nifti.data-type', (view) => view.setInt16(FIELD.datatype, 7, true)],
      ['nifti.orientation', (view) => view.setFloat32(FIELD.srow + 4, 1, true)],
      ['nifti.orientation', (view) => view.setFloat32(FIELD.srow, 0, true)],
      ['nifti.orientation', (view) => view.setFloat32(FIELD.srow + 12, NaN, true)],
      [
        'nifti.orientation',
        (view) => {
          view.setInt16(FIELD.sformCode, 0, true)
          view.setFloat32(FIELD.quatern, 1.5, true)
        },
      ],
    ]
    for (const [code, change] of cases) expect((await refusal(await changed(change))).code).toBe(code)
  })

  it('refuses files that end early, packed or not', async () => {
    const plain = await encodeNifti({ grid, values })
    const packed = gzipSync(plain)
    for (const bytes of [plain.slice(0, -1), plain.slice(0, 200), new Uint8Array(), packed.subarray(0, -12)])
      expect((await refusal(bytes)).code).toBe('nifti.truncated')
    const damaged = Uint8Array.from(packed)
    damaged[40] = damaged[40]! ^ 0xff
    await refusal(damaged)
    await expect(readNifti('/no/such/dose.nii')).rejects.toThrow(/\/no\/such\/dose\.nii/)
  })

  it('refuses to write what the format cannot hold', async () => {
    const long: ImageGrid = { ...grid, dimensions: [40000, 1, 1] as Vec3 }
    await expect(encodeNifti({ grid: long, values: new Float32Array(voxelCount(long)) })).rejects.toThrow(/32767/)
  })

  it('knows its names', () => {
    expect(['a.nii', 'a.NII.GZ', 'a.nii.gz'].every(isNiftiName)).toBe(true)
    expect(['a.gz', 'nii', 'a.nii.zip'].some(isNiftiName)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { codes, makeFile, read, voxelsOf } from './fixtures.ts'
import type { Elements } from './fixtures.ts'
import type { Interpretation } from './interpret.ts'
import { TAG } from './tags.ts'

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const SHIFT = [1, 0, 0, 10, 0, 1, 0, 20, 0, 0, 1, 30, 0, 0, 0, 1]
/** 90° about z: x to y. */
const TURN = [0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

function item(from: string | null, matrices: readonly (readonly number[])[], type = 'RIGID'): Elements {
  return {
    [TAG.frameOfReferenceUid]: from,
    [TAG.matrixRegistrationSequence]: [
      {
        [TAG.matrixSequence]: matrices.map((matrix) => ({
          [TAG.transformationMatrix]: matrix.map(String),
          [TAG.transformationMatrixType]: type,
        })),
      },
    ],
  }
}

function reg(items: readonly Elements[], more: Elements = {}): ReturnType<typeof makeFile> {
  return makeFile({
    name: 'reg',
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.66.1',
      [TAG.sopInstanceUid]: '1.2.3.11.1',
      [TAG.seriesInstanceUid]: '1.2.3.11',
      [TAG.modality]: 'REG',
      [TAG.frameOfReferenceUid]: '1.1',
      [TAG.registrationSequence]: items,
      ...more,
    },
  })
}

function transforms(result: Interpretation): readonly object[] {
  return result.folder.patients[0]!.registrations.flatMap((one) => one.transforms)
}

describe('REG', () => {
  it('maps the frame of each item to that of the object', async () => {
    const result = await read([reg([item('1.1', [IDENTITY]), item('2.2', [SHIFT]), item('3.3', [TURN])])])
    expect(transforms(result)).toEqual([
      { fromFrameOfReferenceUid: '2.2', toFrameOfReferenceUid: '1.1', type: 'RIGID', matrix: SHIFT },
      { fromFrameOfReferenceUid: '3.3', toFrameOfReferenceUid: '1.1', type: 'RIGID', matrix: TURN },
    ])
  })

  it('applies several matrices in their order, and says so where the order matters', async () => {
    const result = await read([reg([item('2.2', [TURN, SHIFT])])])
    // (1, 0, 0) turns to (0, 1, 0), then shifts to (10, 21, 30).
    const [{ matrix }] = transforms(result) as [{ matrix: number[] }]
    expect([0, 1, 2].map((row) => matrix[4 * row]! + matrix[4 * row + 3]!)).toEqual([10, 21, 30])
    expect(codes(result, 'warning')).toEqual(['registration.several-matrices'])
    expect(codes(await read([reg([item('2.2', [SHIFT, SHIFT])])]), 'warning')).toEqual([])
  })

  it.each([
    ['mirrors', [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 'RIGID'],
    ['scales', [1.1, 0, 0, 0, 0, 1.1, 0, 0, 0, 0, 1.1, 0, 0, 0, 0, 1], 'RIGID'],
    ['shears', [1, 0.2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 'RIGID_SCALE'],
    ['has no inverse', [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 'AFFINE'],
    ['is transposed', [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 10, 20, 30, 1], 'RIGID'],
    ['has 15 numbers', IDENTITY.slice(0, 15), 'RIGID'],
    ['has no type', SHIFT, ''],
  ])('refuses a matrix that %s', async (_, matrix, type) => {
    const result = await read([reg([item('2.2', [matrix], type)])])
    expect(codes(result, 'refused')).toEqual(['registration.bad-matrix'])
    expect(transforms(result)).toEqual([])
  })

  it('accepts scaling and affine matrices as what they are called', async () => {
    const scaling = [1.1, 0, 0, 0, 0, 1.1, 0, 0, 0, 0, 1.1, 0, 0, 0, 0, 1]
    expect(transforms(await read([reg([item('2.2', [scaling], 'RIGID_SCALE')])]))).toMatchObject([
      { type: 'RIGID_SCALE' },
    ])
    expect(transforms(await read([reg([item('2.2', [scaling], 'AFFINE'), item('3.3', [SHIFT])])]))).toMatchObject([
      { type: 'AFFINE' },
      { type: 'RIGID' },
    ])
  })

  it('trusts nothing of a file that moves its own frame, and refuses items without frame or with one twice', async () => {
    const moved = await read([reg([item('1.1', [SHIFT]), item('2.2', [SHIFT])])])
    expect([codes(moved, 'refused'), transforms(moved)]).toEqual([['registration.contradiction'], []])
    expect(codes(await read([reg([item(null, [SHIFT])])]), 'refused')).toEqual(['registration.no-frame'])
    expect(codes(await read([reg([item('2.2', [SHIFT]), item('2.2', [TURN])])]), 'refused')).toEqual([
      'registration.repeated-frame',
    ])
    expect(codes(await read([reg([item('2.2', [SHIFT])], { [TAG.frameOfReferenceUid]: null })]), 'refused')).toEqual([
      'registration.no-frame',
    ])
  })
})

function dose(more: Elements = {}, frames = 3): ReturnType<typeof makeFile> {
  return makeFile({
    name: 'dose',
    frames,
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.481.2',
      [TAG.sopInstanceUid]: '1.2.3.12.1',
      [TAG.seriesInstanceUid]: '1.2.3.12',
      [TAG.frameOfReferenceUid]: '1.1',
      [TAG.modality]: 'RTDOSE',
      [TAG.imagePosition]: ['0', '0', '-30'],
      [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'],
      [TAG.pixelSpacing]: ['3', '2'],
      [TAG.gridFrameOffsetVector]: ['0', '4', '8'],
      [TAG.doseGridScaling]: '0.5',
      [TAG.doseUnits]: 'GY',
      [TAG.doseType]: 'PHYSICAL',
      ...more,
    },
    pixels: Array.from({ length: 6 * frames }, (_, i) => i),
  })
}

describe('RTDOSE', () => {
  it('is in Gy on a grid of relative offsets or of z coordinates, up or down', async () => {
    const relative = await read([dose()])
    const image = relative.folder.patients[0]!.images[0]!
    expect(image).toMatchObject({
      modality: 'RTDOSE',
      verdict: 'accept',
      quantity: { kind: 'absorbed-dose', unit: 'Gy' },
    })
    expect(image.grid).toMatchObject({ dimensions: [3, 2, 3], spacingMm: [2, 3, 4], originMm: [0, 0, -30] })
    const values = await voxelsOf(relative, image.key)
    expect([0, 6, 12].map((i) => values[i])).toEqual([0, 3, 6])

    const absolute = await read([dose({ [TAG.gridFrameOffsetVector]: ['-30', '-26', '-22'] })])
    expect(absolute.folder.patients[0]!.images[0]!.grid).toEqual(image.grid)

    const down = await read([dose({ [TAG.gridFrameOffsetVector]: ['0', '-4', '-8'] })])
    expect(down.folder.patients[0]!.images[0]!.grid.originMm).toEqual([0, 0, -38])
    const reversed = await voxelsOf(down, image.key)
    expect([0, 6, 12].map((i) => reversed[i])).toEqual([6, 3, 0])
  })

  it.each([
    ['dose.unit', { [TAG.doseUnits]: 'RELATIVE' }],
    ['dose.scaling-missing', { [TAG.doseGridScaling]: null }],
    ['geometry.non-uniform-spacing', { [TAG.gridFrameOffsetVector]: ['0', '4', '9'] }],
    ['geometry.dose-offsets', { [TAG.gridFrameOffsetVector]: ['0', '4'] }],
    ['geometry.dose-offsets', { [TAG.gridFrameOffsetVector]: ['5', '9', '13'] }],
    ['geometry.no-position', { [TAG.imagePosition]: null }],
  ])('refuses with %s', async (code, more) => {
    const result = await read([dose(more)])
    expect(codes(result, 'refused')).toEqual([code])
    expect(result.folder.patients[0]!.images).toEqual([])
  })

  it('asks about dose that is not physical', async () => {
    const result = await read([dose({ [TAG.doseType]: 'EFFECTIVE' })])
    expect(codes(result, 'question')).toEqual(['dose.type'])
    expect(result.folder.patients[0]!.images[0]!.quantity.kind).toBe('arbitrary')
  })
})

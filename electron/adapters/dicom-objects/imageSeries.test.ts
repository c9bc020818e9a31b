import { describe, expect, it } from 'vitest'
import { codes, ctSlice, makeFile, read, voxelsOf } from './fixtures.ts'
import { TAG } from './tags.ts'

const feetFirst = { [TAG.imageOrientation]: ['-1', '0', '0', '0', '1', '0'] }

describe('CT series', () => {
  it('is ordered by position, whatever the names, and scaled slice by slice', async () => {
    const files = [ctSlice(0, 10), ctSlice(1, 0, { [TAG.rescaleSlope]: '2' }), ctSlice(2, 5)]
    const result = await read(files)
    const image = result.folder.patients[0]!.images[0]!
    expect(image.verdict).toBe('accept')
    expect(image.grid).toEqual({
      dimensions: [3, 2, 3],
      spacingMm: [2, 3, 5],
      originMm: [-10, -20, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    })
    const values = await voxelsOf(result, image.key)
    expect(values.slice(0, 2)).toEqual([200 - 1024, 202 - 1024])
    expect(values[6]).toBe(200 - 1024)
    expect(values[12]).toBe(0 - 1024)
  })

  it('says that slices of two orientations became two volumes', async () => {
    const coronal = { [TAG.imageOrientation]: ['1', '0', '0', '0', '0', '-1'] }
    const across = [0, 1, 2].map((i) => ctSlice(i, 5 * i))
    const along = [3, 4, 5].map((i) => ctSlice(i, 0, { ...coronal, [TAG.imagePosition]: ['-10', String(5 * i), '0'] }))
    const result = await read([...across, ...along])
    expect(result.folder.patients[0]!.images).toHaveLength(2)
    expect(codes(result, 'warning')).toEqual(['geometry.several-orientations'])
  })

  it('gives the same volume in patient space for feet-first slices: the grid runs along the normal, which points to the feet', async () => {
    const result = await read([ctSlice(0, 10, feetFirst), ctSlice(1, 0, feetFirst), ctSlice(2, 5, feetFirst)])
    const { grid, key } = result.folder.patients[0]!.images[0]!
    expect(grid.originMm).toEqual([-10, -20, 10])
    expect(grid.direction).toEqual([-1, 0, 0, 0, 1, 0, 0, 0, -1])
    expect((await voxelsOf(result, key))[0]).toBe(0 - 1024)
  })

  it('refuses a series with slices of two frames of reference, matrices or pixel spacings', async () => {
    const frame = await read([ctSlice(0, 0), ctSlice(1, 5), ctSlice(2, 10, { [TAG.frameOfReferenceUid]: '1.9' })])
    expect(codes(frame, 'refused')).toEqual(['geometry.mixed-frames-of-reference'])
    const spacing = await read([ctSlice(0, 0), ctSlice(1, 5, { [TAG.pixelSpacing]: ['3', '2.1'] })])
    expect(codes(spacing, 'refused')).toEqual(['geometry.mixed-pixel-spacing'])
    expect(spacing.folder.patients[0]!.images).toEqual([])
    expect(spacing.folder.patients[0]!.kept[0]!.files).toHaveLength(2)
  })

  it('refuses missing slices, and positions that occur twice without anything to tell them apart', async () => {
    expect(codes(await read([0, 5, 10, 20].map((z, i) => ctSlice(i, z))), 'refused')).toEqual([
      'geometry.missing-slices',
    ])
    expect(codes(await read([0, 5, 5, 10].map((z, i) => ctSlice(i, z))), 'refused')).toEqual([
      'geometry.duplicate-position',
    ])
  })

  it('parts repeated and interleaved acquisitions of one series into volumes with keys of their own', async () => {
    const repeated = await read(
      [0, 1, 2, 3, 4, 5].map((i) =>
        ctSlice(i, 5 * (i % 3), { [TAG.acquisitionNumber]: String(1 + Math.floor(i / 3)) }),
      ),
    )
    const images = repeated.folder.patients[0]!.images
    expect(images.map(({ grid }) => grid.dimensions[2])).toEqual([3, 3])
    expect(new Set(images.map(({ key }) => key)).size).toBe(2)
    expect(images[1]!.seriesDescription).toContain('acquisition 2')

    const interleaved = await read(
      [0, 5, 10, 2.5, 7.5, 12.5].map((z, i) => ctSlice(i, z, { [TAG.acquisitionNumber]: i < 3 ? '1' : '2' })),
    )
    expect(interleaved.folder.patients[0]!.images.map(({ grid }) => grid.spacingMm[2])).toEqual([5, 5])
  })

  it('stacks step-and-shoot acquisitions that follow one another as one volume', async () => {
    const result = await read(
      [0, 5, 10, 15, 20, 25].map((z, i) => ctSlice(i, z, { [TAG.acquisitionNumber]: String(1 + Math.floor(i / 2)) })),
    )
    expect(result.folder.patients[0]!.images.map(({ grid }) => grid.dimensions[2])).toEqual([6])
  })

  it('keeps localizers aside and does not let them disturb the volume', async () => {
    const scout = ctSlice(9, 400, {
      [TAG.imageType]: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'],
      [TAG.imageOrientation]: ['1', '0', '0', '0', '0', '-1'],
    })
    const result = await read([ctSlice(0, 0), ctSlice(1, 5), scout])
    const [one] = result.folder.patients
    expect(one!.images.map(({ grid, verdict }) => [grid.dimensions[2], verdict])).toEqual([[2, 'accept']])
    expect(one!.kept.map(({ reason }) => reason)).toEqual(['CT localizer (scout): no volume'])
  })

  it('refuses slices without position, orientation, pixel spacing or slope', async () => {
    const without = async (tag: string): Promise<string[]> =>
      codes(await read([ctSlice(0, 0), ctSlice(1, 5, { [tag]: null })]), 'refused')
    expect(await without(TAG.imagePosition)).toEqual(['geometry.no-position'])
    expect(await without(TAG.imageOrientation)).toEqual(['geometry.no-orientation'])
    expect(await without(TAG.pixelSpacing)).toEqual(['geometry.no-pixel-spacing'])
    expect(await without(TAG.rescaleSlope)).toEqual(['quantity.slope-missing'])
  })

  it('asks about CT that does not state HU, and warns of a tilt that positions do not show', async () => {
    expect(codes(await read([ctSlice(0, 0, { [TAG.rescaleType]: 'US' }), ctSlice(1, 5)]), 'question')).toEqual([
      'quantity.ct-not-hu',
    ])
    expect(codes(await read([ctSlice(0, 0, { [TAG.gantryTilt]: '12' }), ctSlice(1, 5)]), 'warning')).toEqual([
      'geometry.tilt-not-in-positions',
    ])
  })

  it('says so where the series has no frame of reference', async () => {
    const none = { [TAG.frameOfReferenceUid]: null }
    expect(codes(await read([ctSlice(0, 0, none), ctSlice(1, 5, none)]), 'warning')).toEqual([
      'geometry.no-frame-of-reference',
    ])
  })
})

describe('enhanced multi-frame CT', () => {
  const frameGroups = (z: number, slope: string): object => ({
    [TAG.planePositionSequence]: [{ [TAG.imagePosition]: ['0', '0', String(z)] }],
    [TAG.pixelValueTransformationSequence]: [
      { [TAG.rescaleSlope]: slope, [TAG.rescaleIntercept]: '-1000', [TAG.rescaleType]: 'HU' },
    ],
  })

  it('is a volume like that of single slices: frames by position, rescale by frame', async () => {
    const file = makeFile({
      name: 'enhanced',
      frames: 3,
      elements: {
        [TAG.patientId]: 'P1',
        [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.2.1',
        [TAG.sopInstanceUid]: '1.2.3.7.1',
        [TAG.seriesInstanceUid]: '1.2.3.7',
        [TAG.frameOfReferenceUid]: '1.2.3.9',
        [TAG.modality]: 'CT',
        [TAG.sharedFunctionalGroupsSequence]: [
          {
            [TAG.planeOrientationSequence]: [{ [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'] }],
            [TAG.pixelMeasuresSequence]: [{ [TAG.pixelSpacing]: ['3', '2'], [TAG.sliceThickness]: '5' }],
          },
        ],
        [TAG.perFrameFunctionalGroupsSequence]: [
          frameGroups(10, '1'),
          frameGroups(0, '2'),
          frameGroups(5, '1'),
        ] as never,
      },
      pixels: Array.from({ length: 18 }, (_, i) => i),
    })
    const result = await read([file])
    const { grid, key } = result.folder.patients[0]!.images[0]!
    expect(grid.dimensions).toEqual([3, 2, 3])
    expect(grid.originMm).toEqual([0, 0, 0])
    expect((await voxelsOf(result, key)).slice(0, 7)).toEqual(
      [6, 7, 8, 9, 10, 11].map((v) => 2 * v - 1000).concat(12 - 1000),
    )
  })
})

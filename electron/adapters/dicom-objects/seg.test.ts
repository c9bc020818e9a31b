import { describe, expect, it } from 'vitest'
import { cieLabToRgb } from './cieLab.ts'
import { codes, makeFile, read } from './fixtures.ts'
import type { Elements } from './fixtures.ts'
import type { Interpretation } from './interpret.ts'
import { TAG } from './tags.ts'

function names(result: Interpretation): string[] {
  return result.folder.patients.flatMap(({ structureSets }) =>
    structureSets.flatMap(({ structures }) => structures.map(({ name }) => name)),
  )
}

interface Frame {
  readonly z: number
  readonly segment: number
}

function seg(
  frames: readonly Frame[],
  pixels: readonly number[],
  more: Elements = {},
  measures: Elements = {},
): ReturnType<typeof makeFile> {
  return makeFile({
    name: 'seg',
    frames: frames.length,
    elements: {
      [TAG.patientId]: 'P1',
      [TAG.sopClassUid]: '1.2.840.10008.5.1.4.1.1.66.4',
      [TAG.sopInstanceUid]: '1.2.3.10.1',
      [TAG.seriesInstanceUid]: '1.2.3.10',
      [TAG.frameOfReferenceUid]: '1.2.3.9',
      [TAG.modality]: 'SEG',
      [TAG.segmentationType]: 'BINARY',
      [TAG.segmentSequence]: [1, 2].map((n) => ({ [TAG.segmentNumber]: n, [TAG.segmentLabel]: `S${n}` })),
      [TAG.sharedFunctionalGroupsSequence]: [
        {
          [TAG.planeOrientationSequence]: [{ [TAG.imageOrientation]: ['1', '0', '0', '0', '1', '0'] }],
          [TAG.pixelMeasuresSequence]: [{ [TAG.pixelSpacing]: ['3', '2'], [TAG.sliceThickness]: '5', ...measures }],
        },
      ],
      [TAG.perFrameFunctionalGroupsSequence]: frames.map(({ z, segment }) => ({
        [TAG.planePositionSequence]: [{ [TAG.imagePosition]: ['0', '0', String(z)] }],
        [TAG.segmentIdentificationSequence]: [{ [TAG.referencedSegmentNumber]: segment }],
      })),
      ...more,
    },
    pixels,
  })
}

describe('SEG', () => {
  it('puts frames of any order on a lattice with gaps and crops each segment to its voxels', async () => {
    const result = await read([
      seg(
        [
          { z: 20, segment: 1 },
          { z: 0, segment: 2 },
          { z: 5, segment: 1 },
        ],
        [0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1],
      ),
    ])
    const [one, two] = result.folder.patients[0]!.structureSets[0]!.structures
    const mask = one!.shape.kind === 'voxels' ? one!.shape.mask : null
    expect(mask?.grid).toMatchObject({ dimensions: [3, 2, 5], spacingMm: [2, 3, 5], originMm: [0, 0, 0] })
    expect(mask?.box).toEqual({ start: [1, 0, 1], size: [2, 2, 4] })
    expect(Array.from(mask!.fractions)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    expect(two!.shape.kind === 'voxels' && two!.shape.mask.box).toEqual({ start: [0, 0, 0], size: [3, 2, 1] })
  })

  it('reads fractions, and warns of probabilities', async () => {
    const fractional = { [TAG.segmentationType]: 'FRACTIONAL', [TAG.maximumFractionalValue]: 200 }
    const frames = [
      { z: 0, segment: 1 },
      { z: 5, segment: 1 },
    ]
    const pixels = [50, 0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0]
    const occupancy = await read([
      seg(frames, pixels, { ...fractional, [TAG.segmentationFractionalType]: 'OCCUPANCY' }),
    ])
    const { shape } = occupancy.folder.patients[0]!.structureSets[0]!.structures[0]!
    expect(shape.kind === 'voxels' && Array.from(shape.mask.fractions)).toEqual([0.25, 1])
    expect(codes(occupancy, 'warning')).toEqual([])
    expect(
      codes(
        await read([seg(frames, pixels, { ...fractional, [TAG.segmentationFractionalType]: 'PROBABILITY' })]),
        'warning',
      ),
    ).toEqual(['segmentation.probability'])
    expect(codes(await read([seg(frames, pixels, { [TAG.segmentationType]: 'FRACTIONAL' })]), 'refused')).toEqual([
      'segmentation.maximum',
    ])
  })

  it('reads label maps', async () => {
    const result = await read([
      seg(
        [
          { z: 5, segment: 0 },
          { z: 0, segment: 0 },
        ],
        [0, 2, 2, 0, 0, 1, 0, 0, 0, 0, 0, 1],
        { [TAG.segmentationType]: 'LABELMAP' },
      ),
    ])
    const boxes = result.folder.patients[0]!.structureSets[0]!.structures.map(({ name, shape }) => [
      name,
      shape.kind === 'voxels' && shape.mask.box,
    ])
    expect(boxes).toEqual([
      ['S1', { start: [2, 1, 0], size: [1, 1, 2] }],
      ['S2', { start: [1, 0, 1], size: [2, 1, 1] }],
    ])
  })

  it('refuses positions that no patient is long enough for', async () => {
    const far = [0, 5, 5e9].map((z) => ({ z, segment: 1 }))
    expect(
      codes(
        await read([
          seg(
            far,
            Array.from({ length: 18 }, () => 1),
          ),
        ]),
        'refused',
      ),
    ).toEqual(['geometry.non-uniform-spacing'])
  })

  it('refuses uneven planes and repeated frames, and leaves empty segments out', async () => {
    const one = Array.from({ length: 18 }, () => 1)
    expect(
      codes(
        await read([
          seg(
            [0, 5, 12.5].map((z) => ({ z, segment: 1 })),
            one,
          ),
        ]),
        'refused',
      ),
    ).toEqual(['geometry.non-uniform-spacing'])
    const repeated = await read([
      seg(
        [
          { z: 0, segment: 1 },
          { z: 0, segment: 1 },
          { z: 5, segment: 2 },
        ],
        one,
      ),
    ])
    expect(codes(repeated, 'refused')).toEqual(['segmentation.repeated-frame'])
    expect(names(repeated)).toEqual(['S2'])
    const single = await read([seg([{ z: 0, segment: 1 }], [1, 1, 1, 1, 1, 1])])
    expect(codes(single, 'note')).toContain('structure.empty')
    expect(names(single)).toEqual(['S1'])
  })
})

describe('cieLabToRgb', () => {
  it('gives white, black and mid-grey; published sRGB red (L* 54.29, a* 80.81, b* 69.89 under D50, Lindbloom)', () => {
    const encode = (l: number, a: number, b: number): number[] => [
      (l / 100) * 65535,
      ((a + 128) / 255) * 65535,
      ((b + 128) / 255) * 65535,
    ]
    expect(cieLabToRgb(encode(100, 0, 0))).toEqual([255, 255, 255])
    expect(cieLabToRgb(encode(0, 0, 0))).toEqual([0, 0, 0])
    expect(cieLabToRgb(encode(53.585, 0, 0))).toEqual([128, 128, 128])
    const [r, g, b] = cieLabToRgb(encode(54.29, 80.81, 69.89))!
    expect(r).toBeGreaterThanOrEqual(254)
    expect(g).toBeLessThanOrEqual(2)
    expect(b).toBeLessThanOrEqual(2)
    expect(cieLabToRgb([1, 2])).toBeNull()
  })
})

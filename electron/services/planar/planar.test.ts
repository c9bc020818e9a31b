import { describe, expect, it } from 'vitest'
import type { PlanarImage } from '../ports/planarSource.ts'
import { parseRequest, planarRequestSchema, quantifyPlanar } from './index.ts'
import { selectFrames } from './selectFrames.ts'

const COLUMNS = 40
const ROWS = 30

/** One frame of a static scan; counts by column (from the patient's right in the anterior view) and row. */
function frame(
  view: 'anterior' | 'posterior' | null,
  counts: (column: number, row: number) => number,
  more: Partial<PlanarImage> = {},
): PlanarImage {
  return {
    columns: COLUMNS,
    rows: ROWS,
    pixelSpacingMm: [4, 4],
    counts: Float32Array.from({ length: COLUMNS * ROWS }, (_, i) => {
      const column = view === 'posterior' ? COLUMNS - 1 - (i % COLUMNS) : i % COLUMNS
      return counts(column, Math.floor(i / COLUMNS))
    }),
    source: { path: '/a', displayPath: 'a', sizeBytes: 1, sha256: '', sopInstanceUid: '1.2', sopClassUid: '1.2.3' },
    seriesDescription: 'planar',
    frameNumber: 1,
    kind: 'static',
    view,
    viewText: view ?? '',
    detector: view === 'posterior' ? 2 : 1,
    window: { name: 'peak', ranges: [{ lowKev: 187, highKev: 229 }] },
    durationS: 100,
    start: null,
    scanVelocityMmPerS: null,
    radiopharmaceutical: null,
    ...more,
  }
}
const both = (counts: (column: number, row: number) => number, more: Partial<PlanarImage> = {}) => [
  frame('anterior', counts, more),
  frame('posterior', counts, more),
]
const box = (x: number, y: number, columns: number, rows: number) => [
  (x - 0.5) * 4,
  (y - 0.5) * 4,
  (x + columns - 0.5) * 4,
  (y + rows - 0.5) * 4,
]
const request = (change: object) =>
  parseRequest(
    planarRequestSchema,
    {
      nuclide: 'Lu-177',
      peakKev: 208,
      sensitivityCpsPerMbq: 10,
      attenuation: { kind: 'thickness', muPerCm: 0.1, bodyThicknessMm: 200 },
      regions: [],
      scans: [{ timeH: 24, images: 'x' }],
      ...change,
    },
    'the test',
  )
/** So long that nothing decays while counting. */
const ports = { halfLifeS: 1e15, ct: null, media: () => expect.fail('no CT') }
/** Activity of one region at the first time, MBq, without the factor e^(μt/2). */
const inAir = (change: object, images: readonly PlanarImage[]): number =>
  (quantifyPlanar(request(change), [images], ports).regions[0]?.times[0]?.activityBq.value ?? NaN) / 1e6 / Math.exp(1)

describe('overlapping organs', () => {
  /** Left kidney: columns 25 to 34, right one mirrored: 5 to 14; a liver on columns 0 to 9 and rows above 15. */
  const kidneys = (column: number, row: number): number => {
    const isKidney = row >= 10 && row < 20 && ((column >= 25 && column < 35) || (column >= 5 && column < 15))
    const isLiver = row < 15 && column < 30
    return (isKidney ? 100 : 0) + (isLiver ? 70 : 0)
  }
  const right = { name: 'right kidney', rectangleMm: box(5, 10, 10, 10) }
  const free = { rectangleMm: box(5, 15, 10, 5) }
  const truth = (100 * 100) / 100 / 10

  it.each([
    ['area', { kind: 'area', relativeUncertainty: 0.1 }],
    ['thickness', { kind: 'thickness', freeVolumeMl: 70, wholeVolumeMl: 140 }],
    [
      'contralateral',
      { kind: 'contralateral', part: { rectangleMm: box(30, 15, 5, 5) }, whole: { rectangleMm: box(30, 10, 5, 10) } },
    ],
  ])('are brought from the free half to the whole by %s', (_, share) => {
    expect(inAir({ regions: [{ ...right, overlap: { free, share } }] }, both(kidneys))).toBeCloseTo(truth, 3)
  })

  it('without a correction count the liver with the kidney', () => {
    expect(inAir({ regions: [right] }, both(kidneys))).toBeCloseTo(truth * 1.35, 3)
  })
})

describe('views', () => {
  const spot = (column: number, row: number): number =>
    1000 * Math.exp(-(((column - 15) / 3) ** 2) - ((row - 12) / 4) ** 2) + 10

  it('that lie aside of one another are aligned aloud', () => {
    const regions = [{ name: 'spot', rectangleMm: box(8, 4, 15, 17) }]
    const images = [frame('anterior', spot), frame('posterior', (column, row) => spot(column - 4, row + 2))]
    const aligned = quantifyPlanar(request({ regions, alignReachPixels: 6 }), [images], ports)
    expect(aligned.remarks.join()).toMatch(/moved by 16\.0 and -8\.0 mm/)
    const view = aligned.regions[0]?.times[0]
    expect((view?.posterior.net.value ?? 0) / (view?.anterior.net.value ?? 1)).toBeCloseTo(1, 3)
    const moved = quantifyPlanar(request({ regions }), [images], ports).regions[0]?.times[0]
    expect(moved?.posterior.net.value).toBeLessThan(0.95 * (moved?.anterior.net.value ?? 0))
  })

  it('without names are told by the detector, else refused; so are mixed windows, matrices, times and dynamic series', () => {
    const nameless = both(spot).map((one) => ({ ...one, view: null }))
    const [a, p] = both(spot) as [PlanarImage, PlanarImage]
    expect(selectFrames(nameless, 208, 2, 'scan').anterior.peak.frame).toBe(nameless[1])
    expect(() => selectFrames(nameless, 208, undefined, 'scan')).toThrow(/no anterior view.*not known/)
    expect(() => selectFrames([a, a, p], 208, undefined, 'scan')).toThrow(/2 anterior frames are of a window/)
    expect(() => selectFrames([a, { ...p, columns: 20, rows: 60 }], 208, undefined, 'scan')).toThrow(/20 × 60/)
    expect(() => selectFrames([a, { ...p, durationS: 50 }], 208, undefined, 'scan')).toThrow(/100 and 50 s/)
    expect(() => selectFrames([a, { ...p, kind: 'dynamic' }], 208, undefined, 'scan')).toThrow(/dynamic series/)
    expect(() => selectFrames([a, { ...p, window: null }], 208, undefined, 'scan')).toThrow(
      /no posterior frame.*not known/,
    )
  })

  it('take the next windows below and above the peak for scatter, and refuse a correction without one', () => {
    const window = (lowKev: number, highKev: number) => ({ window: { name: '', ranges: [{ lowKev, highKev }] } })
    const frames = [
      ...both(spot),
      ...both(() => 1, window(150, 166)),
      ...both(() => 2, window(166, 187)),
      ...both(() => 3, window(229, 250)),
    ]
    const { lower, upper } = selectFrames(frames, 208, undefined, 'scan').anterior
    expect([lower?.window.lowKev, upper?.window.lowKev]).toEqual([166, 229])
    const regions = [{ name: 'spot', rectangleMm: box(8, 4, 15, 17) }]
    const triple = { regions, scatter: { method: 'triple' } }
    const found = quantifyPlanar(request(triple), [frames], ports).regions[0]?.times[0]?.anterior
    expect(found?.scatter.value).toBeCloseTo(255 * (2 + 3), 2)
    expect(() => quantifyPlanar(request(triple), [both(spot)], ports)).toThrow(/no energy window below/)
  })
})

describe('what the files of a scan say', () => {
  const region = { name: 'k', rectangleMm: box(10, 10, 5, 5) }
  const scanAt = (local: string, more: Partial<PlanarImage> = {}) =>
    both(() => 50, { start: { local, utcOffsetMin: 60 }, ...more })
  const said = (scans: readonly { readonly timeH: number; readonly images: readonly PlanarImage[] }[]): string =>
    quantifyPlanar(
      request({ regions: [region], scans: scans.map(({ timeH }) => ({ timeH, images: 'x' })) }),
      scans.map(({ images }) => images),
      {
        ct: null,
        media: () => {
          throw new Error('no CT')
        },
        halfLifeS: 574_300,
      },
    ).remarks.join('\n')

  it('is silent over midnight and over the change to summer time, and tells a day that is wrong', () => {
    const first = { timeH: 4, images: scanAt('2026-03-28T13:00:00') }
    // 20 h later by the sun; the clock was put forward at night.
    const summer = scanAt('2026-03-29T10:00:00', { start: { local: '2026-03-29T10:00:00', utcOffsetMin: 120 } })
    expect(said([first, { timeH: 24, images: summer }])).not.toMatch(/acquired/)
    expect(said([{ timeH: 24, images: scanAt('2026-03-28T10:00:00') }, first])).toMatch(
      /Scan of 24 h: its files were acquired -3\.00 h after those of the first scan, not 20\.00 h/,
    )
  })

  it('is compared with the injection that they name, and with their nuclide', () => {
    const radiopharmaceutical = {
      agent: '',
      nuclide: 'Tc-99m',
      halfLifeS: 21_624,
      administeredActivityBq: null,
      administrationStart: { local: '2026-03-28T08:00:00', utcOffsetMin: 0 },
      administrationStop: null,
    }
    const words = said([{ timeH: 5, images: scanAt('2026-03-28T13:00:00', { radiopharmaceutical }) }])
    expect(words).toMatch(
      /Scan of 5 h: its files were acquired 4\.00 h after the injection that they name, not 5\.00 h/,
    )
    expect(words).toMatch(/name Tc-99m, the request Lu-177/)
  })
})

describe('whole-body sweeps', () => {
  const sweep = (counts: number, speed: number | null) =>
    both(() => counts, { kind: 'whole-body', scanVelocityMmPerS: speed, durationS: 600 })
  const change = {
    fieldOfViewLengthMm: 400,
    wholeBody: { administeredActivityMbq: 1000 },
    scans: [
      { timeH: 1, images: 'a' },
      { timeH: 25, images: 'b' },
    ],
  }

  it('at another speed are compared by the time that a point was in view', () => {
    const { wholeBody } = quantifyPlanar(request(change), [sweep(400, 2), sweep(200, 1)], ports)
    const [first, second] = wholeBody?.series.activityBq ?? []
    expect(first).toBeCloseTo(1e9, 0)
    // Half the counts in twice the time.
    expect(second).toBeCloseTo(2.5e8, 0)
  })

  it('refuse without the speed or the length of the detector', () => {
    expect(() => quantifyPlanar(request(change), [sweep(1, null), sweep(1, 1)], ports)).toThrow(/\(0018,1300\)/)
    const without = { ...change, fieldOfViewLengthMm: undefined }
    expect(() => quantifyPlanar(request(without), [sweep(1, 1), sweep(1, 1)], ports)).toThrow(/fieldOfViewLengthMm/)
  })
})

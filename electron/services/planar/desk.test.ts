/** Images that are held while regions are drawn: what is found below a path, and what a region measures. */
import { describe, expect, it } from 'vitest'
import type { Instant } from '../../contracts/domain.ts'
import type { PlanarImage, PlanarSource } from '../ports/planarSource.ts'
import { createPlanarDesk, parseRequest, planarRequestSchema } from './index.ts'
import { planarAcquisitions } from './look.ts'

const [COLUMNS, ROWS, SPACING_MM] = [32, 24, 4]
const at = (local: string): Instant => ({ local, utcOffsetMin: null })
const GIVEN = at('2026-01-12T09:00:00')

/** A square of 10 counts a pixel from that column and row, 6 pixels wide, on both views. */
function frames(path: string, column: number, row: number, more: Partial<PlanarImage> = {}): PlanarImage[] {
  return (['anterior', 'posterior'] as const).map((view, i) => ({
    ...{ columns: COLUMNS, rows: ROWS, pixelSpacingMm: [SPACING_MM, SPACING_MM] as const },
    counts: Float32Array.from({ length: COLUMNS * ROWS }, (_, n) => {
      const x = view === 'posterior' ? COLUMNS - 1 - (n % COLUMNS) : n % COLUMNS
      const y = Math.floor(n / COLUMNS)
      return x >= column && x < column + 6 && y >= row && y < row + 6 ? 10 : 0
    }),
    source: { path, displayPath: path, sizeBytes: 1, sha256: path, sopInstanceUid: path, sopClassUid: '1.2' },
    ...{ seriesDescription: 'planar', frameNumber: i + 1, kind: 'static' as const, view, viewText: view },
    ...{ detector: i + 1, window: { name: 'peak', ranges: [{ lowKev: 187, highKev: 229 }] }, durationS: 100 },
    ...{ start: at('2026-01-12T13:00:00'), scanVelocityMmPerS: null, radiopharmaceutical: null },
    ...more,
  }))
}

describe('planar images below a path', () => {
  const first = frames('/images/a.dcm', 10, 8)
  const second = frames('/images/b.dcm', 10, 8, { start: at('2026-01-13T09:30:00') })

  it('are a time for each file that holds both views, in the order of time', () => {
    const { acquisitions, problems } = planarAcquisitions('/images', [...second, ...first], GIVEN)
    expect(problems).toEqual([])
    expect(acquisitions.map(({ images, timeH }) => [images, timeH])).toEqual([
      ['/images/a.dcm', 4],
      ['/images/b.dcm', 24.5],
    ])
    expect(acquisitions[0]).toMatchObject({ namesViews: true, windowsKev: [{ lowKev: 187, highKev: 229 }] })
  })

  it('are of one time where each view is a file of its own', () => {
    const split = first.map((image) => ({
      ...image,
      source: { ...image.source, path: `/images/${image.viewText}.dcm` },
      ...{ view: null, detector: null },
    }))
    expect(planarAcquisitions('/images', split, GIVEN).acquisitions).toMatchObject([
      { images: '/images', frames: 2, namesViews: false },
    ])
  })

  it('are not sorted where two files are of one time, where they lie in an archive, or are dynamic', () => {
    const same = frames('/images/c.dcm', 10, 8)
    const twice = planarAcquisitions('/images', [...first, ...same], GIVEN)
    expect(twice.acquisitions).toEqual([])
    expect(twice.problems[0]).toContain('folder of its own')
    const zipped = [...first, ...second].map((image) => ({
      ...image,
      source: { ...image.source, displayPath: `x.zip!${image.source.path}` },
    }))
    expect(planarAcquisitions('/x.zip', zipped, GIVEN).problems[0]).toContain('unpack it')
    const moving = first.map((image) => ({ ...image, kind: 'dynamic' as const }))
    expect(planarAcquisitions('/images', moving, GIVEN)).toMatchObject({ acquisitions: [] })
    expect(planarAcquisitions('/images', moving, GIVEN).problems[0]).toContain('2 frames of dynamic series')
  })
})

describe('regions on planar images', () => {
  let reads: string[] = []
  const images: Readonly<Record<string, PlanarImage[]>> = {
    '/4h': frames('/4h', 10, 8),
    // The patient lies 3 pixels further to the right and 2 further down.
    '/24h': frames('/24h', 13, 10),
  }
  const source: PlanarSource = {
    readPlanar: (paths) => {
      reads.push(...paths)
      return Promise.resolve({ images: paths.flatMap((path) => images[path] ?? []), problems: [] })
    },
    close: () => Promise.resolve(),
  }
  const none = () => expect.fail('not asked for')
  const nuclides = { nuclides: new Map([['Lu-177', { name: 'Lu-177', halfLifeS: 1e15 }]]), aliases: new Map() }
  const desk = () => {
    reads = []
    const ports = { nuclides, planarSource: () => source, loadCt: none, media: none }
    return createPlanarDesk(ports as unknown as Parameters<typeof createPlanarDesk>[0])
  }
  const square = [(10 - 0.5) * 4, (8 - 0.5) * 4, (16 - 0.5) * 4, (14 - 0.5) * 4] as const
  const request = (change: object, second: object = {}) =>
    parseRequest(
      planarRequestSchema,
      {
        ...{ nuclide: 'Lu-177', peakKev: 208, sensitivityCpsPerMbq: 10 },
        attenuation: { kind: 'thickness', muPerCm: 0, bodyThicknessMm: 200 },
        regions: [{ name: 'kidney', rectangleMm: square }, { name: 'not drawn yet' }],
        scans: [
          { timeH: 4, images: '/4h' },
          { timeH: 24, images: '/24h', ...second },
        ],
        ...change,
      },
      'the test',
    )
  /** 36 pixels of 10 counts in 100 s on both views, 10 counts/(s·MBq). */
  const truthBq = 0.36e6

  it('are measured one by one without reading a file twice, until the images are released', async () => {
    const held = desk()
    await held.views({ images: '/4h', peakKev: 208 })
    const found = await held.measure(request({}, { shiftMm: [12, 8] }), null, 'kidney')
    await held.measure(request({}), null, 'kidney')
    expect(reads).toEqual(['/4h', '/24h'])
    // On the second scan the region lies where the patient does.
    for (const { activityBq } of found.times) expect(activityBq.value / truthBq).toBeCloseTo(1, 6)
    held.release()
    await held.views({ images: '/4h', peakKev: 208 })
    expect(reads).toHaveLength(3)
  })

  it('that are not moved miss what was moved, and are moved on one view by the hand that says so', async () => {
    const held = desk()
    const [, missed] = (await held.measure(request({}), null, 'kidney')).times
    // 3 by 4 of 6 by 6 pixels lie in both squares.
    expect((missed?.activityBq.value ?? NaN) / truthBq).toBeCloseTo(12 / 36, 6)
    const byHand = await held.measure(request({}, { shiftMm: [12, 8], posteriorShiftMm: [4, 0] }), null, 'kidney')
    expect(byHand.times[1]?.posterior.net.value).toBeCloseTo(300, 6)
    expect(byHand.times[1]?.anterior.net.value).toBeCloseTo(360, 6)
    expect(byHand.times[1]?.posteriorShiftMm).toEqual([4, 0])
  })

  it('of an ellipse count its area', async () => {
    const inner = { name: 'kidney', ellipseMm: [44, 36, 56, 48] }
    const { times } = await desk().measure(request({ regions: [inner] }), null, 'kidney')
    // π·6² mm² of pixels of 16 mm² and 10 counts: coverage of pixels is sampled.
    expect((times[0]?.anterior.net.value ?? NaN) / ((Math.PI * 36 * 10) / 16)).toBeCloseTo(1, 2)
  })

  it('say what is wrong: no such region, two outlines, no views of an energy', async () => {
    const held = desk()
    await expect(held.measure(request({}), null, 'liver')).rejects.toMatchObject({ code: 'planar.region' })
    await expect(held.measure(request({}), null, 'not drawn yet')).rejects.toMatchObject({ code: 'planar.roi' })
    const both = { name: 'kidney', rectangleMm: square, ellipseMm: square }
    await expect(held.measure(request({ regions: [both] }), null, 'kidney')).rejects.toMatchObject({
      code: 'planar.roi',
    })
    await expect(held.views({ images: '/4h', peakKev: 113 })).rejects.toMatchObject({ code: 'planar.window' })
    await expect(held.views({ images: '/none', peakKev: 208 })).rejects.toMatchObject({ code: 'planar.no-images' })
  })
})

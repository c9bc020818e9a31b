import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactly, RandomStream } from '../../statistics/index.ts'
import {
  backgroundShare,
  conjugateShift,
  conjugateViewActivity,
  effectiveMuPerMm,
  frameCounts,
  mirrorFrame,
  overlapCorrected,
  roiCounts,
  roiMask,
  shiftRoi,
  sourceSelfAttenuation,
  subtractBackground,
  transmissionOfScan,
  transmissionOfThickness,
} from './index.ts'
import type { PlanarFrame, PlanarRoi } from './index.ts'

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true })

function frame(columns: number, rows: number, value: (x: number, y: number) => number): PlanarFrame {
  return {
    columns,
    rows,
    pixelSpacingMm: [4, 2],
    counts: Float32Array.from({ length: columns * rows }, (_, i) => value(i % columns, Math.floor(i / columns))),
  }
}
const rectangle = (x0: number, y0: number, x1: number, y1: number): PlanarRoi => ({
  name: 'box',
  polygonsMm: [
    [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ],
  ],
})

describe('regions', () => {
  const uniform = frame(10, 20, () => 100)

  it('count partial pixels by their part: a box of 10 mm × 7 mm on pixels of 4 mm × 2 mm has 8.75 of them', () => {
    const mask = roiMask(uniform, rectangle(5.5, 3.3, 15.5, 10.3))
    expect(mask.areaMm2).toBeCloseTo(70, 3)
    expect(mask.fractionOutside).toBeCloseTo(0, 6)
    const counts = roiCounts(uniform, mask)
    expect(counts.value).toBeCloseTo(875, 2)
    // Σ f²·n is less than Σ f·n where pixels are partial.
    expect(counts.standardUncertainty).toBeLessThan(Math.sqrt(875))
    const squares = mask.fractions.reduce((sum, f) => sum + f * f, 0)
    expect(counts.standardUncertainty).toBeCloseTo(Math.sqrt(100 * squares), 6)
  })

  it('cut holes, and tell what lies beyond the frame', () => {
    const hole: PlanarRoi = {
      name: 'ring',
      polygonsMm: [...rectangle(3, 3, 23, 23).polygonsMm, ...rectangle(8, 8, 18, 18).polygonsMm],
    }
    expect(roiMask(uniform, hole).areaMm2).toBeCloseTo(300, 3)
    // From 20 mm before the frame's edge at −2 mm to 20 mm behind it.
    const half = roiMask(uniform, rectangle(-22, 1, 18, 11))
    expect(half.fractionOutside).toBeCloseTo(0.5, 5)
    expect(half.areaMm2).toBeCloseTo(200, 3)
  })

  it('refuse what has no area, lies outside, or holds no counts', () => {
    expect(() =>
      roiMask(uniform, {
        name: 'a',
        polygonsMm: [
          [
            [1, 1],
            [2, 2],
          ],
        ],
      }),
    ).toThrow(/fewer than three/)
    expect(() => roiMask(uniform, rectangle(100, 100, 120, 120))).toThrow(/outside the frame/)
    expect(() => frameCounts(frame(2, 2, () => -1))).toThrow(/no count/)
    expect(() => roiMask({ ...uniform, columns: 11 }, rectangle(0, 0, 5, 5))).toThrow(/200 values/)
  })

  it('a mirrored frame has the counts of the mirrored region; mirroring twice changes nothing', () => {
    const image = frame(7, 5, (x, y) => 10 * x + y)
    expect(mirrorFrame(mirrorFrame(image)).counts).toEqual(image.counts)
    // Column 1 becomes column 5.
    const left = roiCounts(image, roiMask(image, rectangle(2, -1, 6, 9)))
    const right = roiCounts(mirrorFrame(image), roiMask(image, rectangle(18, -1, 22, 9)))
    expect(right.value).toBeCloseTo(left.value, 3)
  })

  it('shift by what the correlation of the two views finds, to a tenth of a pixel', () => {
    const blob = (cx: number, cy: number) =>
      frame(40, 60, (x, y) => 500 * Math.exp(-(((x - cx) / 5) ** 2) - ((y - cy) / 8) ** 2) + 5)
    const { shiftMm, correlation } = conjugateShift(blob(18, 28), blob(20.4, 25), 6)
    expect(correlation).toBeGreaterThan(0.98)
    expect(Math.abs(shiftMm[0] - 2.4 * 4)).toBeLessThan(0.4)
    expect(Math.abs(shiftMm[1] + 3 * 2)).toBeLessThan(0.2)
    expect(shiftRoi(rectangle(0, 0, 1, 1), [2, 3]).polygonsMm[0]?.[0]).toEqual([2, 3])
    expect(() =>
      conjugateShift(
        blob(1, 1),
        frame(10, 60, () => 1),
        3,
      ),
    ).toThrow(/matrix/)
    expect(() =>
      conjugateShift(
        frame(10, 10, () => 1),
        frame(10, 10, () => 1),
        3,
      ),
    ).toThrow(/uniform/)
  })
})

describe('conjugate views', () => {
  it('of a point source in uniform attenuation give its activity at any depth', () => {
    fc.assert(
      fc.property(positive(0, 1), positive(50, 400), positive(0, 0.03), positive(1e5, 1e9), (place, body, mu, bq) => {
        const sensitivity = 9e-6
        const { activityBq } = conjugateViewActivity({
          anteriorCps: exactly(sensitivity * bq * Math.exp(-mu * place * body)),
          posteriorCps: exactly(sensitivity * bq * Math.exp(-mu * (1 - place) * body)),
          transmission: transmissionOfThickness(exactly(mu), exactly(body)).transmission,
          sourceAttenuation: exactly(0),
          sensitivityCpsPerBq: exactly(sensitivity),
        })
        expect(activityBq.value / bq).toBeCloseTo(1, 10)
      }),
    )
  })

  it('of a slab source, integrated numerically, give its activity with the factor of self-attenuation', () => {
    const [mu, body, depth, thickness, bq] = [0.012, 220, 40, 60, 1e6]
    const steps = 20000
    let [anterior, posterior] = [0, 0]
    for (let i = 0; i < steps; i++) {
      const z = depth + ((i + 0.5) / steps) * thickness
      anterior += (bq / steps) * Math.exp(-mu * z)
      posterior += (bq / steps) * Math.exp(-mu * (body - z))
    }
    const found = conjugateViewActivity({
      anteriorCps: exactly(anterior),
      posteriorCps: exactly(posterior),
      transmission: exactly(Math.exp(-mu * body)),
      sourceAttenuation: exactly(mu * thickness),
      sensitivityCpsPerBq: exactly(1),
    })
    expect(found.activityBq.value / bq).toBeCloseTo(1, 7)
    // Without the factor it would be 2.2 % too large.
    expect(1 / found.sourceFactor.value).toBeCloseTo(1 + 0.36 ** 2 / 6 + 0.36 ** 4 / 120, 6)
  })

  it('add relative variances: half those of counts and transmission', () => {
    const relative = (value: number, u: number) => ({ value, standardUncertainty: value * u })
    const found = conjugateViewActivity({
      anteriorCps: relative(100, 0.02),
      posteriorCps: relative(50, 0.04),
      transmission: relative(0.1, 0.06),
      sourceAttenuation: exactly(0),
      sensitivityCpsPerBq: relative(1e-5, 0.03),
    })
    const expected = Math.hypot(0.01, 0.02, 0.03, 0.03)
    expect(found.activityBq.standardUncertainty / found.activityBq.value).toBeCloseTo(expected, 12)
  })

  it('the self-attenuation factor falls from 1, smoothly through the series, and its uncertainty is its slope', () => {
    fc.assert(
      fc.property(positive(0, 5), positive(1e-3, 2), (x, more) => {
        expect(sourceSelfAttenuation(exactly(x + more)).value).toBeLessThan(sourceSelfAttenuation(exactly(x)).value)
      }),
    )
    expect(sourceSelfAttenuation(exactly(2e-4)).value).toBeCloseTo(sourceSelfAttenuation(exactly(1.99e-4)).value, 9)
    for (const x of [1e-5, 0.3, 2]) {
      const h = 1e-6
      const slope = (sourceSelfAttenuation(exactly(x + h)).value - sourceSelfAttenuation(exactly(x)).value) / h
      expect(sourceSelfAttenuation({ value: x, standardUncertainty: 1 }).standardUncertainty).toBeCloseTo(-slope, 5)
    }
  })

  it('refuse net counts that are not positive', () => {
    const input = {
      anteriorCps: exactly(-3),
      posteriorCps: exactly(5),
      transmission: exactly(0.1),
      sourceAttenuation: exactly(0),
      sensitivityCpsPerBq: exactly(1),
    }
    expect(() => conjugateViewActivity(input)).toThrow(/anterior view is -3/)
  })
})

describe('transmission', () => {
  it('of a scan is the ratio of rates, its uncertainty that of Poisson, and to the power of the ratio of coefficients', () => {
    const scan = {
      open: { value: 40000, standardUncertainty: 200 },
      openDurationS: 100,
      attenuated: { value: 10000, standardUncertainty: 100 },
      attenuatedDurationS: 200,
    }
    const plain = transmissionOfScan(scan)
    expect(plain.transmission.value).toBeCloseTo(0.125, 12)
    expect(plain.transmission.standardUncertainty / 0.125).toBeCloseTo(Math.hypot(0.005, 0.01), 12)
    expect(transmissionOfScan({ ...scan, sourceDecayFactor: 0.5 }).transmission.value).toBeCloseTo(0.25, 12)
    const other = transmissionOfScan({ ...scan, muRatio: 2 / 3 })
    expect(other.transmission.value).toBeCloseTo(0.25, 12)
    expect(other.remarks).toHaveLength(1)
    expect(() => transmissionOfScan({ ...scan, attenuated: scan.open, attenuatedDurationS: 50 })).toThrow(/more counts/)
  })

  it('of a thickness and its effective coefficient are inverse', () => {
    const thickness = { value: 200, standardUncertainty: 5 }
    const { transmission } = transmissionOfThickness({ value: 0.012, standardUncertainty: 0 }, thickness)
    expect(transmission.standardUncertainty / transmission.value).toBeCloseTo(0.06, 12)
    expect(effectiveMuPerMm({ ...transmission, standardUncertainty: 0 }, exactly(200)).value).toBeCloseTo(0.012, 12)
  })
})

describe('background', () => {
  it('seen past a source is the numerical integral in front of it and behind it, from both sides', () => {
    const [mu, body, depth, thickness] = [0.011, 240, 70, 55]
    const steps = 24000
    let [whole, anterior, posterior] = [0, 0, 0]
    for (let i = 0; i < steps; i++) {
      const z = ((i + 0.5) / steps) * body
      const isSource = z > depth && z < depth + thickness
      whole += Math.exp(-mu * z)
      anterior += isSource ? 0 : Math.exp(-mu * z)
      posterior += isSource ? 0 : Math.exp(-mu * (body - z))
    }
    const share = backgroundShare({
      kind: 'attenuated',
      sourceThicknessMm: exactly(thickness),
      bodyThicknessMm: exactly(body),
      depthMm: exactly(depth),
      muPerMm: mu,
    })
    expect(share.anterior.value).toBeCloseTo(anterior / whole, 4)
    expect(share.posterior.value).toBeCloseTo(posterior / whole, 4)
  })

  it('without attenuation is the share of the thickness, and with any the mean of both sides lies near it', () => {
    fc.assert(
      fc.property(positive(100, 300), positive(0, 0.5), positive(0, 0.5), (body, part, where) => {
        const given = {
          sourceThicknessMm: exactly(part * body),
          bodyThicknessMm: exactly(body),
          depthMm: exactly(where * body),
        }
        const flat = backgroundShare({ kind: 'attenuated', ...given, muPerMm: 0 })
        const simple = backgroundShare({ kind: 'thickness', ...given })
        expect(flat.anterior.value).toBeCloseTo(simple.anterior.value, 10)
        const seen = backgroundShare({ kind: 'attenuated', ...given, muPerMm: 0.015 })
        for (const one of [seen.anterior.value, seen.posterior.value]) {
          expect(one).toBeGreaterThan(-1e-9)
          expect(one).toBeLessThan(1 + 1e-9)
        }
      }),
    )
  })

  it('is subtracted by area and share, with the uncertainty of each', () => {
    const net = subtractBackground({
      counts: { value: 1000, standardUncertainty: 30 },
      background: { value: 200, standardUncertainty: 14 },
      areaRatio: 2,
      share: { value: 0.75, standardUncertainty: 0.05 },
    })
    expect(net.value).toBe(700)
    expect(net.standardUncertainty).toBeCloseTo(Math.hypot(30, 21, 20), 10)
    const share = backgroundShare({
      kind: 'thickness',
      sourceThicknessMm: { value: 50, standardUncertainty: 4 },
      bodyThicknessMm: { value: 200, standardUncertainty: 10 },
    })
    expect(share.anterior.value).toBeCloseTo(0.75, 12)
    expect(share.anterior.standardUncertainty).toBeCloseTo(Math.hypot(4 / 200, (50 * 10) / 200 ** 2), 8)
    expect(backgroundShare({ kind: 'full' }).posterior.value).toBe(1)
  })

  it('refuses a source that does not fit into the body', () => {
    const body = exactly(200)
    expect(() =>
      backgroundShare({ kind: 'thickness', sourceThicknessMm: exactly(201), bodyThicknessMm: body }),
    ).toThrow(/201 mm thick/)
    expect(() =>
      backgroundShare({
        kind: 'attenuated',
        sourceThicknessMm: exactly(60),
        bodyThicknessMm: body,
        depthMm: exactly(150),
        muPerMm: 0.01,
      }),
    ).toThrow(/ends behind/)
  })
})

describe('overlap', () => {
  it('divides the free part by its share: area, thickness', () => {
    const free = { value: 600, standardUncertainty: 30 }
    const area = overlapCorrected(free, { kind: 'area', freeMm2: 1200, wholeMm2: 2000, relativeUncertainty: 0.1 })
    expect(area.counts.value).toBeCloseTo(1000, 10)
    expect(area.counts.standardUncertainty).toBeCloseTo(1000 * Math.hypot(0.05, 0.1), 10)
    const volume = overlapCorrected(free, { kind: 'thickness', free: exactly(75), whole: exactly(150) })
    expect(volume.counts.value).toBeCloseTo(1200, 10)
    for (const wholeMm2 of [1000, 0])
      expect(() => overlapCorrected(free, { kind: 'area', freeMm2: 1200, wholeMm2, relativeUncertainty: 0 })).toThrow(
        /free part/,
      )
  })

  it('by the other organ of the pair has the spread of repeated Poisson counts (3 %)', () => {
    const random = new RandomStream(7)
    const poisson = (mean: number): number => mean + Math.sqrt(mean) * random.normal()
    const shares = Array.from({ length: 6000 }, () => {
      const part = poisson(4000)
      return part / (part + poisson(6000))
    })
    const mean = shares.reduce((sum, s) => sum + s, 0) / shares.length
    const sd = Math.sqrt(shares.reduce((sum, s) => sum + (s - mean) ** 2, 0) / shares.length)
    const { share } = overlapCorrected(exactly(1), {
      kind: 'contralateral',
      part: { value: 4000, standardUncertainty: Math.sqrt(4000) },
      whole: { value: 10000, standardUncertainty: 100 },
    })
    expect(share.standardUncertainty / sd).toBeGreaterThan(0.97)
    expect(share.standardUncertainty / sd).toBeLessThan(1.03)
  })
})

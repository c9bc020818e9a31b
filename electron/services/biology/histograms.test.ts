import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distributionOf, geud, meanOf, parseBiologySets, uniform } from '../../../native-core/radiobiology/index.ts'
import { exampleAnalysis, exampleVoxelDose } from '../../../tests/phantoms/index.ts'
import '../../../tests/laws/seed.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { biologySettingsSchema } from '../../contracts/biology.ts'
import { bedVolumeHistogram, biologicalEffects, combinedSpread, histogramDistribution, spreadsOf } from './index.ts'

const dose = fc
  .array(fc.tuple(fc.double({ min: 0.1, max: 100, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((bins) =>
    distributionOf(
      bins.map(([one]) => one),
      bins.map(([, volume]) => volume),
      'sum',
    ),
  )

describe('histograms of voxel doses', () => {
  it('take the middle of each bin and must be of the whole structure', () => {
    const found = histogramDistribution({ doseGy: [0, 2, 4, 8], differentialPerGy: [0.25, 0, 0.125, 0] })
    expect(Array.from(found.doseGy)).toEqual([1, 6])
    expect(Array.from(found.fraction)).toEqual([0.5, 0.5])
    expect(() => histogramDistribution({ doseGy: [0, 2, 4], differentialPerGy: [0.25, 0, 0] })).toThrow(/not to 1/)
  })

  it('of several cycles add part by part in the order of their doses, each with its mean', () => {
    // Halves of 1 and 3 Gy (mean 2) and of 4 and 8 Gy (mean 6), given hottest first: sums 5 and 11 Gy, mean 8.
    const found = combinedSpread([
      { dose: distributionOf([3, 1], [0.5, 0.5]), weightGy: 2 },
      { dose: distributionOf([4, 8], [0.5, 0.5]), weightGy: 6 },
    ])
    expect(Array.from(found.doseGy)).toEqual([5 / 8, 11 / 8].map((one) => expect.closeTo(one, 12) as number))
    // An even cycle of twice the dose leaves a third of the unevenness.
    const even = combinedSpread([
      { dose: distributionOf([1, 3], [0.5, 0.5]), weightGy: 2 },
      { dose: uniform(4), weightGy: 4 },
    ])
    expect(Array.from(even.doseGy)).toEqual([5 / 6, 7 / 6].map((one) => expect.closeTo(one, 12) as number))
  })

  it('have a mean of 1 together, one alone keeps its shape, and the sum is never flatter than each mean nor steeper than the steepest', () => {
    fc.assert(
      fc.property(dose, dose, fc.double({ min: 0.1, max: 9, noNaN: true }), (one, other, weightGy) => {
        const sum = combinedSpread([
          { dose: one, weightGy: 1 },
          { dose: other, weightGy },
        ])
        expect(meanOf(sum)).toBeCloseTo(1, 10)
        const relative = (d: typeof one): number => geud(d, 3) / meanOf(d)
        expect(geud(sum, 3)).toBeGreaterThanOrEqual(1 - 1e-9)
        expect(geud(sum, 3)).toBeLessThanOrEqual(Math.max(relative(one), relative(other)) * (1 + 1e-9))
        expect(geud(combinedSpread([{ dose: one, weightGy: 7 }]), 3)).toBeCloseTo(relative(one), 9)
      }),
    )
  })

  it('are of structures wholly inside the map, of the newest absorbed dose of the cycle, and say so', () => {
    const analysis = exampleAnalysis()
    const older = exampleVoxelDose({ doseId: `1111${'0'.repeat(60)}`, createdAt: '2026-11-21T17:00:00.000Z' })
    const rate = exampleVoxelDose({ quantity: 'dose-rate', createdAt: '2026-12-01T17:00:00.000Z' })
    const { histograms, remarks } = spreadsOf(analysis, [exampleVoxelDose(), older, rate])
    expect([...histograms.keys()]).toEqual(['LIVER'])
    expect(histograms.get('LIVER')?.source).toContain('key abcdef012345')
    expect(remarks.join('\n')).toContain('1 of 1 cycles')
    expect(spreadsOf(analysis, [])).toEqual({ histograms: new Map(), remarks: [] })
    const cut = structuredClone(exampleVoxelDose())
    const [liver] = cut.structures
    if (liver) liver.insideGrid = 0.9
    const without = spreadsOf(analysis, [cut])
    expect(without.histograms.size).toBe(0)
    expect(without.remarks.join('\n')).toContain('does not cover all of "LIVER"')
  })
})

describe('an uneven dose', () => {
  it('changes complications and gives a volume histogram, but neither the BED of the mean dose nor the use of limits, which were found for it', () => {
    const analysis = structuredClone(exampleAnalysis())
    const [first] = analysis.cycles[0]?.structures ?? []
    if (first) first.name = 'KIDNEY_L'
    const sets = fileResources().biologySets().flatMap(parseBiologySets)
    const request = { analysis, settings: biologySettingsSchema.parse({}), sets }
    const histograms = new Map([['KIDNEY_L', { ...distributionOf([2, 6], [0.5, 0.5]), source: 'a map' }]])
    const [even] = biologicalEffects(request).structures
    const [uneven] = biologicalEffects({ ...request, histograms }).structures
    expect(even?.bvh).toBeUndefined()
    expect(uneven?.limits).toEqual(even?.limits)
    expect(uneven?.totalBedGy).toEqual(even?.totalBedGy)
    // n = 0.7 gives hot parts more weight than the mean does.
    expect(uneven?.complication?.doseGy).toBeGreaterThan(1.02 * (even?.complication?.doseGy ?? Infinity))
    // Halves of 1/2 and 3/2 of 6.1634 Gy; the larger has the BED r·D + r²·G·D²/(α/β).
    const [dose, g] = [6.1634, 2.8 / 52.8]
    expect(uneven?.bvh?.source).toBe('a map')
    expect(uneven?.bvh?.bedGy.at(-1)).toBeCloseTo(1.5 * dose + (2.25 * g * dose * dose) / 2.6, 10)
  })
})

describe('the volume histogram of BED', () => {
  it('falls from 1 to 0, half of each bin on each side of its BED', () => {
    const { bedGy, volumeFraction } = bedVolumeHistogram(distributionOf([30, 10, 20], [0.5, 0.2, 0.3]), 'x')
    expect(bedGy).toEqual([0, 10, 10, 20, 30, 30])
    expect(volumeFraction).toEqual([1, 1, 0.9, 0.65, 0.25, 0].map((one) => expect.closeTo(one, 12) as number))
  })

  it('has at most 400 points that never rise, however many bins there are', () => {
    for (const bins of [1, 2, 395, 396, 397, 1000, 5000]) {
      const doses = Array.from({ length: bins }, (_, k) => 1 + k)
      const { bedGy, volumeFraction } = bedVolumeHistogram(distributionOf(doses, doses, 'sum'), '')
      expect(bedGy.length).toBe(volumeFraction.length)
      expect(bedGy.length).toBeLessThanOrEqual(400)
      expect(bedGy.at(-1)).toBe(bins)
      volumeFraction.forEach((share, k) => expect(share).toBeLessThanOrEqual(volumeFraction[k - 1] ?? 1))
    }
  })
})

import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { sphereRecovery } from '../../imaging/quantification/index.ts'
import { RandomStream } from '../../statistics/index.ts'
import { countsUncertainty, edgeVolumeUncertainty, registrationUncertainty } from './index.ts'

const DIAMETER_MM = 30
const VOLUME_ML = (Math.PI * DIAMETER_MM ** 3) / 6000

describe('registrationUncertainty', () => {
  it('of a sharp sphere is the loss of overlap: √(9/4·3)·σ/D for a small displacement', () => {
    const { relative } = registrationUncertainty({ volumeMl: VOLUME_ML, fwhmMm: 0, displacementMm: 0.03 })
    expect(relative / ((Math.sqrt(27 / 4) * 0.03) / DIAMETER_MM)).toBeCloseTo(1, 4)
  })

  it('loses in the mean what a resolution widened by the displacement loses (both are Gaussian)', () => {
    const [fwhmMm, displacementMm] = [12, 4]
    const { meanChange } = registrationUncertainty({ volumeMl: VOLUME_ML, fwhmMm, displacementMm })
    const wide = Math.hypot(fwhmMm, displacementMm * 2 * Math.sqrt(2 * Math.LN2))
    const expected = sphereRecovery(DIAMETER_MM, wide).coefficient / sphereRecovery(DIAMETER_MM, fwhmMm).coefficient - 1
    expect(meanChange).toBeCloseTo(expected, 6)
  })

  it('is the spread of drawn displacements of a sharp sphere within 3 % (20 000 draws)', () => {
    const stream = new RandomStream(11)
    const sigma = 5
    let sum = 0
    for (let n = 0; n < 20_000; n++) {
      const s = sigma * Math.hypot(stream.normal(), stream.normal(), stream.normal())
      const x = Math.min(1, s / DIAMETER_MM)
      sum += (1.5 * x - 0.5 * x ** 3) ** 2
    }
    const { relative } = registrationUncertainty({ volumeMl: VOLUME_ML, fwhmMm: 0, displacementMm: sigma })
    expect(Math.abs(relative / Math.sqrt(sum / 20_000) - 1)).toBeLessThan(0.03)
  })

  it('does nothing without a displacement or in a background as hot as the structure, and more in a smaller structure', () => {
    const base = { volumeMl: VOLUME_ML, fwhmMm: 10, displacementMm: 3 }
    expect(registrationUncertainty({ ...base, displacementMm: 0 }).relative).toBe(0)
    expect(registrationUncertainty({ ...base, backgroundRatio: 1 }).relative).toBeCloseTo(0, 12)
    const small = registrationUncertainty({ ...base, volumeMl: 2 }).relative
    expect(small).toBeGreaterThan(registrationUncertainty(base).relative)
    expect(() => registrationUncertainty({ ...base, displacementMm: -1 })).toThrow(InputError)
  })
})

describe('edgeVolumeUncertainty', () => {
  it('is 3·√(a²/6 + FWHM²/(4 ln 2))/d: 4 mm voxels and 10 mm resolution on 30 mm', () => {
    const expected = (3 * Math.sqrt(16 / 6 + 100 / (4 * Math.log(2)))) / DIAMETER_MM
    expect(edgeVolumeUncertainty(VOLUME_ML, 4, 10)).toBeCloseTo(expected, 12)
    expect(() => edgeVolumeUncertainty(0, 4)).toThrow(InputError)
  })

  it('of voxels alone is the spread of a sphere of diameter d with both ends anywhere in a voxel, to first order', () => {
    const stream = new RandomStream(5)
    const a = 1
    let [sum, squares] = [0, 0]
    for (let n = 0; n < 20_000; n++) {
      const d = DIAMETER_MM + a * (stream.uniform() - 0.5) + a * (stream.uniform() - 0.5)
      const v = (d / DIAMETER_MM) ** 3
      sum += v
      squares += v * v
    }
    const sd = Math.sqrt(squares / 20_000 - (sum / 20_000) ** 2)
    expect(Math.abs(edgeVolumeUncertainty(VOLUME_ML, a) / sd - 1)).toBeLessThan(0.03)
  })
})

describe('countsUncertainty', () => {
  it('is Poisson’s, times the root of the noise factor', () => {
    expect(countsUncertainty(10_000)).toBeCloseTo(0.01, 12)
    expect(countsUncertainty(10_000, 4)).toBeCloseTo(0.02, 12)
    expect(() => countsUncertainty(0)).toThrow(InputError)
  })
})

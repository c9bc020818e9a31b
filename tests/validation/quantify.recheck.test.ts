/** Quantification against numbers computed from the equations alone, by root finding and quadrature in SciPy 1.17. */
import { describe, expect, it } from 'vitest'
import { backgroundShare } from '../../native-core/imaging/planar/index.ts'
import {
  deadTimeFactor,
  gtmPartialVolume,
  meanDuringAcquisition,
  richardsonLucy,
  trueRate,
} from '../../native-core/imaging/quantification/index.ts'
import type { FractionalMask, ImageGrid } from '../../native-core/imaging/index.ts'
import { cameraWords } from '../../electron/services/report/sections/images.ts'

const exactly = (value: number) => ({ value, standardUncertainty: 0 })

describe('quantification, checked again', () => {
  it('true rates of a paralysable detector of 1.8 µs are the roots of n·e^(−nτ) = m by Brent (SciPy), within 1e-9', () => {
    const losses = { model: 'paralysable', tauS: 1.8e-6, relativeUncertainty: 0 } as const
    for (const [observed, root] of [
      [1e4, 10185.021199844912],
      [1e5, 125299.89064384543],
      [2e5, 447824.6199837873],
    ] as const)
      expect(Math.abs(trueRate(losses, observed).trueCps / root - 1)).toBeLessThan(1e-9)
    // The other root of 2e5 cps by Brent: 679 316.7 cps; 1/(1 − nτ) = 5.1569 at the lower one.
    expect(deadTimeFactor(losses, [1e5, 2e5]).remarks.join()).toMatch(/true rate of 679320 cps.*5\.16-fold/)
    expect(deadTimeFactor(losses, 5e4).remarks).toEqual([])
  })

  it('a table whose columns are exchanged is refused: it would take counts away', () => {
    const table = {
      model: 'table',
      observedCps: [0, 5e4, 1e5],
      trueCps: [0, 4.5e4, 8e4],
      relativeUncertainty: 0,
    } as const
    expect(() => trueRate(table, 5e4)).toThrow(/which|below the observed/)
    expect(trueRate({ ...table, observedCps: table.trueCps, trueCps: table.observedCps }, 4.5e4).factor).toBeCloseTo(
      10 / 9,
      12,
    )
  })

  it('the mean of a half-life of 6586.2 s over 2400 s, 5400 s after the assay, is its integral by quadrature (SciPy), within 1e-12', () => {
    const assay = { value: 1, assayToStartS: 5400, durationS: 2400, halfLifeS: 6586.2, halfLifeUncertaintyS: 0 }
    expect(Math.abs(meanDuringAcquisition(assay).value / 0.5006025990256472 - 1)).toBeLessThan(1e-12)
  })

  it('an assay more than 20 half-lives away is refused on either side: hours taken for seconds, or another nuclide', () => {
    const assay = { value: 1e8, assayToStartS: 240 * 3600, durationS: 2400, halfLifeS: 6586.2, halfLifeUncertaintyS: 0 }
    expect(() => meanDuringAcquisition(assay)).toThrow(/half-lives before the acquisition/)
    expect(() => meanDuringAcquisition({ ...assay, assayToStartS: -240 * 3600 })).toThrow(/half-lives after/)
  })

  it('shares of an attenuated background past a source of 50 mm, 60 mm deep in 220 mm, are ratios of integrals (SciPy), within 1e-12', () => {
    const share = backgroundShare({
      kind: 'attenuated',
      sourceThicknessMm: exactly(50),
      bodyThicknessMm: exactly(220),
      depthMm: exactly(60),
      muPerMm: 0.012,
    })
    expect(Math.abs(share.anterior.value / 0.7635065749527704 - 1)).toBeLessThan(1e-12)
    expect(Math.abs(share.posterior.value / 0.8702096564743498 - 1)).toBeLessThan(1e-12)
  })
})

describe("an image's camera in the report", () => {
  const camera = {
    model: 'Symbia T16',
    stationName: '',
    serialNumber: '',
    collimatorName: 'MELP',
    collimatorType: 'PARA',
  }
  it('is named with model and collimator where they are known, the maker once', () => {
    expect(cameraWords({ manufacturer: 'Siemens', camera })).toBe('Siemens Symbia T16, collimator MELP')
    expect(
      cameraWords({ manufacturer: 'SIEMENS', camera: { ...camera, model: 'Siemens Intevo', collimatorName: '' } }),
    ).toBe('Siemens Intevo, collimator PARA')
    expect(cameraWords({ manufacturer: 'GE' })).toBe('GE')
  })
})

describe('partial-volume correction at the edge of the image', () => {
  /** A line of voxels of 4 mm. */
  const grid: ImageGrid = {
    dimensions: [24, 1, 1],
    spacingMm: [4, 4, 4],
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const psf = { fwhmMm: [14, 0, 0] } as const
  /** From part F of the first voxel to part F of the last one, or whole to the edge. F·(1 − F) = 1/6: the mean over all places of a face. */
  const F = 0.2113
  const slab = (
    name: string,
    first: number,
    last: number,
  ): { readonly name: string; readonly mask: FractionalMask } => {
    const fractions = new Float32Array(last - first + 1).fill(1)
    fractions[0] = F
    if (last < 23) fractions[last - first] = F
    return {
      name,
      mask: { grid, box: { start: [first, 0, 0], size: [fractions.length, 1, 1] }, fractions, volumeOutsideMl: 0 },
    }
  }
  // 5, and slabs of 40 (part of voxel 1 to part of 5), 0 (9 to 13) and 30 (19 and on, far beyond the edge), blurred by 14 mm: means over
  // voxels by integrals of the normal distribution (SciPy), of which the image shows voxels 0 to 23.
  const seen = Float64Array.from([
    11.875971, 19.605335, 27.541673, 30.95504, 27.540491, 19.593824, 11.801416, 6.957384, 4.539605, 2.994097, 1.788055,
    1.29269, 1.779804, 2.913927, 4.023643, 4.731326, 5.298335, 6.621644, 9.933372, 15.610042, 22.01787, 26.769686,
    29.083324, 29.82226,
  ])

  it('finds slabs beside the edge and cut by it (closed form of a larger field of view), within 0.2, and what the edge leaves open', () => {
    const slabs = [slab('beside', 1, 5), slab('cold', 9, 13), slab('cut', 19, 23)]
    const { corrected, edgeStandardUncertainty, remarks } = gtmPartialVolume(grid, slabs, seen, psf, {
      fwhmRelativeUncertainty: 0,
    })
    ;[40, 0, 30, 5].forEach((truth, n) => expect(Math.abs((corrected[n] ?? NaN) - truth)).toBeLessThan(0.2))
    expect(edgeStandardUncertainty[2]).toBeGreaterThan(1)
    expect(edgeStandardUncertainty[0]).toBeLessThan(0.2)
    expect(remarks.join()).toMatch(/"cut" touches the edge of the image.*higher/)
  })

  it('25 iterations of Richardson–Lucy are those of a dense matrix from a larger field to the image (NumPy), within 1e-5', () => {
    const { values, totalBefore, totalAfter, remarks } = richardsonLucy(grid, seen, psf, 25)
    ;[6.003991, 15.943743, 34.381585, 45.968219, 33.329325].forEach((value, n) =>
      expect(Math.abs((values[n] ?? NaN) - value)).toBeLessThan(1e-5),
    )
    expect(Math.abs((values[23] ?? NaN) - 30.276935)).toBeLessThan(1e-5)
    expect(Math.abs(totalAfter / totalBefore - 1.0184248706)).toBeLessThan(1e-6)
    expect(remarks.join()).toMatch(/1\.8 % larger after deconvolution/)
  })
})

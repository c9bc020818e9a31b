/** Quantification against numbers computed from the equations alone, by root finding and quadrature in SciPy 1.17. */
import { describe, expect, it } from 'vitest'
import { backgroundShare } from '../../native-core/imaging/planar/index.ts'
import { meanDuringAcquisition, trueRate } from '../../native-core/imaging/quantification/index.ts'
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

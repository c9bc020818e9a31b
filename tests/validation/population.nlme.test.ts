/**
 * Lindstrom & Bates' alternation against the output of nlme of R: the scripts of Pinheiro & Bates, Mixed-Effects Models in S and S-PLUS
 * (2000), chapters 6 and 8, as the package keeps them (nlme, tests/extras/scripts.Rout.save, R 4.6, three digits).
 */
import { describe, expect, it } from 'vitest'
import { fitPopulation } from '../../native-core/kinetics/population/index.ts'
import type { OmegaStructure, PopulationFit, PopulationRequest } from '../../native-core/kinetics/population/index.ts'
import { biexponential, oralDose } from '../../native-core/kinetics/population/testCurves.ts'
import { indomethSubjects, THEOPH } from '../../native-core/kinetics/population/testData.ts'

interface Published {
  readonly name: string
  readonly omega: OmegaStructure
  readonly logLik: number
  readonly aic: number
  readonly bic: number
  readonly mu: readonly number[]
  readonly sd: readonly number[]
  readonly residual: number
}

const INDOMETH: readonly Published[] = [
  {
    name: 'fm1Indom: diagonal',
    omega: 'diagonal',
    logLik: 54.6,
    aic: -91.2,
    bic: -71.5,
    mu: [2.828, 0.774, 0.461, -1.344],
    sd: [0.571, 0.158, 0.112, 0],
    residual: 0.0815,
  },
  {
    name: 'fm3Indom: A1, lrc1, A2 with all covariances',
    omega: { blocks: [[0, 1, 2]] },
    logLik: 58.5,
    aic: -94.9,
    bic: -70.9,
    mu: [2.815, 0.829, 0.561, -1.141],
    sd: [0.6904, 0.179, 0.1537, 0],
    residual: 0.0781,
  },
  {
    name: 'fm4Indom: blocks of A1, lrc1 and of A2',
    omega: { blocks: [[0, 1], [2]] },
    logLik: 58.1,
    aic: -98.2,
    bic: -78.4,
    mu: [2.783, 0.898, 0.658, -1],
    sd: [0.72, 0.149, 0.213, 0],
    residual: 0.0782,
  },
]

const THEOPHYLLINE: readonly Published[] = [
  {
    name: 'fm1Theo: all covariances',
    omega: 'full',
    logLik: -173,
    aic: 367,
    bic: 395,
    mu: [-2.433, 0.451, -3.214],
    sd: [0.131, 0.638, 0.251],
    residual: 0.682,
  },
  {
    name: 'fm3Theo: diagonal, without lKe',
    omega: { blocks: [[1], [2]] },
    logLik: -177,
    aic: 366,
    bic: 383,
    mu: [-2.455, 0.466, -3.227],
    sd: [0, 0.644, 0.167],
    residual: 0.709,
  },
]

const indomethRequest: PopulationRequest = {
  curve: biexponential,
  subjects: indomethSubjects,
  residual: 'additive',
  algorithm: 'lindstrom-bates',
  // What nls of the pooled points gives (the same output).
  start: [2.773, 0.886, 0.607, -1.092],
}

const theophRequest: PopulationRequest = {
  curve: oralDose(1),
  subjects: THEOPH.map(({ dose, times, values }, i) => ({
    label: `subject ${i + 1}`,
    curve: oralDose(dose),
    timesS: times,
    values,
  })),
  residual: 'additive',
  algorithm: 'lindstrom-bates',
  start: [-2.5, 0.5, -3],
}

/** One and a half units of the last of three digits: half for the rounding, one for nlme, which stops at a relative change of 1e-4. */
const tolerance = (value: number): number =>
  value === 0 ? 1e-3 : 1.5 * 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2)

function expectPublished(fit: PopulationFit, published: Published): void {
  expect(fit.converged).toBe(true)
  const within = (actual: number, expected: number): void =>
    expect(Math.abs(actual - expected), `${actual} for ${expected}`).toBeLessThan(tolerance(expected))
  within(-fit.minusTwoLogLikelihood / 2, published.logLik)
  within(fit.aic, published.aic)
  published.mu.forEach((v, k) => within(fit.mu[k]?.value ?? NaN, v))
  published.sd.forEach((v, k) => within(Math.sqrt(fit.omega[k]?.[k] ?? NaN), v))
  within(fit.residual.additive.value, published.residual)
  within(fit.bic, published.bic)
}

describe('indomethacin, two phases (Pinheiro & Bates 2000, section 6.2): every number to 1.5 units of the third digit', () => {
  it.each(INDOMETH)('$name', (published) => {
    expectPublished(fitPopulation({ ...indomethRequest, omega: published.omega }), published)
  })

  it('has standard errors of the means within 10 % of those printed (there without the uncertainty of the covariances)', () => {
    const { mu } = fitPopulation({ ...indomethRequest, omega: { blocks: [[0, 1], [2]] } })
    const printed = [0.327, 0.111, 0.143, 0.15]
    mu.forEach(({ standardError }, k) =>
      expect(Math.abs((standardError ?? 0) / (printed[k] ?? NaN) - 1)).toBeLessThan(0.1),
    )
  })

  it('finds the same maximum from its own starts', () => {
    const { start: _, ...withoutStart } = indomethRequest
    const fit = fitPopulation({ ...withoutStart, starts: 4, omega: { blocks: [[0, 1, 2]] } })
    expect(Math.abs(-fit.minusTwoLogLikelihood / 2 - 58.5)).toBeLessThan(0.1)
  })
})

describe('theophylline, absorption and elimination (Pinheiro & Bates 2000, section 8.2.1): every number to 1.5 units of the third digit', () => {
  it.each(THEOPHYLLINE)('$name', (published) => {
    expectPublished(fitPopulation({ ...theophRequest, omega: published.omega }), published)
  })

  it('first-order conditional estimation ends at a likelihood no worse and at like means', () => {
    const linear = fitPopulation({ ...theophRequest, omega: { blocks: [[1], [2]] } })
    const foce = fitPopulation({ ...theophRequest, omega: { blocks: [[1], [2]] }, algorithm: 'foce-interaction' })
    expect(foce.converged).toBe(true)
    expect(foce.minusTwoLogLikelihood).toBeLessThan(linear.minusTwoLogLikelihood + 1e-6)
    foce.mu.forEach(({ value }, k) => {
      const other = linear.mu[k]
      expect(Math.abs(value - (other?.value ?? NaN))).toBeLessThan(other?.standardError ?? 0)
    })
  })
})

/**
 * The experiment behind the automatic choice of the model: seeded random curves as they occur in therapy, four time points of the
 * clinic, noise of 0.5 to 3 %. What is asserted is what was found to hold, not what one would wish: where the first point is at 4 h
 * and most of the integral lies in a phase of 1.6 h (blood), four points do not know the TIA to 5 %, and the uncertainty says so.
 */
import { describe, expect, it } from 'vitest'
import { fitTimeActivity } from '../../native-core/kinetics/index.ts'
import type { EarlyPhasePrior, TacFit } from '../../native-core/kinetics/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

type Terms = readonly (readonly [amplitude: number, halfLifeH: number])[]
type Between = (low: number, high: number) => number

/** Effective half-lives in h. */
const KINDS: Readonly<Record<string, (u: Between) => Terms>> = {
  organ: (u) => [
    [1, u(30, 110)],
    [u(0.15, 0.5), u(2, 6)],
  ],
  tumour: (u) => [
    [1, u(70, 110)],
    [-u(0.55, 1), u(2, 2.5)],
  ],
  'mono-exponential': (u) => [[1, u(30, 110)]],
  marrow: (u) => [
    [1, u(35, 50)],
    [u(2, 4), u(2.2, 3.2)],
  ],
  blood: (u) => [
    [1, u(28, 40)],
    [u(20, 32), u(1.5, 1.7)],
  ],
}

interface Outcome {
  /** Relative errors of the TIA, ascending in size. */
  readonly sizes: number[]
  readonly mean: number
  /** Root mean square of error over stated uncertainty. */
  readonly pull: number
}

function experiment(
  kind: string,
  noise: readonly [number, number],
  prior: EarlyPhasePrior | null | undefined,
  choose: (fit: TacFit) => { tiaBqS: number; tiaUncertaintyBqS: number } = (fit) => fit,
): Outcome {
  const random = new RandomStream(177, kind.charCodeAt(0))
  const between: Between = (low, high) => low + (high - low) * random.uniform()
  const errors: number[] = []
  const pulls: number[] = []
  for (let i = 0; i < 80; i++) {
    const terms = (KINDS[kind] as (u: Between) => Terms)(between)
    const sigma = between(...noise)
    const timesH = [between(3.9, 4.5), between(23, 25), between(70, 74), between(165, 171)]
    const fit = fitTimeActivity({
      label: kind,
      timesS: timesH.map((t) => t * 3600),
      activityBq: timesH.map(
        (t) => terms.reduce((s, [a, h]) => s + a * 1e8 * 2 ** (-t / h), 0) * (1 + sigma * random.normal()),
      ),
      sigmaBq: { fraction: 0.03, absoluteBq: 0 },
      physicalHalfLifeS: 574300.8,
      ...(prior === undefined ? {} : { earlyPhasePrior: prior }),
    })
    const truth = terms.reduce((s, [a, h]) => s + (a * 1e8 * h * 3600) / Math.LN2, 0)
    const chosen = choose(fit)
    errors.push(chosen.tiaBqS / truth - 1)
    pulls.push((chosen.tiaBqS - truth) / chosen.tiaUncertaintyBqS)
  }
  return {
    sizes: errors.map(Math.abs).sort((a, b) => a - b),
    mean: errors.reduce((s, v) => s + v, 0) / errors.length,
    pull: Math.sqrt(pulls.reduce((s, v) => s + v * v, 0) / pulls.length),
  }
}

const worst = (o: Outcome): number => o.sizes.at(-1) as number
const percentile95 = (o: Outcome): number => o.sizes[Math.floor(0.95 * o.sizes.length)] as number

describe('TIA error of the automatic choice, four points at 4, 24, 72 and 168 h (seeded experiment of 80 curves a kind)', () => {
  it.each([
    ['organ', 0.015],
    ['tumour', 0.015],
    ['mono-exponential', 0.015],
  ])('%s, noise of 1 in 200: every TIA within %f of the truth', (kind, limit) => {
    expect(worst(experiment(kind, [0.005, 0.005], undefined))).toBeLessThan(limit)
  })

  it.each([
    ['organ', 0.05],
    ['tumour', 0.05],
    ['mono-exponential', 0.05],
  ])('%s, noise of 1 in 200 to 1 in 33: 19 of 20 TIAs within %f of the truth', (kind, limit) => {
    expect(percentile95(experiment(kind, [0.005, 0.03], undefined))).toBeLessThan(limit)
  })

  it('marrow (fast phase of 2 to 4 times the slow amplitude), noise 0.5 %: mean error below 4 %, 95 % below 6.5 %', () => {
    const marrow = experiment('marrow', [0.005, 0.005], undefined)
    expect(Math.abs(marrow.mean)).toBeLessThan(0.04)
    expect(percentile95(marrow)).toBeLessThan(0.065)
  })

  it('blood (60 % of the TIA in a phase of 1.6 h), noise 0.5 %: mean error below 4 %, worst below 10 %', () => {
    const blood = experiment('blood', [0.005, 0.005], undefined)
    expect(Math.abs(blood.mean)).toBeLessThan(0.04)
    expect(worst(blood)).toBeLessThan(0.1)
  })

  it('without the prior of the early phase the same points leave blood off by over 10 %; of organs a rate that they do not tell is refused: worst below 10 %', () => {
    expect(Math.abs(experiment('blood', [0.005, 0.03], null).mean)).toBeGreaterThan(0.1)
    expect(worst(experiment('organ', [0.005, 0.03], null))).toBeLessThan(0.1)
  })

  it.each(['organ', 'tumour', 'mono-exponential', 'marrow'])(
    '%s: the stated uncertainty is not smaller than the errors (root mean square of error/u below 1)',
    (kind) => {
      expect(experiment(kind, [0.005, 0.03], undefined).pull).toBeLessThan(1)
    },
  )

  it('choosing by AICc, which does not exist for three parameters on four points, leaves organs worse by half than AIC', () => {
    const byAicc = (fit: TacFit) =>
      fit.candidates.filter((c) => c.aicc !== null).sort((a, b) => (a.aicc as number) - (b.aicc as number))[0] ?? fit
    const aicc = experiment('organ', [0.005, 0.005], undefined, byAicc)
    const aic = experiment('organ', [0.005, 0.005], undefined)
    expect(percentile95(aicc)).toBeGreaterThan(1.5 * percentile95(aic))
  })
})

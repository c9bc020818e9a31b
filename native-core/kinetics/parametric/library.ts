/** The functions that can be fitted as `ParametricCurve`s: their formulas, sources and evidence. */
import { InputError } from '../../errors/index.ts'
import { exponentialCurve } from './exponentials.ts'
import type { CurveContext, ExponentialForm } from './exponentials.ts'
import type { CurveParameter, ParametricCurve } from './types.ts'

/**
 * Biological rate of what the circulation brings: a half-life of 1 min, 1/s. Hardiansyah et al. 2023 fix λ_bc; the value was read in a
 * stored copy of the article that is cut off there: unverified. An input of the forms that hold it.
 */
export const DEFAULT_CIRCULATION_RATE_PER_S = Math.LN2 / 60

const HARDIANSYAH_2021 = 'Hardiansyah et al., EJNMMI Phys. 8 (2021) 82, s40658-021-00427-x'
const HARDIANSYAH_2023 = 'Hardiansyah et al., EJNMMI Phys. 10 (2023) 12, s40658-023-00530-1'
const KLETTING_2013 = 'Kletting et al., Med. Phys. 40 (2013) 102504 (NUKFIT)'

const amplitude = (n: number, scale: 'log' | 'linear' = 'log'): CurveParameter => ({
  name: `A${n}`,
  title: `amplitude of phase ${n} at time zero`,
  unit: 'Bq',
  scale,
})
const whole: CurveParameter = { name: 'A1', title: 'amplitude of all phases', unit: 'Bq', scale: 'log' }
const area: CurveParameter = { name: 'TIA', title: 'time-integrated activity', unit: 'Bq·s', scale: 'log' }
/** Not the effective rate of the phase: the physical decay constant comes on top. */
const rate = (n: number): CurveParameter => ({
  name: `lambdaBiol${n}`,
  title: `biological rate of phase ${n} (physical decay comes on top)`,
  unit: '1/s',
  scale: 'log',
})
const share = (name: string, title: string): CurveParameter => ({ name, title, unit: '1', scale: 'logit' })
const L1 = 'lambdaBiol1'
const L2 = 'lambdaBiol2'
const L3 = 'lambdaBiol3'

/** Simplest first. `λ1` in a formula is a biological rate; λp the physical decay constant, λbc the rate of the circulation. */
export const EXPONENTIAL_FORMS: readonly ExponentialForm[] = [
  {
    id: 'mono-exponential',
    title: 'Mono-exponential wash-out',
    formula: 'A(t) = A1·exp(−(λ1+λp)·t)',
    source: `${HARDIANSYAH_2021}, eq. 2 (f2b)`,
    evidence: 'transcribed',
    parameters: [amplitude(1), rate(1)],
    scale: null,
    terms: [{ weight: { A1: 1 }, rate: L1 }],
  },
  {
    id: 'mono-exponential-area',
    title: 'Mono-exponential wash-out by its TIA',
    formula: 'A(t) = TIA·(λ1+λp)·exp(−(λ1+λp)·t)',
    source: 'the mono-exponential over its integral',
    evidence: 'designed',
    parameters: [area, rate(1)],
    scale: { parameter: 'TIA', as: 'integral' },
    terms: [{ weight: { constant: 1 }, rate: L1 }],
  },
  {
    id: 'uptake-washout',
    title: 'Uptake and mono-exponential wash-out',
    formula: 'A(t) = A1·[exp(−(λ1+λp)·t) − exp(−(λ2+λp)·t)]',
    source: `${KLETTING_2013}, f3, as listed in the project's notes`,
    evidence: 'transcribed',
    parameters: [amplitude(1), rate(1), rate(2)],
    scale: null,
    terms: [
      { weight: { A1: 1 }, rate: L1 },
      { weight: { A1: -1 }, rate: L2 },
    ],
  },
  {
    id: 'uptake-washout-area',
    title: 'Uptake and mono-exponential wash-out by its TIA',
    formula: 'A(t) = TIA/[1/(λ1+λp) − 1/(λ2+λp)]·[exp(−(λ1+λp)·t) − exp(−(λ2+λp)·t)]',
    source: 'uptake–washout over its integral',
    evidence: 'designed',
    parameters: [area, rate(1), rate(2)],
    scale: { parameter: 'TIA', as: 'integral' },
    terms: [
      { weight: { constant: 1 }, rate: L1 },
      { weight: { constant: -1 }, rate: L2 },
    ],
    exchanges: [{ rates: [L1, L2] }],
  },
  {
    id: 'circulation-washout',
    title: 'Uptake from the circulation and mono-exponential wash-out',
    formula: 'A(t) = A1·[exp(−(λ1+λp)·t) − exp(−(λbc+λp)·t)], λbc fixed',
    source: 'uptake–washout with the rate of its uptake fixed, as in the functions of Hardiansyah et al. 2023',
    evidence: 'designed',
    parameters: [amplitude(1), rate(1)],
    scale: null,
    terms: [
      { weight: { A1: 1 }, rate: L1 },
      { weight: { A1: -1 }, rate: 'circulation' },
    ],
  },
  {
    id: 'bi-exponential',
    title: 'Bi-exponential',
    formula: 'A(t) = A1·exp(−(λ1+λp)·t) + A2·exp(−(λ2+λp)·t)',
    source: `${KLETTING_2013}, f4, as listed in the project's notes`,
    evidence: 'transcribed',
    parameters: [amplitude(1), rate(1), amplitude(2, 'linear'), rate(2)],
    scale: null,
    terms: [
      { weight: { A1: 1 }, rate: L1 },
      { weight: { A2: 1 }, rate: L2 },
    ],
    exchanges: [{ rates: [L1, L2], pairs: [['A1', 'A2']] }],
  },
  {
    id: 'bi-exponential-washout',
    title: 'Two wash-out phases',
    formula: 'A(t) = A1·[(1−α)·exp(−(λ1+λp)·t) + α·exp(−(λ2+λp)·t)], 0 < α < 1',
    source: 'the bi-exponential with positive shares',
    evidence: 'designed',
    parameters: [whole, share('alpha', 'share of the second phase at time zero'), rate(1), rate(2)],
    scale: { parameter: 'A1', as: 'amplitude' },
    terms: [
      { weight: { constant: 1, alpha: -1 }, rate: L1 },
      { weight: { alpha: 1 }, rate: L2 },
    ],
    exchanges: [{ rates: [L1, L2], complement: 'alpha' }],
  },
  {
    id: 'bi-exponential-area',
    title: 'Two wash-out phases by their TIA',
    formula: 'A(t) = TIA/[(1−α)/(λ1+λp) + α/(λ2+λp)]·[(1−α)·exp(−(λ1+λp)·t) + α·exp(−(λ2+λp)·t)], 0 < α < 1',
    source: 'two wash-out phases over their integral',
    evidence: 'designed',
    parameters: [area, share('alpha', 'share of the second phase at time zero'), rate(1), rate(2)],
    scale: { parameter: 'TIA', as: 'integral' },
    terms: [
      { weight: { constant: 1, alpha: -1 }, rate: L1 },
      { weight: { alpha: 1 }, rate: L2 },
    ],
    exchanges: [{ rates: [L1, L2], complement: 'alpha' }],
  },
  {
    id: 'hardiansyah-2021-f2a',
    title: 'Uptake of all that was given and wash-out (2021, f2a)',
    formula: 'A(t) = A_given·[exp(−(λ1+λp)·t) − exp(−(λ2+λp)·t)]',
    source: `${HARDIANSYAH_2021}, eq. 1 (there 100 % of what was given)`,
    evidence: 'transcribed',
    parameters: [rate(1), rate(2)],
    scale: null,
    terms: [
      { weight: { administered: 1 }, rate: L1 },
      { weight: { administered: -1 }, rate: L2 },
    ],
  },
  {
    id: 'hardiansyah-2021-f2d',
    title: 'Uptake that stays (2021, f2d)',
    formula: 'A(t) = A1·[exp(−λp·t) − exp(−(λ1+λp)·t)]',
    source: `${HARDIANSYAH_2021}, eq. 4; its eq. 3 (f2c) is the same curve with A1 negative`,
    evidence: 'transcribed',
    parameters: [amplitude(1), rate(1)],
    scale: null,
    terms: [
      { weight: { A1: 1 }, rate: 'physical' },
      { weight: { A1: -1 }, rate: L1 },
    ],
  },
  {
    id: 'hardiansyah-2021-f2e',
    title: 'All that was given: a part washes out, the rest stays (2021, f2e)',
    formula: 'A(t) = A1·exp(−(λ1+λp)·t) + (A_given − A1)·exp(−λp·t)',
    source: `${HARDIANSYAH_2021}, eq. 5 (there 100 % of what was given)`,
    evidence: 'transcribed',
    parameters: [amplitude(1), rate(1)],
    scale: null,
    terms: [
      { weight: { A1: 1 }, rate: L1 },
      { weight: { administered: 1, A1: -1 }, rate: 'physical' },
    ],
  },
  {
    id: 'hardiansyah-2021-f3a',
    title: 'A part washes out, the rest stays (2021, f3a)',
    formula: 'A(t) = A1·exp(−(λ1+λp)·t) + A2·exp(−λp·t)',
    source: `${HARDIANSYAH_2021}, eq. 6`,
    evidence: 'transcribed',
    parameters: [amplitude(1), rate(1), amplitude(2)],
    scale: null,
    terms: [
      { weight: { A1: 1 }, rate: L1 },
      { weight: { A2: 1 }, rate: 'physical' },
    ],
  },
  {
    id: 'hardiansyah-2021-shares',
    title: 'A share washes out, the rest stays (2021, the function selected there)',
    formula: 'A(t) = A1·[β·exp(−(λ1+λp)·t) + (1−β)·exp(−λp·t)], 0 < β < 1',
    source: `${HARDIANSYAH_2021}, abstract`,
    evidence: 'transcribed',
    parameters: [whole, share('beta', 'share that washes out'), rate(1)],
    scale: { parameter: 'A1', as: 'amplitude' },
    terms: [
      { weight: { beta: 1 }, rate: L1 },
      { weight: { constant: 1, beta: -1 }, rate: 'physical' },
    ],
  },
  {
    id: 'hardiansyah-2023-f4d',
    title: 'Two phases fed by the circulation, by their TIA (2023, f4d)',
    formula:
      'A(t) = TIA/{(1−α)/(λ1+λp) − α/(λ2+λp) − (1−2α)/(λbc+λp)}·exp(−λp·t)·{(1−α)·exp(−λ1·t) − α·exp(−λ2·t) − (1−2α)·exp(−λbc·t)}, 0 < α < 1, λbc fixed',
    source: `${HARDIANSYAH_2023}, abstract; its A1 is the TIA`,
    evidence: 'transcribed',
    parameters: [area, share('alpha', 'share of the second phase'), rate(1), rate(2)],
    scale: { parameter: 'TIA', as: 'integral' },
    terms: [
      { weight: { constant: 1, alpha: -1 }, rate: L1 },
      { weight: { alpha: -1 }, rate: L2 },
      { weight: { constant: -1, alpha: 2 }, rate: 'circulation' },
    ],
  },
  {
    id: 'uptake-two-phase-washout',
    title: 'Uptake and two wash-out phases',
    formula: 'A(t) = A1·[(1−α)·exp(−(λ1+λp)·t) + α·exp(−(λ2+λp)·t) − exp(−(λ3+λp)·t)], 0 < α < 1',
    source: 'the tri-exponential that starts at zero; NUKFIT has one such, from memory',
    evidence: 'unverified',
    parameters: [whole, share('alpha', 'share of the second wash-out phase'), rate(1), rate(2), rate(3)],
    scale: { parameter: 'A1', as: 'amplitude' },
    terms: [
      { weight: { constant: 1, alpha: -1 }, rate: L1 },
      { weight: { alpha: 1 }, rate: L2 },
      { weight: { constant: -1 }, rate: L3 },
    ],
    exchanges: [{ rates: [L1, L2], complement: 'alpha' }],
  },
  {
    id: 'tri-exponential',
    title: 'Tri-exponential',
    formula: 'A(t) = A1·exp(−(λ1+λp)·t) + A2·exp(−(λ2+λp)·t) + A3·exp(−(λ3+λp)·t)',
    source: 'the next of the family of sums of exponentials',
    evidence: 'designed',
    parameters: [amplitude(1), rate(1), amplitude(2, 'linear'), rate(2), amplitude(3, 'linear'), rate(3)],
    scale: null,
    terms: [
      { weight: { A1: 1 }, rate: L1 },
      { weight: { A2: 1 }, rate: L2 },
      { weight: { A3: 1 }, rate: L3 },
    ],
    exchanges: [
      { rates: [L1, L2], pairs: [['A1', 'A2']] },
      { rates: [L2, L3], pairs: [['A2', 'A3']] },
    ],
  },
]

export const exponentialForm = (id: string): ExponentialForm | null =>
  EXPONENTIAL_FORMS.find((form) => form.id === id) ?? null

/**
 * The function of that id as a `ParametricCurve`; see `EXPONENTIAL_FORMS`. The rate of the circulation is
 * DEFAULT_CIRCULATION_RATE_PER_S unless given.
 *
 * @throws InputError `kinetics.unknown-model`; `kinetics.curve-input` where the administered activity is needed and not given.
 */
export function parametricCurve(id: string, context: CurveContext): ParametricCurve {
  const form = exponentialForm(id)
  if (!form) {
    throw new InputError(
      'kinetics.unknown-model',
      `There is no time–activity function "${id}".`,
      `Choose one of: ${EXPONENTIAL_FORMS.map((f) => f.id).join(', ')}.`,
    )
  }
  return exponentialCurve(form, { circulationRatePerS: DEFAULT_CIRCULATION_RATE_PER_S, ...context })
}

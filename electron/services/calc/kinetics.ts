/** Calculations on time–activity curves. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { fitTimeActivity, integrateTerms } from '../../../native-core/kinetics/index.ts'
import { bqSecondsToMbqHours, hoursToSeconds, mbqToBq } from '../../../native-core/units/index.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'
import { fitTacAnswer } from './fitTacAnswer.ts'
import { fitInput } from './fitTacInput.ts'
import { fitOutput } from './fitTacOutput.ts'
import { fitTacRequest } from './fitTacRequest.ts'

export const fitTac = defineCalc({
  name: 'fit-tac',
  title: 'Fit of a time–activity curve',
  description:
    'Weighted least-squares fit of sums of exponentials, nested and area-parametrised functions, own formulas, or the trapezoidal rule, with the physical decay constant as lower bound of every rate; infusions, stated heads and tails, robust loss, priors, averages over models; time-integrated activity with uncertainty, covariance, bands, candidates.',
  input: fitInput,
  output: fitOutput,
  run: (input, resources) => {
    const request = fitTacRequest(input, halfLifeS(input, resources))
    return fitTacAnswer(fitTimeActivity(request), input.curveTimesH, request.curve)
  },
})

export const tia = defineCalc({
  name: 'tia',
  title: 'Time-integrated activity of a sum of exponentials',
  description: 'Closed form of ∫ Σ A·2^(−t/T) dt between two times, by default from zero to infinity.',
  input: z.strictObject({
    terms: z
      .array(
        z.strictObject({
          amplitudeMbq: quantity('MBq', 'Amplitude at time zero; negative for uptake'),
          effectiveHalfLifeH: positiveQuantity('h', 'Effective half-life'),
        }),
      )
      .min(1)
      .max(100),
    fromH: nonNegativeQuantity('h', 'Start of the interval').default(0),
    toH: positiveQuantity('h', 'End of the interval; left out: infinity').optional(),
    administeredMbq: positiveQuantity('MBq', 'Administered activity, for the TIA coefficient').optional(),
  }),
  output: z.strictObject({
    tiaMbqH: quantity('MBq·h', 'Time-integrated activity'),
    decays: quantity('1', 'Number of decays (Bq·s)'),
    tiaCoefficientH: quantity('h', 'TIA over administered activity (residence time); null without it').nullable(),
  }),
  run: (input) => {
    const toS = input.toH === undefined ? Infinity : hoursToSeconds(input.toH)
    const fromS = hoursToSeconds(input.fromH)
    if (toS <= fromS)
      throw new InputError('calc.interval', 'The interval ends before it starts.', 'Give toH above fromH.')
    const terms = input.terms.map((t) => ({
      amplitudeBq: mbqToBq(t.amplitudeMbq),
      effectiveRatePerS: Math.LN2 / hoursToSeconds(t.effectiveHalfLifeH),
    }))
    const decays = integrateTerms(terms, fromS, toS)
    const tiaMbqH = bqSecondsToMbqHours(decays)
    if (tiaMbqH < 0)
      throw new InputError(
        'calc.negative-tia',
        `The integral of the terms is ${tiaMbqH} MBq·h: their sum is negative.`,
        'Check the signs of amplitudeMbq: a negative (uptake) term needs a slower one that it is taken from.',
      )
    return {
      tiaMbqH,
      decays,
      tiaCoefficientH: input.administeredMbq === undefined ? null : tiaMbqH / input.administeredMbq,
    }
  },
})

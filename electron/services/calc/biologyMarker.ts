/** Calculation of a serum marker over a course. */
import { z } from 'zod'
import { markerResponse } from '../../../native-core/radiobiology/index.ts'
import {
  BQ_PER_GBQ,
  BQ_PER_MBQ,
  hoursToSeconds,
  SECONDS_PER_HOUR,
  secondsToHours,
} from '../../../native-core/units/index.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'

const activity = z
  .array(
    z.strictObject({
      startH: quantity('h', 'Administration on the clock of the course').default(0),
      terms: z
        .array(
          z.strictObject({
            activityMbq: quantity('MBq', 'Activity of the term at the administration; negative for uptake'),
            halfLifeH: positiveQuantity('h', 'Effective half-life of the term'),
          }),
        )
        .min(1)
        .max(50),
    }),
  )
  .max(100)
  .meta({
    description: 'Activity in all tumours, one curve for each administration; they are added. Empty: no treatment',
  })

export const marker = defineCalc({
  name: 'marker',
  title: 'Serum marker over a therapy (PSA)',
  description:
    'M′ = (kG − k_direct·A − k_delayed·E)·M with E′ = k_e0·(A − E), A the activity in tumours over one or several administrations; after Siebinga et al. 2024.',
  input: z.strictObject({
    baseline: positiveQuantity('any', 'Marker at the first time, in any unit'),
    growthPerH: nonNegativeQuantity('1/h', 'kG, growth of the marker that is left alone'),
    directPerGbqH: nonNegativeQuantity('1/(GBq·h)', 'k_direct, loss while activity is there'),
    delayedPerGbqH: nonNegativeQuantity('1/(GBq·h)', 'k_delayed, loss by the delayed effect').default(0),
    effectPerH: nonNegativeQuantity('1/h', 'k_e0 of the delayed effect').default(0),
    activity,
    timesH: z.array(quantity('h', 'Time')).min(1).max(10000),
  }),
  output: z.strictObject({
    states: z.array(
      z.strictObject({
        timeH: quantity('h', 'Time'),
        marker: quantity('any', 'Marker, in the unit of the baseline'),
        relative: quantity('1', 'Marker over baseline'),
      }),
    ),
    assumptions: z.array(z.string()),
  }),
  run: ({ baseline, growthPerH, directPerGbqH, delayedPerGbqH, effectPerH, activity: curves, timesH }) => {
    const given = curves.map(({ startH, terms }) => ({
      startS: hoursToSeconds(startH),
      terms: terms.map(({ activityMbq, halfLifeH }) => ({
        activityBq: activityMbq * BQ_PER_MBQ,
        decayPerS: Math.LN2 / hoursToSeconds(halfLifeH),
      })),
    }))
    const activityBqAt = (timeS: number): number =>
      given.reduce(
        (sum, { startS, terms }) =>
          timeS < startS
            ? sum
            : terms.reduce(
                (all, { activityBq, decayPerS }) => all + activityBq * Math.exp(-decayPerS * (timeS - startS)),
                sum,
              ),
        0,
      )
    const perBqS = (perGbqH: number): number => perGbqH / BQ_PER_GBQ / SECONDS_PER_HOUR
    const states = markerResponse(
      {
        growthPerS: growthPerH / SECONDS_PER_HOUR,
        directPerBqS: perBqS(directPerGbqH),
        delayedPerBqS: perBqS(delayedPerGbqH),
        effectPerS: effectPerH / SECONDS_PER_HOUR,
      },
      baseline,
      activityBqAt,
      given.map(({ startS }) => startS),
      timesH.map(hoursToSeconds),
    )
    return {
      states: states.map(({ timeS, marker: value }) => ({
        timeH: secondsToHours(timeS),
        marker: value,
        relative: value / baseline,
      })),
      assumptions: [
        'The form of the equations follows from the units of the published parameters (designed); it was not read in the paper.',
        'The delayed effect is zero at the first time.',
      ],
    }
  },
})

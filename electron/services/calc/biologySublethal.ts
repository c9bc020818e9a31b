/** Calculation of a tumour with sublethally damaged cells as tissue of their own. */
import { z } from 'zod'
import { sublethalResponse } from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds, SECONDS_PER_HOUR, secondsToHours } from '../../../native-core/units/index.ts'
import { courseField, courseOf } from './biologyFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'
import { checkCapacity } from './growthFields.ts'

export const sublethal = defineCalc({
  name: 'sublethal-response',
  title: 'Tumour response with sublethally damaged cells',
  description:
    'Volume of a tumour of intact, sublethally damaged and dying tissue under dose rates over several cycles, with Gompertz growth: P′ = k·ln(K/M)·P − αRP − 2pRP + uL, L′ = 2pRP − uL − (p + α)εRL, X′ = αRP + (p + α)εRL − cX.',
  input: z.strictObject({
    growthPerH: nonNegativeQuantity('1/h', 'k of k·ln(K/M)'),
    capacityMl: positiveQuantity('mL', 'K'),
    alphaPerGy: nonNegativeQuantity('1/Gy', 'α, lethal damage'),
    pPerGy: nonNegativeQuantity('1/Gy', 'p, half of the sublethal damage'),
    epsilon: nonNegativeQuantity('1', 'ε, share of the damage that kills a cell which is already damaged'),
    repairHalfTimeH: positiveQuantity('h', 'Repair half-time of sublethal damage, ln 2/u'),
    clearanceHalfTimeH: positiveQuantity('h', 'Half-time with which dead tissue goes, ln 2/c'),
    volumeMl: positiveQuantity('mL', 'Volume at the first time, all intact'),
    curves: courseField.optional().meta({ description: 'Left out: the tumour is left alone' }),
    timesH: z.array(quantity('h', 'Time')).min(1).max(10000),
  }),
  output: z.strictObject({
    states: z.array(
      z.strictObject({
        timeH: quantity('h', 'Time'),
        volumeMl: quantity('mL', 'All tissue'),
        intactMl: quantity('mL', 'Intact tissue'),
        damagedMl: quantity('mL', 'Sublethally damaged tissue'),
        dyingMl: quantity('mL', 'Dying tissue'),
      }),
    ),
    assumptions: z.array(z.string()),
  }),
  run: (given) => {
    const { volumeMl, capacityMl, curves, timesH } = given
    checkCapacity({ kind: 'gompertz', capacityMl }, volumeMl)
    const states = sublethalResponse(
      {
        growthPerS: given.growthPerH / SECONDS_PER_HOUR,
        capacity: capacityMl,
        alphaPerGy: given.alphaPerGy,
        pPerGy: given.pPerGy,
        epsilon: given.epsilon,
        repairPerS: Math.LN2 / hoursToSeconds(given.repairHalfTimeH),
        clearancePerS: Math.LN2 / hoursToSeconds(given.clearanceHalfTimeH),
      },
      curves ? courseOf(curves) : [],
      volumeMl,
      timesH.map(hoursToSeconds),
    )
    return {
      states: states.map(({ timeS, volume, intact, damaged, dying }) => ({
        timeH: secondsToHours(timeS),
        volumeMl: volume,
        intactMl: intact,
        damagedMl: damaged,
        dyingMl: dying,
      })),
      assumptions: [
        'The model is that of the public PyCNO code (2026); its parameters and paper are in preparation: illustrative.',
      ],
    }
  },
})

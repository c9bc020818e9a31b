/** Calculation of alpha hits of the nucleus. */
import { z } from 'zod'
import { logMeanSurvival, multiEventSpectrum, singleHitSpectrum } from '../../../native-core/dosimetry/cell/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { cellAssumptions, cellGeometryFields, cellStoppingOf, emitterFields, emitterOf } from './cellFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'

const spectrum = z.strictObject({
  stepGy: quantity('Gy', 'Distance of the points of z'),
  perGy: z.array(z.number().meta({ unit: '1/Gy' })).meta({ description: 'f at 0, stepGy, 2·stepGy, …' }),
})

/** Points of a spectrum that are given back at most; longer ones are put on a coarser lattice. */
const MOST_POINTS = 1024

/**
 * Density on at most `MOST_POINTS` points, without the empty end. Each probability goes to the two coarse points around it in proportion to their nearness, so
 * that the sum and the mean stay what they are.
 */
function condensed(probability: Float64Array, stepGy: number): { stepGy: number; perGy: number[] } {
  let end = probability.length
  while (end > 1 && probability[end - 1]! < 1e-12) end--
  const block = Math.ceil(end / (MOST_POINTS - 1))
  const perGy = new Array<number>(Math.ceil((end - 1) / block) + 1).fill(0)
  for (let i = 0; i < end; i++) {
    const [at, beyond] = [Math.floor(i / block), (i % block) / block]
    const density = probability[i]! / (stepGy * block)
    perGy[at]! += density * (1 - beyond)
    if (beyond > 0) perGy[at + 1]! += density * beyond
  }
  return { stepGy: stepGy * block, perGy }
}

export const microdosimetry = defineCalc({
  name: 'microdosimetry',
  title: 'Specific energy of alpha hits of the nucleus',
  description:
    'Single-hit spectrum f1(z) with its means and the number of hits, multi-event spectrum f(z; D), mean of exp(−αz − βz²) over it; alphas from regions of the cell and from the medium around it.',
  input: z.strictObject({
    ...emitterFields,
    ...cellGeometryFields,
    decays: z
      .strictObject({
        N: nonNegativeQuantity('Bq·s', 'in the nucleus').optional(),
        Cy: nonNegativeQuantity('Bq·s', 'in the cytoplasm').optional(),
        CS: nonNegativeQuantity('Bq·s', 'on the surface').optional(),
        C: nonNegativeQuantity('Bq·s', 'in the whole cell').optional(),
        mediumMbqSPerMl: nonNegativeQuantity('MBq·s/mL', 'in the medium around the cell').optional(),
      })
      .meta({ description: 'Decays by where they take place' }),
    bins: z.number().int().min(16).max(8192).default(512).meta({ description: 'Steps of z of a single hit' }),
    doseGy: positiveQuantity('Gy', 'Mean dose of the multi-event spectrum; without it that of the decays').optional(),
    alphasPerGy: z
      .array(z.number().nonnegative().meta({ unit: '1/Gy' }))
      .max(20)
      .default([])
      .meta({ description: 'Sensitivities α for which the mean of exp(−αz − βz²) is wanted' }),
    betaPerGy2: nonNegativeQuantity('1/Gy²', 'β there; 0: each hit kills by itself').default(0),
  }),
  output: z.strictObject({
    meanHits: quantity('1', 'Mean number of hits of the nucleus from the decays given'),
    doseGy: quantity('Gy', 'Mean dose of the nucleus from their alphas'),
    frequencyMeanGy: quantity('Gy', 'z̄1F, mean of a single hit'),
    doseMeanGy: quantity('Gy', 'z̄1D, dose-weighted mean of a single hit'),
    singleHit: spectrum,
    multiEvent: z.strictObject({
      meanHits: quantity('1', 'Mean number of hits'),
      meanGy: quantity('Gy', 'Mean of z'),
      sdGy: quantity('Gy', 'Standard deviation of z over cells'),
      missedFraction: quantity('1', 'Share of the cells without a hit'),
      ...spectrum.shape,
    }),
    survival: z.array(
      z.strictObject({
        alphaPerGy: quantity('1/Gy', 'α'),
        fraction: quantity('1', 'Mean of exp(−αz − βz²) over cells'),
        logFraction: quantity('1', 'Its natural logarithm'),
      }),
    ),
    counted: z.array(z.string()),
    assumptions: z.array(z.string()),
    sources: z.array(z.string()),
  }),
  run: (input, resources) => {
    const emitter = emitterOf(input, resources)
    if (emitter.emissions.alphas.length === 0)
      throw new InputError(
        'dose.cell-hits',
        'Nothing here sends out alphas.',
        'Take an alpha emitter, count its daughters, or take cell-s.',
      )
    const stopping = cellStoppingOf(resources, 'csda-icru37')
    const { mediumMbqSPerMl, ...inCell } = input.decays
    const sources = [
      ...(['N', 'Cy', 'CS', 'C'] as const).flatMap((region) => {
        const decays = inCell[region]
        return decays === undefined || decays === 0 ? [] : [{ region, decays }]
      }),
      // 1 MBq·s/mL is 1e6 decays in 1e12 µm³.
      ...(mediumMbqSPerMl === undefined || mediumMbqSPerMl === 0
        ? []
        : [{ region: 'medium' as const, decays: mediumMbqSPerMl * 1e-6 }]),
    ]
    const geometry = {
      cellRadiusUm: input.cellRadiusUm,
      nucleusRadiusUm: input.nucleusRadiusUm,
      densityGPerMl: input.densityGPerMl,
    }
    const single = singleHitSpectrum(emitter.emissions.alphas, sources, geometry, stopping.alpha, input.bins)
    const hits = input.doseGy === undefined ? single.meanHits : input.doseGy / single.frequencyMeanGy
    const multi = multiEventSpectrum(single, hits)
    return {
      meanHits: single.meanHits,
      doseGy: single.doseGy,
      frequencyMeanGy: single.frequencyMeanGy,
      doseMeanGy: single.doseMeanGy,
      singleHit: condensed(single.probability, single.stepGy),
      multiEvent: {
        meanHits: hits,
        meanGy: multi.meanGy,
        sdGy: multi.sdGy,
        missedFraction: multi.missedFraction,
        ...condensed(multi.probability, multi.stepGy),
      },
      survival: input.alphasPerGy.map((alphaPerGy) => {
        const logFraction = logMeanSurvival(single, hits, alphaPerGy, input.betaPerGy2)
        return { alphaPerGy, fraction: Math.exp(logFraction), logFraction }
      }),
      counted: emitter.counted,
      assumptions: [
        ...cellAssumptions(emitter),
        'Only alphas are in z. Alphas of one decay chain count as independent hits; energy straggling and the width of tracks are left out.',
      ],
      sources: stopping.sources.slice(1),
    }
  },
})

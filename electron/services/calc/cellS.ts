/** Calculations of cells and of an organ's parts: S values, clusters, substructures. */
import { z } from 'zod'
import {
  cellSource,
  cellSValue,
  clusterDecays,
  clusterDose,
  clusterSurvival,
  clusterSValues,
  doseHistogram,
  doseSummary,
  regionMassKg,
  spheroidPositionsUm,
} from '../../../native-core/dosimetry/cell/index.ts'
import { parseSuborganTable, suborganDoses } from '../../../native-core/dosimetry/suborgan/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { mbqHoursToBqSeconds } from '../../../native-core/units/index.ts'
import {
  cellAssumptions,
  cellGeometryFields,
  cellRegion,
  cellStoppingOf,
  electronModel,
  emitterFields,
  emitterOf,
} from './cellFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'

const target = z.enum(['N', 'Cy', 'C']).meta({ description: 'N nucleus, Cy cytoplasm, C whole cell' })

const about = {
  counted: z.array(z.string()).meta({ description: 'Nuclides whose decays count' }),
  assumptions: z.array(z.string()),
  sources: z.array(z.string()).meta({ description: 'Stopping powers used' }),
}

export const cellS = defineCalc({
  name: 'cell-s',
  title: 'S values between the regions of a cell, or of two cells',
  description:
    'S = Σ y ∫ψ(x)·dE/dx·dx/m for concentric spheres (MIRD Cellular S Values): electrons, positrons, alphas and recoils of a nuclide with its daughters, or particles of one energy.',
  input: z.strictObject({
    ...emitterFields,
    ...cellGeometryFields,
    source: cellRegion,
    targets: z.array(target).min(1).max(3).default(['N', 'C']),
    separationUm: positiveQuantity(
      'µm',
      'Distance of the centres, for the dose to another cell of the same size',
    ).optional(),
    electronModel,
  }),
  output: z.strictObject({
    sValues: z.array(
      z.strictObject({
        target,
        source: cellRegion,
        massKg: quantity('kg', 'Mass of the target'),
        sGyPerBqS: quantity('Gy/(Bq·s)', 'All radiation, photons not counted'),
        electronGyPerBqS: quantity('Gy/(Bq·s)', 'Betas, positrons, conversion and Auger electrons'),
        alphaGyPerBqS: quantity('Gy/(Bq·s)', 'Alphas'),
        recoilGyPerBqS: quantity('Gy/(Bq·s)', 'Recoil nuclei'),
      }),
    ),
    ...about,
  }),
  run: (input, resources) => {
    const { source, separationUm, cellRadiusUm, nucleusRadiusUm, densityGPerMl } = input
    const emitter = emitterOf(input, resources)
    const stopping = cellStoppingOf(resources, input.electronModel)
    const geometry = { cellRadiusUm, nucleusRadiusUm, densityGPerMl }
    const from = cellSource(emitter.emissions, geometry, stopping)
    return {
      sValues: [...new Set(input.targets)].map((to) => {
        const { sGyPerBqS, byRadiation } = cellSValue(from, to, source, separationUm ?? null)
        return {
          target: to,
          source,
          massKg: regionMassKg(to, geometry),
          sGyPerBqS,
          electronGyPerBqS: byRadiation.electron,
          alphaGyPerBqS: byRadiation.alpha,
          recoilGyPerBqS: byRadiation.recoil,
        }
      }),
      counted: emitter.counted,
      assumptions: cellAssumptions(emitter),
      sources: [...stopping.sources],
    }
  },
})

const summary = z.strictObject({
  meanGy: quantity('Gy', 'Mean over all cells'),
  sdGy: quantity('Gy', 'Standard deviation over cells'),
  minGy: quantity('Gy', 'Lowest'),
  medianGy: quantity('Gy', 'Median'),
  maxGy: quantity('Gy', 'Highest'),
})

export const cellCluster = defineCalc({
  name: 'cell-cluster',
  title: 'Doses of the cells of a cluster or spheroid',
  description:
    'Self and cross dose of every cell’s nucleus from decays in all cells, uniform or log-normal or normal among labelled cells, with a radial profile.',
  input: z
    .strictObject({
      ...emitterFields,
      ...cellGeometryFields,
      electronModel,
      target: target.default('N'),
      regionShares: z
        .partialRecord(cellRegion, z.number().min(0).max(1))
        .default({ C: 1 })
        .meta({ unit: '1', description: 'Share of each cell’s decays in its regions; they add up to 1' }),
      lattice: z
        .strictObject({
          kind: z.enum(['cubic', 'close-packed']),
          spacingUm: positiveQuantity('µm', 'Distance of neighbours; two radii: cells touch'),
          radiusUm: nonNegativeQuantity('µm', 'Centres within this distance of the middle belong to the spheroid'),
        })
        .optional(),
      positionsUm: z
        .array(z.tuple([z.number(), z.number(), z.number()]))
        .min(1)
        .max(20_000)
        .optional()
        .meta({ unit: 'µm', description: 'Centres of the cells, instead of a lattice; the middle is the origin' }),
      meanDecaysPerCell: nonNegativeQuantity('Bq·s', 'Mean decays in a cell, over all cells'),
      distribution: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('uniform') }),
          z.strictObject({ kind: z.literal('log-normal'), sigma: nonNegativeQuantity('1', 'sd of the logarithm') }),
          z.strictObject({ kind: z.literal('normal'), relativeSd: nonNegativeQuantity('1', 'sd over mean') }),
        ])
        .default({ kind: 'uniform' }),
      labelledFraction: z
        .number()
        .positive()
        .max(1)
        .default(1)
        .meta({ unit: '1', description: 'Share of cells with any' }),
      radialProfile: z
        .array(
          z.strictObject({ relativeRadius: nonNegativeQuantity('1', 'r/R'), weight: nonNegativeQuantity('1', '') }),
        )
        .min(1)
        .max(100)
        .optional(),
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .default(1),
      bins: z.number().int().min(1).max(1000).default(50),
      sensitivity: z
        .strictObject({
          alphaSelf: nonNegativeQuantity('1/Gy', 'α of self dose'),
          betaSelf: nonNegativeQuantity('1/Gy²', 'β of self dose'),
          alphaCross: nonNegativeQuantity('1/Gy', 'α of cross dose'),
          betaCross: nonNegativeQuantity('1/Gy²', 'β of cross dose'),
        })
        .optional(),
    })
    .meta({ description: 'Give either a lattice or positions' }),
  output: z.strictObject({
    cells: z.number().int(),
    labelledCells: z.number().int(),
    totalDecays: quantity('Bq·s', 'In all cells'),
    selfGyPerBqS: quantity('Gy/(Bq·s)', 'S value of the cell itself'),
    self: summary,
    cross: summary,
    total: summary,
    /** Of the first cell: with a lattice the one in the middle. */
    firstCell: z.strictObject({ selfGy: quantity('Gy', 'Own decays'), crossGy: quantity('Gy', 'Other cells') }),
    histogram: z.strictObject({ edgesGy: z.array(z.number().meta({ unit: 'Gy' })), cells: z.array(z.number()) }),
    survivingFraction: quantity('1', 'Mean over cells; null without sensitivity').nullable(),
    ...about,
  }),
  run: (input, resources) => {
    if ((input.lattice === undefined) === (input.positionsUm === undefined))
      throw new InputError(
        'calc.cluster',
        'The cells are not given, or given twice.',
        'Give "lattice" or "positionsUm".',
      )
    const { cellRadiusUm, nucleusRadiusUm, densityGPerMl } = input
    const emitter = emitterOf(input, resources)
    const stopping = cellStoppingOf(resources, input.electronModel)
    const positions = input.lattice
      ? spheroidPositionsUm(input.lattice)
      : Float64Array.from((input.positionsUm ?? []).flat())
    const farthest = positions.reduce((a, v) => Math.max(a, Math.abs(v)), 0) * 2 * Math.sqrt(3)
    const decays = clusterDecays(
      {
        meanDecaysPerCell: input.meanDecaysPerCell,
        distribution: input.distribution,
        labelledFraction: input.labelledFraction,
        radialProfile: input.radialProfile ?? null,
        seed: input.seed,
      },
      positions,
    )
    const source = cellSource(emitter.emissions, { cellRadiusUm, nucleusRadiusUm, densityGPerMl }, stopping)
    const s = clusterSValues(source, input.regionShares, input.target, farthest)
    const { selfGy, crossGy } = clusterDose(positions, decays, s)
    const total = selfGy.map((v, i) => v + crossGy[i]!)
    const histogram = doseHistogram(total, input.bins)
    return {
      cells: decays.length,
      labelledCells: decays.reduce((n, v) => n + (v > 0 ? 1 : 0), 0),
      totalDecays: decays.reduce((a, v) => a + v, 0),
      selfGyPerBqS: s.selfGyPerBqS,
      self: doseSummary(selfGy),
      cross: doseSummary(crossGy),
      total: doseSummary(total),
      firstCell: { selfGy: selfGy[0]!, crossGy: crossGy[0]! },
      histogram: { edgesGy: [...histogram.edgesGy], cells: [...histogram.cells] },
      survivingFraction: input.sensitivity ? clusterSurvival(selfGy, crossGy, input.sensitivity) : null,
      counted: emitter.counted,
      assumptions: cellAssumptions(emitter),
      sources: [...stopping.sources],
    }
  },
})

export const suborganDose = defineCalc({
  name: 'suborgan-dose',
  title: 'Doses of an organ’s parts from a table of the user',
  description:
    'D = Ã·Σ f·S over the parts of an organ (kidney cortex, medulla, glomeruli, tubules; marrow). The program ships no such table.',
  input: z.strictObject({
    tiaMbqH: nonNegativeQuantity('MBq·h', 'Time-integrated activity of the whole organ'),
    table: z
      .looseObject({})
      .meta({ description: 'Schema theratwin.suborgan/1: parts, fractions, sValues, provenance' }),
  }),
  output: z.strictObject({
    organ: z.string(),
    doses: z.array(
      z.strictObject({
        part: z.string(),
        massKg: quantity('kg', 'Mass; null where the table does not say').nullable(),
        doseGy: quantity('Gy', 'Mean dose'),
        bySourceGy: z.record(z.string(), z.number()),
      }),
    ),
    unassignedFraction: quantity('1', 'Share of the decays that the table puts nowhere'),
    remarks: z.array(z.string()),
  }),
  run: (input) => {
    const table = parseSuborganTable(input.table)
    const { doses, unassignedFraction, remarks } = suborganDoses(mbqHoursToBqSeconds(input.tiaMbqH), table)
    return {
      organ: table.organ,
      doses: doses.map((d) => ({ ...d, bySourceGy: { ...d.bySourceGy } })),
      unassignedFraction,
      remarks: [...remarks],
    }
  },
})

/** Calculation of uneven uptake below the size of a voxel, cell by cell. */
import { z } from 'zod'
import {
  cellSource,
  clusterSValues,
  doseHistogram,
  doseSummary,
  singleHitSpectrum,
} from '../../../native-core/dosimetry/cell/index.ts'
import type { CellGeometry, RegionShares } from '../../../native-core/dosimetry/cell/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import type { Emissions } from '../../../native-core/physics/index.ts'
import { endlessCrossGyPerBqS, voxelEffect } from '../../../native-core/radiobiology/index.ts'
import type { CellResponse } from '../../../native-core/radiobiology/index.ts'
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
import { nonNegativeQuantity, positiveQuantity, quantity, shareQuantity } from './fields.ts'

const input = z.strictObject({
  ...emitterFields,
  ...cellGeometryFields,
  electronModel,
  regionShares: z
    .partialRecord(cellRegion, z.number().min(0).max(1))
    .default({ CS: 1 })
    .meta({ unit: '1', description: 'Share of each cell’s decays in its regions; they add up to 1' }),
  lattice: z.strictObject({
    kind: z.enum(['cubic', 'close-packed']).default('close-packed'),
    spacingUm: positiveQuantity('µm', 'Distance of neighbours; two radii: cells touch'),
    radiusUm: nonNegativeQuantity('µm', 'Radius of the ball of cells that is modelled; it should span several vessels'),
  }),
  surroundings: z
    .enum(['alike', 'none'])
    .default('alike')
    .meta({ description: 'Tissue of the same mean uptake all around, or a free cluster' }),
  meanDecaysPerCell: nonNegativeQuantity('Bq·s', 'Mean decays in a cell').optional(),
  voxelDoseGy: nonNegativeQuantity(
    'Gy',
    'Instead: dose of the nuclei where uptake is even and all around alike',
  ).optional(),
  receptorCv: nonNegativeQuantity('1', 'Coefficient of variation of receptors between cells, log-normal').default(0),
  negativeShare: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .meta({ unit: '1', description: 'Share of cells without receptors' }),
  supply: z
    .strictObject({
      vesselSpacingUm: positiveQuantity('µm', 'Distance of straight parallel vessels on a square grid'),
      fallOffUm: positiveQuantity('µm', 'Distance over which uptake falls by e'),
    })
    .optional()
    .meta({ description: 'Left out: all cells are supplied alike' }),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  alphaPerGy: positiveQuantity('1/Gy', 'α of a cell'),
  alphaBetaGy: positiveQuantity('Gy', 'α/β'),
  g: shareQuantity('Lea–Catcheside factor of the voxel'),
  alphaHits: z
    .boolean()
    .default(false)
    .meta({ description: 'Alphas: survival averaged over Poisson hits with exp(−αz), without β; only alphas count' }),
  bins: z.number().int().min(1).max(1000).default(50),
})

const summary = z.strictObject({
  meanGy: quantity('Gy', 'Mean over cells'),
  sdGy: quantity('Gy', 'Standard deviation over cells'),
  minGy: quantity('Gy', 'Lowest'),
  medianGy: quantity('Gy', 'Median'),
  maxGy: quantity('Gy', 'Highest'),
})

export const cellVoxel = defineCalc({
  name: 'cell-voxel',
  title: 'Sub-voxel effect of an uneven uptake',
  description:
    'Cells of a voxel on a lattice: activity by receptors and distance to vessels, self dose and crossfire, survival cell by cell; equivalent uniform BED against the voxel with even uptake.',
  input,
  output: z.strictObject({
    cells: z.number().int(),
    meanDecaysPerCell: quantity('Bq·s', 'Mean over cells'),
    totalDecays: quantity('Bq·s', 'In all cells'),
    dose: summary,
    doseCv: quantity('1', 'Standard deviation over mean of the doses of cells'),
    decaysCv: quantity('1', 'The same of their decays'),
    crossShare: quantity('1', 'Share of the mean dose that comes from other cells'),
    survival: quantity('1', 'Mean survival'),
    logSurvival: quantity('1', 'Its natural logarithm'),
    eubedGy: quantity('Gy', '−ln(survival)/α'),
    evenBedGy: quantity('Gy', 'The same where uptake is even'),
    effectRatio: quantity('1', 'EUBED over the BED of even uptake'),
    histogram: z.strictObject({ edgesGy: z.array(z.number().meta({ unit: 'Gy' })), cells: z.array(z.number()) }),
    counted: z.array(z.string()),
    assumptions: z.array(z.string()),
    sources: z.array(z.string()),
  }),
  run: (given, resources) => {
    const { cellRadiusUm, nucleusRadiusUm, densityGPerMl, lattice, surroundings, regionShares } = given
    const geometry = { cellRadiusUm, nucleusRadiusUm, densityGPerMl }
    const emitter = emitterOf(given, resources)
    const stopping = cellStoppingOf(resources, given.electronModel)
    const emissions: Emissions = given.alphaHits
      ? { photons: [], electrons: [], betas: [], recoils: [], alphas: emitter.emissions.alphas }
      : emitter.emissions
    const s = clusterSValues(cellSource(emissions, geometry, stopping), regionShares, 'N', Infinity)
    const sensitivity: CellResponse = {
      alphaPerGy: given.alphaPerGy,
      alphaBetaGy: given.alphaBetaGy,
      g: given.g,
      hits: given.alphaHits ? hitsOf(emissions, regionShares, geometry, stopping.alpha) : null,
    }
    const meanDecaysPerCell = decaysOf(given, s.selfGyPerBqS + endlessCrossGyPerBqS(lattice, s))
    const { supply, receptorCv, negativeShare, seed } = given
    const effect = voxelEffect({
      ...{ lattice, surroundings, s, sensitivity },
      uptake: {
        ...{ meanDecaysPerCell, receptorCv, negativeShare, seed },
        supply: supply
          ? { vessels: { kind: 'parallel', spacingUm: supply.vesselSpacingUm }, fallOffUm: supply.fallOffUm }
          : null,
      },
    })
    const doses = effect.selfGy.map((gy, i) => gy + (effect.crossGy[i] ?? 0))
    const histogram = doseHistogram(doses, given.bins)
    const { cells, totalDecays, doseCv, decaysCv, crossShare, survival, logSurvival, eubedGy, evenBedGy, effectRatio } =
      effect
    return {
      ...{ cells, meanDecaysPerCell, totalDecays, doseCv, decaysCv, crossShare },
      ...{ survival, logSurvival, eubedGy, evenBedGy, effectRatio },
      dose: doseSummary(doses),
      histogram: { edgesGy: [...histogram.edgesGy], cells: [...histogram.cells] },
      counted: emitter.counted,
      assumptions: [...cellAssumptions({ ...emitter, emissions }), ...assumptionsOf(given)],
      sources: [...stopping.sources],
    }
  },
})

/** @throws InputError `calc.cell-voxel` unless decays or a dose are given. */
function decaysOf(
  { meanDecaysPerCell, voxelDoseGy, surroundings }: z.output<typeof input>,
  evenGyPerBqS: number,
): number {
  if (
    (meanDecaysPerCell === undefined) === (voxelDoseGy === undefined) ||
    (voxelDoseGy !== undefined && surroundings === 'none')
  )
    throw new InputError(
      'calc.cell-voxel',
      'What the cells hold is not given, given twice, or given as the dose of a voxel for a free cluster.',
      'Give meanDecaysPerCell, or voxelDoseGy with surroundings "alike".',
    )
  if (meanDecaysPerCell !== undefined) return meanDecaysPerCell
  if (!(evenGyPerBqS > 0))
    throw new InputError(
      'calc.cell-voxel',
      'The decays give the nuclei no dose.',
      'Take another emitter or other regions.',
    )
  return (voxelDoseGy ?? 0) / evenGyPerBqS
}

/** Hits from the cell's own regions, and from all around it. @throws InputError `dose.cell-hits` */
function hitsOf(
  emissions: Emissions,
  shares: RegionShares,
  geometry: CellGeometry,
  alpha: Parameters<typeof singleHitSpectrum>[3],
): NonNullable<CellResponse['hits']> {
  if (emissions.alphas.length === 0)
    throw new InputError(
      'dose.cell-hits',
      'Nothing here sends out alphas.',
      'Leave alphaHits out, or take an alpha emitter.',
    )
  const own = (['N', 'Cy', 'CS', 'C'] as const).flatMap((region) => {
    const decays = shares[region] ?? 0
    return decays > 0 ? [{ region, decays }] : []
  })
  return {
    self: singleHitSpectrum(emissions.alphas, own, geometry, alpha, 512),
    cross: singleHitSpectrum(emissions.alphas, [{ region: 'medium', decays: 1e-6 }], geometry, alpha, 512),
  }
}

const assumptionsOf = ({ surroundings, supply, alphaHits }: z.output<typeof input>): string[] => [
  surroundings === 'alike'
    ? 'Tissue around the cells has the same mean uptake, evenly spread.'
    : 'The cells are a free cluster: at its rim crossfire lacks, and the even voxel has the mean self and cross dose of the cells.',
  ...(supply
    ? [
        'Vessels are straight and parallel and take no room; uptake falls off exponentially from the nearest one and is distributed alike at all times.',
      ]
    : []),
  'All cells have the same course of the dose rate in time.',
  ...(alphaHits
    ? [
        'Only alphas count, each hit by itself and without a quadratic term; hits from other cells are as from an even medium around the cell.',
      ]
    : []),
]

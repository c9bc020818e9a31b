/** Invented engines and a voxel dose in the shape of the contracts: the second image of the phantom, taken for a dose. */
import {
  activityMapOptionsSchema,
  doseComparisonSchema,
  voxelDoseSchema,
  voxelEngineSchema,
  type DoseComparison,
  type VoxelDoseAsk,
  type VoxelDoseResult,
  type VoxelDoseSummary,
  type VoxelEngine,
} from '../../electron/contracts/index.ts'
import { concentrationBqPerMl, emissionGrid, hoursPi, regions, volumeMl } from './phantom.ts'

/** Gy for one Bq/mL of the image; of a dose rate Gy/s. */
const GY_PER_BQ_PER_ML = { dose: 5e-6, 'dose-rate': 2.36e-14 * 1e3 } as const
const BINS = 120

export const fakeEngines: VoxelEngine[] = [
  {
    id: 'local-energy',
    name: 'Local energy deposition',
    version: '1.0.0',
    description: 'Electrons deposit all their energy in the voxel where they are emitted. Nothing is transported.',
    radiations: ['electron', 'photon'],
    givesUncertainty: false,
    parameters: [
      { id: 'photons', label: 'Photons too', description: 'An upper bound of the dose.', kind: 'flag', default: false },
    ],
    sources: [{ citation: 'Bolch et al., MIRD Pamphlet 21 (2009)', evidence: 'verified' }],
  },
  {
    id: 'monte-carlo',
    name: 'Monte Carlo',
    version: '1.0.0',
    description: 'Photons and electrons are followed through the CT.',
    radiations: ['electron', 'photon'],
    givesUncertainty: true,
    parameters: [
      {
        id: 'decays',
        label: 'Decays',
        description: 'How many are simulated.',
        kind: 'number',
        unit: '',
        default: 1e7,
        min: 1e3,
        max: 1e12,
        integer: true,
      } as VoxelEngine['parameters'][number],
    ],
    sources: [{ citation: 'The project’s own transport', evidence: 'designed' }],
  },
].map((engine) => voxelEngineSchema.parse(engine))

export function fakeSummary(ask: VoxelDoseAsk, doseId: string): VoxelDoseSummary {
  const engine = fakeEngines.find((one) => one.id === ask.engineId) ?? fakeEngines[0]
  if (!engine) throw new Error('there is an engine')
  return {
    doseId,
    cycle: ask.cycle,
    quantity: ask.timePointId === null ? 'dose' : 'dose-rate',
    timePointId: ask.timePointId,
    hoursAfterInjection: ask.timePointId === null ? null : (hoursPi[Number(ask.timePointId.slice(2)) - 1] ?? null),
    engine: { id: engine.id, name: engine.name, version: engine.version, parameters: ask.parameters },
    activityMap: activityMapOptionsSchema.parse(ask.activityMap),
    createdAt: '2024-02-01T10:11:00.000Z',
    stale: false,
  }
}

export function fakeVoxelDose(summary: VoxelDoseSummary): VoxelDoseResult {
  const factor = GY_PER_BQ_PER_ML[summary.quantity]
  const structures = regions.map((region) => {
    const meanGy = factor * concentrationBqPerMl(region, hoursPi[1])
    const at = (share: number): number => meanGy * (1 + 0.35 * (1 - 2 * share))
    const doseGy = Array.from({ length: BINS + 1 }, (_, bin) => (1.6 * meanGy * bin) / BINS)
    const fall = (dose: number): number => 1 / (1 + Math.exp((dose / meanGy - 1) * 12))
    return {
      name: region.name,
      kind: region.kind,
      volumeMl: volumeMl(region),
      massKg: (volumeMl(region) * 1.04) / 1000,
      insideGrid: 1,
      meanGy,
      meanStandardUncertaintyGy: 0.07 * meanGy,
      statisticalSdGy: null,
      minimumGy: at(1),
      maximumGy: at(0),
      d98Gy: at(0.98),
      d50Gy: at(0.5),
      d2Gy: at(0.02),
      homogeneity: (at(0.02) - at(0.98)) / at(0.5),
      histogram: {
        doseGy,
        cumulative: doseGy.map(fall),
        lower: doseGy.map((dose) => fall(dose / 0.86)),
        upper: doseGy.map((dose) => fall(dose / 1.14)),
        differentialPerGy: doseGy.map((dose) => (12 / meanGy) * fall(dose) * (1 - fall(dose))),
      },
    }
  })
  const [columns, rows, slices] = emissionGrid.dimensions
  const highest = Math.max(...structures.map((one) => one.maximumGy))
  return voxelDoseSchema.parse(
    JSON.parse(
      JSON.stringify({
        summary,
        nuclide: 'Lu-177',
        gridOfImage: 'emission-1',
        dose: {
          id: `${summary.quantity}-1`,
          grid: emissionGrid,
          minimum: 0,
          maximum: highest,
          byteLength: 4 * columns * rows * slices,
        },
        statisticalSd: null,
        emittedJ: 1.21,
        depositedJ: 0.98,
        ...(summary.activityMap.fit ? { kinetics: fakeKinetics(summary, columns * rows * slices) } : {}),
        activity: {
          version: 'activity-map/1',
          totalOfImages: 2.1e14,
          total: 2.2e14,
          timePoints: 4,
          negligibleVoxels: 210_000,
          unseenVoxels: 0,
          negativeVoxels: 120,
          voxels: columns * rows * slices,
          shareBefore: 0.04,
          shareAfter: 0.21,
          structures: structures.map(({ name }, at) => ({
            name,
            mapPerMl: 0.93 + 0.02 * at,
            expectedPerMl: 1,
            agreement: 1,
            note: '',
          })),
        },
        structures,
        facts: {},
        remarks: ['Photons (0.0351 MeV per decay) are left out.'],
      }),
    ),
  )
}

/** Of maps the voxels are those of the dose. */
function fakeKinetics(summary: VoxelDoseSummary, voxels: number) {
  const map = (maximum: number) => ({
    id: `${summary.quantity}-1`,
    grid: emissionGrid,
    minimum: 0,
    maximum,
    byteLength: 4 * voxels,
  })
  const fit = {
    version: 'voxel-fit/1',
    timesS: hoursPi.map((hours) => hours * 3600),
    noise: hoursPi.map(() => ({ fraction: 0.1, absolute: 1e4 })),
    priors: ['whole image', ...regions.map(({ name }) => name)].map((name, at) => ({
      name,
      slowRatePerS: Math.LN2 / ((50 + at) * 3600),
      fastRatePerS: null,
      startShare: null,
      meanFrom: at === 0 ? ('whole-image' as const) : ('structure-curve' as const),
      spread: { slowRate: 0.2, fastRate: null, startShare: null },
      spreadFrom: at === 0 ? ('designed' as const) : ('voxels' as const),
      noiseScale: hoursPi.map(() => 1),
      noiseFrom: 'voxels' as const,
      sampledVoxels: at === 0 ? 0 : 400,
    })),
    counts: {
      all: voxels,
      converged: Math.round(voxels / 4),
      atPhysicalRate: 0,
      negligible: voxels - Math.round(voxels / 4),
      structureShape: 0,
      zero: 0,
      unseen: 0,
      unfinished: 0,
    },
    remarks: [],
  }
  const isRate = summary.activityMap.fit?.order === 'dose-rate-first'
  return {
    activity: fit,
    tiaUncertainty: map(7.2e11),
    halfLife: map(570_000),
    doseRate: isRate ? { fit, uncertainty: map(3) } : null,
  }
}

export function fakeComparison(summaries: readonly VoxelDoseSummary[]): DoseComparison {
  const [evaluated, reference] = summaries
  if (!evaluated || !reference) throw new Error('a comparison is of two')
  const { dose } = fakeVoxelDose(reference)
  return doseComparisonSchema.parse({
    comparisonId: 'comparison-1',
    evaluatedId: evaluated.doseId,
    referenceId: reference.doseId,
    dosePercent: 3,
    distanceMm: 3,
    normalisation: 'global',
    thresholdPercent: 10,
    difference: { ...dose, minimum: -1, maximum: 1 },
    gamma: { ...dose, minimum: -1, maximum: 2 },
    passRate: 0.973,
    evaluatedVoxels: 31_204,
    outsideVoxels: 0,
    meanGamma: 0.31,
    largestGamma: 1.8,
    meanDifferenceGy: -0.12,
    rmsDifferenceGy: 0.4,
    relativeMeanDifference: -0.012,
  })
}

/** Voxels of the dose volume, from those of the phantom's second image. */
export function doseVoxels(quantity: VoxelDoseSummary['quantity'], emission: Float32Array): Float32Array {
  return emission.map((value) => value * GY_PER_BQ_PER_ML[quantity])
}

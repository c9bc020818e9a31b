import { voxelDoseSchema, voxelEngineSchema } from '../../electron/contracts/doseMaps.ts'
import type { VoxelDoseResult, VoxelDoseSummary, VoxelEngine } from '../../electron/contracts/doseMaps.ts'
import { exampleAnalysis } from './analysis.ts'

/** An engine with a parameter of each kind, one source verified and one not. */
export const exampleEngine: VoxelEngine = voxelEngineSchema.parse({
  id: 'example',
  name: 'Example engine',
  version: '2.1.0',
  description: 'Invented.',
  radiations: ['electron'],
  givesUncertainty: true,
  parameters: [
    {
      id: 'decays',
      label: 'Decays to follow',
      description: '',
      kind: 'number',
      unit: '',
      default: 1e7,
      min: 1,
      max: 1e12,
    },
    { id: 'photons', label: 'Photons too', description: '', kind: 'flag', default: false },
    {
      id: 'medium',
      label: 'Medium',
      description: '',
      kind: 'choice',
      default: 'ct',
      choices: [
        { id: 'ct', label: 'Of the CT' },
        { id: 'water', label: 'Water' },
      ],
    },
    { id: 'stopAt', label: 'Stop by', description: '', kind: 'structure', default: '' },
  ],
  sources: [
    { citation: 'Doe 2001: kernels', evidence: 'verified' },
    { citation: 'Roe 2002: ranges', evidence: 'transcribed' },
  ],
})

/** A voxel dose of `exampleAnalysis`: the liver with an uncertainty, the spleen, which has no curve, without. */
export function exampleVoxelDose(change: Partial<VoxelDoseSummary> = {}): VoxelDoseResult {
  const structure = (name: string, meanGy: number, u: number | null, insideGrid = 1) => ({
    name,
    kind: 'organ',
    volumeMl: 96,
    massKg: 0.1,
    insideGrid,
    meanGy,
    meanStandardUncertaintyGy: u,
    statisticalSdGy: u === null ? null : 0.0123,
    minimumGy: 0.25 * meanGy,
    maximumGy: 2 * meanGy,
    d98Gy: 0.5 * meanGy,
    d50Gy: meanGy,
    d2Gy: 1.5 * meanGy,
    homogeneity: 1,
    histogram: { doseGy: [0, 20], cumulative: [1, 0], lower: null, upper: null, differentialPerGy: [0.05, 0.05] },
  })
  const { grid } = exampleAnalysis().cycles[0]!.timePoints[0]!.emission
  return voxelDoseSchema.parse({
    summary: {
      doseId: `abcdef012345${'0'.repeat(52)}`,
      cycle: 1,
      quantity: 'dose',
      timePointId: null,
      hoursAfterInjection: null,
      engine: {
        id: exampleEngine.id,
        name: exampleEngine.name,
        version: exampleEngine.version,
        parameters: { decays: 40_000, photons: false, medium: 'water', stopAt: '' },
      },
      activityMap: { matchStructures: true, beforeFirst: 'physical-decay', negligibleShare: 0.02, steepestFall: 10 },
      createdAt: '2026-11-22T17:00:00.000Z',
      stale: false,
      ...change,
    },
    nuclide: 'Lu-177',
    gridOfImage: 'emission',
    dose: { id: 'map', grid, minimum: 0, maximum: 13, byteLength: 4 },
    statisticalSd: { id: 'sd', grid, minimum: 0, maximum: 1, byteLength: 4 },
    emittedJ: 2,
    depositedJ: 1.75,
    activity: {
      version: 'activity-map/1',
      totalOfImages: 3.6e13,
      total: 3.96e13,
      timePoints: 4,
      negligibleVoxels: 10,
      unseenVoxels: 0,
      negativeVoxels: 0,
      voxels: 100,
      shareBefore: 0.04,
      shareAfter: 0.31,
      structures: [
        { name: 'LIVER', mapPerMl: 9, expectedPerMl: 10, agreement: 1, note: '' },
        { name: 'TUMOUR', mapPerMl: 1, expectedPerMl: 90, agreement: 0.011, note: 'It was not scaled.' },
      ],
    },
    structures: [structure('LIVER', 6.4321, 0.3141), structure('SPLEEN', 1.2345, null, 0.75)],
    facts: {},
    remarks: ['12.50 % of the emitted energy left the images.'],
  })
}

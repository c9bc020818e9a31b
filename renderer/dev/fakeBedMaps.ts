/** A BED map of the invented dose: the formulas of the core on its histograms; of the maps the voxels are those of the dose. */
import { bedOf, eqdOf } from '../../native-core/radiobiology/index.ts'
import type {
  AnswerOf,
  BedMapResult,
  BedSum,
  BedTissue,
  RequestOf,
  VoxelDoseResult,
} from '../../electron/contracts/index.ts'

type Fake = AnswerOf<'bedMap.result'>

const source = 'Invented for the window without a backend.'
const evidence = 'unverified' as const

function tissueOf({ name, kind }: VoxelDoseResult['structures'][number]): BedTissue {
  const known =
    kind === 'lesion'
      ? { id: 'tumour-generic', title: 'Tumour, generic', alphaBetaGy: 10, halfTimeH: 1.5, g: 0.03 }
      : /kidney/i.test(name)
        ? { id: 'kidney-lq', title: 'Kidney', alphaBetaGy: 2.6, halfTimeH: 2.8, g: 0.05 }
        : null
  return {
    structure: name,
    kind,
    set: known && { id: known.id, title: known.title },
    parameters: known
      ? [
          { name: 'alphaBetaGy', title: 'α/β', value: known.alphaBetaGy, unit: 'Gy', source, evidence },
          {
            name: 'repairHalfTimeS',
            title: 'Repair half-time',
            value: 3600 * known.halfTimeH,
            unit: 's',
            source,
            evidence,
          },
        ]
      : [],
    evidence: known ? evidence : 'given',
    g: known?.g ?? null,
    problem: known
      ? ''
      : `No α/β and repair half-time are known for "${name}": choose them in Biology, and its BED follows.`,
  }
}

/** @param doseOf the invented dose of an id; `done` starts the job. */
export function createFakeBedMaps(
  doseOf: (doseId: string) => VoxelDoseResult,
  job: (done: () => { kind: 'bed-map' | 'bed-sum'; patientId: string; doseId: string; bedId: string }) => {
    jobId: string
  },
) {
  const made = new Map<string, BedMapResult>()
  const sums = new Map<string, BedSum>()
  const tissuesOf = (doseId: string): BedTissue[] => doseOf(doseId).structures.map(tissueOf)
  return {
    'bedMap.tissues': ({ doseId }: { doseId: string }) => tissuesOf(doseId),
    'bedMap.result': ({ doseId }: { doseId: string }): Fake => made.get(doseId) ?? null,
    'bedSum.available': ({ doseId }: { doseId: string }): AnswerOf<'bedSum.available'> =>
      made.has(doseId)
        ? [
            { doseId, cycle: 1, engine: 'Invented' },
            { doseId: `${doseId}-2`, cycle: 2, engine: 'Invented' },
          ]
        : [],
    'bedSum.result': ({ doseId }: { doseId: string }): AnswerOf<'bedSum.result'> => sums.get(doseId) ?? null,
    'bedSum.compute': ({ referenceId: doseId }: RequestOf<'bedSum.compute'>) =>
      job(() => {
        const one = made.get(doseId)
        if (one) sums.set(doseId, bedSumOf(one))
        return { kind: 'bed-sum', patientId: 'demo', doseId, bedId: `sum-${doseId}` }
      }),
    'bedMap.compute': ({ doseId, elsewhere = null, curves = 'structure' }: RequestOf<'bedMap.compute'>) =>
      job(() => {
        made.set(doseId, bedMapOf(doseOf(doseId), tissuesOf(doseId), elsewhere, curves))
        return { kind: 'bed-map', patientId: 'demo', doseId, bedId: `bed-${doseId}` }
      }),
  }
}

function bedMapOf(
  { summary, dose, structures }: VoxelDoseResult,
  tissues: BedTissue[],
  elsewhere: BedMapResult['elsewhere'],
  curves: BedMapResult['curves'],
): BedMapResult {
  const volume = (maximum: number) => ({ ...dose, maximum })
  return {
    ...{ bedId: `bed-${summary.doseId}`, doseId: summary.doseId, cycle: summary.cycle, version: 'bed-map/1' },
    ...{ createdAt: '2024-02-01T10:12:00.000Z', stale: false, staleBecause: '', curves, elsewhere, tissues },
    bed: volume(1.3 * dose.maximum),
    eqd2: volume(dose.maximum),
    g: volume(0.05),
    voxels: { all: 1000, withBed: 400, ownCurve: 0, unknown: 600 },
    structures: structures.flatMap((structure) => {
      const tissue = tissues.find((one) => one.structure === structure.name)
      const alphaBetaGy = tissue?.parameters[0]?.value ?? elsewhere?.alphaBetaGy
      if (!tissue || alphaBetaGy === undefined) return []
      const bed = (doseGy: number): number => bedOf(doseGy, tissue.g ?? 0.03, alphaBetaGy)
      const { massKg: _, statisticalSdGy: __, histogram, ...others } = structure
      return [
        {
          ...others,
          meanDoseGy: structure.meanGy,
          meanGy: bed(structure.meanGy),
          meanStandardUncertaintyGy: 0.09 * bed(structure.meanGy),
          minimumGy: bed(structure.minimumGy),
          maximumGy: bed(structure.maximumGy),
          d98Gy: bed(structure.d98Gy),
          d50Gy: bed(structure.d50Gy),
          d2Gy: bed(structure.d2Gy),
          meanEqd2Gy: eqdOf(bed(structure.meanGy), alphaBetaGy),
          eubedGy: structure.kind === 'lesion' ? 0.8 * bed(structure.meanGy) : null,
          histogram: { ...histogram, doseGy: histogram.doseGy.map(bed) },
        },
      ]
    }),
    remarks: ['Voxels in no structure with known parameters have no BED: no tissue is assumed for them.'],
  }
}

/** As if a second cycle had given the same again. */
function bedSumOf({ doseId, bedId, tissues, elsewhere, bed, eqd2, structures, createdAt }: BedMapResult): BedSum {
  const twice = <T extends { maximum: number }>(volume: T): T => ({ ...volume, maximum: 2 * volume.maximum })
  return {
    ...{ bedId: `sum-${doseId}`, referenceId: doseId, version: 'bed-sum/1', createdAt, stale: false, staleBecause: '' },
    parts: [1, 2].map((cycle) => ({
      ...{ doseId: `${doseId}-${cycle}`, bedId: `${bedId}-${cycle}`, cycle },
      registration: cycle === 1 ? 'both in one frame of reference, as they lie' : 'rigid, accepted by anna',
    })),
    ...{ tissues, elsewhere, bed: twice(bed), eqd2: twice(eqd2), coveredShare: 1 },
    structures: structures.map(({ histogram, ...one }) => ({
      ...one,
      ...{ meanDoseGy: 2 * one.meanDoseGy, meanGy: 2 * one.meanGy, meanEqd2Gy: 2 * one.meanEqd2Gy },
      ...{ minimumGy: 2 * one.minimumGy, maximumGy: 2 * one.maximumGy, d98Gy: 2 * one.d98Gy, d50Gy: 2 * one.d50Gy },
      ...{ d2Gy: 2 * one.d2Gy, eubedGy: one.eubedGy === null ? null : 2 * one.eubedGy },
      histogram: { ...histogram, doseGy: histogram.doseGy.map((gy) => 2 * gy), lower: null, upper: null },
    })),
    remarks: ['An invented second cycle like the first.'],
  }
}

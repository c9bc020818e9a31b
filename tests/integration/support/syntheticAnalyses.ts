/** Patients with analyses of made-up kidneys in a store: mono-exponential curves with a known population. */
import { analysisSchema } from '../../../electron/contracts/analysis.ts'
import type { Analysis, StructureResult } from '../../../electron/contracts/analysis.ts'
import { protocolSchema } from '../../../electron/contracts/protocol.ts'
import type { Store } from '../../../electron/services/ports/store.ts'
import { RandomStream } from '../../../native-core/statistics/index.ts'

/** Medians over the population: share of the administered activity at time zero, and effective half-life. */
export const TRUE_SHARE = 0.02
export const TRUE_HALF_LIFE_H = 48

const H = 3600
const LU177_HALF_LIFE_S = 159.53 * H
const ADMINISTERED_BQ = 7.4e9
const MASS_KG = 0.15

const exactly = (value: number) => ({ value, standardUncertainty: 0 })

function kidney(random: RandomStream, share: number, ratePerS: number, timesH: readonly number[]): StructureResult {
  return {
    name: 'Kidney left',
    kind: 'organ',
    colourRgb: null,
    volumeMl: 144,
    volumeStandardUncertaintyMl: 0,
    densityGPerMl: 1.04,
    densityFrom: 'tissue',
    massKg: exactly(MASS_KG),
    policy: '',
    points: timesH.map((hours, i) => {
      const activityBq = ADMINISTERED_BQ * share * Math.exp(-ratePerS * hours * H) * (1 + 0.04 * random.normal())
      return {
        timePointId: `t${i}`,
        timeS: hours * H,
        volumeMl: 144,
        imageConcentrationBqPerMl: activityBq / 144,
        recoveryCoefficient: 1,
        concentrationBqPerMl: activityBq / 144,
        activityBq,
        activityStandardUncertaintyBq: 0.04 * activityBq,
        fractionInsideImage: 1,
        used: true,
        note: '',
      }
    }),
    fit: null,
    alternatives: [],
    doses: [],
    problem: '',
  }
}

/**
 * Patients of two cycles with 4, 24, 72 and 168 h. The first has another agent, the second a single point in the first cycle.
 *
 * @returns their ids
 */
export function putSyntheticAnalyses(
  store: Store,
  { patients, seed }: { readonly patients: number; readonly seed: number },
): string[] {
  return Array.from({ length: patients }, (_, i) => {
    const random = new RandomStream(seed, i)
    const identity = {
      key: `MRN${i}|SITE`,
      mrn: `MRN${i}`,
      issuer: 'SITE',
      name: `Patient ${i}`,
      dicomName: `Patient^${i}`,
      birthDate: null,
      sex: null,
      weightKg: 70,
      heightM: null,
    }
    const share = TRUE_SHARE * Math.exp(0.3 * random.normal())
    const rate = (Math.LN2 / (TRUE_HALF_LIFE_H * H)) * Math.exp(0.15 * random.normal())
    const cycle = (index: number, timesH: readonly number[]) => ({
      index,
      administration: {
        activityBq: exactly(ADMINISTERED_BQ),
        start: { local: `2026-0${index}-05T09:00:00`, utcOffsetMin: null },
        source: 'test',
      },
      referenceTimePointId: 't0',
      timePoints: [],
      structures: [kidney(random, share, rate, timesH)],
    })
    const analysis: Analysis = analysisSchema.parse({
      schema: 'theratwin-analysis/1',
      program: { name: 'Theratwin', version: 'test' },
      key: `analysis-${i}`,
      patient: identity,
      course: {
        agent: i === 0 ? 'DOTATATE' : '177Lu-PSMA-617',
        nuclide: 'Lu-177',
        halfLifeS: LU177_HALF_LIFE_S,
        nuclideSource: 'test',
      },
      protocol: protocolSchema.parse({}),
      cycles: [cycle(1, i === 1 ? [24] : [4, 24, 72, 168]), cycle(2, [4, 24, 72, 168])],
      cumulativeDose: [],
      methods: [],
      assumptions: [],
      problems: [],
    })
    return store.transaction({ action: 'test' }, (write) => {
      const { id } = write.upsertPatient(identity)
      write.putArtifact({
        kind: 'cycle-analysis',
        algorithmVersion: 'test',
        parameters: { key: analysis.key },
        inputs: [],
        subject: { entity: 'patient', id },
        slot: '',
        payload: analysis,
        volumes: {},
      })
      return id
    })
  })
}

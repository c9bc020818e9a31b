/** SUV of the invented patient; a person may say another body than the files. */
import {
  suvBodySchema,
  type PatientView,
  type SuvKind,
  type SuvScaleOf,
  type SuvStructures,
} from '../../electron/contracts/index.ts'
import { suvScale } from '../../native-core/imaging/pet/index.ts'
import { concentrationBqPerMl, hoursPi, regions, volumeMl } from './phantom.ts'

const HALF_LIFE_S = 574300.8
const KINDS = [
  ['weight', 'weight'],
  ['lean-mass', 'janmahasatian'],
  ['surface', 'du-bois'],
] as const

export function createFakeSuv(view: () => PatientView) {
  let given = suvBodySchema.parse({})
  const timePoint = (timePointId: string, hours: number) => {
    const { identity } = view().summary
    const patient = {
      weightKg: given.weightKg ?? identity.weightKg,
      heightM: given.heightM ?? identity.heightM,
      sex: given.sex ?? identity.sex,
    }
    const activityBq = view().cycles[0]?.activityBq ?? 1
    const scales = KINDS.map(([kind, normalisation]): SuvScaleOf => {
      const { suvPerBqPerMl, unit } = suvScale({
        ...{ normalisation, patient, halfLifeS: HALF_LIFE_S, referenceDelayS: hours * 3600 },
        netActivityBq: { value: activityBq, standardUncertainty: 0.03 * activityBq },
      })
      return { kind, suvPerStored: suvPerBqPerMl, unit, method: `by ${normalisation}`, remarks: [] }
    })
    return { timePointId, scales, missing: [], injected: 'Lu-177: 7400 MBq administered' }
  }
  return {
    'suv.scales': () => {
      const { weightKg, heightM, sex } = view().summary.identity
      const timePoints = hoursPi.map((hours, i) => timePoint(`tp${i + 1}`, hours))
      return { ofFiles: { weightKg, heightM, sex }, given, timePoints }
    },
    'suv.setBody': ({ body }: { body: unknown }) => {
      given = suvBodySchema.parse(body)
      return {}
    },
    'suv.structures': ({ timePointId }: { timePointId: string }): SuvStructures => {
      const hours = hoursPi[Number(timePointId.slice(2)) - 1] ?? 0
      const scales = timePoint(timePointId, hours)
      return {
        timePoint: scales,
        outlines: `RTSTRUCT of ${timePointId}`,
        remarks: [],
        structures: regions.slice(1).map((region) => {
          const concentration = concentrationBqPerMl(region, hours)
          const values = scales.scales.map(({ kind, suvPerStored: { value, standardUncertainty: u } }) => {
            const even = { value: concentration * value, standardUncertainty: concentration * u }
            return { kind: kind satisfies SuvKind, mean: even, maximum: even, peak: even }
          })
          return {
            ...{ name: region.name, kind: region.kind, volumeMl: volumeMl(region), fractionOutside: 0, values },
            ...{ meanBqPerMl: concentration, maximumBqPerMl: concentration, peakBqPerMl: concentration, problem: '' },
          }
        }),
      }
    },
  }
}

/** Parts, doses from others and further cycles of the invented patient: simple sums without transport, enough to see the pages. */
import { bedOf, eqdOf } from '../../native-core/radiobiology/index.ts'
import type {
  DoseContribution,
  FurtherCycle,
  FurtherEffect,
  PartsChoice,
  PartsEffect,
  PartsModel,
  StructureResult,
  Uncertain,
} from '../../electron/contracts/index.ts'

/** 2 % of its dose as own photons, a little from a liver. */
export function fakeContributions({ name, doses }: StructureResult): DoseContribution[] {
  const self = doses[0]?.doseGy.value ?? 0
  return [
    { source: '', kind: 'self', doseGy: self, sGyPerBqS: null },
    { source: name, kind: 'own-photons', doseGy: 0.02 * self, sGyPerBqS: 7e-15 },
    ...(name === 'LIVER' ? [] : [{ source: 'LIVER', kind: 'cross' as const, doseGy: 0.03, sGyPerBqS: 3e-16 }]),
  ]
}

/** Doses in proportion to activity over mass. */
export function fakeParts(
  choice: Extract<PartsChoice, { model: string }>,
  models: readonly PartsModel[],
  dose: Uncertain,
  g: number,
  alphaBetaGy: number,
): PartsEffect {
  const model = models.find(({ id }) => id === choice.model)
  const shares = (model?.parts ?? []).map((part) => ({
    ...part,
    activityShare: choice.activityShares?.[part.name] ?? (choice.activityShares ? 0 : part.activityShare),
  }))
  const parts = shares.map((part) => {
    const ratio = part.activityShare / part.massShare
    const bed = bedOf(ratio * dose.value, g, alphaBetaGy)
    const bedGy = { value: bed, standardUncertainty: 0.05 * bed }
    return {
      ...part,
      doseGy: { value: ratio * dose.value, standardUncertainty: ratio * dose.standardUncertainty },
      largestRateGyPerS: ratio * dose.value * 4e-6,
      g,
      bedGy,
      totalBedGy: bedGy,
      totalEqd2Gy: eqdOf(bed, alphaBetaGy),
    }
  })
  const shareOf = (what: string) => (part: (typeof parts)[number]) => ({
    ...{ name: `${what} ${part.name}`, title: `${part.name}, share of ${what}`, unit: '1', source: 'invented' },
    value: what === 'mass' ? part.massShare : part.activityShare,
    evidence: 'unverified' as const,
  })
  return {
    title: model?.title ?? choice.model,
    validity: model?.validity ?? '',
    parts,
    meanDoseGy: dose.value,
    equivalent: { a: 1.43, geudGy: 1.1 * dose.value, gebedGy: 1.2 * dose.value, alphaPerGy: null, eubedGy: null },
    parameters: [...parts.map(shareOf('mass')), ...parts.map(shareOf('activity'))],
    evidence: 'unverified',
    remarks: ['Parts have the time course of the whole organ.'],
  }
}

interface Delivered {
  readonly dose: Uncertain
  readonly bed: number
  readonly g: number
  readonly ratio: number
  readonly judge: (times: number) => Pick<FurtherEffect, 'limits' | 'complication' | 'control'>
}

/** After complete repair; limits as of one dose that is so much larger. */
export function fakeFurther(
  further: readonly FurtherCycle[],
  { dose, bed, g, ratio, judge }: Delivered,
): FurtherEffect {
  const cycles = further.map(({ relativeActivity }, k) => ({
    start: `2026-0${3 + k}-09T09:00`,
    activityBq: relativeActivity * 7.4e9,
    doseGy: relativeActivity * dose.value,
    bedGy: bedOf(relativeActivity * dose.value, g, ratio),
  }))
  const times = 1 + further.reduce((sum, { relativeActivity }) => sum + relativeActivity, 0)
  const totalBed = cycles.reduce((sum, { bedGy }) => sum + bedGy, bed)
  return {
    cycles,
    doseGy: { value: times * dose.value, standardUncertainty: times * dose.standardUncertainty },
    totalBedGy: { value: totalBed, standardUncertainty: 0.05 * totalBed },
    totalEqd2Gy: eqdOf(totalBed, ratio),
    ...judge(times),
  }
}

/** Organs that come in two, taken together. */
import { loadingsOfSum, uncertaintyOfSum } from '../../../native-core/dosimetry/index.ts'
import { pairsOf } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { PairResult, StructureResult, Uncertain } from '../../contracts/analysis.ts'

/**
 * Left and right of each pair together: activities and time-integrated activities added, dose as the mean over the mass of both. What both sides share
 * by their budgets (calibration, recovery curve) is one error, the rest is independent; masses, points and sides without a budget are added linearly,
 * an upper bound.
 *
 * @param administered activity of the cycle
 */
export function pairResults(structures: readonly StructureResult[], administered: Uncertain): PairResult[] {
  const byName = new Map(structures.map((structure) => [structure.name, structure]))
  return pairsOf([...byName.keys()]).flatMap(({ name, left, right }): PairResult[] => {
    const [one, other] = [byName.get(left), byName.get(right)]
    return one && other ? [together(name, one, other, administered)] : []
  })
}

function together(name: string, left: StructureResult, right: StructureResult, administered: Uncertain): PairResult {
  const massKg = sum(left.massKg, right.massKg)
  const points = left.points.flatMap((point) => {
    const other = right.points.find((candidate) => candidate.timePointId === point.timePointId)
    if (!other || !point.used || !other.used) return []
    return [
      {
        timePointId: point.timePointId,
        timeS: point.timeS,
        activityBq: {
          value: point.activityBq + other.activityBq,
          standardUncertainty: point.activityStandardUncertaintyBq + other.activityStandardUncertaintyBq,
        },
      },
    ]
  })
  const base = { name, left: left.name, right: right.name, volumeMl: left.volumeMl + right.volumeMl, massKg, points }
  const [one, other] = [left.doses[0], right.doses[0]]
  const tiaBqS = left.fit && right.fit ? sum(left.fit.tiaBqS, right.fit.tiaBqS) : null
  if (!one || !other || !tiaBqS || !(massKg.value > 0)) {
    const without = [left, right].filter(({ doses }) => doses.length === 0).map((structure) => `"${structure.name}"`)
    return {
      ...base,
      tiaBqS,
      tiaCoefficientS: null,
      doseGy: null,
      dosePerActivityGyPerBq: null,
      problem: `${without.join(' and ') || 'One side'} has no dose, so the two together have none.`,
    }
  }
  const [share, rest] = [left.massKg.value / massKg.value, right.massKg.value / massKg.value]
  const [budgetLeft, budgetRight] = [left.uncertainty, right.uncertainty]
  const sides = (a: number, b: number) => [
    { value: a, loadings: budgetLeft?.loadings ?? [] },
    { value: b, loadings: budgetRight?.loadings ?? [] },
  ]
  const parts = sides(share * one.doseGy.value, rest * other.doseGy.value)
  const isShared = budgetLeft !== undefined && budgetRight !== undefined
  const doseGy = {
    value: share * one.doseGy.value + rest * other.doseGy.value,
    standardUncertainty: isShared
      ? uncertaintyOfSum(parts)
      : share * one.doseGy.standardUncertainty + rest * other.doseGy.standardUncertainty,
  }
  const tias = sides(left.fit?.tiaBqS.value ?? 0, right.fit?.tiaBqS.value ?? 0)
  const tia = isShared ? { ...tiaBqS, standardUncertainty: uncertaintyOfSum(tias, 'tia') } : tiaBqS
  return {
    ...base,
    tiaBqS: tia,
    tiaCoefficientS: perActivity(tia, administered),
    doseGy,
    dosePerActivityGyPerBq: perActivity(doseGy, administered),
    ...(isShared && doseGy.value > 0
      ? { loadings: loadingsOfSum({ tia: tias, dose: parts, dosePerActivity: parts }) }
      : {}),
    problem: '',
  }
}

const sum = (a: Uncertain, b: Uncertain): Uncertain => ({
  value: a.value + b.value,
  standardUncertainty: a.standardUncertainty + b.standardUncertainty,
})

function perActivity(of: Uncertain, administered: Uncertain): Uncertain {
  const value = of.value / administered.value
  const relative = Math.hypot(of.standardUncertainty / of.value, administered.standardUncertainty / administered.value)
  return { value, standardUncertainty: of.value > 0 ? value * relative : 0 }
}

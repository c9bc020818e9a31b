/** Organs that come in two, taken together. */
import { pairsOf } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { PairResult, StructureResult, Uncertain } from '../../contracts/analysis.ts'

/**
 * Left and right of each pair together: activities and time-integrated activities added, dose as the mean over the mass of both. Calibration,
 * recovery and habits of delineation are common to both sides, so standard uncertainties are added linearly: an upper bound.
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
  const doseGy = {
    value: share * one.doseGy.value + rest * other.doseGy.value,
    standardUncertainty: share * one.doseGy.standardUncertainty + rest * other.doseGy.standardUncertainty,
  }
  return {
    ...base,
    tiaBqS,
    tiaCoefficientS: perActivity(tiaBqS, administered),
    doseGy,
    dosePerActivityGyPerBq: perActivity(doseGy, administered),
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

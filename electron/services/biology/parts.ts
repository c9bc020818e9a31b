/** Biological effect in the parts of an organ. */
import {
  bedOf,
  distributionOf,
  doseRateAt,
  eqdOf,
  eubed,
  externalBeamBed,
  geud,
  protraction,
  scaledCurve,
} from '../../../native-core/radiobiology/index.ts'
import type { DoseRateCourse, ExternalBeamCourse, RepairModel } from '../../../native-core/radiobiology/index.ts'
import type { Uncertain } from '../../contracts/analysis.ts'
import type { PartEffect, PartsEffect } from '../../contracts/biologyParts.ts'
import type { CycleDose } from './doseRates.ts'
import { weakest } from './parameters.ts'
import { divisionOf } from './partsDivision.ts'
import type { DivisionRequest } from './partsDivision.ts'

export interface PartsRequest extends DivisionRequest {
  readonly cycles: readonly CycleDose[]
  readonly doseGy: Uncertain
  readonly alphaBetaGy: number
  readonly repair: RepairModel
  readonly alphaPerGy: number | null
  /** Exponent n of the model of complication. */
  readonly n: number | null
  readonly beams: readonly ExternalBeamCourse[]
  /** Times after the first administration at which dose rates are looked at, s. */
  readonly timesS: readonly number[]
}

/**
 * Dose, Lea–Catcheside factor, BED and EQD2 of each part over all cycles on one clock. The organ's own dose rate is shared among the parts; photons of the organ
 * itself and of others reach all parts alike. Values that stand for all parts weight them by mass: gEUD with a = 1/n of the model of complication, EUBED with α of
 * the sensitivity.
 *
 * @throws InputError those of `divisionOf`.
 */
export function partsEffect(request: PartsRequest): PartsEffect {
  const { cycles, doseGy, alphaBetaGy, repair, beams, timesS } = request
  const division = divisionOf(request)
  const ratios = cycles.map(division.ratios)
  const relative = doseGy.value > 0 ? doseGy.standardUncertainty / doseGy.value : 0
  const beamBed = beams.reduce((sum, beam) => sum + externalBeamBed(beam, alphaBetaGy), 0)
  const beamGy = beams.reduce((sum, { fractions, dosePerFractionGy }) => sum + fractions * dosePerFractionGy, 0)
  // S values of a table are of all radiation, with the organ's own photons.
  const others = (sources: CycleDose['sources']): DoseRateCourse =>
    sources.flatMap(({ kind, curves }) => (division.hasOwnPhotons && kind === 'own-photons' ? [] : curves))
  const parts = division.parts.map((part, p): PartEffect => {
    const course: DoseRateCourse = cycles.flatMap(({ own, sources }, c) => {
      const ratio = ratios[c]?.[p] ?? 0
      return [...(ratio > 0 ? own.map((curve) => scaledCurve(curve, ratio)) : []), ...others(sources)]
    })
    const nothing = { value: 0, standardUncertainty: 0 }
    if (course.length === 0)
      return {
        ...part,
        ...{ doseGy: nothing, largestRateGyPerS: 0, g: 0, bedGy: nothing, totalEqd2Gy: eqdOf(beamBed, alphaBetaGy) },
        totalBedGy: { value: beamBed, standardUncertainty: 0 },
      }
    const { doseGy: dose, g } = protraction(course, repair)
    const bed = bedOf(dose, g, alphaBetaGy)
    const standardUncertainty = relative * dose * (1 + (2 * g * dose) / alphaBetaGy)
    return {
      ...part,
      doseGy: { value: dose, standardUncertainty: relative * dose },
      largestRateGyPerS: Math.max(...timesS.map((time) => doseRateAt(course, time))),
      g,
      bedGy: { value: bed, standardUncertainty },
      totalBedGy: { value: bed + beamBed, standardUncertainty },
      totalEqd2Gy: eqdOf(bed + beamBed, alphaBetaGy),
    }
  })
  const masses = parts.map(({ massShare }) => massShare)
  const known = masses.every((share) => share !== null) ? masses.map((share) => share ?? 0) : null
  const meanDoseGy = known && parts.reduce((sum, part, p) => sum + (known[p] ?? 0) * part.doseGy.value, 0)
  return {
    title: division.title,
    validity: division.validity,
    parts,
    meanDoseGy,
    equivalent: equivalentOf(parts, known, { ...request, beamGy }),
    parameters: [...division.parameters],
    evidence: weakest(division.parameters),
    remarks: [
      ...division.remarks,
      ...(meanDoseGy !== null && Math.abs(meanDoseGy / doseGy.value - 1) > 1e-3
        ? [
            `The mean dose of the parts by their masses is ${Number(meanDoseGy.toPrecision(3))} Gy, that of the whole ${Number(doseGy.value.toPrecision(3))} Gy: the S values of the table are of another mass or geometry than the patient's.`,
          ]
        : []),
    ],
  }
}

function equivalentOf(
  parts: readonly PartEffect[],
  masses: readonly number[] | null,
  more: Pick<PartsRequest, 'n' | 'alphaPerGy'> & { readonly beamGy: number },
): PartsEffect['equivalent'] {
  const { alphaPerGy, n } = more
  const a = n === null ? null : 1 / n
  const spread = (of: (part: PartEffect) => number) =>
    masses && distributionOf(Float64Array.from(parts, of), masses, 'sum')
  const dose = spread(({ doseGy }) => doseGy.value + more.beamGy)
  const bed = spread(({ totalBedGy }) => totalBedGy.value)
  return {
    a,
    geudGy: dose && a !== null ? geud(dose, a) : null,
    gebedGy: bed && a !== null ? geud(bed, a) : null,
    alphaPerGy,
    eubedGy: bed && alphaPerGy !== null ? eubed(bed, alphaPerGy) : null,
  }
}

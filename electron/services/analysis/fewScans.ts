/** The TIA of a structure with too few scans for a curve, by the method that the protocol chooses. */
import { InputError } from '../../../native-core/errors/index.ts'
import { integrateTerms } from '../../../native-core/kinetics/index.ts'
import {
  estimateFewScans,
  fewScansCurve,
  priorCyclePopulation,
} from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type {
  CurvePopulation,
  FewScansEstimate,
  FewScansRequest,
} from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { CycleAnalysis, FitResult } from '../../contracts/analysis.ts'
import type { FewScansMethod, FewScansResult } from '../../contracts/fewScans.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { findPopulation } from '../singleTimePoint/index.ts'
import { chartTimesS } from './fitResult.ts'
import { fewScansFor } from './fewScansChoice.ts'
import { fewScansSelection, fewScansSentences } from './fewScansWords.ts'
import type { AnalysisPorts } from './ports.ts'
import { sameStructure } from './structures.ts'
import { areTermsWhole } from './wholeTerms.ts'

/** What is known of the course beside the points. */
export interface FewScansContext {
  readonly protocol: Protocol
  readonly course: { readonly agent: string; readonly nuclide: string }
  readonly isLesion: boolean
  readonly administeredBq: number
  /** Of the structure, for a population of activity per kilogram. */
  readonly massKg: number
  /** Of the same patient, before this one, in order. */
  readonly earlierCycles: readonly CycleAnalysis[]
  readonly populations: AnalysisPorts['populations']
}

/** As much of a fit as mass and dose need, and the whole for the contract. */
export interface FewScansFit {
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
  readonly assumptions: readonly string[]
  /** `commonRelativeUncertainty` as in `fitResult`. */
  readonly result: (administeredRelativeUncertainty: number, commonRelativeUncertainty: number) => FitResult
}

type Points = Pick<FewScansRequest, 'label' | 'timesS' | 'activityBq' | 'sigmaBq' | 'physicalHalfLifeS'>

/** Terms agree with the TIA and with the drawn curve to so much where they are the whole curve. */
const SAME_TERMS = 1e-3

interface Known {
  readonly population: CurvePopulation
  readonly told: FewScansResult['population']
}

/**
 * The TIA by the method chosen for the structure; null where none is chosen or the points are enough for a curve.
 *
 * @throws InputError of the core, `kinetics.few-scans-population` where no population fits, `kinetics.few-scans-cycle` without an
 *   earlier cycle that was fitted
 */
export function fewScansFit(points: Points, context: FewScansContext): FewScansFit | null {
  const { method, population } = fewScansFor(points.label, context.protocol)
  if (method === 'none' || points.timesS.length > context.protocol.fewScans.upToScans || points.timesS.length === 0)
    return null
  const known =
    method === 'prior-cycles' ? earlierCycle(points, context) : knownPopulation(points, method, population, context)
  const request: FewScansRequest = { ...points, method, ...(known ? { population: known.population } : {}) }
  const estimate = estimateFewScans(request)
  return {
    tiaBqS: estimate.tiaBqS,
    tiaUncertaintyBqS: estimate.tiaUncertaintyBqS,
    assumptions: estimate.assumptions.map((sentence) => `${points.label}: ${sentence}`),
    result: (administered, common) =>
      resultOf(request, estimate, known?.told ?? null, context.administeredBq, administered, common),
  }
}

function knownPopulation(
  { label: name, physicalHalfLifeS }: Points,
  method: FewScansMethod,
  id: string | null,
  { course, isLesion, administeredBq, massKg, populations = [] }: FewScansContext,
): Known | null {
  const entry =
    id === null ? populations.find((one) => one.fits(course, name, isLesion)) : findPopulation(populations, id)
  if (!entry) {
    if (method === 'hanscheid') return null
    throw new InputError(
      'kinetics.few-scans-population',
      `${name}: there is no population of ${course.agent || 'an unnamed agent'} with ${course.nuclide} for it.`,
      'Name one in the protocol (fewScans.population, or byStructure), or choose hanscheid or prior-cycles.',
    )
  }
  if (entry.nuclide !== course.nuclide)
    throw new InputError(
      'kinetics.few-scans-population',
      `${name}: the population "${entry.id}" is of ${entry.nuclide}, not of ${course.nuclide}.`,
      'Choose a population of the same nuclide.',
    )
  return {
    population: entry.curves(physicalHalfLifeS, administeredBq, massKg),
    told: { id: entry.id, title: entry.title, evidence: entry.evidence, sources: [...entry.sources] },
  }
}

/** The latest earlier cycle in which the structure had a curve of its own. */
function earlierCycle({ label, physicalHalfLifeS }: Points, { earlierCycles, protocol }: FewScansContext): Known {
  const found = [...earlierCycles].reverse().flatMap((cycle) => {
    const fit = cycle.structures.find((structure) => sameStructure(structure.name, label))?.fit
    return fit && !fit.fewScans && areTermsWhole(fit, SAME_TERMS) ? [{ cycle, fit }] : []
  })[0]
  if (!found)
    throw new InputError(
      'kinetics.few-scans-cycle',
      `${label}: there is no earlier cycle in which it has a fitted sum of exponentials as its curve.`,
      'Import the earlier cycle with all its scans, or choose a method with a population (fewScans.method).',
    )
  const { cycle, fit } = found
  const { value, standardUncertainty } = fit.effectiveHalfLifeS
  const title = `cycle ${cycle.index} (${fit.model})`
  return {
    population: priorCyclePopulation(
      `${label}, ${title}`,
      fit.terms.map((term) => ({ amplitudeBq: term.coefficientBq, effectiveRatePerS: term.ratePerS })),
      physicalHalfLifeS,
      protocol.fewScans.interCycleGsd,
      standardUncertainty / value,
    ),
    told: {
      id: `cycle ${cycle.index}`,
      title,
      evidence: 'designed',
      sources: ['spread from cycle to cycle: fewScans.interCycleGsd of the protocol'],
    },
  }
}

function resultOf(
  request: FewScansRequest,
  estimate: FewScansEstimate,
  population: FewScansResult['population'],
  administeredBq: number,
  administeredRelative: number,
  commonRelative: number,
): FitResult {
  const { terms, tiaBqS, distribution } = estimate
  const tiaRelative = Math.hypot(estimate.tiaUncertaintyBqS / tiaBqS, commonRelative)
  const lastS = Math.max(...request.timesS)
  const curve = fewScansCurve(request, estimate, chartTimesS(lastS, estimate.effectiveHalfLifeS))
  const coefficientS = tiaBqS / administeredBq
  return {
    model: shapeOf(estimate),
    title: estimate.title,
    formula: estimate.formula,
    selection: fewScansSelection(request, estimate, population),
    parameters: terms.flatMap((term, i) => [
      parameter(`A${i + 1}`, 'Bq', term.amplitudeBq),
      parameter(`lambda${i + 1}`, '1/s', term.effectiveRatePerS),
    ]),
    covariance: [],
    terms: terms.map((term) => ({ coefficientBq: term.amplitudeBq, ratePerS: term.effectiveRatePerS })),
    tiaBqS: { value: tiaBqS, standardUncertainty: tiaBqS * tiaRelative },
    tiaCoefficientS: {
      value: coefficientS,
      standardUncertainty: coefficientS * Math.hypot(tiaRelative, administeredRelative),
    },
    effectiveHalfLifeS: {
      value: estimate.effectiveHalfLifeS,
      standardUncertainty: estimate.effectiveHalfLifeUncertaintyS,
    },
    chiSquare: 0,
    degreesOfFreedom: 0,
    aicc: null,
    rSquared: null,
    maximumCorrelation: null,
    extrapolatedBefore: integrateTerms(terms, 0, Math.min(...request.timesS)) / tiaBqS,
    extrapolatedAfter: integrateTerms(terms, lastS) / tiaBqS,
    fewScans: {
      method: estimate.method,
      title: estimate.title,
      formula: estimate.formula,
      source: estimate.source,
      population,
      parts: estimate.parts.map((part) => ({ ...part })),
      expectedError: estimate.expectedError && { ...estimate.expectedError },
      percentilesBqS: distribution && {
        p2_5: distribution.percentile2p5BqS,
        p16: distribution.percentile16BqS,
        median: distribution.medianBqS,
        p84: distribution.percentile84BqS,
        p97_5: distribution.percentile97p5BqS,
      },
    },
    warnings: fewScansSentences(estimate, population),
    curve: {
      timeS: [...curve.timesS],
      activityBq: [...curve.activityBq],
      lowerBq: [...curve.lowerBq],
      upperBq: [...curve.upperBq],
    },
  }
}

/** Of a curve that was not fitted nothing is known of its single parameters but what the TIA's uncertainty says. */
const parameter = (name: string, unit: string, value: number): FitResult['parameters'][number] => ({
  name,
  unit,
  value,
  standardError: null,
  coefficientOfVariation: null,
})

function shapeOf({ terms }: FewScansEstimate): FitResult['model'] {
  if (terms.length === 1) return 'mono-exponential'
  if (terms.length > 2) return 'tri-exponential'
  return terms.some((term) => term.amplitudeBq < 0) ? 'uptake-washout' : 'bi-exponential'
}

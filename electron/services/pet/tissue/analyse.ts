/** One analysis of one structure's curve. */
import { InputError } from '../../../../native-core/errors/index.ts'
import {
  agentRemarks,
  compareCompartments,
  delayed,
  fitCompartments,
  fitSrtm,
  fitSrtm2,
  loganPlot,
  loganReferencePlot,
  multilinearAnalysis,
  multilinearReference,
  multilinearReference2,
  patlakPlot,
  patlakReferencePlot,
  withoutBlood,
} from '../../../../native-core/kinetics/dynamic/index.ts'
import type {
  ArterialInput,
  CompartmentOptions,
  FrameCurve,
  FrameWeighting,
  ModelKind,
  StraightFrom,
  TimeCurve,
} from '../../../../native-core/kinetics/dynamic/index.ts'
import { fitAnswer, graphicalAnswer } from './answer.ts'
import type { AnalysisAnswer } from './answer.ts'
import type { AnalysisMethod, AnalysisOptions } from './fields.ts'

/** What an analysis measures a curve against; asked for only where the method needs it. */
export interface AnalysisSources {
  readonly input: ArterialInput | null
  readonly reference: FrameCurve | null
}

/** What a method needs, and how it sees uptake. */
export const METHODS: Readonly<
  Record<AnalysisMethod, { readonly needs: 'input' | 'reference'; readonly kind: ModelKind }>
> = {
  logan: { needs: 'input', kind: 'reversible' },
  'logan-reference': { needs: 'reference', kind: 'reference' },
  patlak: { needs: 'input', kind: 'irreversible' },
  'patlak-reference': { needs: 'reference', kind: 'irreversible' },
  ma1: { needs: 'input', kind: 'reversible' },
  mrtm1: { needs: 'reference', kind: 'reference' },
  mrtm2: { needs: 'reference', kind: 'reference' },
  '1tcm': { needs: 'input', kind: 'reversible' },
  '2tcm-irreversible': { needs: 'input', kind: 'irreversible' },
  '2tcm': { needs: 'input', kind: 'reversible' },
  compare: { needs: 'input', kind: 'irreversible' },
  srtm: { needs: 'reference', kind: 'reference' },
  srtm2: { needs: 'reference', kind: 'reference' },
}

/** Methods that are linear in the curve, from which the blood in the structure can be taken off beforehand. */
const LINEAR: readonly AnalysisMethod[] = ['logan', 'patlak', 'ma1']

/**
 * Runs a method; `compare` gives one answer for each compartment model, the others one.
 *
 * @throws InputError `dynamic.no-input`, `dynamic.no-reference`, `dynamic.k2-reference` for what the method needs and is not there,
 *   `dynamic.blood-fraction` for a blood fraction that it has no use for, and those of the core.
 */
export function analyseCurve(
  method: AnalysisMethod,
  curve: FrameCurve,
  sources: AnalysisSources,
  options: AnalysisOptions,
): AnalysisAnswer[] {
  const { kind, needs } = METHODS[method]
  const remarks = [
    ...agentRemarks(options.agent, kind),
    ...(needs === 'input' ? (sources.input?.plasma.remarks ?? []) : []),
    ...bloodRemarks(method, options),
  ]
  return run(method, curve, sources, options).map((answer) => ({
    ...answer,
    remarks: [...answer.remarks, ...remarks],
  }))
}

function run(
  method: AnalysisMethod,
  curve: FrameCurve,
  sources: AnalysisSources,
  options: AnalysisOptions,
): AnalysisAnswer[] {
  const input = (): ArterialInput => inputOf(sources.input, method)
  const plasma = () => plasmaOf(sources.input, method, options)
  const reference = (): FrameCurve => required(sources.reference, method, 'reference')
  const weighting = weightingOf(options)
  const linear = { weighting, tStarS: options.tStarS ?? 0 }
  const tissue = (): FrameCurve => {
    const blood = bloodToSubtract(sources.input, method, options)
    return blood ? withoutBlood(curve, blood.wholeBlood, blood.fraction) : curve
  }
  switch (method) {
    case 'logan':
      return [graphicalAnswer(loganPlot(tissue(), plasma(), straightFrom(options)))]
    case 'logan-reference':
      return [graphicalAnswer(loganReferencePlot(curve, reference(), k2Reference(options), straightFrom(options)))]
    case 'patlak':
      return [graphicalAnswer(patlakPlot(tissue(), plasma(), straightFrom(options)))]
    case 'patlak-reference':
      return [graphicalAnswer(patlakReferencePlot(curve, reference(), straightFrom(options)))]
    case 'ma1': {
      const fit = multilinearAnalysis(tissue(), plasma(), { ...linear, measured: curve })
      return [fitAnswer(fit, fit.results)]
    }
    case 'mrtm1': {
      const fit = multilinearReference(curve, reference(), linear)
      return [fitAnswer(fit, fit.results)]
    }
    case 'mrtm2': {
      const fit = multilinearReference2(curve, reference(), requiredK2(options, method), linear)
      return [fitAnswer(fit, fit.results)]
    }
    case 'srtm': {
      const fit = fitSrtm(curve, reference(), { weighting })
      return [fitAnswer(fit, fit.results)]
    }
    case 'srtm2': {
      const fit = fitSrtm2(curve, reference(), requiredK2(options, method), { weighting })
      return [fitAnswer(fit, fit.results)]
    }
    case 'compare': {
      const { fits, best, remarks } = compareCompartments(curve, input(), compartmentOptions(options, weighting))
      return fits.map((fit) => ({
        ...fitAnswer(fit, [...fit.derived, ...fit.parameters]),
        remarks: [
          ...fit.remarks,
          `Akaike weight ${fit.akaikeWeight.toPrecision(3)}${fit.model === best ? ': the one to prefer by AICc.' : '.'}`,
          ...remarks,
        ],
      }))
    }
    default: {
      const fit = fitCompartments(curve, input(), method, compartmentOptions(options, weighting))
      return [fitAnswer(fit, [...fit.derived, ...fit.parameters])]
    }
  }
}

/** The blood to take off a curve before a linear method; null where no fraction is given. @throws InputError `dynamic.no-input`. */
export function bloodToSubtract(
  input: ArterialInput | null,
  method: AnalysisMethod,
  { bloodFraction, delayS }: AnalysisOptions,
): { readonly wholeBlood: TimeCurve; readonly fraction: number } | null {
  if (bloodFraction === undefined || !LINEAR.includes(method)) return null
  return { wholeBlood: delayed(required(input, method, 'input').wholeBlood, delayS), fraction: bloodFraction }
}

/** What is done about the blood in the structure, in a sentence. @throws InputError `dynamic.blood-fraction`. */
export function bloodRemarks(method: AnalysisMethod, { bloodFraction }: AnalysisOptions): readonly string[] {
  if (METHODS[method].needs === 'reference' && bloodFraction !== undefined)
    throw new InputError(
      'dynamic.blood-fraction',
      `${method} has no blood curve, so a blood fraction counts for nothing.`,
      'Leave it out, or choose a method with an input.',
    )
  if (!LINEAR.includes(method)) return []
  return [
    bloodFraction === undefined
      ? 'The blood in the structure was not subtracted: give a blood fraction (V_b) to do so.'
      : `Blood of V_b = ${bloodFraction} was subtracted: (C − V_b·C_blood)/(1 − V_b); V_b was given and has no uncertainty here.`,
  ]
}

/** @throws InputError `dynamic.no-input`. */
export const inputOf = (input: ArterialInput | null, method: AnalysisMethod): ArterialInput =>
  required(input, method, 'input')

/** Plasma as it arrives in the tissue; only compartment models can fit the delay. @throws InputError `dynamic.no-input`, `dynamic.delay`. */
export function plasmaOf(input: ArterialInput | null, method: AnalysisMethod, options: AnalysisOptions): TimeCurve {
  if (options.fitDelayWithinS !== undefined)
    throw new InputError(
      'dynamic.delay',
      `${method} cannot fit the delay of the input.`,
      'Give delayS, for example as a compartment model has found it.',
    )
  return delayed(required(input, method, 'input').plasma, options.delayS)
}

/** From when a plot is taken as straight, as the options say. */
export const straightFrom = ({ tStarS, largestDeviation }: AnalysisOptions): StraightFrom =>
  tStarS === undefined ? { kind: 'largest-deviation', share: largestDeviation } : { kind: 'given', tStarS }

export const weightingOf = ({ sigmaBqPerMl, weighting }: AnalysisOptions): FrameWeighting =>
  sigmaBqPerMl === undefined ? { kind: weighting } : { kind: 'sigma', sigmaBqPerMl }

/** k2′ in 1/s, null where it is not given. */
export const k2Reference = ({ k2ReferencePerMin }: AnalysisOptions): number | null =>
  k2ReferencePerMin === undefined ? null : k2ReferencePerMin / 60

/** @throws InputError `dynamic.k2-reference`. */
export function requiredK2(options: AnalysisOptions, method: AnalysisMethod): number {
  const given = k2Reference(options)
  if (given !== null) return given
  throw new InputError(
    'dynamic.k2-reference',
    `${method} needs k2′ of the reference region.`,
    'Give k2ReferencePerMin (--k2-ref-per-min): published, or from srtm or mrtm1.',
  )
}

function compartmentOptions(options: AnalysisOptions, weighting: FrameWeighting): CompartmentOptions {
  const { bloodFraction, delayS, fitDelayWithinS } = options
  return {
    weighting,
    bloodFraction: bloodFraction === undefined ? { kind: 'fitted' } : { kind: 'fixed', value: bloodFraction },
    delay: fitDelayWithinS === undefined ? { kind: 'fixed', delayS } : { kind: 'fitted', largestS: fitDelayWithinS },
  }
}

function required<T>(source: T | null, method: AnalysisMethod, what: 'input' | 'reference'): T {
  if (source !== null) return source
  throw what === 'input'
    ? new InputError(
        'dynamic.no-input',
        `${method} needs an input function.`,
        'Give samples of blood, a structure in the blood pool, or a formula; or choose a method with a reference region.',
      )
    : new InputError(
        'dynamic.no-reference',
        `${method} needs a reference region.`,
        'Give the curve of a structure without target on the same frames.',
      )
}

/** An analysis of every structure of a dynamic scan. */
import { InputError } from '../../../../native-core/errors/index.ts'
import { fitSrtm, globalK2Reference } from '../../../../native-core/kinetics/dynamic/index.ts'
import type { ArterialInput, FrameCurve } from '../../../../native-core/kinetics/dynamic/index.ts'
import { analyseCurve, METHODS, weightingOf } from './analyse.ts'
import type { AnalysisAnswer } from './answer.ts'
import type { AnalysisMethod, AnalysisOptions, ScanInputField } from './fields.ts'
import { arterialInput } from './input.ts'

export interface ScanAnalysisRequest {
  readonly method: AnalysisMethod
  /** Curves of all structures, decay-corrected to the administration. */
  readonly curves: readonly FrameCurve[]
  readonly input: ScanInputField | null
  /** Name of the reference structure. */
  readonly referenceName: string | null
  readonly options: AnalysisOptions
}

/** What the analysis measures against, found in the scan. */
export interface ScanSources {
  readonly input: ArterialInput | null
  readonly reference: FrameCurve | null
  /** With k2′ where it was found from the structures. */
  readonly options: AnalysisOptions
  readonly remarks: readonly string[]
}

export interface StructureAnalysis {
  readonly structure: string
  readonly models: readonly AnalysisAnswer[]
  /** Why there is none, in words. */
  readonly problem: string | null
}

/**
 * Input and reference by their names; for `srtm2` without k2′ the median of SRTM's over the structures.
 *
 * @throws InputError `dynamic.structure` for a name that no structure has, `dynamic.k2-reference` where no structure tells k2′, and those of the input.
 */
export function scanSources(request: ScanAnalysisRequest): ScanSources {
  const { method, curves, input, referenceName, options } = request
  const halfLifeS = curves[0]?.schedule.halfLifeS ?? NaN
  const found: ScanSources = {
    input:
      input === null
        ? null
        : arterialInput(input, halfLifeS, () => named(curves, input.kind === 'structure' ? input.structure : '')),
    reference: referenceName === null ? null : named(curves, referenceName),
    options,
    remarks: [],
  }
  const { reference } = found
  if (method !== 'srtm2' || options.k2ReferencePerMin !== undefined || reference === null) return found
  const fits = targets(request).flatMap((curve) => {
    try {
      return [fitSrtm(curve, reference, { weighting: weightingOf(options) })]
    } catch (error) {
      if (error instanceof InputError) return []
      throw error
    }
  })
  const k2 = globalK2Reference(fits)
  if (k2 === null)
    throw new InputError(
      'dynamic.k2-reference',
      'No structure tells k2′: SRTM finds no specific binding in any of them.',
      'Give k2′ (--k2-ref-per-min), or structures with target.',
    )
  return {
    ...found,
    options: { ...options, k2ReferencePerMin: k2 * 60 },
    remarks: [
      `k2′ = ${(k2 * 60).toPrecision(4)} /min: the median of SRTM's k2/R1 over ${fits.length} structure${fits.length === 1 ? '' : 's'}. Its uncertainty is not in the standard errors.`,
    ],
  }
}

/** Each structure but the reference and the blood pool; one that cannot be analysed says why. */
export function analyseStructures(request: ScanAnalysisRequest, sources: ScanSources): StructureAnalysis[] {
  return targets(request).map((curve) => {
    try {
      return {
        structure: curve.label,
        models: analyseCurve(request.method, curve, sources, sources.options),
        problem: null,
      }
    } catch (error) {
      // What every structure lacks is no fault of one.
      if (!(error instanceof InputError) || WHOLE_SCAN.has(error.code)) throw error
      return { structure: curve.label, models: [], problem: `${error.message} ${error.hint}` }
    }
  })
}

const WHOLE_SCAN = new Set([
  'dynamic.no-input',
  'dynamic.no-reference',
  'dynamic.k2-reference',
  'dynamic.delay',
  'dynamic.input-ends',
  'dynamic.blood-fraction',
])

function targets({ method, curves, input, referenceName }: ScanAnalysisRequest): readonly FrameCurve[] {
  const { needs } = METHODS[method]
  const own = needs === 'reference' ? referenceName : input?.kind === 'structure' ? input.structure : null
  return curves.filter(({ label }) => label !== own)
}

function named(curves: readonly FrameCurve[], name: string): FrameCurve {
  const found = curves.filter(({ label }) => label === name)
  if (found.length === 1 && found[0]) return found[0]
  throw new InputError(
    'dynamic.structure',
    `${found.length === 0 ? 'No structure' : 'More than one structure'} is named "${name}".`,
    `There are: ${curves.map(({ label }) => label).join(', ')}.`,
  )
}

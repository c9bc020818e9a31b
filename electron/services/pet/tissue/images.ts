/** Parametric images of a dynamic scan. */
import { InputError } from '../../../../native-core/errors/index.ts'
import {
  agentRemarks,
  loganPlot,
  loganReferencePlot,
  meanCurve,
  patlakPlot,
  patlakReferencePlot,
  plasmaOnFrames,
  referenceCurve,
  referenceOnFrames,
  voxelLogan,
  voxelMultilinear,
  voxelPatlak,
  voxelSrtm,
  voxelSrtm2,
  voxelsWithoutBlood,
} from '../../../../native-core/kinetics/dynamic/index.ts'
import type { FrameCurve, ParametricMaps, VoxelFrames } from '../../../../native-core/kinetics/dynamic/index.ts'
import {
  bloodRemarks,
  bloodToSubtract,
  k2Reference,
  METHODS,
  plasmaOf,
  requiredK2,
  straightFrom,
  weightingOf,
} from './analyse.ts'
import { inMinutes } from './answer.ts'
import { COMPARTMENTS, compartmentImages } from './compartmentImages.ts'
import { GRAPHICAL_METHODS } from './fields.ts'
import type { AnalysisMethod } from './fields.ts'
import type { Compute, ComputeOptions } from '../../ports/compute.ts'
import type { ScanSources } from './structures.ts'

/** Methods that make parametric images. */
export const VOXELWISE_METHODS: readonly AnalysisMethod[] = [...GRAPHICAL_METHODS, ...COMPARTMENTS, 'srtm', 'srtm2']

/** @throws InputError `dynamic.voxelwise` for a method that makes no parametric images. */
export function checkVoxelwise(method: AnalysisMethod): void {
  if (VOXELWISE_METHODS.includes(method)) return
  throw new InputError(
    'dynamic.voxelwise',
    `${method} is not fitted voxel by voxel.`,
    `Choose one of ${VOXELWISE_METHODS.join(', ')} for parametric images.`,
  )
}

/**
 * Maps of a method in the units of the field (1/min, mL/(mL·min)). Where t* is not given it is that of the mean of the voxels, which is said. Compartment
 * models are fitted on all threads, the others are done at once.
 *
 * @throws InputError `dynamic.voxelwise` for a comparison of models, `dynamic.delay`, those of the core, CancelledError.
 */
export async function parametricImages(
  method: AnalysisMethod,
  scan: Omit<VoxelFrames, 'progress'>,
  sources: ScanSources,
  compute: Pick<Compute, 'compartmentMaps'>,
  how: ComputeOptions,
): Promise<ParametricMaps> {
  checkVoxelwise(method)
  const { options } = sources
  const compartments = COMPARTMENTS.find((id) => id === method)
  const { maps, remarks, ...counts } = compartments
    ? await compartmentImages(compartments, scan, sources, compute, how)
    : run(method, { ...scan, progress: watched(how) }, sources)
  return {
    ...counts,
    maps: maps.map(({ unit, values, ...map }) => {
      const [shown, factor] = inMinutes(unit)
      return { ...map, unit: shown, values: factor === 1 ? values : values.map((value) => value * factor) }
    }),
    remarks: [...remarks, ...agentRemarks(options.agent, METHODS[method].kind), ...bloodRemarks(method, options)],
  }
}

/** Tells of the progress; false once it is cancelled. */
const watched =
  ({ progress, signal }: ComputeOptions) =>
  (fraction: number): boolean => {
    progress?.(fraction)
    return signal?.aborted !== true
  }

function run(method: AnalysisMethod, measured: VoxelFrames, sources: ScanSources): ParametricMaps {
  const { options } = sources
  const blood = bloodToSubtract(sources.input, method, options)
  const scan = blood ? voxelsWithoutBlood(measured, blood.wholeBlood, blood.fraction) : measured
  const reference = (): FrameCurve => {
    if (sources.reference) return sources.reference
    throw new InputError('dynamic.no-reference', `${method} needs a reference region.`, 'Give --reference NAME.')
  }
  const linear = { weighting: weightingOf(options), tStarS: options.tStarS ?? 0 }
  const basis = { weighting: weightingOf(options) }
  switch (method) {
    case 'logan': {
      const plasma = plasmaOf(sources.input, method, options)
      return atTStar(
        scan,
        sources,
        (mean) => loganPlot(mean, plasma, straightFrom(options)),
        (tStarS) => voxelLogan(scan, plasmaOnFrames(plasma, scan.schedule), { kind: 'plasma' }, tStarS),
      )
    }
    case 'logan-reference': {
      const k2ReferencePerS = k2Reference(options)
      return atTStar(
        scan,
        sources,
        (mean) => loganReferencePlot(mean, reference(), k2ReferencePerS, straightFrom(options)),
        (tStarS) => voxelLogan(scan, referenceOnFrames(reference()), { kind: 'reference', k2ReferencePerS }, tStarS),
      )
    }
    case 'patlak': {
      const plasma = plasmaOf(sources.input, method, options)
      return atTStar(
        scan,
        sources,
        (mean) => patlakPlot(mean, plasma, straightFrom(options)),
        (tStarS) => voxelPatlak(scan, plasmaOnFrames(plasma, scan.schedule), 'plasma', tStarS),
      )
    }
    case 'patlak-reference':
      return atTStar(
        scan,
        sources,
        (mean) => patlakReferencePlot(mean, reference(), straightFrom(options)),
        (tStarS) => voxelPatlak(scan, referenceOnFrames(reference()), 'reference', tStarS),
      )
    case 'ma1':
      return voxelMultilinear(
        scan,
        plasmaOnFrames(plasmaOf(sources.input, method, options), scan.schedule),
        { kind: 'ma1' },
        linear,
      )
    case 'mrtm1':
      return voxelMultilinear(scan, referenceOnFrames(reference()), { kind: 'mrtm1' }, linear)
    case 'mrtm2':
      return voxelMultilinear(
        scan,
        referenceOnFrames(reference()),
        { kind: 'mrtm2', k2ReferencePerS: requiredK2(options, method) },
        linear,
      )
    case 'srtm':
      return voxelSrtm(scan, referenceCurve(reference(), 'mean-preserving'), basis)
    case 'srtm2':
      return voxelSrtm2(scan, referenceCurve(reference(), 'mean-preserving'), requiredK2(options, method), basis)
    default:
      throw new RangeError(`no parametric images by ${method}`)
  }
}

function atTStar(
  scan: VoxelFrames,
  { options }: ScanSources,
  plot: (mean: FrameCurve) => { readonly straight: { readonly tStarS: number } },
  maps: (tStarS: number) => ParametricMaps,
): ParametricMaps {
  if (options.tStarS !== undefined) return maps(options.tStarS)
  const { tStarS } = plot(meanCurve(scan)).straight
  const found = maps(tStarS)
  return { ...found, remarks: [`t* = ${tStarS} s, as the mean of the voxels becomes straight.`, ...found.remarks] }
}

/** How a structure's TIA is found: a curve fitted to its points, or from few scans. */
import { comparedFit, fitTimeActivity } from '../../../native-core/kinetics/index.ts'
import type { FitRequest, TacFit } from '../../../native-core/kinetics/index.ts'
import type { FitAlternative, FitResult } from '../../contracts/analysis.ts'
import { fewScansFit } from './fewScans.ts'
import type { FewScansContext } from './fewScans.ts'
import { fitAlternatives, fitResult } from './fitResult.ts'

/** As much of it as mass, dose and budget need, and the whole for the contract. */
export interface StructureFit {
  readonly tiaBqS: number
  /** Without what all points share (calibration, recovery). */
  readonly tiaUncertaintyBqS: number
  readonly assumptions: readonly string[]
  /** null where no curve was fitted. */
  readonly curve: TacFit | null
  /** `commonRelativeUncertainty`: what all points share, as in `fitResult`. */
  readonly result: (administeredRelativeUncertainty: number, commonRelativeUncertainty: number) => FitResult
  readonly alternatives: (commonRelativeUncertainty: number) => FitAlternative[]
}

/**
 * From few scans where the protocol chooses a method and the points are not more than it says, else a fitted curve.
 *
 * @throws InputError of `fitTimeActivity` and `fewScansFit`
 */
export function structureFit(
  request: FitRequest & { readonly sigmaBq: readonly number[] },
  context: FewScansContext & {
    /** Time of the last measured point, fitted or not: curves are drawn to there. */
    readonly shownToS?: number
  },
): StructureFit {
  const few = fewScansFit(request, context)
  if (few) return { ...few, curve: null, alternatives: () => [] }
  const fit = comparedFit(request, fitTimeActivity(request))
  return {
    tiaBqS: fit.tiaBqS,
    tiaUncertaintyBqS: fit.tiaUncertaintyBqS,
    assumptions: fit.assumptions,
    curve: fit,
    result: (administered, common) =>
      fitResult(fit, context.administeredBq, administered, common, request.curve, context.shownToS),
    alternatives: (common) => fitAlternatives(fit, common, request.curve, context.shownToS),
  }
}

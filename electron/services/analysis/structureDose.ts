/** Fit, dose and budget of one structure's curve. */
import { localDose, wallDoseFromContent } from '../../../native-core/dosimetry/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { mevToJoule } from '../../../native-core/units/index.ts'
import type { ActivityPoint, StructureDose, StructureResult } from '../../contracts/analysis.ts'
import type { CycleDraft } from '../course/index.ts'
import { structureBudget } from './budget.ts'
import { curveRequest } from './curveRequest.ts'
import type { MeasuredTimePoint, StructureCurve } from './curves.ts'
import type { CycleContext } from './cycle.ts'
import type { HollowMass } from './hollowMass.ts'
import type { StructureMass } from './mass.ts'
import { structureFit } from './structureFit.ts'
import type { StructureFit } from './structureFit.ts'
import type { NamedStructure } from './structures.ts'

export interface DoseAsk {
  readonly structure: Pick<NamedStructure, 'name' | 'kind'>
  readonly curve: StructureCurve
  readonly mass: StructureMass
  readonly hollow: HollowMass | null
  readonly measured: readonly MeasuredTimePoint[]
  readonly cycle: CycleDraft
  /** Why there is no curve to fit. */
  readonly refused: InputError | null
}

/** A structure that cannot be fitted or dosed says why in `problem`, and in the context's problems. */
export function fitAndDose(
  ask: DoseAsk,
  context: CycleContext,
): Pick<StructureResult, 'fit' | 'alternatives' | 'doses' | 'uncertainty' | 'problem'> {
  const { structure, curve, mass, hollow, measured, cycle, refused } = ask
  const { name, kind } = structure
  const { protocol, decay } = context
  const used = curve.points.filter((point: ActivityPoint) => point.used)
  try {
    if (refused) throw refused
    const { activityBq } = cycle.administration
    const fitRequest = curveRequest(
      {
        label: name,
        timesS: used.map((point) => point.timeS),
        activityBq: used.map((point) => point.activityBq),
        sigmaBq: used.map((point) => point.activityStandardUncertaintyBq),
        physicalHalfLifeS: decay.halfLifeS,
      },
      protocol,
      activityBq,
    )
    const fit = structureFit(fitRequest, {
      ...context,
      populations: context.ports.populations,
      isLesion: kind === 'lesion',
      administeredBq: activityBq,
      massKg: (hollow?.wall ?? mass).massKg.value,
      shownToS: Math.max(0, ...curve.points.map((point) => point.timeS)),
    })
    context.assumptions.push(...fit.assumptions)
    const source = hollow?.content ?? mass
    const uncertainty = structureBudget({
      name,
      cycleIndex: cycle.index,
      protocol,
      measured,
      curve,
      mass: source,
      counted: mass,
      request: fitRequest,
      fit,
    })
    const common = commonRelative(uncertainty.tiaRelative, fit)
    const result = fit.result(protocol.administeredRelativeUncertainty, common)
    const alternatives = fit.alternatives(common)
    if (mass.stated && mass.massKg.value === 0)
      return {
        fit: result,
        alternatives,
        doses: [],
        problem: `"${name}" has neither an outline nor a stated mass: there is its time-integrated activity and no dose. State its mass with the measured series for the dose that it gives itself.`,
      }
    const request = {
      label: name,
      tiaBqS: fit.tiaBqS,
      massKg: source.massKg.value,
      energy: decay.energy,
      administeredActivityBq: activityBq,
    }
    const dose = hollow ? wallDoseFromContent(request) : localDose(request)
    context.assumptions.push(...dose.assumptions)
    const perActivity = dose.doseGy / activityBq
    const entry: StructureDose = {
      method: 'local-energy-deposition',
      doseGy: { value: dose.doseGy, standardUncertainty: dose.doseGy * uncertainty.doseRelative },
      dosePerActivityGyPerBq: {
        value: perActivity,
        standardUncertainty: perActivity * uncertainty.dosePerActivityRelative,
      },
      energyPerDecayJ: mevToJoule(dose.localEnergyMev),
      note: noteOf(mass, hollow),
    }
    return { fit: result, alternatives, doses: [entry], uncertainty, problem: '' }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    context.problems.push({
      severity: 'refused',
      code: error.code,
      item: name,
      message: error.message,
      hint: error.hint,
      seriesUid: null,
      filePaths: [],
    })
    return { fit: null, alternatives: [], doses: [], problem: `${error.message} ${error.hint}` }
  }
}

function noteOf({ stated }: StructureMass, hollow: HollowMass | null): string {
  if (stated)
    return 'self-dose of the stated mass, taken as even: what other regions give it, and what it gives them, is not counted'
  return hollow
    ? 'dose at the inner surface of the wall, half of that in the content (ICRP 30, unverified); a wall thicker than the electrons’ range gets less in the mean'
    : ''
}

/** What of the TIA's relative standard uncertainty is not that of the fit. */
function commonRelative(tiaRelative: number, fit: StructureFit): number {
  const own = fit.tiaUncertaintyBqS / fit.tiaBqS
  return Math.sqrt(Math.max(0, tiaRelative * tiaRelative - own * own))
}

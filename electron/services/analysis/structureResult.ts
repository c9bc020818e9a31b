/** Curve, fit, mass and dose of each structure of a cycle. */
import { localDose, wallDoseFromContent } from '../../../native-core/dosimetry/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import type { ActivityPoint, StructureDose, StructureResult } from '../../contracts/analysis.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft } from '../course/index.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import { structureBudget } from './budget.ts'
import { curveRequest } from './curveRequest.ts'
import { structureCurve } from './curves.ts'
import type { MeasuredTimePoint, StructureCurve } from './curves.ts'
import type { CycleContext } from './cycle.ts'
import { hollowMass } from './hollowMass.ts'
import type { HollowMass } from './hollowMass.ts'
import { structureMass } from './mass.ts'
import type { StructureMass } from './mass.ts'
import { structureFit } from './structureFit.ts'
import type { StructureFit } from './structureFit.ts'
import type { NamedStructure } from './structures.ts'

const J_PER_MEV = 1.602176634e-13

export function structureResults(
  structures: readonly NamedStructure[],
  measured: readonly MeasuredTimePoint[],
  reference: MeasuredTimePoint,
  cycle: CycleDraft,
  context: CycleContext,
): StructureResult[] {
  return structures.map((structure) => {
    const { source, measurement } = massSource(structure.name, measured, reference)
    const mass = structureMass(measurement, source, context.protocol)
    const hollow = hollowMass(measurement, source, context)
    if (source !== reference)
      context.assumptions.push(
        `"${structure.name}" has no usable outline at the reference time point: its volume and mass are those at ${source.timePoint.hoursAfterInjection.toFixed(1)} h p.i.`,
      )
    const curve = structureCurve(
      structure.name,
      measured,
      mass.volumeMl,
      cycle,
      context.protocol,
      mass.volumeMl > 0 ? mass.volumeStandardUncertaintyMl / mass.volumeMl : 0,
    )
    context.assumptions.push(...curve.notes, ...(hollow?.notes ?? mass.notes))
    moreThanGiven(structure.name, curve.points, cycle, context)
    const missing = measured.filter((entry) => !entry.structures.has(structure.name))
    if (missing.length > 0)
      context.problems.push({
        severity: 'warning',
        code: 'structures.missing-at-time-point',
        item: structure.name,
        message: `"${structure.name}" has no outline at ${missing.map((entry) => `${entry.timePoint.hoursAfterInjection.toFixed(1)} h p.i.`).join(', ')} of cycle ${cycle.index}; its curve has no point there.`,
        hint: 'Add the outline there, or check that it has the same name at every time point.',
        seriesUid: null,
        filePaths: [],
      })
    const shown = hollow?.wall ?? mass
    const base = {
      name: structure.name,
      kind: structure.kind,
      colourRgb: structure.colourRgb ? ([...structure.colourRgb] as [number, number, number]) : null,
      volumeMl: shown.volumeMl,
      volumeStandardUncertaintyMl: shown.volumeStandardUncertaintyMl,
      densityGPerMl: shown.densityGPerMl,
      densityFrom: shown.densityFrom,
      massKg: shown.massKg,
      ...(hollow
        ? {
            hollow: {
              outlineMl: mass.volumeMl,
              contentMl: hollow.content.volumeMl,
              contentMassKg: hollow.content.massKg,
              source: hollow.source,
            },
          }
        : {}),
      ...(curve.recoveryRelativeUncertainty > 0
        ? { recoveryRelativeUncertainty: curve.recoveryRelativeUncertainty }
        : {}),
      policy: policyWords(structure, measurement, hollow, context.protocol),
      points: [...curve.points],
    }
    return { ...base, ...fitAndDose(structure, curve, mass, hollow, measured, cycle, context) }
  })
}

/** What the rules did to a structure, for the report; '' where none applied. */
function policyWords(
  { kind }: NamedStructure,
  { withoutLesions, withoutHigher = [] }: StructureMeasurement,
  hollow: HollowMass | null,
  { lesionsInOrgans }: Protocol,
): string {
  return [
    withoutLesions.length > 0
      ? `without ${withoutLesions.join(', ')} (lesions excluded)`
      : kind === 'organ' && lesionsInOrgans === 'include'
        ? 'with any lesions inside (lesions included)'
        : '',
    withoutHigher.length > 0 ? `without ${withoutHigher.join(', ')} (higher priority)` : '',
    hollow
      ? `hollow: activity in ${hollow.content.volumeMl.toFixed(1)} mL of content, volume and dose of its wall (${hollow.source})`
      : '',
  ]
    .filter((words) => words !== '')
    .join('; ')
}

/** The time point that gives a structure's volume and mass: the reference one, else the first at which it has a volume. */
function massSource(
  name: string,
  measured: readonly MeasuredTimePoint[],
  reference: MeasuredTimePoint,
): { readonly source: MeasuredTimePoint; readonly measurement: StructureMeasurement } {
  const candidates = [reference, ...measured].flatMap((source) => {
    const measurement = source.structures.get(name)
    return measurement ? [{ source, measurement }] : []
  })
  const chosen = candidates.find(({ measurement }) => measurement.volumeMl > 0) ?? candidates[0]
  if (!chosen) throw new Error(`"${name}" was not measured`)
  return chosen
}

/** More activity in a structure than was given means a wrong calibration, unit, administration or time. */
function moreThanGiven(name: string, points: readonly ActivityPoint[], cycle: CycleDraft, context: CycleContext): void {
  const { activityBq } = cycle.administration
  const beyond = points.find(
    (point) => point.activityBq > activityBq * Math.exp(-context.decay.decayConstantPerS * point.timeS),
  )
  if (!beyond) return
  context.problems.push({
    severity: 'warning',
    code: 'activity.more-than-administered',
    item: name,
    message: `"${name}" holds ${(beyond.activityBq / 1e6).toPrecision(4)} MBq at ${(beyond.timeS / 3600).toFixed(1)} h p.i. of cycle ${cycle.index}: more than is left of the ${(activityBq / 1e6).toPrecision(4)} MBq that were given.`,
    hint: 'Check the calibration of the image, the administered activity with its unit, the time of administration and the outline.',
    seriesUid: null,
    filePaths: [],
  })
}

function fitAndDose(
  { name, kind }: NamedStructure,
  curve: StructureCurve,
  mass: StructureMass,
  hollow: HollowMass | null,
  measured: readonly MeasuredTimePoint[],
  cycle: CycleDraft,
  context: CycleContext,
): Pick<StructureResult, 'fit' | 'alternatives' | 'doses' | 'uncertainty' | 'problem'> {
  const { protocol, decay } = context
  const used = curve.points.filter((point: ActivityPoint) => point.used)
  try {
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
    const request = {
      label: name,
      tiaBqS: fit.tiaBqS,
      massKg: source.massKg.value,
      energy: decay.energy,
      administeredActivityBq: activityBq,
    }
    const dose = hollow ? wallDoseFromContent(request) : localDose(request)
    context.assumptions.push(...dose.assumptions)
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
    const perActivity = dose.doseGy / activityBq
    const entry: StructureDose = {
      method: 'local-energy-deposition',
      doseGy: { value: dose.doseGy, standardUncertainty: dose.doseGy * uncertainty.doseRelative },
      dosePerActivityGyPerBq: {
        value: perActivity,
        standardUncertainty: perActivity * uncertainty.dosePerActivityRelative,
      },
      energyPerDecayJ: dose.localEnergyMev * J_PER_MEV,
      note: hollow
        ? 'dose at the inner surface of the wall, half of that in the content (ICRP 30, unverified); a wall thicker than the electrons’ range gets less in the mean'
        : '',
    }
    return { fit: result, alternatives: fit.alternatives(common), doses: [entry], uncertainty, problem: '' }
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

/** What of the TIA's relative standard uncertainty is not that of the fit. */
function commonRelative(tiaRelative: number, fit: StructureFit): number {
  const own = fit.tiaUncertaintyBqS / fit.tiaBqS
  return Math.sqrt(Math.max(0, tiaRelative * tiaRelative - own * own))
}

/** What a diagnostic scan predicts of a therapy: each structure's curve re-decayed, integrated, and turned into dose per activity. */
import { localDose } from '../../../native-core/dosimetry/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { pairedSeries, pairedTia } from '../../../native-core/kinetics/pair/index.ts'
import type { PairedTia, PairRequest } from '../../../native-core/kinetics/pair/index.ts'
import { relativeUncertainty } from '../../../native-core/statistics/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import type { CycleAnalysis, StructureResult } from '../../contracts/analysis.ts'
import type { AgentFactor, PairSettings, PairStructure } from '../../contracts/pair.ts'
import type { UncertaintyBudget } from '../../contracts/uncertainty.ts'
import type { DecayData } from '../analysis/decayData.ts'
import { sameStructure } from '../analysis/structures.ts'

/** Raised with every change that may change a number. */
export const PAIR_VERSION = '1.0.0'

/** The prediction is linear in the activity; fits are made at a usual size of it. */
const PER_BQ = 1e9

/** What all points of a curve share: of calibration, recovery, outline and density, not of the points. */
const COMMON = new Set(['calibration', 'recovery', 'volume', 'density', 's-value', 'energy-per-decay', 'registration'])

export interface PairSides {
  readonly diagnostic: { readonly nuclide: string; readonly decay: DecayData }
  readonly therapy: { readonly nuclide: string; readonly decay: DecayData }
}

/**
 * Each structure of a measured diagnostic administration for the therapy: `pairedSeries` and `pairedTia` of the core, dose by local energy
 * deposition in the mass of the diagnostic CT (`localDose`). What the points share is added to the uncertainty of TIA and dose as the budget of the
 * diagnostic curve has it. A structure that cannot be predicted says why.
 *
 * @param cycle the diagnostic administration, analysed as one of its own nuclide
 */
export function predictPair(cycle: CycleAnalysis, sides: PairSides, settings: PairSettings): PairStructure[] {
  return cycle.structures.map((structure) => {
    const agentFactor = factorOf(structure.name, settings)
    const start: PairStructure = {
      ...{ name: structure.name, kind: structure.kind, massKg: structure.massKg, agentFactor },
      ...{ points: [], curve: [], model: '', effectiveHalfLifeS: null, tiaPerActivityS: null },
      ...{ shareAfterLastScan: null, dosePerActivityGyPerBq: null, problem: '', remarks: [] },
    }
    try {
      return { ...start, ...predicted(structure, cycle, sides, settings, agentFactor) }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return { ...start, problem: `${error.message} ${error.hint}` }
    }
  })
}

function factorOf(name: string, { agentFactor, agentFactorByStructure }: PairSettings): AgentFactor | null {
  const own = Object.entries(agentFactorByStructure).find(([structure]) => sameStructure(structure, name))
  return own?.[1] ?? agentFactor
}

function predicted(
  structure: StructureResult,
  cycle: CycleAnalysis,
  { diagnostic, therapy }: PairSides,
  settings: PairSettings,
  agentFactor: AgentFactor | null,
): Partial<PairStructure> {
  const used = structure.points.filter((point) => point.used && point.activityBq > 0)
  if (used.length === 0)
    throw new InputError(
      'pair.points',
      structure.problem || `${structure.name}: no scan has a usable activity of it.`,
      'Look at the images and outlines of the diagnostic scan.',
    )
  const request: PairRequest = {
    label: structure.name,
    points: used.map(({ timeS, activityBq, activityStandardUncertaintyBq }) => ({
      timeS,
      activityBq: { value: activityBq, standardUncertainty: activityStandardUncertaintyBq },
    })),
    diagnostic: {
      ...{ nuclide: diagnostic.nuclide, halfLifeS: diagnostic.decay.halfLifeS },
      administeredActivityBq: cycle.administration.activityBq,
    },
    therapy: {
      ...{ nuclide: therapy.nuclide, halfLifeS: therapy.decay.halfLifeS },
      administeredActivityBq: { value: PER_BQ, standardUncertainty: 0 },
    },
    agentFactor: agentFactor && { value: agentFactor.value, standardUncertainty: agentFactor.standardUncertainty },
  }
  const paired = pairedSeries(request)
  const points = paired.series.timesS.map((timeS, i) => ({
    hoursAfterInjection: timeS / 3600,
    diagnosticBq: request.points.find((point) => point.timeS === timeS)?.activityBq ?? {
      value: 0,
      standardUncertainty: 0,
    },
    retention: paired.retention[i] ?? { value: 0, standardUncertainty: 0 },
    therapyShare: {
      value: (paired.series.activityBq[i] ?? 0) / PER_BQ,
      standardUncertainty: (paired.series.sigmaBq[i] ?? 0) / PER_BQ,
    },
  }))
  const shown = { points, remarks: paired.remarks.map(withoutLabel(structure.name)) }
  const { model, largestShareAfter } = settings
  let tia: PairedTia
  try {
    tia = pairedTia(paired, request, { model, largestShareAfter })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { ...shown, problem: withoutLabel(structure.name)(`${error.message} ${error.hint}`) }
  }
  return { ...shown, ...integrated(structure, tia, therapy.decay) }
}

function integrated(structure: StructureResult, tia: PairedTia, decay: DecayData): Partial<PairStructure> {
  const { name, massKg, uncertainty } = structure
  const { fit, tiaBqS } = tia
  const own = relativeUncertainty(tiaBqS)
  const slowest = fit.phases[0] ?? null
  const tiaValue = tiaBqS.value / PER_BQ
  const tiaRelative = Math.hypot(own, commonOf(uncertainty, 'tiaRelative'))
  const dose = localDose({
    ...{ label: name, tiaBqS: tiaValue, massKg: massKg.value, energy: decay.energy },
    administeredActivityBq: 1,
  })
  // Without a budget of the diagnostic curve the mass alone is known to be uncertain.
  const doseCommon = uncertainty ? commonOf(uncertainty, 'doseRelative') : massKg.standardUncertainty / massKg.value
  return {
    curve: fit.terms.map(({ amplitudeBq, effectiveRatePerS }) => ({
      ...{ coefficient: amplitudeBq / PER_BQ, ratePerS: effectiveRatePerS },
    })),
    model: fit.model,
    effectiveHalfLifeS: slowest && {
      value: slowest.effectiveHalfLifeS,
      standardUncertainty: slowest.effectiveHalfLifeUncertaintyS,
    },
    tiaPerActivityS: measured(tiaValue, tiaRelative),
    shareAfterLastScan: tia.shareAfterLastPoint,
    dosePerActivityGyPerBq: measured(dose.doseGy, Math.hypot(own, doseCommon)),
    remarks: [
      ...tia.remarks,
      ...(uncertainty
        ? []
        : [
            'The diagnostic curve has no budget: what its points share (calibration, outline) is not counted in the TIA, and in the dose as the mass alone.',
          ]),
    ].map(withoutLabel(name)),
  }
}

function commonOf(budget: UncertaintyBudget | undefined, of: 'tiaRelative' | 'doseRelative'): number {
  return Math.hypot(...(budget?.terms ?? []).filter(({ id }) => COMMON.has(id)).map((term) => term[of]))
}

const measured = (value: number, relative: number): Measured => ({ value, standardUncertainty: value * relative })

const withoutLabel =
  (name: string) =>
  (text: string): string =>
    text.startsWith(`${name}: `) ? text.slice(name.length + 2).replace(/^./, (first) => first.toUpperCase()) : text

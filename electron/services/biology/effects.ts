/** Biological effect of every structure of an analysis. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  bedOf,
  bedOfSpread,
  courseHistory,
  doseRateAt,
  eqdOf,
  externalBeamBed,
  protraction,
  relativeSpread,
  uniform,
} from '../../../native-core/radiobiology/index.ts'
import type { BiologySet, DoseRateCourse, RepairModel } from '../../../native-core/radiobiology/index.ts'
import type { Analysis, StructureResult, Uncertain } from '../../contracts/analysis.ts'
import type {
  BiologyResult,
  BiologySettings,
  EffectOutcome,
  StructureBiology,
  StructureEffect,
} from '../../contracts/biology.ts'
import { chosenBiology, defaultBiology } from './defaults.ts'
import { courseOfCycles, cycleDoses } from './doseRates.ts'
import type { CycleDose } from './doseRates.ts'
import { bedVolumeHistogram } from './histograms.ts'
import type { StructureSpread } from './histograms.ts'
import { formulaOutcome, isFormulaSet } from './formulasOutcome.ts'
import { complicationOf, controlOf, limitUse } from './outcomes.ts'
import { sensitivityOf, setOfModel, valueOf, weakest } from './parameters.ts'
import type { Received } from './quantities.ts'

export const BIOLOGY_VERSION = '1.0.0'

export interface EffectRequest {
  readonly analysis: Analysis
  readonly settings: BiologySettings
  readonly sets: readonly BiologySet[]
  /** Histograms of absorbed dose by structure, where there are voxel doses; else the dose of a structure is taken as even. */
  readonly histograms?: ReadonlyMap<string, StructureSpread>
  /** What is to be said of the histograms beside the assumptions. */
  readonly remarks?: readonly string[]
}

/**
 * For each structure with a dose: dose rate over all cycles on one clock, Lea–Catcheside factor, BED and EQD2 with what incomplete repair between cycles adds, earlier
 * external beam, use of the limits, complication and control with their bands. Every parameter carries its source and evidence; a structure whose
 * parameters nobody knows has none, and says so.
 *
 * @throws InputError `biology.set` for settings that name a set which is none or of another model.
 */
export function biologicalEffects({ analysis, settings, sets, histograms, remarks }: EffectRequest): BiologyResult {
  const names = new Map<string, StructureResult>()
  for (const cycle of analysis.cycles)
    for (const structure of cycle.structures) if (!names.has(structure.name)) names.set(structure.name, structure)
  const structures = [...names.values()].map((structure) =>
    structureEffect(structure, analysis, settings, sets, histograms?.get(structure.name)),
  )
  const controls = structures.flatMap(({ control }) => (control ? [control.probability] : []))
  const safe = structures.reduce((left, { complication }) => left * (1 - (complication?.probability ?? 0)), 1)
  return {
    algorithm: { name: 'theratwin.biological-effect', version: BIOLOGY_VERSION },
    analysisKey: analysis.key,
    settings,
    structures,
    uncomplicatedControl: controls.length > 0 ? controls.reduce((product, one) => product * one, 1) * safe : null,
    assumptions: [
      ...unknownStructures(settings, analysis).map(
        (name) => `"${name}" has settings of its own, but the analysis has no such structure: they count nowhere.`,
      ),
      ...assumptionsOf(settings, histograms),
      ...(remarks ?? []),
    ],
  }
}

function assumptionsOf(settings: BiologySettings, histograms: EffectRequest['histograms']): string[] {
  return [
    'The linear–quadratic model with first-order repair of sublethal damage; dose rates of all cycles on one clock, each decaying completely.',
    histograms && histograms.size > 0
      ? `Doses within ${[...histograms.keys()].map((name) => `"${name}"`).join(', ')} are uneven as their histograms say, all parts with the time course of the whole; in other structures the dose is taken as even. Limits are held against the mean dose and its BED.`
      : 'The dose of a structure is taken as even over its volume.',
    'The S value of a structure does not change within a cycle; its dose rate follows its own activity.',
    ...(settings.externalBeam.length > 0
      ? ['External-beam courses count with complete repair between fractions, without recovery since then.']
      : []),
    'Complications and control of different structures are taken as independent.',
  ]
}

function structureEffect(
  structure: StructureResult,
  analysis: Analysis,
  settings: BiologySettings,
  sets: readonly BiologySet[],
  histogram: StructureSpread | undefined,
): StructureEffect {
  const { name, kind } = structure
  const own = settings.byStructure[name]
  const chosen = chosenBiology(own, defaultBiology(name, kind))
  const parameters = sensitivityOf(own, chosen, sets)
  const beams = settings.externalBeam.filter((course) => course.structure === name)
  const cycles = cycleDoses(analysis, name)
  const alphaBetaGy = valueOf(parameters, 'alphaBetaGy')
  const halfTimeS = valueOf(parameters, 'repairHalfTimeS')
  const empty = emptyEffect(structure, parameters)
  if (cycles.length === 0)
    return { ...empty, problem: structure.problem || `"${name}" has no dose, so there is no effect to compute.` }
  const doseGy = totalDose(analysis, name, cycles)
  if (alphaBetaGy === null || halfTimeS === null)
    return {
      ...empty,
      doseGy,
      problem: `No α/β and repair half-time are known for "${name}": choose them, and its BED follows.`,
    }
  const repair: RepairModel = { kind: 'exponential', components: [{ halfTimeS, fraction: 1 }] }
  const course = courseOfCycles(cycles)
  const whole = protraction(course, repair)
  const relative = doseGy.value > 0 ? doseGy.standardUncertainty / doseGy.value : 0
  const alone = cycles.map(({ index, curve, doseGy: dose }) => {
    const { g } = protraction([curve], repair)
    const bed = bedOf(dose.value, g, alphaBetaGy)
    return {
      index,
      doseGy: dose,
      g,
      bedGy: bedUncertain(dose, g, alphaBetaGy),
      eqd2Gy: eqdOf(bed, alphaBetaGy),
    }
  })
  const beamBed = beams.reduce((sum, beam) => sum + externalBeamBed(beam, alphaBetaGy), 0)
  const bedGy = bedUncertain(doseGy, whole.pairGy2 / (doseGy.value * doseGy.value), alphaBetaGy)
  const spread = histogram ? relativeSpread(histogram) : uniform(1)
  const received: Received = { doseGy: doseGy.value, pairGy2: whole.pairGy2, externalBeam: beams, spread }
  return {
    ...empty,
    cycles: alone,
    doseGy,
    bedGy,
    incompleteRepairGy: bedGy.value - alone.reduce((sum, cycle) => sum + cycle.bedGy.value, 0),
    externalBeamBedGy: beamBed,
    totalBedGy: { value: bedGy.value + beamBed, standardUncertainty: bedGy.standardUncertainty },
    totalEqd2Gy: eqdOf(bedGy.value + beamBed, alphaBetaGy),
    // Limits were found for mean doses of structures: how uneven a dose is must not use them up.
    limits: chosen.limits.map((id) =>
      limitOf(id, sets, { ...received, spread: uniform(1) }, alone, relative, alphaBetaGy),
    ),
    ...outcomesOf(chosen, own, sets, received, { relative, alphaBetaGy }),
    ...(histogram
      ? {
          bvh: bedVolumeHistogram(
            bedOfSpread(spread, doseGy.value, whole.pairGy2, alphaBetaGy, beamBed),
            histogram.source ?? '',
          ),
        }
      : {}),
    doseRate: drawnRate(course, halfTimeS, alphaBetaGy, cycles),
  }
}

function outcomesOf(
  chosen: ReturnType<typeof chosenBiology>,
  own: StructureBiology | undefined,
  sets: readonly BiologySet[],
  received: Received,
  { relative, alphaBetaGy }: { readonly relative: number; readonly alphaBetaGy: number },
): Pick<StructureEffect, 'complication' | 'control' | 'problem'> {
  const problems: string[] = []
  const either = (
    id: string | null,
    models: readonly [string, string],
    builtIn: (set: BiologySet) => EffectOutcome,
  ): EffectOutcome | null => {
    if (id === null) return null
    const set = setOfModel(sets, id, models)
    if (!isFormulaSet(set)) return builtIn(set)
    try {
      return formulaOutcome(set, received, relative, alphaBetaGy)
    } catch (error) {
      // A formula that fails at this dose costs its own probability, not the effect of the structure.
      if (!(error instanceof InputError)) throw error
      problems.push(`${error.message} ${error.hint}`)
      return null
    }
  }
  return {
    complication: either(chosen.complication, ['lkb', 'ntcp-formula'], (set) =>
      complicationOf(set, received, relative),
    ),
    control: either(chosen.control, ['tcp', 'tcp-formula'], (set) => controlOf(set, own, received, relative)),
    problem: problems.join(' '),
  }
}

/** A limit of one cycle is held against the largest cycle, without external beam; the others against everything. */
function limitOf(
  id: string,
  sets: readonly BiologySet[],
  received: Received,
  cycles: StructureEffect['cycles'],
  relative: number,
  alphaBetaGy: number,
) {
  const set = setOfModel(sets, id, ['limit'])
  if (set.scope !== 'cycle') return limitUse(set, 'total', received, relative, alphaBetaGy)
  const largest = cycles.reduce((most, cycle) => (cycle.doseGy.value > most.doseGy.value ? cycle : most))
  const { doseGy, g } = largest
  const one = { ...received, doseGy: doseGy.value, pairGy2: g * doseGy.value * doseGy.value, externalBeam: [] }
  return limitUse(set, 'cycle', one, doseGy.value > 0 ? doseGy.standardUncertainty / doseGy.value : 0, alphaBetaGy)
}

/** The sum over the cycles as the analysis has it, with what they share; else the uncertainties are added linearly, an upper bound. */
function totalDose(analysis: Analysis, name: string, cycles: readonly CycleDose[]): Uncertain {
  const known = analysis.cumulativeDose.find((one) => one.structure === name)
  if (known && known.cycles === cycles.length) return known.doseGy
  return cycles.reduce(
    (sum, { doseGy }) => ({
      value: sum.value + doseGy.value,
      standardUncertainty: sum.standardUncertainty + doseGy.standardUncertainty,
    }),
    { value: 0, standardUncertainty: 0 },
  )
}

/** BED with the uncertainty of its dose carried through: dBED/dD = 1 + 2G·D/(α/β). */
const bedUncertain = (dose: Uncertain, g: number, alphaBetaGy: number): Uncertain => ({
  value: dose.value * (1 + (g * dose.value) / alphaBetaGy),
  standardUncertainty: dose.standardUncertainty * (1 + (2 * g * dose.value) / alphaBetaGy),
})

/** Dose rate and BED so far, for the chart: dense after each administration. */
function drawnRate(
  course: DoseRateCourse,
  halfTimeS: number,
  alphaBetaGy: number,
  cycles: readonly CycleDose[],
): StructureEffect['doseRate'] {
  const lastS = Math.max(...cycles.map(({ startS }) => startS))
  const endS = lastS + 21 * 86400
  const starts = [...cycles.map(({ startS }) => startS).sort((a, b) => a - b), endS]
  const steps = 60
  const timeS = [
    ...starts.slice(0, -1).flatMap((from, at) => {
      const span = (starts[at + 1] as number) - from
      return Array.from({ length: steps }, (_, k) => from + span * (k / steps) ** 2)
    }),
    endS,
  ]
  const states = courseHistory(course, Math.LN2 / halfTimeS, timeS)
  return {
    timeS,
    rateGyPerS: timeS.map((time) => doseRateAt(course, time)),
    cumulatedBedGy: states.map(({ doseGy, pairGy2 }) => doseGy + pairGy2 / alphaBetaGy),
  }
}

function emptyEffect(structure: StructureResult, parameters: StructureEffect['parameters']): StructureEffect {
  const nothing: Uncertain = { value: 0, standardUncertainty: 0 }
  return {
    name: structure.name,
    kind: structure.kind,
    parameters,
    evidence: weakest(parameters),
    cycles: [],
    doseGy: nothing,
    bedGy: nothing,
    incompleteRepairGy: 0,
    externalBeamBedGy: 0,
    totalBedGy: nothing,
    totalEqd2Gy: 0,
    limits: [],
    complication: null,
    control: null,
    doseRate: { timeS: [], rateGyPerS: [], cumulatedBedGy: [] },
    problem: '',
  }
}

/** Structures that settings name and the analysis does not have. */
function unknownStructures(settings: BiologySettings, analysis: Analysis): string[] {
  const names = new Set(analysis.cycles.flatMap((cycle) => cycle.structures.map((structure) => structure.name)))
  const asked = [...Object.keys(settings.byStructure), ...settings.externalBeam.map(({ structure }) => structure)]
  return [...new Set(asked)].filter((name) => !names.has(name))
}

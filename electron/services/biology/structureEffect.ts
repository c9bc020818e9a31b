/** Biological effect of one structure: delivered cycles, what its parts get, and cycles that could follow. */
import {
  bedOf,
  bedOfSpread,
  courseHistory,
  doseRateOf,
  eqdOf,
  externalBeamBed,
  findBiologySet,
  protraction,
  relativeSpread,
  uniform,
} from '../../../native-core/radiobiology/index.ts'
import type {
  BiologySet,
  DoseDistribution,
  DoseRateCourse,
  RepairModel,
} from '../../../native-core/radiobiology/index.ts'
import type { Analysis, StructureResult, Uncertain } from '../../contracts/analysis.ts'
import type { BiologySettings, StructureEffect } from '../../contracts/biology.ts'
import type { DoseContribution } from '../../contracts/biologyParts.ts'
import type { CrossDoseTools } from './crossDose.ts'
import { storedBedHistogram } from './bedHistograms.ts'
import { chosenBiology, defaultBiology } from './defaults.ts'
import type { BiologyDosimetry } from './dosimetry.ts'
import { courseOfCycles, cycleDoses, furtherDoses, furtherStarts } from './doseRates.ts'
import type { CycleDose, FurtherStart } from './doseRates.ts'
import { bedVolumeHistogram } from './histograms.ts'
import type { StructureSpread } from './histograms.ts'
import { limitOf, outcomesOf } from './judged.ts'
import { sensitivityOf, valueOf, weakest } from './parameters.ts'
import { partsEffect } from './parts.ts'
import type { Received } from './quantities.ts'

export interface StructureContext {
  readonly analysis: Analysis
  readonly settings: BiologySettings
  readonly sets: readonly BiologySet[]
  readonly histogram: StructureSpread | undefined
  readonly bedMaps: Parameters<typeof storedBedHistogram>[3]
  /** Where other sources count. */
  readonly cross: CrossDoseTools | null
  /** Asked only where the settings want parts. */
  readonly dosimetry: () => BiologyDosimetry
}

/** @throws InputError those of the settings: `biology.set`, `biology.parts`, shares and tables of parts. */
export function structureEffect(structure: StructureResult, context: StructureContext): StructureEffect {
  const { name, kind } = structure
  const { analysis, settings, sets, histogram } = context
  const own = settings.byStructure[name]
  const chosen = chosenBiology(own, defaultBiology(name, kind))
  const parameters = sensitivityOf(own, chosen, sets)
  const beams = settings.externalBeam.filter((course) => course.structure === name)
  const cycles = cycleDoses(analysis, name, context.cross)
  const alphaBetaGy = valueOf(parameters, 'alphaBetaGy')
  const halfTimeS = valueOf(parameters, 'repairHalfTimeS')
  const empty = emptyEffect(structure, parameters)
  if (cycles.length === 0)
    return { ...empty, problem: structure.problem || `"${name}" has no dose, so there is no effect to compute.` }
  const doseGy = totalDose(analysis, name, cycles)
  const contributions = context.cross ? { contributions: contributionsOf(cycles) } : {}
  if (alphaBetaGy === null || halfTimeS === null)
    return {
      ...empty,
      ...contributions,
      doseGy,
      problem: `No α/β and repair half-time are known for "${name}": choose them, and its BED follows.`,
    }
  const repair: RepairModel = { kind: 'exponential', components: [{ halfTimeS, fraction: 1 }] }
  const spread = histogram ? relativeSpread(histogram) : uniform(1)
  const beamBedGy = beams.reduce((sum, beam) => sum + externalBeamBed(beam, alphaBetaGy), 0)
  /** Effect of some cycles with the external beam. */
  const judge = (given: readonly CycleDose[], total: Uncertain) => {
    const { pairGy2 } = protraction(courseOfCycles(given), repair)
    const relative = total.value > 0 ? total.standardUncertainty / total.value : 0
    const alone = given.map((cycle) => aloneEffect(cycle, repair, alphaBetaGy))
    const bedGy = bedUncertain(total, pairGy2 / (total.value * total.value), alphaBetaGy)
    const received: Received = { doseGy: total.value, pairGy2, externalBeam: beams, spread }
    return {
      cycles: alone,
      pairGy2,
      doseGy: total,
      bedGy,
      totalBedGy: { value: bedGy.value + beamBedGy, standardUncertainty: bedGy.standardUncertainty },
      totalEqd2Gy: eqdOf(bedGy.value + beamBedGy, alphaBetaGy),
      // Limits were found for mean doses of structures: how uneven a dose is must not use them up.
      limits: chosen.limits.map((id) =>
        limitOf(id, sets, { ...received, spread: uniform(1) }, alone, relative, alphaBetaGy),
      ),
      ...outcomesOf(chosen, own, sets, received, { relative, alphaBetaGy }),
    }
  }
  const { pairGy2, ...effect } = judge(cycles, doseGy)
  const doseRate = drawnRate(courseOfCycles(cycles), halfTimeS, alphaBetaGy, cycles)
  const stored = storedBedHistogram(analysis, name, parameters, context.bedMaps)
  const starts = furtherStarts(analysis, settings.furtherCycles)
  const further = furtherDoses(cycles, starts)
  return {
    ...empty,
    ...effect,
    incompleteRepairGy: effect.bedGy.value - effect.cycles.reduce((sum, cycle) => sum + cycle.bedGy.value, 0),
    externalBeamBedGy: beamBedGy,
    ...contributions,
    ...(own?.parts
      ? {
          parts: partsEffect({
            choice: own.parts,
            reason: own.reason,
            structure,
            analysis,
            cycles,
            doseGy,
            alphaBetaGy,
            repair,
            beams,
            alphaPerGy: valueOf(parameters, 'alphaPerGy'),
            n:
              chosen.complication === null
                ? null
                : (findBiologySet(sets, chosen.complication).parameters['n']?.value ?? null),
            timesS: doseRate.timeS,
            dosimetry: context.dosimetry(),
          }),
        }
      : {}),
    ...(further.length > 0
      ? { further: furtherOf(starts, further, judge([...cycles, ...further], withMore(doseGy, further))) }
      : {}),
    ...(stored
      ? { bvh: bedVolumeHistogram(withMoreBed(stored, beamBedGy), stored.source) }
      : histogram
        ? {
            bvh: bedVolumeHistogram(
              bedOfSpread(spread, doseGy.value, pairGy2, alphaBetaGy, beamBedGy),
              histogram.source ?? '',
            ),
          }
        : {}),
    doseRate,
  }
}

const withMoreBed = ({ doseGy, fraction }: DoseDistribution, moreBedGy: number): DoseDistribution => ({
  doseGy: Float64Array.from(doseGy, (bed) => bed + moreBedGy),
  fraction,
})

type Judged = Pick<
  StructureEffect,
  'cycles' | 'doseGy' | 'totalBedGy' | 'totalEqd2Gy' | 'limits' | 'complication' | 'control'
>

function furtherOf(
  starts: readonly FurtherStart[],
  further: readonly CycleDose[],
  { cycles, doseGy, totalBedGy, totalEqd2Gy, limits, complication, control }: Judged,
): NonNullable<StructureEffect['further']> {
  return {
    cycles: further.map((cycle, k) => ({
      start: starts[k]?.start ?? '',
      activityBq: cycle.activityBq,
      doseGy: cycle.doseGy.value,
      bedGy: cycles.find(({ index }) => index === cycle.index)?.bedGy.value ?? 0,
    })),
    ...{ doseGy, totalBedGy, totalEqd2Gy, limits, complication, control },
  }
}

function aloneEffect(cycle: CycleDose, repair: RepairModel, alphaBetaGy: number): StructureEffect['cycles'][number] {
  const { index, doseGy } = cycle
  const { g } = protraction(courseOfCycles([cycle]), repair)
  return {
    index,
    doseGy,
    g,
    bedGy: bedUncertain(doseGy, g, alphaBetaGy),
    eqd2Gy: eqdOf(bedOf(doseGy.value, g, alphaBetaGy), alphaBetaGy),
  }
}

/** Self-dose and what each source gives, all cycles together, the largest first. */
function contributionsOf(cycles: readonly CycleDose[]): DoseContribution[] {
  const self: DoseContribution = {
    source: '',
    kind: 'self',
    doseGy: cycles.reduce((sum, { selfGy }) => sum + selfGy.value, 0),
    sGyPerBqS: null,
  }
  const byKey = new Map<string, DoseContribution>()
  for (const { sources } of cycles)
    for (const { source, kind, doseGy, sGyPerBqS } of sources) {
      const before = byKey.get(`${kind} ${source}`)?.doseGy ?? 0
      byKey.set(`${kind} ${source}`, { source, kind, doseGy: before + doseGy, sGyPerBqS })
    }
  return [self, ...[...byKey.values()].sort((a, b) => b.doseGy - a.doseGy)]
}

/** The sum over the cycles as the analysis has it, with what they share, and what other sources add; else all is added linearly, an upper bound. */
function totalDose(analysis: Analysis, name: string, cycles: readonly CycleDose[]): Uncertain {
  const known = analysis.cumulativeDose.find((one) => one.structure === name)
  const nothing: Uncertain = { value: 0, standardUncertainty: 0 }
  if (!known || known.cycles !== cycles.length) return withMore(nothing, cycles)
  return cycles.reduce(
    (sum, { doseGy, selfGy }) => ({
      value: sum.value + (doseGy.value - selfGy.value),
      standardUncertainty: sum.standardUncertainty + (doseGy.standardUncertainty - selfGy.standardUncertainty),
    }),
    known.doseGy,
  )
}

const withMore = (doseGy: Uncertain, cycles: readonly CycleDose[]): Uncertain =>
  cycles.reduce(
    (sum, { doseGy: one }) => ({
      value: sum.value + one.value,
      standardUncertainty: sum.standardUncertainty + one.standardUncertainty,
    }),
    doseGy,
  )

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
    rateGyPerS: timeS.map(doseRateOf(course)),
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

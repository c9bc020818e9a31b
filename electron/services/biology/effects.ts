/** Biological effect of every structure of an analysis. */
import { RED_MARROW } from '../../../native-core/dosimetry/organ/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import type { Analysis, StructureResult } from '../../contracts/analysis.ts'
import type { BiologyResult, BiologySettings } from '../../contracts/biology.ts'
import type { BedMapResult } from '../../contracts/bedMaps.ts'
import { remainderProblem } from './crossDose.ts'
import type { CrossDoseTools } from './crossDose.ts'
import type { BiologyDosimetry } from './dosimetry.ts'
import { furtherStarts } from './doseRates.ts'
import type { StructureSpread } from './histograms.ts'
import { phantomPlaces } from './phantomRegions.ts'
import { structureEffect } from './structureEffect.ts'

export const BIOLOGY_VERSION = '1.1.2'

export interface EffectRequest {
  readonly analysis: Analysis
  readonly settings: BiologySettings
  readonly sets: readonly BiologySet[]
  /** Histograms of absorbed dose by structure, where there are voxel doses; else the dose of a structure is taken as even. */
  readonly histograms?: ReadonlyMap<string, StructureSpread>
  /** BED maps of the cycles that are stored; a structure's histogram is theirs where they were made with its parameters. */
  readonly bedMaps?: readonly Pick<BedMapResult, 'bedId' | 'cycle' | 'createdAt' | 'tissues' | 'structures'>[]
  /** What is to be said of the histograms beside the assumptions. */
  readonly remarks?: readonly string[]
  /** S values, emissions and kernels; needed where the settings ask for doses from other organs or for parts of an organ. */
  readonly dosimetry?: BiologyDosimetry
}

/**
 * For each structure with a dose: dose rate over all cycles on one clock, Lea–Catcheside factor, BED and EQD2 with what incomplete repair between cycles adds, earlier
 * external beam, use of the limits, complication and control with their bands; where asked for, doses from other organs, parts of organs and further cycles. Every parameter carries its source and evidence; a structure whose
 * parameters nobody knows has none, and says so.
 *
 * @throws InputError `biology.set` for settings that name a set which is none or of another model; `biology.parts` and errors of shares and tables for
 * parts; `biology.phantom-region`, `dose.region` for doses from other organs.
 */
export function biologicalEffects(request: EffectRequest): BiologyResult {
  const { analysis, settings, sets, histograms, remarks } = request
  const dosimetry = (): BiologyDosimetry => {
    if (!request.dosimetry) throw new Error('settings ask for S values or kernels, and none were handed in')
    return request.dosimetry
  }
  const names = structuresByName(analysis)
  const cross = crossTools(analysis, settings, dosimetry)
  const structures = [...names.values()].map((structure) =>
    structureEffect(structure, {
      ...{ analysis, settings, sets, cross, dosimetry },
      histogram: histograms?.get(structure.name),
      bedMaps: request.bedMaps ?? [],
    }),
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
      ...pastFurtherCycles(analysis, settings),
      ...(cross ? crossAssumptions(analysis, [...names.keys()], cross) : []),
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
    settings.crossDose === 'none'
      ? 'The S value of a structure does not change within a cycle; its dose rate follows its own activity.'
      : 'S values do not change within a cycle; the dose rate of a structure follows its own activity and that of every source.',
    ...(settings.externalBeam.length > 0
      ? ['External-beam courses count with complete repair between fractions, without recovery since then.']
      : []),
    ...(settings.furtherCycles.length > 0
      ? [
          'Further cycles have the time course of the last cycle and doses in proportion to their activity; BED, limits and probabilities with them are no results of what was delivered.',
        ]
      : []),
    'Complications and control of different structures are taken as independent.',
  ]
}

function pastFurtherCycles(analysis: Analysis, { furtherCycles }: BiologySettings): string[] {
  const left = furtherCycles.length - furtherStarts(analysis, furtherCycles).length
  return left === 0
    ? []
    : [
        `${left} of the ${furtherCycles.length} further cycles would not begin after the last delivered cycle and ${left === 1 ? 'does' : 'do'} not count: take ${left === 1 ? 'it' : 'them'} out of the settings, or correct the date.`,
      ]
}

/** Each structure as it is in the first cycle that has it. */
function structuresByName({ cycles }: Analysis): ReadonlyMap<string, StructureResult> {
  const names = new Map<string, StructureResult>()
  for (const { structures } of cycles)
    for (const structure of structures) if (!names.has(structure.name)) names.set(structure.name, structure)
  return names
}

/**
 * What doses from other organs are computed with, where the settings count them; else null.
 *
 * @throws InputError `biology.phantom-region`, `dose.region`.
 */
export function crossTools(
  analysis: Analysis,
  settings: BiologySettings,
  dosimetry: () => BiologyDosimetry,
): CrossDoseTools | null {
  if (settings.crossDose === 'none') return null
  const { phantom: read, emissions } = dosimetry()
  const phantom = read()
  return {
    phantom,
    emissions: emissions(analysis.course.nuclide),
    places: phantomPlaces([...structuresByName(analysis).values()], settings.byStructure, phantom),
  }
}

function crossAssumptions(analysis: Analysis, names: readonly string[], cross: CrossDoseTools): string[] {
  const quoted = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(', ')
  const alone = names.filter((name) => !cross.places.get(name)?.target)
  const marrow = names.filter((name) => cross.places.get(name)?.source.name === RED_MARROW)
  const problems = analysis.cycles.flatMap((cycle) => {
    const problem = remainderProblem(cycle, cross)
    return problem === '' ? [] : [`cycle ${cycle.index}: ${problem}`]
  })
  return [
    `Doses are those of the analysis (charged radiation) with photons of the structure itself and of other sources by the S values of ${cross.phantom.name}: they are larger than the self-doses of the analysis, and effects and limits rest on the sums. Distances between organs are the phantom's, bremsstrahlung is not counted, and the S values have no stated uncertainty.`,
    ...(alone.length > 0
      ? [`No region of the phantom stands for ${quoted(alone)}: self-dose alone, and no source for others.`]
      : []),
    ...(marrow.length > 0
      ? [
          `All red marrow is taken to have the concentration of ${quoted(marrow)} for its own photons; as a source for other organs it does not count.`,
        ]
      : []),
    ...(problems.length > 0 ? [`The remainder of the body is not counted (${problems.join('; ')}).`] : []),
  ]
}

/** Structures that settings name and the analysis does not have. */
function unknownStructures(settings: BiologySettings, analysis: Analysis): string[] {
  const names = new Set(analysis.cycles.flatMap((cycle) => cycle.structures.map((structure) => structure.name)))
  const asked = [...Object.keys(settings.byStructure), ...settings.externalBeam.map(({ structure }) => structure)]
  return [...new Set(asked)].filter((name) => !names.has(name))
}

/** Biological effect of the invented patient: the formulas of the core on its dose rates, without the services' whole course of cycles. */
import {
  bedOf,
  courseHistory,
  doseRateAt,
  eqdOf,
  externalBeamBed,
  parseBiologySets,
  poissonTcp,
  protraction,
  uniform,
} from '../../native-core/radiobiology/index.ts'
import type { BiologySet, DoseRateCurve } from '../../native-core/radiobiology/index.ts'
import { RandomStream, normalCdf } from '../../native-core/statistics/index.ts'
import kidneyParts from '../../resources/models/suborgan/kidney.json' with { type: 'json' }
import tissues from '../../resources/models/biology/tissues.json' with { type: 'json' }
import { biologySettingsSchema } from '../../electron/contracts/index.ts'
import { responseOf } from '../features/biology/index.ts'
import { fakeContributions, fakeFurther, fakeParts } from './fakeParts.ts'
import type {
  Analysis,
  AnswerOf,
  BiologyParameterView,
  BiologyResult,
  BiologySettings,
  BiologySetView,
  EffectOutcome,
  LimitUse,
  RequestOf,
  StructureBiology,
  StructureEffect,
  StructureResult,
} from '../../electron/contracts/index.ts'

const sets = parseBiologySets(tissues)
const partModels: AnswerOf<'biology.parts'> = kidneyParts.models.map(({ id, title, organ, validity, parts }) => ({
  ...{ id, title, organ, validity, evidence: 'unverified' },
  parts: parts.map(({ name, massShare, activityShare }) => ({
    name,
    massShare: massShare.value,
    activityShare: activityShare.value,
  })),
}))
const DAY_S = 86_400
const DRAWS = 200

const parametersOf = (set: BiologySet | null): BiologyParameterView[] =>
  Object.entries(set?.parameters ?? {}).map(([name, { value, unit, source, evidence }]) => ({
    name,
    title:
      {
        alphaBetaGy: 'α/β',
        repairHalfTimeS: 'Repair half-time',
        alphaPerGy: 'α',
        limitGy: 'Limit',
        clonogens: 'Clonogenic cells',
        td50Gy: 'TD50',
      }[name] ?? name,
    value,
    unit,
    source,
    evidence,
  }))

const evidenceOf = (parameters: readonly BiologyParameterView[]): BiologyParameterView['evidence'] =>
  parameters.some(({ evidence }) => evidence === 'unverified') ? 'unverified' : (parameters[0]?.evidence ?? 'given')

const setView = ({ parameters: _, scope: __, ...set }: BiologySet): BiologySetView => {
  const parameters = parametersOf(setOf(set.id))
  return { ...set, parameters, evidence: evidenceOf(parameters) }
}

function setOf(id: string | null | undefined): BiologySet | null {
  return sets.find((one) => one.id === id) ?? null
}

interface Chosen {
  readonly sensitivity: string | null
  readonly limits: readonly string[]
  readonly complication: string | null
  readonly control: string | null
}

function chosenOf({ name, kind }: StructureResult, own: StructureBiology | undefined): Chosen {
  const isKidney = name.startsWith('KIDNEY')
  const isMarrow = name.startsWith('MARROW')
  return {
    sensitivity:
      own?.sensitivity ??
      (isKidney ? 'kidney-lq' : isMarrow ? 'marrow-lq' : kind === 'lesion' ? 'tumour-generic' : null),
    limits:
      own?.limits ?? (isKidney ? ['kidney-bed-limit', 'kidney-dose-limit'] : isMarrow ? ['marrow-dose-limit'] : []),
    complication: own?.complication === undefined ? (isKidney ? 'kidney-lkb' : null) : own.complication,
    control: own?.control ?? null,
  }
}

function sensitivityOf(own: StructureBiology | undefined, chosen: Chosen): BiologyParameterView[] {
  const given = {
    alphaBetaGy: { value: own?.alphaBetaGy, unit: 'Gy', title: 'α/β' },
    repairHalfTimeS: {
      value: own?.repairHalfTimeH === undefined ? undefined : own.repairHalfTimeH * 3600,
      unit: 's',
      title: 'Repair half-time',
    },
    alphaPerGy: { value: own?.alphaPerGy, unit: '1/Gy', title: 'α' },
  }
  const mine = Object.entries(given).flatMap(([name, { value, unit, title }]) =>
    value === undefined ? [] : [{ name, title, value, unit, source: 'given', evidence: 'given' as const }],
  )
  const byName = new Map([...parametersOf(setOf(chosen.sensitivity)), ...mine].map((one) => [one.name, one]))
  return [...byName.values()]
}

/** What a structure got in a quantity, with its dose times `factor`. */
type InQuantity = (quantity: string, alphaBetaGy: number, factor: number) => number

function limitOf(set: BiologySet, inQuantity: InQuantity, own: number, relative: number): LimitUse {
  const parameters = parametersOf(set)
  const limitGy = set.parameters['limitGy']?.value ?? 1
  const at = (factor: number) => inQuantity(set.quantity, set.parameters['alphaBetaGy']?.value ?? own, factor)
  const u = ((at(1.001) - at(0.999)) / 0.002) * relative
  const { title, endpoint, population, validity, quantity, scope = 'total' } = set
  return {
    set: set.id,
    ...{ title, endpoint, population, validity, quantity, scope, limitGy },
    valueGy: { value: at(1), standardUncertainty: u },
    share: at(1) / limitGy,
    probabilityAbove: u > 0 ? normalCdf((at(1) - limitGy) / u) : Number(at(1) > limitGy),
    evidence: evidenceOf(parameters),
    source: set.parameters['limitGy']?.source ?? '',
  }
}

function outcomeOf(set: BiologySet, inQuantity: InQuantity, relative: number, own?: StructureBiology): EffectOutcome {
  const given: Readonly<Record<string, number | undefined>> = {
    clonogens: own?.clonogens,
    alphaPerGy: own?.alphaPerGy,
    ...(set.model === 'tcp' ? { alphaBetaGy: own?.alphaBetaGy } : {}),
  }
  const value = (name: string) => given[name] ?? set.parameters[name]?.value ?? 1
  const random = new RandomStream(7)
  const judge = (factor: number, shift: number) => {
    const doseGy = inQuantity(set.quantity, value('alphaBetaGy'), factor)
    const spread = given['alphaPerGy'] ? 0 : (set.parameters['alphaPerGy']?.standardUncertainty ?? 0)
    const probability =
      set.model !== 'tcp'
        ? (responseOf({ model: set.model, parameters: parametersOf(set) })?.at(doseGy) ?? 0)
        : poissonTcp(uniform(doseGy), {
            clonogens: value('clonogens'),
            alphaPerGy: Math.max(1e-3, value('alphaPerGy') + spread * shift),
          })
    return { doseGy, probability }
  }
  const draws = Array.from({ length: DRAWS }, () => judge(Math.exp(relative * random.normal()), random.normal()))
  const sorted = draws.map(({ probability }) => probability).sort((a, b) => a - b)
  const parameters = parametersOf(set).map((one) =>
    given[one.name] !== undefined
      ? { ...one, value: value(one.name), source: 'given', evidence: 'given' as const }
      : one,
  )
  const { title, model, endpoint, population, validity, quantity } = set
  return {
    set: set.id,
    ...{ title, model, endpoint, population, validity, quantity },
    ...judge(1, 0),
    low: sorted[Math.floor(0.05 * DRAWS)] ?? 0,
    high: sorted[Math.floor(0.95 * DRAWS)] ?? 0,
    bandOver: `The band is that of the dose uncertainty${set.model === 'tcp' && !given['alphaPerGy'] ? ' and of α' : ' only'}.`,
    draws: { doseGy: draws.map(({ doseGy }) => doseGy), probability: draws.map(({ probability }) => probability) },
    parameters,
    evidence: evidenceOf(parameters),
  }
}

function effectOf(structure: StructureResult, settings: BiologySettings, hasVoxels: boolean): StructureEffect {
  const { name, kind, fit } = structure
  const own = settings.byStructure[name]
  const chosen = chosenOf(structure, own)
  const parameters = sensitivityOf(own, chosen)
  const contributions = settings.crossDose === 'none' ? undefined : fakeContributions(structure)
  const self = structure.doses[0]?.doseGy
  const dose = self && {
    ...self,
    value: contributions ? contributions.reduce((sum, { doseGy }) => sum + doseGy, 0) : self.value,
  }
  const nothing = { value: 0, standardUncertainty: 0 }
  const empty: StructureEffect = {
    ...{ name, kind, parameters, evidence: evidenceOf(parameters), cycles: [], doseGy: dose ?? nothing },
    ...{ bedGy: nothing, incompleteRepairGy: 0, externalBeamBedGy: 0, totalBedGy: nothing, totalEqd2Gy: 0 },
    ...{ limits: [], complication: null, control: null },
    doseRate: { timeS: [], rateGyPerS: [], cumulatedBedGy: [] },
    problem: structure.problem,
  }
  if (!fit || !dose) return empty
  const ratio = parameters.find((one) => one.name === 'alphaBetaGy')?.value
  const halfTimeS = parameters.find((one) => one.name === 'repairHalfTimeS')?.value
  if (ratio === undefined || halfTimeS === undefined)
    return {
      ...empty,
      problem: `No α/β and repair half-time are known for "${name}": choose them, and its BED follows.`,
    }
  const perBqS = dose.value / fit.tiaBqS.value
  const curve: DoseRateCurve = {
    kind: 'exponentials',
    startS: 0,
    terms: fit.terms.map(({ coefficientBq, ratePerS }) => ({
      rateGyPerS: coefficientBq * perBqS,
      decayPerS: ratePerS,
    })),
  }
  const { g } = protraction([curve], { kind: 'exponential', components: [{ halfTimeS, fraction: 1 }] })
  const relative = dose.standardUncertainty / dose.value
  const beams = settings.externalBeam.filter((one) => one.structure === name)
  const beamBed = (alphaBetaGy: number) => beams.reduce((sum, one) => sum + externalBeamBed(one, alphaBetaGy), 0)
  const inQuantity: InQuantity = (quantity, alphaBetaGy, factor) => {
    if (quantity === 'absorbed dose')
      return factor * dose.value + beams.reduce((sum, one) => sum + one.fractions * one.dosePerFractionGy, 0)
    const bed = bedOf(factor * dose.value, g, alphaBetaGy) + beamBed(alphaBetaGy)
    const fraction = /^EQD([\d.]+)$/.exec(quantity)?.[1]
    return fraction ? eqdOf(bed, alphaBetaGy, Number(fraction)) : bed
  }
  const bed = bedOf(dose.value, g, ratio)
  const bedGy = { value: bed, standardUncertainty: dose.standardUncertainty * (1 + (2 * g * dose.value) / ratio) }
  const timeS = Array.from({ length: 90 }, (_, i) => 21 * DAY_S * (i / 89) ** 2)
  const complication = setOf(chosen.complication)
  const control = setOf(chosen.control)
  /** Limits and probabilities of so many times the dose. */
  const judge = (times: number) => {
    const scaled: InQuantity = (quantity, alphaBetaGy, factor) => inQuantity(quantity, alphaBetaGy, times * factor)
    return {
      limits: chosen.limits.flatMap((id) => {
        const set = setOf(id)
        return set ? [limitOf(set, scaled, ratio, relative)] : []
      }),
      complication: complication ? outcomeOf(complication, scaled, relative) : null,
      control: control ? outcomeOf(control, scaled, relative, own) : null,
    }
  }
  return {
    ...empty,
    cycles: [{ index: 1, doseGy: dose, g, bedGy, eqd2Gy: eqdOf(bed, ratio) }],
    bedGy,
    externalBeamBedGy: beamBed(ratio),
    totalBedGy: { ...bedGy, value: bed + beamBed(ratio) },
    totalEqd2Gy: eqdOf(bed + beamBed(ratio), ratio),
    ...judge(1),
    ...(contributions ? { contributions } : {}),
    ...(own?.parts && 'model' in own.parts ? { parts: fakeParts(own.parts, partModels, dose, g, ratio) } : {}),
    ...(settings.furtherCycles.length > 0
      ? { further: fakeFurther(settings.furtherCycles, { dose, bed, g, ratio, judge }) }
      : {}),
    ...(hasVoxels ? { bvh: histogram(bed) } : {}),
    doseRate: {
      timeS,
      rateGyPerS: timeS.map((time) => doseRateAt([curve], time)),
      cumulatedBedGy: courseHistory([curve], Math.LN2 / halfTimeS, timeS).map(
        (state) => state.doseGy + state.pairGy2 / ratio,
      ),
    },
  }
}

/** Normal around the mean, of 20 %. */
function histogram(meanGy: number): NonNullable<StructureEffect['bvh']> {
  const bedGy = Array.from({ length: 80 }, (_, i) => (meanGy * i) / 40)
  const volumeFraction = bedGy.map((one) => 1 - normalCdf((one / meanGy - 1) / 0.2))
  return { bedGy, volumeFraction, source: 'local energy deposition, cycle 1' }
}

export function fakeEffects(analysis: Analysis, settings: BiologySettings, hasVoxels: boolean): BiologyResult {
  const structures = (analysis.cycles[0]?.structures ?? []).map((one) => effectOf(one, settings, hasVoxels))
  const controls = structures.flatMap(({ control }) => (control ? [control.probability] : []))
  const safe = structures.reduce((left, { complication }) => left * (1 - (complication?.probability ?? 0)), 1)
  return {
    algorithm: { name: 'theratwin.biological-effect', version: '0.0.0' },
    analysisKey: analysis.key,
    settings,
    structures,
    uncomplicatedControl: controls.length > 0 ? controls.reduce((product, one) => product * one, safe) : null,
    assumptions: ['The dose of a structure is taken as even over its volume.'],
  }
}

/** What the fake bridge knows when it is asked. */
export interface FakeBiologyState {
  readonly analysis: Analysis | null
  readonly stale: boolean
  readonly hasVoxels: boolean
}

export function createFakeBiology(state: () => FakeBiologyState, changed: () => void) {
  let kept = biologySettingsSchema.parse({})
  return {
    'biology.sets': (): AnswerOf<'biology.sets'> => sets.map(setView),
    'biology.parts': (): AnswerOf<'biology.parts'> => partModels,
    'biology.effects': ({ settings }: RequestOf<'biology.effects'>) => {
      const { analysis, stale, hasVoxels } = state()
      const used = settings ? biologySettingsSchema.parse(settings) : kept
      const unknown = Object.values(used.byStructure).find((own) => own.sensitivity && !setOf(own.sensitivity))
      if (unknown)
        return {
          error: {
            kind: 'input',
            code: 'biology.set',
            message: `There is no set of parameters "${unknown.sensitivity ?? ''}".`,
            hint: 'Choose another set.',
          },
        }
      return analysis && { result: fakeEffects(analysis, used, hasVoxels), stale }
    },
    'biology.save': ({ settings }: RequestOf<'biology.save'>): AnswerOf<'biology.save'> => {
      kept = biologySettingsSchema.parse(settings)
      changed()
      return kept
    },
  }
}

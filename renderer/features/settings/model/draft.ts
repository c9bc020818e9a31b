/** The protocol as it is typed: text in the units of the screen, and back with what is wrong beside its field. */
import {
  protocolSchema,
  type Calibration,
  type HollowOrgan,
  type Protocol,
} from '../../../../electron/contracts/index.ts'
import { isoDateTime, typedDateTime } from '../../../ui/index.ts'
import { MBQ } from '../../../units.ts'

export interface CalibrationDraft {
  sensitivity: string
  uncertaintyPercent: string
  date: string
  note: string
}

/** A hollow organ as it is typed: what tells its wall, and how thick that is or which structure. */
export interface HollowDraft {
  structure: string
  by: 'wallThicknessMm' | 'wallStructure' | 'contentStructure'
  value: string
  source: string
}

export interface ProtocolDraft {
  name: string
  nuclide: string
  agent: string
  administrations: { cycle: number; activityMbq: string; startLocal: string }[]
  calibration: CalibrationDraft
  emission: Protocol['emission']
  structureSource: Protocol['structureSource']
  referenceTimePoint: string
  lesionsInOrgans: Protocol['lesionsInOrgans']
  overlapPriority: string
  pairedOrgans: Protocol['pairedOrgans']
  hollowOrgans: HollowDraft[]
  lesionPattern: string
  excludedStructures: string
  massFrom: Protocol['massFrom']
  densities: { structure: string; gPerMl: string }[]
  recoveries: { structure: string; coefficients: string; cycle: string; uncertaintyPercent: string }[]
  excludedSeries: string[]
  acceptedProblems: string[]
  timeActivityModel: Protocol['timeActivityModel']
  activityUncertaintyPercent: string
  administeredUncertaintyPercent: string
}

export type DraftErrors = Readonly<Record<string, string>>
export type DraftResult =
  { readonly ok: true; readonly protocol: Protocol } | { readonly ok: false; readonly errors: DraftErrors }

/** A number as text without the noise of binary fractions: 0.03 × 100 is "3". */
const text = (value: number): string => String(Number(value.toPrecision(12)))

const calibrationDraft = (calibration: Calibration | undefined): CalibrationDraft => ({
  sensitivity: calibration ? text(calibration.sensitivityCpsPerMbq) : '',
  uncertaintyPercent: calibration ? text(calibration.relativeUncertainty * 100) : '',
  date: calibration?.date ?? '',
  note: calibration?.note ?? '',
})

/** `cycles` are the numbers of the patient's cycles: each has a line, filled where the protocol says something of it. */
export function toDraft(protocol: Protocol, cycles: readonly number[]): ProtocolDraft {
  const known = new Map(protocol.administrations.map((one) => [one.cycle, one]))
  const numbers = [...new Set([...cycles, ...known.keys()])].sort((a, b) => a - b)
  return {
    name: protocol.name,
    nuclide: protocol.nuclide ?? '',
    agent: protocol.agent ?? '',
    administrations: numbers.map((cycle) => {
      const one = known.get(cycle)
      return {
        cycle,
        activityMbq: one?.activityBq === undefined ? '' : text(one.activityBq / MBQ),
        startLocal: typedDateTime(one?.startLocal),
      }
    }),
    calibration: calibrationDraft(protocol.calibration),
    emission: protocol.emission,
    structureSource: protocol.structureSource,
    referenceTimePoint: String(protocol.referenceTimePoint),
    lesionsInOrgans: protocol.lesionsInOrgans,
    overlapPriority: protocol.overlapPriority === 'none' ? '' : protocol.overlapPriority.join('; '),
    pairedOrgans: protocol.pairedOrgans,
    hollowOrgans: Object.entries(protocol.hollowOrgans).map(([structure, organ]) => hollowDraft(structure, organ)),
    lesionPattern: protocol.lesionPattern,
    excludedStructures: protocol.excludedStructures.join(', '),
    massFrom: protocol.massFrom,
    densities: Object.entries(protocol.densityGPerMl).map(([structure, density]) => ({
      structure,
      gPerMl: text(density),
    })),
    recoveries: protocol.recoveryCoefficients.map((one) => ({
      structure: one.structure,
      coefficients: [one.coefficient].flat().map(text).join(', '),
      cycle: one.cycle === undefined ? '' : String(one.cycle),
      uncertaintyPercent: text(one.relativeUncertainty * 100),
    })),
    excludedSeries: [...protocol.excludedSeries],
    acceptedProblems: [...protocol.acceptedProblems],
    timeActivityModel: protocol.timeActivityModel,
    activityUncertaintyPercent: text(protocol.activityRelativeUncertainty * 100),
    administeredUncertaintyPercent: text(protocol.administeredRelativeUncertainty * 100),
  }
}

/** Text to number; text that is no number stays NaN, which no schema accepts. */
const number = (typed: string): number => (typed.trim() === '' ? NaN : Number(typed.trim().replace(',', '.')))
const parts = (typed: string, between: RegExp): string[] =>
  typed
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '')
const list = (typed: string): string[] => parts(typed, /[,;]/)

/** A regular expression may hold a comma. */
const priorityOf = (typed: string): Protocol['overlapPriority'] => {
  const names = parts(typed, /;/)
  return names.length === 0 ? 'none' : names
}

/** The protocol of a draft, keeping what the draft does not show; or what is wrong, by the draft's field. */
export function fromDraft(draft: ProtocolDraft, before: Protocol): DraftResult {
  const { nuclide: _nuclide, agent: _agent, calibration: _calibration, ...rest } = before
  const hasCalibration = [draft.calibration.sensitivity, draft.calibration.date].some((typed) => typed.trim() !== '')
  const candidate = {
    ...rest,
    name: draft.name.trim(),
    ...(draft.nuclide.trim() === '' ? {} : { nuclide: draft.nuclide.trim() }),
    ...(draft.agent.trim() === '' ? {} : { agent: draft.agent.trim() }),
    administrations: draft.administrations
      .filter((one) => one.activityMbq.trim() !== '' || one.startLocal.trim() !== '')
      .map((one) => ({
        cycle: one.cycle,
        ...(one.activityMbq.trim() === '' ? {} : { activityBq: number(one.activityMbq) * MBQ }),
        // What is no moment goes on as it was typed, and the schema refuses it.
        ...(one.startLocal.trim() === '' ? {} : { startLocal: isoDateTime(one.startLocal) ?? one.startLocal }),
      })),
    ...(hasCalibration
      ? {
          calibration: calibrationOf(draft.calibration, before.calibration),
        }
      : {}),
    emission: draft.emission,
    structureSource: draft.structureSource,
    referenceTimePoint: draft.referenceTimePoint === 'auto' ? 'auto' : number(draft.referenceTimePoint),
    lesionsInOrgans: draft.lesionsInOrgans,
    overlapPriority: priorityOf(draft.overlapPriority),
    pairedOrgans: draft.pairedOrgans,
    hollowOrgans: Object.fromEntries(
      draft.hollowOrgans
        .filter((one) => one.structure.trim() !== '')
        .map(({ structure, by, value, source }) => [
          structure.trim(),
          { [by]: by === 'wallThicknessMm' ? number(value) : value.trim(), source: source.trim() },
        ]),
    ),
    lesionPattern: draft.lesionPattern,
    excludedStructures: list(draft.excludedStructures),
    massFrom: draft.massFrom,
    densityGPerMl: Object.fromEntries(
      draft.densities
        .filter((one) => one.structure.trim() !== '')
        .map((one) => [one.structure.trim(), number(one.gPerMl)]),
    ),
    recoveryCoefficients: draft.recoveries
      .filter((one) => one.structure.trim() !== '')
      .map((one) => {
        const values = one.coefficients
          .split(/[,;\s]+/)
          .filter((part) => part !== '')
          .map(Number)
        return {
          structure: one.structure.trim(),
          coefficient: values.length === 1 ? values[0] : values,
          ...(one.cycle.trim() === '' ? {} : { cycle: number(one.cycle) }),
          relativeUncertainty: number(one.uncertaintyPercent) / 100,
        }
      }),
    excludedSeries: draft.excludedSeries,
    acceptedProblems: draft.acceptedProblems,
    timeActivityModel: draft.timeActivityModel,
    activityRelativeUncertainty: number(draft.activityUncertaintyPercent) / 100,
    administeredRelativeUncertainty: number(draft.administeredUncertaintyPercent) / 100,
  }
  const errors: Record<string, string> = {}
  try {
    new RegExp(draft.lesionPattern, 'i')
  } catch {
    errors['lesionPattern'] = 'This is not a regular expression.'
  }
  const parsed = protocolSchema.safeParse(candidate)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) errors[issue.path.slice(0, 2).join('.')] ??= wordsOf(issue.message)
  }
  return parsed.success && Object.keys(errors).length === 0
    ? { ok: true, protocol: parsed.data }
    : { ok: false, errors }
}

function hollowDraft(structure: string, organ: HollowOrgan): HollowDraft {
  const { wallThicknessMm, wallStructure, contentStructure, source } = organ
  if (wallThicknessMm !== undefined) return { structure, by: 'wallThicknessMm', value: text(wallThicknessMm), source }
  return wallStructure === undefined
    ? { structure, by: 'contentStructure', value: contentStructure ?? '', source }
    : { structure, by: 'wallStructure', value: wallStructure, source }
}

/** The copy of a stored factor stays where its numbers do. */
function calibrationOf(draft: CalibrationDraft, before: Calibration | undefined): Calibration {
  const shown = calibrationDraft(before)
  const unchanged =
    draft.sensitivity === shown.sensitivity &&
    draft.uncertaintyPercent === shown.uncertaintyPercent &&
    draft.date === shown.date
  if (before && unchanged) return { ...before, note: draft.note }
  return {
    sensitivityCpsPerMbq: number(draft.sensitivity),
    relativeUncertainty: number(draft.uncertaintyPercent) / 100,
    date: draft.date.trim(),
    note: draft.note,
  }
}

/** The schema's words are for programmers; the most frequent is said for people. */
function wordsOf(message: string): string {
  return /received NaN/i.test(message) ? 'A number is needed here.' : `${message}.`
}

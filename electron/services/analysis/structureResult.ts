/** Curve, fit, mass and dose of each structure of a cycle. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ActivityPoint, StructureResult } from '../../contracts/analysis.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft } from '../course/index.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import { structureCurve } from './curves.ts'
import type { MeasuredTimePoint, StructureCurve } from './curves.ts'
import type { CycleContext } from './cycle.ts'
import { hollowMass } from './hollowMass.ts'
import type { HollowMass } from './hollowMass.ts'
import { structureMass } from './mass.ts'
import { curveWithSeries, seriesEntry } from './measuredSeries.ts'
import { fitAndDose } from './structureDose.ts'
import type { NamedStructure } from './structures.ts'

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
    const images = structureCurve(
      structure.name,
      measured,
      mass.volumeMl,
      cycle,
      context.protocol,
      mass.volumeMl > 0 ? mass.volumeStandardUncertaintyMl / mass.volumeMl : 0,
    )
    const { curve, refused } = withSeries(images, structure.name, mass.volumeMl, cycle, context)
    context.assumptions.push(...curve.notes, ...(hollow?.notes ?? mass.notes))
    moreThanGiven(structure.name, curve.points, cycle, context)
    const missing = measured.filter((entry) => !entry.structures.has(structure.name))
    if (missing.length > 0 && curve.series?.use !== 'instead-of-images')
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
      ...(curve.series ? { measuredSeries: { ...curve.series.result, isOutlined: true } } : {}),
    }
    return { ...base, ...fitAndDose({ structure, curve, mass, hollow, measured, cycle, refused }, context) }
  })
}

export interface CurveOrRefusal {
  readonly curve: StructureCurve
  readonly refused: InputError | null
}

/** The curve with the series that the protocol names for it, if any; where the series cannot be used, that of the images is shown and not fitted. */
export function withSeries(
  images: StructureCurve,
  name: string,
  volumeMl: number,
  { index }: CycleDraft,
  { protocol, decay }: CycleContext,
): CurveOrRefusal {
  const entry = seriesEntry(protocol, index, name)
  if (!entry) return { curve: images, refused: null }
  try {
    return { curve: curveWithSeries(images, entry, volumeMl, decay.decayConstantPerS), refused: null }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { curve: images, refused: error }
  }
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
export function moreThanGiven(
  name: string,
  points: readonly ActivityPoint[],
  cycle: CycleDraft,
  context: CycleContext,
): void {
  const { activityBq } = cycle.administration
  // What is relative to the activity that was given is all of it in its first point, but for rounding.
  const beyond = points.find(
    (point) => point.activityBq > (1 + 1e-9) * activityBq * Math.exp(-context.decay.decayConstantPerS * point.timeS),
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

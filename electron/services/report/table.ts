/** All numbers of an analysis as one long table: a row a quantity. What the CSV report holds. */
import type { Analysis, CycleAnalysis, PairResult, StructureResult, Uncertain } from '../../contracts/analysis.ts'
import type { BedMapResult } from '../../contracts/bedMaps.ts'
import type { MeasuredSeriesResult } from '../../contracts/measuredSeries.ts'
import { USE_WORDS } from '../measuredSeries/checkSeries.ts'
import type { ReportedVoxelDose } from '../ports/reportWriter.ts'
import { tissueNote } from './sections/bedMap.ts'
import { energyKept, settingsOf, unitOf } from './sections/voxelDose.ts'
import { count } from './sections/words.ts'

export const NUMBER_COLUMNS = [
  'cycle',
  'structure',
  'hours_after_injection',
  'quantity',
  'value',
  'standard_uncertainty',
  'unit',
  'note',
] as const

export interface NumberRow {
  readonly cycle: number | null
  readonly structure: string
  readonly hoursAfterInjection: number | null
  readonly quantity: string
  readonly value: number | null
  readonly standardUncertainty: number | null
  readonly unit: string
  readonly note: string
}

const S_PER_H = 3600

/** Rows in the order of the report; values in the units that people use (MBq, h, Gy, g, mL), in full precision. */
export function numberRows(analysis: Analysis, voxelDoses: readonly ReportedVoxelDose[] = []): NumberRow[] {
  const rows: NumberRow[] = []
  const add = (
    where: { cycle?: number; structure?: string; hours?: number },
    quantity: string,
    value: number | Uncertain | null,
    unit: string,
    factor = 1,
    note = '',
  ): void => {
    const u = typeof value === 'object' ? value : { value, standardUncertainty: null }
    rows.push({
      cycle: where.cycle ?? null,
      structure: where.structure ?? '',
      hoursAfterInjection: where.hours ?? null,
      quantity,
      value: u === null || u.value === null ? null : u.value * factor,
      standardUncertainty: u === null || u.standardUncertainty === null ? null : u.standardUncertainty * factor,
      unit,
      note,
    })
  }
  add({}, 'physical half-life', analysis.course.halfLifeS, 'h', 1 / S_PER_H, analysis.course.nuclide)
  for (const cycle of analysis.cycles) {
    const at = { cycle: cycle.index }
    const { administration: a } = cycle
    add(at, 'administered activity', a.activityBq, 'MBq', 1e-6, `${a.start.local} (${a.source})`)
    for (const s of cycle.structures) structureRows(cycle, s, add)
    for (const pair of cycle.pairs ?? []) pairRows(cycle, pair, add)
  }
  for (const d of analysis.cumulativeDose)
    add({ structure: d.structure }, 'cumulative absorbed dose', d.doseGy, 'Gy', 1, `${d.cycles} cycles`)
  for (const dose of voxelDoses) {
    voxelDoseRows(dose, add)
    if (dose.bed) bedMapRows(dose.bed, add)
  }
  return rows
}

type Add = (
  where: { cycle?: number; structure?: string; hours?: number },
  quantity: string,
  value: number | Uncertain | null,
  unit: string,
  factor?: number,
  note?: string,
) => void

function structureRows(cycle: CycleAnalysis, s: StructureResult, add: Add): void {
  const at = { cycle: cycle.index, structure: s.name }
  const series = s.measuredSeries
  if (series?.isOutlined !== false) {
    add(at, 'volume', { value: s.volumeMl, standardUncertainty: s.volumeStandardUncertaintyMl }, 'mL', 1, s.policy)
    add(at, 'density', s.densityGPerMl, 'g/mL', 1, s.densityFrom)
    add(at, 'mass', s.massKg, 'g', 1e3)
  } else if (s.massKg.value > 0) add(at, 'mass', s.massKg, 'g', 1e3, s.densityFrom)
  if (series) seriesRows(series, at, add)
  if (s.hollow) {
    add(at, 'volume of the whole outline', s.hollow.outlineMl, 'mL', 1, s.hollow.source)
    add(at, 'volume of the content', s.hollow.contentMl, 'mL', 1, s.hollow.source)
    add(at, 'mass of the content', s.hollow.contentMassKg, 'g', 1e3, s.hollow.source)
  }
  if (s.recoveryRelativeUncertainty !== undefined)
    add(at, 'relative uncertainty of the recovery coefficients', s.recoveryRelativeUncertainty, '1')
  for (const p of s.points) {
    const then = { ...at, hours: p.timeS / S_PER_H }
    if (p.measuredSeries === undefined) {
      add(then, 'outlined volume', p.volumeMl, 'mL')
      add(then, 'share of the outline inside the image', p.fractionInsideImage, '1')
      add(then, 'image concentration', p.imageConcentrationBqPerMl, 'kBq/mL', 1e-3)
      add(then, 'recovery coefficient', p.recoveryCoefficient, '1')
      add(then, 'concentration', p.concentrationBqPerMl, 'kBq/mL', 1e-3)
    }
    const activity = { value: p.activityBq, standardUncertainty: p.activityStandardUncertaintyBq }
    add(
      then,
      'activity',
      activity,
      'MBq',
      1e-6,
      [p.measuredSeries ? `measured series: ${p.measuredSeries}` : '', p.used ? '' : 'not in the fit', p.note]
        .filter((t) => t !== '')
        .join('; '),
    )
  }
  const { fit } = s
  if (fit) {
    for (const p of fit.parameters) {
      const [factor, unit] = p.unit === 'Bq' ? [1e-6, 'MBq'] : p.unit === '1/s' ? [S_PER_H, '1/h'] : [1, p.unit]
      const value = p.standardError === null ? p.value : { value: p.value, standardUncertainty: p.standardError }
      add(at, `fit parameter ${p.name}`, value, unit, factor, fit.model)
    }
    add(at, 'time-integrated activity', fit.tiaBqS, 'MBq·h', 1e-6 / S_PER_H, fit.selection)
    add(at, 'time-integrated activity coefficient', fit.tiaCoefficientS, 'h', 1 / S_PER_H)
    add(at, 'effective half-life', fit.effectiveHalfLifeS, 'h', 1 / S_PER_H)
    add(at, 'share of the TIA before the first scan', fit.extrapolatedBefore, '1')
    add(at, 'share of the TIA after the last scan', fit.extrapolatedAfter, '1')
    add(at, 'chi square', fit.chiSquare, '1', 1, count(fit.degreesOfFreedom, 'degree of freedom', 'degrees of freedom'))
    add(at, 'AICc', fit.aicc, '1', 1, fit.aicc === null ? 'needs at least two points more than parameters' : '')
    for (const warning of fit.warnings) add(at, 'remark on the fit', null, '', 1, warning)
  }
  for (const term of s.uncertainty?.terms ?? [])
    add(at, `relative uncertainty of the dose by ${term.name}`, term.doseRelative, '1', 1, term.kind)
  for (const d of s.doses) {
    add(at, 'absorbed dose', d.doseGy, 'Gy', 1, d.method)
    add(at, 'absorbed dose per administered activity', d.dosePerActivityGyPerBq, 'Gy/GBq', 1e9, d.method)
  }
  if (s.problem) add(at, 'problem', null, '', 1, s.problem)
}

function seriesRows(series: MeasuredSeriesResult, at: { cycle: number; structure: string }, add: Add): void {
  const note = `${series.source}, ${USE_WORDS[series.use]}: ${series.method}`
  add(at, 'measured series: points in the fit', series.seriesPoints, '1', 1, note)
  if (series.scale) {
    const { bqPerUnit, relativeStandardUncertainty, pairs } = series.scale
    const scale = { value: bqPerUnit, standardUncertainty: bqPerUnit * relativeStandardUncertainty }
    add(at, 'measured series: scale by images', scale, 'Bq per unit', 1, `${pairs.length} pairs`)
    return
  }
  for (const { source, relativeStandardUncertainty } of series.common)
    add(at, 'measured series: relative uncertainty common to its points', relativeStandardUncertainty, '1', 1, source)
}

function pairRows(cycle: CycleAnalysis, pair: PairResult, add: Add): void {
  const at = { cycle: cycle.index, structure: pair.name }
  const note = `${pair.left} and ${pair.right}`
  add(at, 'volume', pair.volumeMl, 'mL', 1, note)
  add(at, 'mass', pair.massKg, 'g', 1e3, note)
  for (const { timeS, activityBq } of pair.points)
    add({ ...at, hours: timeS / S_PER_H }, 'activity', activityBq, 'MBq', 1e-6, note)
  add(at, 'time-integrated activity', pair.tiaBqS, 'MBq·h', 1e-6 / S_PER_H, note)
  add(at, 'time-integrated activity coefficient', pair.tiaCoefficientS, 'h', 1 / S_PER_H, note)
  add(at, 'absorbed dose', pair.doseGy, 'Gy', 1, note)
  add(at, 'absorbed dose per administered activity', pair.dosePerActivityGyPerBq, 'Gy/GBq', 1e9, note)
  if (pair.problem) add(at, 'problem', null, '', 1, pair.problem)
}

function voxelDoseRows(dose: ReportedVoxelDose, add: Add): void {
  const { result } = dose
  const { engine, quantity, cycle, hoursAfterInjection, doseId } = result.summary
  const at = { cycle, ...(hoursAfterInjection === null ? {} : { hours: hoursAfterInjection }) }
  const { unit, perSi } = unitOf(quantity)
  const what = quantity === 'dose' ? 'voxel dose' : 'voxel dose rate'
  // The key tells two results of one engine apart.
  const note = [`${engine.name} ${engine.version}`, ...settingsOf(dose), `key ${doseId.slice(0, 12)}`].join('; ')
  add(at, `${what} share of the energy kept in the grid`, energyKept(result), '1', 1, note)
  for (const s of result.structures) {
    const here = { ...at, structure: s.name }
    const u = s.meanStandardUncertaintyGy
    const mean = u === null ? s.meanGy : { value: s.meanGy, standardUncertainty: u }
    add(here, `${what} mean`, mean, unit, perSi, note)
    if (s.statisticalSdGy !== null) add(here, `${what} noise of the mean`, s.statisticalSdGy, unit, perSi, note)
    add(here, `${what} minimum`, s.minimumGy, unit, perSi, note)
    add(here, `${what} D98`, s.d98Gy, unit, perSi, note)
    add(here, `${what} D50`, s.d50Gy, unit, perSi, note)
    add(here, `${what} D2`, s.d2Gy, unit, perSi, note)
    add(here, `${what} maximum`, s.maximumGy, unit, perSi, note)
    add(here, `${what} homogeneity`, s.homogeneity, '1', 1, note)
    add(here, `${what} share of the structure in the grid`, s.insideGrid, '1', 1, note)
  }
}

function bedMapRows(bed: BedMapResult, add: Add): void {
  for (const s of bed.structures) {
    const here = { cycle: bed.cycle, structure: s.name }
    const note = tissueNote(bed, s.name)
    const u = s.meanStandardUncertaintyGy
    add(here, 'voxel BED mean', u === null ? s.meanGy : { value: s.meanGy, standardUncertainty: u }, 'Gy', 1, note)
    add(here, 'voxel BED D98', s.d98Gy, 'Gy', 1, note)
    add(here, 'voxel BED D50', s.d50Gy, 'Gy', 1, note)
    add(here, 'voxel BED D2', s.d2Gy, 'Gy', 1, note)
    if (s.eubedGy !== null) add(here, 'voxel EUBED', s.eubedGy, 'Gy', 1, note)
    add(here, 'voxel EQD2 mean', s.meanEqd2Gy, 'Gy', 1, note)
  }
}

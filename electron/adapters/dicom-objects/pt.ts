/** PET values (PS3.3 C.8.9): unit, slopes of every slice, and decay correction, brought to Bq/mL at the start of the acquisition. */
import type { Instant, Radiopharmaceutical } from '../../contracts/domain.ts'
import { num, parseDateTime, str, strs, timezoneOffsetMin } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { toAcquisitionStart } from './decayCorrection.ts'
import type { DecayMode } from './decayCorrection.ts'
import { checkAttenuation } from './emission.ts'
import { activityConcentrationFactor, isCountsUnit } from './physicalUnits.ts'
import { note, question, refused, shortList } from './problems.ts'
import type { Finding } from './problems.ts'
import { privateTag } from './privateElements.ts'
import { fallingScale, requireRescale, times } from './quantity.ts'
import type { QuantityReading, Scaling } from './quantity.ts'
import { activityMapping, disagreement } from './realWorld.ts'
import type { Slice } from './slices.ts'
import { TAG } from './tags.ts'
import { secondsBetween, seriesStart } from './times.ts'
import type { Timing } from './timing.ts'

/** How far before its first slice a scan may have begun, when a private scan time is believed. */
const LONGEST_LEAD_S = 4 * 3600

/**
 * Quantity and scalings of a PET volume. `commonReference` is the moment of decay correction that the volume shares with the other frames
 * of its series, where that is known.
 */
export function ptQuantity(
  slices: readonly Slice[],
  given: Radiopharmaceutical | null,
  timing: Timing,
  commonReference: Instant | null = null,
): QuantityReading {
  const mapping = activityMapping(slices)
  if (mapping.kind === 'refused') return { kind: 'refused', findings: mapping.findings }
  const units = new Set(slices.map(unitOf))
  if (units.size > 1)
    return refuse(
      'quantity.units-differ',
      `The slices of the series have different Units (0054,1001): ${[...units].map((unit) => unit || 'none').join(', ')}.`,
      'Import the series as one reconstruction wrote it.',
    )
  const unit = [...units][0]!
  const rescales = requireRescale(slices)
  if ('severity' in rescales) {
    if (mapping.kind !== 'mapped') return { kind: 'refused', findings: [rescales] }
    return concentration(
      slices,
      mapping.scalings,
      'real-world-value-mapping',
      given,
      timing,
      [...mapping.findings],
      commonReference,
    )
  }
  const plain: Scaling[] = rescales.map(({ slope, intercept }) => ({ slope, intercept }))
  const factor = unit === '' ? null : activityConcentrationFactor(unit)
  if (mapping.kind === 'mapped') {
    const scaled = factor === null ? plain : plain.map((scaling) => times(scaling, factor))
    const contradiction = factor === null ? [] : disagreement(mapping.scalings, scaled, unit)
    const findings = [...mapping.findings, ...contradiction]
    return concentration(slices, mapping.scalings, 'real-world-value-mapping', given, timing, findings, commonReference)
  }
  if (factor !== null)
    return concentration(
      slices,
      plain.map((scaling) => times(scaling, factor)),
      'pt-units',
      given,
      timing,
      [],
      commonReference,
    )
  if (isCountsUnit(unit)) return fromCounts(slices, plain, given, timing, commonReference)
  return {
    kind: 'read',
    quantity: { kind: 'arbitrary', unit },
    scalings: plain,
    findings: [
      question(
        'activity.unit-not-concentration',
        unit === ''
          ? 'The PET series does not say in which unit its values are (Units (0054,1001) is missing).'
          : `The PET values are in ${unit}${unit === 'GML' ? ' (standardised uptake)' : ''}, not in Bq/mL.`,
        'Import the reconstruction in Bq/mL. This one can be looked at, but gives no activity.',
      ),
    ],
  }
}

/** Units (0054,1001); in enhanced files, which have none, the type of the rescale where it is a unit. */
function unitOf(slice: Slice): string {
  const own = str(slice.file.header, TAG.units)
  if (own !== null) return own
  const type = slice.rescale.kind === 'given' ? slice.rescale.rescale.type : ''
  return activityConcentrationFactor(type) === null ? '' : type
}

/** Counts: with the maker's own factor to Bq/mL (Philips), else a calibration is needed. */
function fromCounts(
  slices: readonly Slice[],
  plain: readonly Scaling[],
  given: Radiopharmaceutical | null,
  timing: Timing,
  commonReference: Instant | null,
): QuantityReading {
  const factors = slices.map((slice) => philipsActivityFactor(slice.file.header))
  const whole = factors.filter((factor) => factor !== null)
  if (whole.length === slices.length) {
    const scaled = plain.map((scaling, i) => times(scaling, whole[i]!))
    const used = [...new Set(whole)]
    const philips = note(
      'activity.philips-factor',
      `Units are CNTS; values were brought to Bq/mL with Philips' Activity Concentration Scale Factor (7053,xx09): ${shortList(used.map(String), 3)}.`,
    )
    return concentration(slices, scaled, 'pt-units', given, timing, [philips], commonReference)
  }
  return {
    kind: 'read',
    quantity: { kind: 'counts', acquisitionDurationS: timing.durationS },
    scalings: plain,
    findings: [needsCalibration('The PET values are counts (Units CNTS) without a factor to Bq/mL.')],
  }
}

/** The question that counts raise, for PET and NM alike. */
export function needsCalibration(message: string): Finding {
  return question(
    'activity.needs-calibration',
    message,
    'Enter the calibration factor of the camera for this radionuclide (cps/MBq, with date and uncertainty) in the protocol: calibration.',
  )
}

function philipsActivityFactor(root: DicomDataSet): number | null {
  const tag = privateTag(root, '7053', 'Philips PET Private Group', '09')
  const value = tag === null ? null : num(root, tag)
  return value !== null && value > 0 ? value : null
}

function concentration(
  slices: readonly Slice[],
  scalings: readonly Scaling[],
  origin: 'pt-units' | 'real-world-value-mapping',
  given: Radiopharmaceutical | null,
  timing: Timing,
  findings: Finding[],
  commonReference: Instant | null,
): QuantityReading {
  const falling = fallingScale(scalings)
  if (falling) return { kind: 'refused', findings: [falling] }
  const modes = new Set(slices.map((slice) => decayModeOf(slice)))
  if (modes.size > 1)
    return refuse(
      'activity.decay-correction-differs',
      `The slices of the series differ in Decay Correction (0054,1102): ${[...modes].join(', ')}.`,
      'Import the series as one reconstruction wrote it.',
    )
  const mode = [...modes][0]!
  if (mode === 'UNKNOWN')
    findings.push(
      question(
        'activity.decay-correction-unknown',
        'The file does not say to which moment its values are corrected for decay (Decay Correction (0054,1102)).',
        'Find out from the reconstruction protocol; accept it if values are those of the start of the scan.',
      ),
    )
  const factors = decayFactors(slices, mode, given, timing, findings, commonReference)
  findings.push(...checkAttenuation(slices[0]!.file.header))
  return {
    kind: 'read',
    quantity: {
      kind: 'activity-concentration',
      unit: 'Bq/mL',
      origin,
      decayCorrectionInFile: mode,
      factorToAcquisitionStart: factors[0] ?? 1,
    },
    scalings: scalings.map((scaling, i) => times(scaling, factors[i] ?? 1)),
    findings,
  }
}

function decayFactors(
  slices: readonly Slice[],
  mode: DecayMode,
  given: Radiopharmaceutical | null,
  timing: Timing,
  findings: Finding[],
  commonReference: Instant | null,
): readonly number[] {
  if (timing.start === null) return slices.map(() => 1)
  const first = slices[0]!
  const starts = slices.map((slice) => slice.acquisition?.start ?? timing.start!)
  const output = toAcquisitionStart({
    mode,
    slices: slices.map((slice, i) => ({
      start: starts[i]!,
      durationS: slice.durationS,
      decayFactor: num(slice.file.header, TAG.decayFactor),
    })),
    acquisitionStart: timing.start,
    halfLifeS: given?.halfLifeS ?? null,
    administrationStart: given?.administrationStart ?? null,
    statedReference: commonReference ?? statedReference(first, timing.start),
    seriesStart: seriesStart(first.file.header),
  })
  findings.push(...output.findings)
  return output.factors
}

function decayModeOf(slice: Slice): DecayMode {
  const { header } = slice.file
  const text = str(header, TAG.decayCorrection)?.toUpperCase()
  if (text === 'START' || text === 'ADMIN' || text === 'NONE') return text
  // Enhanced PET has a flag, and the moment itself in Decay Correction DateTime.
  const flag = str(header, TAG.decayCorrected)?.toUpperCase()
  if (flag === 'NO') return 'NONE'
  if (flag === 'YES' && str(header, TAG.decayCorrectionDateTime) !== null) return 'START'
  if (
    text === undefined &&
    strs(header, TAG.correctedImage).length > 0 &&
    !strs(header, TAG.correctedImage).includes('DECY')
  )
    return 'NONE'
  return 'UNKNOWN'
}

/** Decay Correction DateTime, else GE's private time of the scan: moments of correction that a file states outright. */
function statedReference(slice: Slice, start: Instant): Instant | null {
  const { header } = slice.file
  const offset = timezoneOffsetMin(header)
  const own = parseDateTime(str(header, TAG.decayCorrectionDateTime), offset)
  if (own) return own
  const tag = privateTag(header, '0009', 'GEMS_PETD_01', '0d')
  const scan = tag === null ? null : parseDateTime(str(header, tag), offset)
  if (!scan) return null
  const lead = secondsBetween(scan, start)
  return lead >= 0 && lead <= LONGEST_LEAD_S ? scan : null
}

function refuse(code: string, message: string, hint: string): QuantityReading {
  return { kind: 'refused', findings: [refused(code, message, hint)] }
}

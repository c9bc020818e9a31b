/** NM values: activity by a stated unit, or counts that need a calibration; and how long they were counted. */
import type { Radiopharmaceutical } from '../../contracts/domain.ts'
import { num, seq, str, strs } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { toAcquisitionStart } from './decayCorrection.ts'
import type { DecayMode } from './decayCorrection.ts'
import { decayed } from './decay.ts'
import { checkAttenuation } from './emission.ts'
import { activityConcentrationFactor, isCountsUnit } from './physicalUnits.ts'
import { note, question, refused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { needsCalibration } from './pt.ts'
import { fallingScale, IDENTITY, times } from './quantity.ts'
import type { QuantityReading, Scaling } from './quantity.ts'
import { activityMapping, disagreement } from './realWorld.ts'
import { readRealWorldMappings, readRescale } from './rescale.ts'
import { TAG } from './tags.ts'
import { secondsBetween, seriesStart } from './times.ts'
import type { Timing } from './timing.ts'
import type { DicomFile } from './types.ts'

/** Decay between injection and scan that is worth a warning where the reference of the correction is not stated. */
const NOTICEABLE = 0.01

/** Quantity of a reconstructed NM file; one scaling for all its slices. */
export function nmQuantity(file: DicomFile, given: Radiopharmaceutical | null, timing: Timing): QuantityReading {
  const { header } = file
  const rescale = readRescale(header)
  if (rescale.kind === 'bad')
    return {
      kind: 'refused',
      findings: [
        refused(
          'quantity.slope-missing',
          `The values cannot be scaled: ${rescale.why}.`,
          'Export the reconstruction again.',
        ),
      ],
    }
  const plain: Scaling = rescale.kind === 'given' ? rescale.rescale : IDENTITY
  const mapping = activityMapping([{ file, realWorld: readRealWorldMappings(header) }])
  if (mapping.kind === 'refused') return { kind: 'refused', findings: mapping.findings }

  const claim = claimedUnit(header, rescale.kind === 'given' ? rescale.rescale.type : '')
  const factor = claim === null ? null : activityConcentrationFactor(claim)
  if (mapping.kind === 'mapped') {
    // Slope 1 and intercept 0 are what writers put where they have nothing to say; any other rescale is a statement of its own.
    const isStatement = plain.slope !== 1 || plain.intercept !== 0
    const contradiction = isStatement ? disagreement(mapping.scalings, [times(plain, factor ?? 1)], claim ?? '') : []
    return concentration(header, mapping.scalings[0]!, 'real-world-value-mapping', given, timing, [
      ...mapping.findings,
      ...contradiction,
    ])
  }
  // A unit without a slope would make raw stored numbers an activity: the slope must be in the file.
  if (factor !== null && rescale.kind === 'given')
    return concentration(header, times(plain, factor), 'rescale-units', given, timing, [])
  if (claim !== null && !isCountsUnit(claim) && factor === null && rescale.kind === 'given')
    return arbitrary(plain, claim, `The NM values are in "${claim}", which is not an activity concentration.`)
  const others = mapping.units.filter((unit) => unit !== '' && !isCountsUnit(unit))
  if (others.length > 0)
    return arbitrary(
      plain,
      others[0]!,
      `The NM values are mapped to "${others.join(', ')}", not to activity concentration.`,
    )
  return counts(header, plain, factor !== null, timing)
}

/** The unit that the file claims for its rescaled values: Units (0054,1001), else Rescale Type; null if neither says anything. */
function claimedUnit(header: DicomDataSet, rescaleType: string): string | null {
  const units = str(header, TAG.units)
  if (units !== null) return units
  return rescaleType === '' || rescaleType.toUpperCase() === 'US' ? null : rescaleType
}

function arbitrary(scaling: Scaling, unit: string, message: string): QuantityReading {
  return {
    kind: 'read',
    quantity: { kind: 'arbitrary', unit },
    scalings: [scaling],
    findings: [
      question(
        'activity.unit-not-concentration',
        message,
        'Import the reconstruction in Bq/mL, or in counts and calibrate it. This one can be looked at.',
      ),
    ],
  }
}

function counts(header: DicomDataSet, scaling: Scaling, unitWithoutSlope: boolean, timing: Timing): QuantityReading {
  const duration = nmDuration(header) ?? timing.durationS
  const what = unitWithoutSlope
    ? 'The NM file names a unit of activity concentration but gives no slope to it: its values are taken as counts, which need a calibration factor.'
    : 'The NM values are counts: the file gives no unit of activity concentration.'
  const time =
    duration === null
      ? ' Nor does it say how long they were counted (frame duration and number of frames of the rotation), which a calibration needs.'
      : ''
  const findings: Finding[] = [needsCalibration(what + time)]
  const detectors = seq(header, TAG.detectorInformationSequence).length
  if (duration !== null && detectors > 1)
    findings.push(
      warning(
        'activity.counting-time-per-detector',
        `The counting time (${duration} s) is the frame duration times the frames of the rotation; the file has ${detectors} detectors, and some writers count their frames together.`,
        'Check the counting time against the acquisition protocol: the calibration depends on it.',
      ),
    )
  return { kind: 'read', quantity: { kind: 'counts', acquisitionDurationS: duration }, scalings: [scaling], findings }
}

function concentration(
  header: DicomDataSet,
  scaling: Scaling,
  origin: 'real-world-value-mapping' | 'rescale-units',
  given: Radiopharmaceutical | null,
  timing: Timing,
  findings: Finding[],
): QuantityReading {
  const falling = fallingScale([scaling])
  if (falling) return { kind: 'refused', findings: [falling] }
  const mode = decayMode(header)
  findings.push(...checkAttenuation(header))
  const halfLifeS = given?.halfLifeS ?? null
  const administrationStart = given?.administrationStart ?? null
  let factor = 1
  if (timing.start) {
    const output = toAcquisitionStart({
      mode,
      slices: [
        {
          start: timing.start,
          durationS: nmDuration(header) ?? timing.durationS,
          decayFactor: num(header, TAG.decayFactor),
        },
      ],
      acquisitionStart: timing.start,
      halfLifeS,
      administrationStart,
      statedReference: null,
      seriesStart: seriesStart(header),
    })
    factor = output.factors[0]!
    findings.push(...output.findings)
    if (mode === 'UNKNOWN' && halfLifeS !== null && administrationStart) {
      const left = decayed(halfLifeS, secondsBetween(administrationStart, timing.start))
      const make = 1 - left > NOTICEABLE ? warning : note
      findings.push(
        make(
          'activity.decay-reference-unknown',
          `The file does not say to which moment its values are corrected for decay; the start of the scan was taken. Were it the administration, they would be ${((1 / left - 1) * 100).toFixed(1)} % too high.`,
          'Check the reconstruction protocol.',
        ),
      )
    } else if (mode === 'UNKNOWN')
      findings.push(
        warning(
          'activity.decay-reference-unknown',
          'The file does not say to which moment its values are corrected for decay; the start of the scan was taken.',
          'Check the reconstruction protocol.',
        ),
      )
  }
  return {
    kind: 'read',
    quantity: {
      kind: 'activity-concentration',
      unit: 'Bq/mL',
      origin,
      decayCorrectionInFile: mode,
      factorToAcquisitionStart: factor,
    },
    scalings: [times(scaling, factor)],
    findings,
  }
}

/** Decay Correction as PET has it where the writer put it, else what Corrected Image says: corrected or not, but not to which moment. */
function decayMode(header: DicomDataSet): DecayMode {
  const text = str(header, TAG.decayCorrection)?.toUpperCase()
  if (text === 'START' || text === 'ADMIN' || text === 'NONE') return text
  const corrections = strs(header, TAG.correctedImage)
  return corrections.length > 0 && !corrections.includes('DECY') ? 'NONE' : 'UNKNOWN'
}

/**
 * Seconds during which the counts of a tomographic reconstruction were collected: duration of a frame times frames of the rotation, over
 * all rotations; else Acquisition Duration; null if the file does not say.
 */
export function nmDuration(header: DicomDataSet): number | null {
  const whole = num(header, TAG.acquisitionDurationS)
  if (whole !== null && whole > 0) return whole
  let total = 0
  for (const rotation of seq(header, TAG.rotationInformationSequence)) {
    const frameMs = num(rotation, TAG.actualFrameDurationMs)
    const frames = num(rotation, TAG.framesInRotation)
    if (frameMs === null || frames === null || !(frameMs > 0) || !(frames > 0)) return null
    total += (frameMs / 1000) * frames
  }
  return total > 0 ? total : null
}

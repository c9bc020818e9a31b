/** Whether a patient's images come from the camera that the calibrations of the protocol were measured on. */
import type { CalibrationConditions } from '../../contracts/calibrations.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { cameraWords, collimatorWords, deviceWords } from './cameraWords.ts'
import { compareCamera } from './compareCamera.ts'
import type { CameraAspect, CameraComparison, CameraOfImage } from './compareCamera.ts'

type EmissionImage = CameraOfImage & Pick<ScannedImage, 'seriesUid' | 'seriesDescription' | 'quantity'>
type UsedProtocol = Pick<
  Protocol,
  'calibration' | 'calibrationBySeries' | 'recoveryCurve' | 'partialVolume' | 'deadTime'
>
interface Used {
  readonly what: string
  readonly content: { readonly name: string; readonly conditions: CalibrationConditions } | undefined
}

const ASPECTS: Readonly<Record<CameraAspect, string>> = {
  maker: 'maker',
  model: 'model',
  unit: 'serial number or station',
  collimator: 'collimator',
}
const OF_CAMERA = ['maker', 'model', 'unit'] as const

/**
 * For each calibration of the protocol that is an object: a warning for each image that comes from another camera or has another collimator, and one
 * note of what cannot be compared because the calibration or the images do not say it. A factor concerns images in counts; recovery, point spread
 * and dead time all of them.
 */
export function cameraMismatches(protocol: UsedProtocol, images: readonly EmissionImage[]): ImportProblem[] {
  const unknown = new Map<string, { readonly used: Used; readonly missing: Set<CameraAspect>; series: number }>()
  const warnings = images.flatMap((image) =>
    usedFor(protocol, image).flatMap((used): ImportProblem[] => {
      if (!used.content) return []
      const compared = compareCamera(used.content.conditions, image)
      const missing = missingIn(compared)
      if (missing.length > 0) {
        const key = `${used.what}|${used.content.name}`
        const one = unknown.get(key) ?? { used, missing: new Set<CameraAspect>(), series: 0 }
        missing.forEach((aspect) => one.missing.add(aspect))
        unknown.set(key, { ...one, series: one.series + 1 })
      }
      return warningsOf(used.what, used.content, image, compared)
    }),
  )
  return [...warnings, ...[...unknown.values()].map(noteOf)]
}

function usedFor(protocol: UsedProtocol, image: EmissionImage): readonly Used[] {
  const factor = protocol.calibrationBySeries[image.seriesUid] ?? protocol.calibration
  return [
    { what: 'calibration factor', content: image.quantity.kind === 'counts' ? factor?.stored?.content : undefined },
    { what: 'recovery curve', content: protocol.recoveryCurve?.content },
    { what: 'point spread function', content: protocol.partialVolume.psf?.content },
    { what: 'dead time', content: protocol.deadTime?.content },
  ]
}

/** Of a camera that is known to be another one, nothing else is asked. */
function missingIn(compared: CameraComparison): CameraAspect[] {
  if (OF_CAMERA.some((aspect) => compared[aspect] === 'other')) return []
  return [...OF_CAMERA, 'collimator' as const].filter((aspect) => compared[aspect] === 'unknown')
}

function warningsOf(
  what: string,
  { name, conditions }: NonNullable<Used['content']>,
  image: EmissionImage,
  compared: CameraComparison,
): ImportProblem[] {
  const base = {
    severity: 'warning' as const,
    item: `${image.modality} series "${image.seriesDescription}"`,
    seriesUid: image.seriesUid,
    filePaths: [],
  }
  const others = OF_CAMERA.filter((aspect) => compared[aspect] === 'other').map((aspect) => ASPECTS[aspect])
  const problems: ImportProblem[] = []
  if (others.length > 0)
    problems.push({
      ...base,
      code: 'calibration.other-camera',
      message: `The ${what} "${name}" was measured on "${cameraWords(conditions)}", but the images come from "${deviceWords(image.manufacturer, image.camera)}" (another ${others.join(' and ')}).`,
      hint: 'Use a calibration of the camera that the images were made with, or correct what it says of its camera.',
    })
  if (compared.collimator === 'other')
    problems.push({
      ...base,
      code: 'calibration.other-collimator',
      message: `The ${what} "${name}" was measured with the collimator "${conditions.device ? collimatorWords(conditions.device) : conditions.collimator}", but the images were made with "${image.camera ? collimatorWords(image.camera) : ''}".`,
      hint: 'Sensitivity, recovery and resolution are those of one collimator: use a calibration of that of the images.',
    })
  return problems
}

function noteOf({
  used: { what, content },
  missing,
  series,
}: {
  readonly used: Used
  readonly missing: ReadonlySet<CameraAspect>
  readonly series: number
}): ImportProblem {
  const aspects = (Object.keys(ASPECTS) as CameraAspect[]).filter((one) => missing.has(one)).map((one) => ASPECTS[one])
  return {
    severity: 'note',
    code: 'calibration.camera-unknown',
    item: `${what} "${content?.name ?? ''}"`,
    message: `Whether ${series === 1 ? 'one series comes' : `${series} series come`} from the camera that it was measured on is not known by ${aspects.join(', ')}: the calibration or the images do not say it, or not in comparable words.`,
    hint: 'A calibration made from the DICOM image of its phantom names its camera. Images that were imported by an earlier version of the program get theirs when they are imported again.',
    seriesUid: null,
    filePaths: [],
  }
}

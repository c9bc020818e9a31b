/** Whether a patient's images come from the camera that the calibrations of the protocol were measured on. */
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'

/** Makers of gamma cameras and PET scanners, as they appear in Manufacturer (0008,0070) and in what people write. */
const MAKERS: readonly (readonly [maker: string, pattern: RegExp])[] = [
  ['Canon', /canon|toshiba/i],
  ['GE', /\bge\b|general electric/i],
  ['Mediso', /mediso/i],
  ['Philips', /philips/i],
  ['Siemens', /siemens/i],
  ['Spectrum Dynamics', /spectrum dynamics/i],
  ['United Imaging', /united imaging|\buih\b/i],
]

/** The one maker that a text names; null where it names none or several. */
function makerIn(text: string): string | null {
  const named = MAKERS.filter(([, pattern]) => pattern.test(text))
  return named.length === 1 ? named[0]![0] : null
}

type EmissionImage = Pick<ScannedImage, 'seriesUid' | 'seriesDescription' | 'modality' | 'manufacturer' | 'quantity'>
type UsedProtocol = Pick<
  Protocol,
  'calibration' | 'calibrationBySeries' | 'recoveryCurve' | 'partialVolume' | 'deadTime'
>

/**
 * A warning for each calibration of the protocol and image of it that name different makers of cameras. Where either names none, nothing can be
 * told and nothing is said. A factor concerns images in counts; recovery, point spread and dead time all of them.
 */
export function cameraMismatches(protocol: UsedProtocol, images: readonly EmissionImage[]): ImportProblem[] {
  const { recoveryCurve, partialVolume, deadTime } = protocol
  return images.flatMap((image) => {
    const theirs = makerIn(image.manufacturer)
    if (theirs === null) return []
    const factor = protocol.calibrationBySeries[image.seriesUid] ?? protocol.calibration
    const used = [
      { what: 'calibration factor', content: image.quantity.kind === 'counts' ? factor?.stored?.content : undefined },
      { what: 'recovery curve', content: recoveryCurve?.content },
      { what: 'point spread function', content: partialVolume.psf?.content },
      { what: 'dead time', content: deadTime?.content },
    ]
    return used.flatMap(({ what, content }): ImportProblem[] => {
      const camera = content?.conditions.camera ?? ''
      const ours = makerIn(camera)
      if (!content || ours === null || ours === theirs) return []
      return [
        {
          severity: 'warning',
          code: 'calibration.other-camera',
          item: `${image.modality} series "${image.seriesDescription}"`,
          message: `The ${what} "${content.name}" was measured on "${camera}", but the images come from "${image.manufacturer}".`,
          hint: 'Use a calibration of the camera that the images were made with, or correct what it says of its camera.',
          seriesUid: image.seriesUid,
          filePaths: [],
        },
      ]
    })
  })
}

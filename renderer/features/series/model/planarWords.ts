/** What a planar drawing is made of, and what it lacks, in words. */
import { PART_WORDS, type AttenuationKind, type Part } from './planarWork.ts'

/** How the attenuation of a region can be told. */
export const ATTENUATION_OPTIONS: readonly { readonly value: AttenuationKind; readonly label: string }[] = [
  { value: 'thickness', label: 'thickness and μ' },
  { value: 'transmission', label: 'transmission of a source' },
  { value: 'ct', label: 'CT' },
]

const FIELD_WORDS: Readonly<Record<string, string>> = {
  scans: 'the images of a time point',
  peakKev: 'the photopeak',
  sensitivityCpsPerMbq: 'the sensitivity of the camera',
  ratio: 'the ratio of scatter',
  muPerCm: 'μ',
  bodyThicknessMm: 'the thickness of the body',
  sourceThicknessMm: 'the thickness of the source',
  depthMm: 'the depth of the source',
  timeH: 'the time of a scan',
  openCounts: 'the counts without the patient',
  openDurationS: 'how long they were counted',
  attenuatedCounts: 'the counts through the patient',
  attenuatedDurationS: 'how long they were counted',
  firstPixelX: 'x of the first pixel',
  firstPixelZ: 'z of the first pixel',
  relativeUncertainty: 'the relative uncertainty of the overlap',
  freeVolumeMl: 'the volume of the free part',
  wholeVolumeMl: 'the volume of the organ',
}

/** "draw the background; give the sensitivity of the camera": of the errors of `requestOf`, by field. */
export function firstMissing(errors: Readonly<Record<string, string>>): string {
  const all = Object.entries(errors).map(([key, message]) => {
    const steps = key.split('.')
    const field = steps.at(-1) ?? ''
    if (field === 'shape') return `draw the ${PART_WORDS[(steps.at(-2) ?? 'source') as Part]}`
    const words = FIELD_WORDS[field] ?? key
    return message === 'A number is needed.' || field === 'scans' ? `give ${words}` : `${words}: ${message}`
  })
  return [...new Set(all)].slice(0, 4).join('; ')
}

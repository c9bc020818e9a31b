/** Whether an image was made with the camera that a calibration was measured on, as far as both say it. */
import type { CalibrationConditions } from '../../contracts/calibrations.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'

/** What is compared; `unit` is the very camera: its serial number, else its station. */
export type CameraAspect = 'maker' | 'model' | 'unit' | 'collimator'
export type CameraState = 'same' | 'other' | 'unknown'
export type CameraComparison = Readonly<Record<CameraAspect, CameraState>>
export type CameraOfImage = Pick<ScannedImage, 'manufacturer' | 'camera' | 'modality'>
type Conditions = Pick<CalibrationConditions, 'camera' | 'collimator' | 'device'>

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

/** Energies that parallel-hole collimators are built for, by the common short names of them (low, medium, high energy). */
const COLLIMATORS: readonly (readonly [energy: string, names: RegExp])[] = [
  ['low', /^(le|lehr|lehrs|lehs|leap|legp|lephr|leuhr|elegp|lowenergy.*)$/],
  ['medium', /^(me|mehrs|meap|megp|megap|melp|mediumenergy.*)$/],
  ['high', /^(he|hegp|heap|hehr|uhe|highenergy.*|ultrahighenergy.*)$/],
]

/** A short serial number or station may be part of another word by chance. */
const LEAST_CHARACTERS = 4

/**
 * Each aspect is the same, another, or unknown where either side does not say it or says it in words that cannot be compared. Nothing is the same
 * by default. What the phantom's files named (`device`) is compared word by word; what a person wrote is searched for the image's words, which can
 * show that it is the same camera, or another maker or energy of the collimator, and no more. PET has no collimator: there it is the same.
 */
export function compareCamera(conditions: Conditions, image: CameraOfImage): CameraComparison {
  const { device, camera: written } = conditions
  const theirs = image.camera
  const unit = unitState(device, theirs, written)
  const maker = makerState(device?.manufacturer ?? '', written, image.manufacturer)
  return {
    maker,
    // One camera may name its model otherwise after an update.
    model: unit === 'same' && maker !== 'other' ? 'same' : wordState(device?.model, theirs?.model, written),
    unit: maker === 'other' ? 'unknown' : unit,
    collimator: image.modality === 'PT' ? 'same' : collimatorState(conditions, theirs),
  }
}

function makerState(named: string, written: string, theirs: string): CameraState {
  if (named !== '' && plain(named) === plain(theirs)) return 'same'
  const [ours, other] = [makerIn(named) ?? makerIn(written), makerIn(theirs)]
  if (ours === null || other === null) return 'unknown'
  return ours === other ? 'same' : 'other'
}

/** The one maker that a text names; null where it names none or several. */
function makerIn(text: string): string | null {
  const named = MAKERS.filter(([, pattern]) => pattern.test(text))
  const only = named[0]
  return only && named.length === 1 ? only[0] : null
}

function unitState(device: Conditions['device'], theirs: CameraOfImage['camera'], written: string): CameraState {
  const bySerial = wordState(device?.serialNumber, theirs?.serialNumber, written)
  return bySerial === 'unknown' ? wordState(device?.stationName, theirs?.stationName, written) : bySerial
}

function wordState(ours: string | undefined, theirs: string | undefined, written: string): CameraState {
  const word = plain(theirs ?? '')
  if (word === '') return 'unknown'
  if (ours) return plain(ours) === word ? 'same' : 'other'
  return word.length >= LEAST_CHARACTERS && plain(written).includes(word) ? 'same' : 'unknown'
}

function collimatorState({ device, collimator }: Conditions, theirs: CameraOfImage['camera']): CameraState {
  const name = theirs?.collimatorName ?? ''
  if (name !== '' && device?.collimatorName) return plain(device.collimatorName) === plain(name) ? 'same' : 'other'
  const type = theirs?.collimatorType ?? ''
  if (type !== '' && device?.collimatorType && plain(device.collimatorType) !== plain(type)) return 'other'
  if (name === '' || collimator === '') return 'unknown'
  if (plain(collimator) === plain(name)) return 'same'
  const [a, b] = [energyOf(collimator), energyOf(name)]
  return a !== null && b !== null && a !== b ? 'other' : 'unknown'
}

/** Of the one energy that the words of a text name. */
function energyOf(text: string): string | null {
  const words = [plain(text), ...text.split(/[^\p{L}\p{N}]+/u).map(plain)]
  const named = new Set(COLLIMATORS.filter(([, names]) => words.some((word) => names.test(word))).map(([e]) => e))
  return named.size === 1 ? ([...named][0] ?? null) : null
}

/** Letters and digits in lower case: makers write the same name with and without blanks and dashes. */
const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Calibrations of the site's cameras in the store: list, add, take out of use, copy into a patient's protocol. */
import { InputError } from '../../../native-core/errors/index.ts'
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import { storedCalibrationSchema } from '../../contracts/calibrations.ts'
import type { CalibrationView, StoredCalibration } from '../../contracts/calibrations.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CalibrationRecord, Store } from '../ports/store.ts'

/** With what `content` is written; raised when its schema changes. */
const SCHEMA_VERSION = 1
const kindOf = (content: StoredCalibration): string => `${content.kind}/${SCHEMA_VERSION}`

/** All that are in use, by kind, then the newest first. Objects that another version of the program wrote and this one cannot read are left out. */
export function listCalibrations(store: Store): CalibrationView[] {
  return store.read
    .calibrations()
    .flatMap((record) => viewOf(record) ?? [])
    .sort((a, b) => order(a).localeCompare(order(b)) || b.content.date.localeCompare(a.content.date))
}

const order = ({ content }: CalibrationView): string => content.kind

function viewOf({ id, addedAt, addedBy, content }: CalibrationRecord): CalibrationView | null {
  const parsed = storedCalibrationSchema.safeParse(content)
  return parsed.success ? { calibrationId: id, addedAt, addedBy, content: parsed.data } : null
}

/**
 * Stores one; its key is kind, date and name, and what is stored is never changed.
 *
 * @throws InputError `calibration.exists` where another one has its name and date, `calibration.retired` where it was taken out of use
 */
export function addCalibration(store: Store, content: StoredCalibration): string {
  const key = `${content.kind}|${content.date}|${content.name}`
  const { id, change } = store.transaction({ action: 'calibration.add' }, (write) =>
    write.addCalibration({ key, kind: kindOf(content), content }),
  )
  if (change === 'conflict')
    throw new InputError(
      'calibration.exists',
      `There is another ${words(content)} named "${content.name}" of ${content.date}.`,
      'Choose another name: what is stored is never changed.',
    )
  if (!store.read.calibration(id))
    throw new InputError(
      'calibration.retired',
      `The ${words(content)} "${content.name}" of ${content.date} was taken out of use.`,
      'Store it under another name if it is to be used again.',
    )
  return id
}

/** Takes one out of use; protocols keep their copies. @throws InputError `calibration.unknown`. */
export function retireCalibration(store: Store, calibrationId: string): CalibrationView[] {
  calibrationOf(store, calibrationId)
  store.transaction({ action: 'calibration.retire' }, (write) =>
    write.retire({ entity: 'calibration', id: calibrationId }),
  )
  return listCalibrations(store)
}

/** @throws InputError `calibration.unknown`, `calibration.unreadable`. */
export function calibrationOf(store: Store, calibrationId: string): CalibrationView {
  const record = store.read.calibration(calibrationId)
  if (!record)
    throw new InputError(
      'calibration.unknown',
      'There is no such calibration, or it was taken out of use.',
      'Open the list of calibrations again.',
    )
  const view = viewOf(record)
  if (view) return view
  throw new InputError(
    'calibration.unreadable',
    `The calibration "${record.key}" was written by another version of the program.`,
    'Update the program, or enter the calibration again.',
  )
}

/**
 * A protocol that uses a calibration: the object is copied whole, with its id. A camera factor goes to one series, or to all that hold
 * counts; a recovery curve switches its correction on where there was none; a point spread function and a dead time wait for the method
 * and the observed rates.
 *
 * @param nuclide of the patient's images; '' where it is not known
 * @throws InputError `calibration.other-nuclide` where the calibration is of another nuclide
 */
export function withCalibration(
  protocol: Protocol,
  { calibrationId, content }: Pick<CalibrationView, 'calibrationId' | 'content'>,
  nuclide: string,
  seriesUid?: string,
): Protocol {
  assertNuclide(content, protocol.nuclide ?? nuclide)
  switch (content.kind) {
    case 'camera-factor': {
      const { sensitivityCpsPerMbq, relativeUncertainty, date, name } = content
      const note = `"${name}"`
      const calibration = { sensitivityCpsPerMbq, relativeUncertainty, date, note, stored: { calibrationId, content } }
      return seriesUid === undefined
        ? { ...protocol, calibration }
        : { ...protocol, calibrationBySeries: { ...protocol.calibrationBySeries, [seriesUid]: calibration } }
    }
    case 'recovery-curve': {
      const { method } = protocol.partialVolume
      const partialVolume = {
        ...protocol.partialVolume,
        method: method === 'none' ? ('recovery-curve' as const) : method,
      }
      return { ...protocol, recoveryCurve: { calibrationId, content }, partialVolume }
    }
    case 'psf':
      return {
        ...protocol,
        partialVolume: {
          ...protocol.partialVolume,
          fwhmMm: content.fwhmMm,
          fwhmRelativeUncertainty: content.relativeUncertainty,
          psf: { calibrationId, content },
        },
      }
    case 'dead-time':
      return {
        ...protocol,
        deadTime: { calibrationId, content, observedCpsBySeries: protocol.deadTime?.observedCpsBySeries ?? {} },
      }
  }
}

function assertNuclide(content: StoredCalibration, nuclide: string): void {
  const own = content.conditions.nuclide
  if (own === '' || nuclide === '') return
  if (nuclideNameOf(own) === nuclideNameOf(nuclide)) return
  throw new InputError(
    'calibration.other-nuclide',
    `The ${words(content)} "${content.name}" was measured with ${own}, the images are of ${nuclide}.`,
    'Choose one of the same nuclide, camera, collimator and reconstruction.',
  )
}

const words = ({ kind }: StoredCalibration): string =>
  ({
    'camera-factor': 'calibration factor',
    'recovery-curve': 'recovery curve',
    psf: 'point spread function',
    'dead-time': 'dead time',
  })[kind]

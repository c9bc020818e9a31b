/** Biological effect of a stored patient: the settings as decisions of a person, the effect from the newest analysis. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { SuborganModel } from '../../../native-core/dosimetry/suborgan/index.ts'
import { findBiologySet } from '../../../native-core/radiobiology/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import { biologySettingsSchema } from '../../contracts/biology.ts'
import type { BiologyResult, BiologySettings } from '../../contracts/biology.ts'
import type { BiologyDosimetry } from '../biology/index.ts'
import { biologicalEffects, formulaSets, spreadsOf, storedFormulas } from '../biology/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store } from '../ports/store.ts'
import { latestAnalysis, prepareStored } from './analysisOf.ts'
import { storedBedMap } from './bedMapRecords.ts'
import { patientRef } from './protocolOf.ts'
import { presentVoxelDoses } from './voxelDoses.ts'
import type { VoxelDosePorts } from './voxelDoses.ts'

const CODE = 'biology'

/** The sets of the program and the formulas of this store; retired ones too, for settings that rest on them. */
const withFormulas = (store: Store, sets: readonly BiologySet[]): BiologySet[] => [
  ...sets,
  ...formulaSets(storedFormulas(store.read)),
]

/** The settings that count; the defaults where nobody has changed anything. */
export function biologySettingsOf(store: Store, patientId: string): BiologySettings {
  return biologySettingsSchema.parse(store.read.decision(patientRef(patientId), CODE)?.value ?? {})
}

/**
 * @param models of an organ's parts, where the program has any
 * @throws InputError `biology.set` for settings that name a set which is none, `biology.parts` for such a model of parts: nothing is stored then.
 */
export function saveBiologySettings(
  store: Store,
  patientId: string,
  settings: BiologySettings,
  sets: readonly BiologySet[],
  models: readonly SuborganModel[] = [],
): BiologySettings {
  const known = withFormulas(store, sets)
  for (const own of Object.values(settings.byStructure))
    for (const id of [own.sensitivity, ...(own.limits ?? []), own.complication, own.control])
      if (id) findBiologySet(known, id)
  for (const { parts } of Object.values(settings.byStructure))
    if (parts && 'model' in parts && !models.some(({ id }) => id === parts.model))
      throw new InputError(
        'biology.parts',
        `There is no model "${parts.model}" of an organ's parts.`,
        `Choose one of: ${models.map(({ id }) => id).join(', ')}.`,
      )
  const reasons = Object.entries(settings.byStructure).flatMap(([name, own]) =>
    own.reason ? [`${name}: ${own.reason}`] : [],
  )
  store.transaction({ action: 'biology.save' }, (write) =>
    write.recordDecision({
      subject: patientRef(patientId),
      code: CODE,
      value: settings,
      reason: reasons.join('; ').slice(0, 500),
    }),
  )
  return settings
}

export type EffectPorts = Pick<VoxelDosePorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations' | 'engines'> & {
  /** Needed where the settings ask for doses from other organs or parts of organs. */
  readonly dosimetry?: BiologyDosimetry
}

/**
 * Effect of the newest analysis with `settings`, or with those that are stored; null where there is no analysis yet. How uneven the doses are comes from the
 * voxel doses of the analysis, where there are any.
 */
export function storedEffects(
  store: Store,
  patient: StoredPatient,
  ports: EffectPorts,
  sets: readonly BiologySet[],
  settings: BiologySettings | null,
): { readonly result: BiologyResult; readonly stale: boolean } | null {
  const { prepared } = prepareStored(store, patient, ports)
  const latest = latestAnalysis(store, patient, prepared)
  if (!latest) return null
  const { analysis, stale } = latest
  const used = settings ?? biologySettingsOf(store, patient.record.id)
  const voxelDoses = presentVoxelDoses(store, patient, ports)
  const spreads = spreadsOf(analysis, voxelDoses)
  const bedMaps = voxelDoses.flatMap(({ summary }) => storedBedMap(store, patient, summary.doseId) ?? [])
  try {
    return {
      result: biologicalEffects({
        ...{ analysis, settings: used, sets: withFormulas(store, sets), bedMaps, ...spreads },
        ...(ports.dosimetry ? { dosimetry: ports.dosimetry } : {}),
      }),
      stale,
    }
  } catch (error) {
    if (error instanceof InputError && settings === null && /^biology\.(set|parts)$/.test(error.code))
      throw new InputError(
        error.code,
        `The stored settings cannot be used: ${error.message}`,
        'Open the parameters of the structure and choose a set, or parts, that this version of the program has.',
      )
    throw error
  }
}

/** Requests about biological effect. */
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import type { BiologySettings, biologyRequests } from '../contracts/biology.ts'
import {
  biologyDosimetry,
  formulaSets,
  formulaSetView,
  partsModelView,
  setView,
  storedFormulas,
} from '../services/biology/index.ts'
import { loadStoredPatient } from '../services/import/index.ts'
import { saveBiologySettings, storedEffects } from '../services/patients/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface Asked<S> {
  readonly patientId: string
  readonly settings: S
}

export function biologyHandlers({ store, bench, emit }: SessionTools): HandlersOf<keyof typeof biologyRequests> {
  const sets = () => bench.resources.biologySets().flatMap(parseBiologySets)
  const dosimetry = biologyDosimetry(bench.resources)
  return {
    'biology.sets': () => [
      ...sets().map(setView),
      ...formulaSets(storedFormulas(store.read).filter(({ retired }) => !retired)).map(formulaSetView),
    ],
    'biology.parts': () => dosimetry.models().map(partsModelView),
    'biology.effects': async ({ patientId, settings }: Asked<BiologySettings | null>) =>
      storedEffects(
        store,
        await loadStoredPatient(store, patientId),
        { ...bench.data, engines: bench.doseEngines, dosimetry },
        sets(),
        settings,
      ),
    'biology.save': ({ patientId, settings }: Asked<BiologySettings>) => {
      const saved = saveBiologySettings(store, patientId, settings, sets(), dosimetry.models())
      emit('patientChanged', { patientId })
      return saved
    },
  }
}

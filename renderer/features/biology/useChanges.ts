import { shallowRef } from 'vue'
import type { Failure } from '../../../electron/contracts/index.ts'

export interface SettingsChange<Settings> {
  /** In words: "α/β of KIDNEY_L: 3 Gy". */
  readonly what: string
  readonly before: Settings
  readonly after: Settings
}

/** Settings of a patient that are tried and not kept, and those that are kept. */
export interface Tried<Base, Settings> {
  readonly patientId: string
  readonly settings: Settings
  readonly base: Base
}

/**
 * Changes of settings that are tried, which can be taken back and made again; and those of other patients, which come back with them while the window is
 * open. Putting the settings in their place is the caller's.
 */
export function useChanges<
  Settings,
  Base = Settings,
  One extends SettingsChange<Settings> = SettingsChange<Settings>,
>() {
  const changes = shallowRef<readonly One[]>([])
  const undone = shallowRef<readonly One[]>([])

  /** The last one, taken back; null where there is none. */
  function takeBack(): One | null {
    const last = changes.value.at(-1)
    if (!last) return null
    changes.value = changes.value.slice(0, -1)
    undone.value = [...undone.value, last]
    return last
  }

  /** The one that was taken back last, made again; null where there is none. */
  function makeAgain(): One | null {
    const next = undone.value.at(-1)
    if (!next) return null
    undone.value = undone.value.slice(0, -1)
    changes.value = [...changes.value, next]
    return next
  }

  interface PutAway {
    readonly settings: Settings
    readonly base: Base
    readonly changes: readonly One[]
    readonly undone: readonly One[]
  }
  const away = new Map<string, PutAway>()

  /** Keeps what is tried of a patient, with what was kept then, for when the patient is open again. */
  function putAway(patientId: string, settings: Settings, base: Base): void {
    away.set(patientId, { settings, base, changes: changes.value, undone: undone.value })
  }

  /** The changes of a patient in the place of those that are here; the settings that were put away, null where there are none. */
  function bringBack(patientId: string | null): Settings | null {
    const found = patientId === null ? undefined : away.get(patientId)
    changes.value = found?.changes ?? []
    undone.value = found?.undone ?? []
    if (patientId !== null) away.delete(patientId)
    return found?.settings ?? null
  }

  const putAwayTries = (): Tried<Base, Settings>[] =>
    [...away].map(([patientId, { settings, base }]) => ({ patientId, settings, base }))

  return { changes, undone, takeBack, makeAgain, putAway, bringBack, putAwayTries }
}

/** Settings that the contract refuses, told as the change that led to them. */
export const refusedChange = (
  code: string,
  what: string,
  { issues }: { readonly issues: readonly { readonly message: string }[] },
): Failure => ({
  ...{ kind: 'input', code, message: `"${what}" cannot be tried: ${issues[0]?.message ?? 'it is out of range'}.` },
  hint: 'Give a value within the limits of the field.',
})

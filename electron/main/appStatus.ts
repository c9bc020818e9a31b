/** Opens the store as far as it can be opened without a person, and tells the window where things stand. */
import { app } from 'electron'
import { join } from 'node:path'
import type { AppStatus, Failure, Result, StoreState, StoreUnlock } from '../contracts/index.ts'
import type { BackendSupervisor } from './backendSupervisor.ts'
import { systemKeepsKeys, systemKey } from './storeKey.ts'

export class StoreDoor {
  readonly #backend: BackendSupervisor
  readonly #directory: string
  #state: StoreState = { state: 'locked', keyKind: null }
  #failure: Failure | null = null
  readonly #known: Promise<void>
  #settle: () => void = () => undefined
  /** Kept in memory so that a restarted backend opens the store again without asking. */
  #unlock: StoreUnlock | null = null

  constructor(backend: BackendSupervisor, directory: string) {
    this.#backend = backend
    this.#directory = directory
    this.#known = new Promise((resolve) => (this.#settle = resolve))
  }

  /** Called whenever the backend has started. */
  async backendReady(): Promise<void> {
    await this.#look()
    this.#settle()
  }

  /** Called when the backend cannot be started at all. */
  backendFailed(failure: Failure): void {
    this.#failure = failure
    this.#settle()
  }

  async #look(): Promise<void> {
    const asked = await this.#backend.ask({ type: 'state', directory: this.#directory })
    if (!asked.ok) {
      this.#failure = asked.error
      return
    }
    this.#state = asked.value as StoreState
    const unlock = this.#unlock ?? (await this.#unattended())
    if (unlock) await this.#open(unlock)
  }

  async unlock(passphrase: string): Promise<Result<AppStatus>> {
    const result = await this.#open({ kind: 'passphrase', passphrase })
    return result.ok ? { ok: true, value: await this.status() } : result
  }

  /** Where things stand, as soon as the backend has said so for the first time. */
  async status(): Promise<AppStatus> {
    await this.#known
    return {
      version: app.getVersion(),
      electron: process.versions.electron ?? '',
      node: process.versions.node,
      store: this.#failure ? 'failed' : this.#state.state,
      keyFromSystem: this.#state.keyKind === 'system-key' || (this.#state.state === 'new' && systemKeepsKeys()),
      failure: this.#failure,
    }
  }

  /** The key that can be had without asking: the environment's passphrase, or the system's keychain. */
  async #unattended(): Promise<StoreUnlock | null> {
    const passphrase = process.env['THERATWIN_PASSPHRASE']
    if (passphrase && this.#state.keyKind !== 'system-key') return { kind: 'passphrase', passphrase }
    const wantsSystemKey = this.#state.keyKind === 'system-key' || (this.#state.state === 'new' && systemKeepsKeys())
    if (!wantsSystemKey || !systemKeepsKeys()) return null
    return { kind: 'system-key', systemKey: await systemKey(join(app.getPath('userData'), 'store-key')) }
  }

  async #open(unlock: StoreUnlock): Promise<Result<unknown>> {
    const result = await this.#backend.ask({ type: 'open', directory: this.#directory, unlock })
    if (result.ok) {
      this.#unlock = unlock
      this.#failure = null
      this.#state = { state: 'open', keyKind: unlock.kind }
    } else if (result.error.code !== 'store.wrong-key') this.#failure = result.error
    return result
  }
}

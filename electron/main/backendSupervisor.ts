/**
 * Starts the backend, talks to it, and starts it again when it dies. Requests that were under way then fail with a clear message;
 * what was committed is in the store.
 *
 * In what it runs is for backendRuntime.ts to say.
 */
import { app, utilityProcess } from 'electron'
import { fork } from 'node:child_process'
import type { Failure, FromBackend, Result, ToBackend } from '../contracts/index.ts'
import { backendRuntime } from './backendRuntime.ts'
import type { BackendRuntime } from './backendRuntime.ts'
import { log } from './log.ts'

type Ask = ToBackend extends infer M ? (M extends { readonly id: number } ? Omit<M, 'id'> : never) : never

interface Link {
  post(message: ToBackend): void
  kill(): void
}

export interface SupervisorEvents {
  onEvent(message: Extract<FromBackend, { type: 'event' }>): void
  onReady(): void
  onStopped(willRestart: boolean): void
}

const STOPPED: Failure = {
  kind: 'bug',
  code: 'backend.stopped',
  message: 'The compute process stopped unexpectedly and was started again.',
  hint: 'Everything stored is safe. Try again; if it happens again, the log has the details.',
}

/** Deaths within this time of the start count as a failure to start. */
const EARLY_MS = 3000
const MAX_EARLY_DEATHS = 3

export class BackendSupervisor {
  readonly #runtime: BackendRuntime
  readonly #events: SupervisorEvents
  #link: Link | null = null
  #nextId = 1
  #waiting = new Map<number, (result: Result<unknown>) => void>()
  #earlyDeaths = 0
  #stopping = false

  constructor(entry: string, events: SupervisorEvents) {
    const { resourcesPath, env: environment } = process
    this.#runtime = backendRuntime(entry, { packaged: app.isPackaged, resourcesPath, environment })
    this.#events = events
  }

  start(): void {
    const startedAt = Date.now()
    const onExit = (code: number | null): void => {
      this.#link = null
      for (const answer of this.#waiting.values()) answer({ ok: false, error: STOPPED })
      this.#waiting.clear()
      if (this.#stopping) return
      this.#earlyDeaths = Date.now() - startedAt < EARLY_MS ? this.#earlyDeaths + 1 : 0
      const again = this.#earlyDeaths < MAX_EARLY_DEATHS
      log.error({ code, again }, 'backend stopped')
      this.#events.onStopped(again)
      if (again) this.start()
    }
    const { node } = this.#runtime
    this.#link = node !== undefined ? this.#forkNode(node, onExit) : this.#forkUtility(onExit)
  }

  /** Answers with the backend's result; a failure where the backend dies before it answers. */
  ask(message: Ask): Promise<Result<unknown>> {
    const link = this.#link
    if (!link) return Promise.resolve({ ok: false, error: STOPPED })
    const id = this.#nextId++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      link.post({ ...message, id })
    })
  }

  /** Lets the backend finish its transaction and close the store, then ends it. */
  async stop(): Promise<void> {
    this.#stopping = true
    const patience = new Promise((resolve) => setTimeout(resolve, 5000))
    await Promise.race([this.ask({ type: 'close' }), patience])
    this.#link?.kill()
  }

  #receive(message: FromBackend): void {
    if (message.type === 'event') return this.#events.onEvent(message)
    if (message.type === 'ready') return this.#events.onReady()
    this.#waiting.get(message.id)?.(message.result)
    this.#waiting.delete(message.id)
  }

  #forkUtility(onExit: (code: number | null) => void): Link {
    const child = utilityProcess.fork(this.#runtime.entry, [], {
      serviceName: 'Theratwin backend',
      stdio: 'inherit',
      env: this.#runtime.environment,
    })
    child.on('message', (message: FromBackend) => this.#receive(message))
    child.on('exit', onExit)
    return { post: (message) => child.postMessage(message), kill: () => void child.kill() }
  }

  #forkNode(execPath: string, onExit: (code: number | null) => void): Link {
    const { entry, environment: env } = this.#runtime
    const child = fork(entry, [], { execPath, execArgv: [], serialization: 'advanced', env })
    child.on('message', (message) => this.#receive(message as FromBackend))
    child.on('exit', onExit)
    child.on('error', (error) => log.error({ err: error }, 'backend could not be started'))
    return {
      post: (message) => {
        if (child.connected) child.send(message)
      },
      kill: () => void child.kill(),
    }
  }
}

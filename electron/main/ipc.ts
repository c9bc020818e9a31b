/** Registers the one channel of requests. Sender, size, schema of the ask and schema of the answer are checked for each. */
import { ipcMain } from 'electron'
import type { WebContents } from 'electron'
import { requests } from '../contracts/index.ts'
import type { AnswerOf, EventName, RequestName, Result } from '../contracts/index.ts'
import { log } from './log.ts'
import { isOwnMainFrame } from './security.ts'

export type Handler<N extends RequestName> = (ask: unknown, sender: WebContents) => Promise<Result<AnswerOf<N>>>
export type Handlers = { readonly [N in RequestName]: Handler<N> }

export function registerRequests(handlers: Handlers): void {
  ipcMain.handle('theratwin:request', async (event, name: unknown, ask: unknown): Promise<Result<unknown>> => {
    if (!isOwnMainFrame(event.senderFrame)) return refused('ipc.sender', 'This window may not ask.')
    if (typeof name !== 'string' || !isRequest(name)) return refused('ipc.unknown-request', 'There is no such request.')
    let size: number
    try {
      size = JSON.stringify(ask ?? {}).length
    } catch {
      return refused('ipc.not-plain', 'A request must be plain data.')
    }
    if (size > requests[name].maximumBytes) return refused('ipc.too-large', 'The request is too large.')
    const parsed = requests[name].ask.safeParse(ask ?? {})
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      return refused(
        'ipc.invalid',
        `The request ${name} is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
      )
    }
    try {
      return checkAnswer(name, await handlers[name](parsed.data, event.sender))
    } catch (error) {
      log.error({ err: error, request: name }, 'request failed')
      return {
        ok: false,
        error: {
          kind: 'bug',
          code: 'internal',
          message: 'Something went wrong inside Theratwin.',
          hint: 'Nothing stored is lost. The log has the details.',
        },
      }
    }
  })
}

function checkAnswer(name: RequestName, result: Result<unknown>): Result<unknown> {
  if (!result.ok) return result
  const parsed = requests[name].answer.safeParse(result.value)
  if (parsed.success) return { ok: true, value: parsed.data }
  log.error({ request: name, issue: parsed.error.issues[0] }, 'answer does not fit its schema')
  return {
    ok: false,
    error: {
      kind: 'bug',
      code: 'internal.answer',
      message: 'Theratwin gave itself an answer it does not understand.',
      hint: 'Nothing stored is lost. Please report this.',
    },
  }
}

function isRequest(name: string): name is RequestName {
  return Object.hasOwn(requests, name)
}

function refused(code: string, message: string): Result<never> {
  log.warn({ code }, 'request refused')
  return { ok: false, error: { kind: 'bug', code, message, hint: '' } }
}

export function sendEvent(contents: WebContents | undefined, name: EventName, event: unknown): void {
  if (contents && !contents.isDestroyed()) contents.send(`theratwin:event:${name}`, event)
}

import { z } from './schema.ts'

/** What crosses a process boundary instead of an exception. `kind` input: the user can mend it; bug: it is logged with its stack. */
export const failureSchema = z.strictObject({
  kind: z.enum(['input', 'cancelled', 'bug']),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
})

export type Failure = z.infer<typeof failureSchema>
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure }

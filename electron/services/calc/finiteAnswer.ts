/** What a calculation answers when its numbers leave the range of floating point. */
import type { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'

/**
 * The answer as its schema describes it. @throws InputError `calc.overflow` that names the numbers which are not finite: values so large or so small that the
 * result cannot be held. Any other departure from the schema is a bug and is thrown as it is.
 */
export function finiteAnswer(name: string, output: z.ZodType, answer: unknown): unknown {
  const parsed = output.safeParse(answer)
  if (parsed.success) return parsed.data
  const beyond = notFinite(answer, '')
  if (beyond.length === 0) throw parsed.error
  throw new InputError(
    'calc.overflow',
    `The result of ${name} is no finite number: ${beyond.slice(0, 5).join(', ')}.`,
    'Some value of the input is far too large or too small for the others: check its unit.',
  )
}

/** Paths of the numbers that are not finite, with what they are. */
function notFinite(value: unknown, path: string): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path || 'it'} is ${value}`]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => {
    const inner = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    return notFinite(part, inner)
  })
}

/** mathjs, loaded when it is first needed: its thousand files would make every start of a command or a worker a second longer. */
import { createRequire } from 'node:module'
import type * as Mathjs from 'mathjs'

const load = createRequire(import.meta.url)

/** What `make` makes of mathjs, made at the first call and kept. */
export function withMathjs<Made>(make: (mathjs: typeof Mathjs) => Made): () => Made {
  let made: { readonly value: Made } | null = null
  return () => (made ??= { value: make(load('mathjs') as typeof Mathjs) }).value
}

/**
 * Zod as every contract uses it. In the window its schemas must not be compiled with `new Function`: the content security policy
 * forbids it, and already the probe would be reported as a violation. The setting has to stand before the first schema is made.
 */
import { z } from 'zod'

if ('document' in globalThis) z.config({ jitless: true })

export { z }

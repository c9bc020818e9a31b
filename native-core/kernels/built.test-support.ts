/** Whether the native kernels are there: their tests are skipped, saying so, where they are not. */
import { existsSync } from 'node:fs'
import { kernelsPath } from './load.ts'

export const isBuilt = ((): boolean => {
  try {
    return existsSync(kernelsPath())
  } catch {
    return false
  }
})()

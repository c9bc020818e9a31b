/**
 * Simulated cases and analytic shapes for tests.
 *
 * `makePhantomCase({ seed, …, outDir })` writes a whole case as DICOM and returns what is true about it; see
 * electron/services/demonstration/options.ts for the options and truth.ts for the answer.
 */
export { exampleAnalysis } from './analysis.ts'
export * from './analytic.ts'
export { exampleEngine, exampleVoxelDose } from './voxelDose.ts'
import { createDicomWriter } from '../../electron/adapters/dicom-write/index.ts'
import { makeCase } from '../../electron/services/demonstration/index.ts'
import type { MadeCase, PhantomOptions } from '../../electron/services/demonstration/index.ts'

export type { LesionRequest, PhantomOptions, PhantomTruth } from '../../electron/services/demonstration/index.ts'
export type { MadeCase }

/** Makes a simulated case below `outDir` (cycle1/tp1_004h/CT/… and truth.json). The same request gives the same bytes. */
export function makePhantomCase(
  request: Partial<PhantomOptions> & { readonly seed: number; readonly outDir: string },
): Promise<MadeCase> {
  const { outDir, ...options } = request
  return makeCase(options, { writer: createDicomWriter(), outDir })
}

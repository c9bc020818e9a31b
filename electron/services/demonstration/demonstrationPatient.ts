import { makeCase } from './patientCase.ts'
import type { MadeCase, MakeCaseDependencies } from './patientCase.ts'
import type { PhantomOptions } from './options.ts'

/** The patient that the program shows: one cycle of 177Lu-PSMA-617 with four SPECT/CT, drawn structures and registrations. */
export const DEMONSTRATION_OPTIONS = {
  seed: 177,
  cycles: 1,
  sizes: 'small',
  agent: 'PSMA-617',
  patientName: 'Demonstration^Patient',
  patientId: 'THERATWIN-DEMO',
} as const satisfies Partial<PhantomOptions>

/** Writes the demonstration patient's DICOM files, and truth.json, below `outDir`. The same files every time. */
export function makeDemonstrationPatient(to: MakeCaseDependencies): Promise<MadeCase> {
  return makeCase(DEMONSTRATION_OPTIONS, to)
}

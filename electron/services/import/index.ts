/** Bringing scanned folders into the patient store, and reading patients back out of it. */
export { importScan } from './importScan.ts'
export type { ImportOptions } from './importScan.ts'
export { loadStoredPatient } from './storedPatient.ts'
export type { StoredPatient } from './storedPatient.ts'
export { describeScan } from './describeScan.ts'
export { verdictOf } from './verdict.ts'
export type { Verdict } from './verdict.ts'

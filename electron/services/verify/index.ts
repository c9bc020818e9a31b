/** The validation set that `theratwin verify` runs on the user's workstation; tests/validation asserts the same entries. */
import { parseNuclideTable } from '../../../native-core/physics/index.ts'
import type { Resources } from '../ports/resources.ts'
import { biologyChecks } from './biology.ts'
import { runCheck } from './check.ts'
import type { Check, VerificationRow } from './check.ts'
import { decayChecks } from './decay.ts'
import { doseChecks } from './dose.ts'
import { dynamicPetChecks } from './dynamicPet.ts'
import { kineticsChecks } from './kinetics.ts'
import { planarChecks } from './planar.ts'
import { quantificationChecks } from './quantification.ts'
import { voxelSChecks } from './voxelS.ts'

export type { Check, VerificationRow } from './check.ts'

/** All checks, in the order of the chain from decay to dose and effect. */
export const VERIFICATION_CHECKS: readonly Check[] = [
  ...decayChecks,
  ...quantificationChecks,
  ...planarChecks,
  ...kineticsChecks,
  ...dynamicPetChecks,
  ...doseChecks,
  ...voxelSChecks,
  ...biologyChecks,
]

/** Computes every check now, on this machine. A check that throws is a failure of the program, not of the row. */
export function runVerification(resources: Resources): VerificationRow[] {
  const data = { nuclides: parseNuclideTable(resources.nuclideTable()), resources }
  return VERIFICATION_CHECKS.map((check) => runCheck(check, data))
}

/** Makes a simulated patient's DICOM files and the truth about them. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { DicomWriter } from '../ports/dicomWriter.ts'
import { CaseIdentity } from './identity.ts'
import { resolvePhantomOptions } from './options.ts'
import type { PhantomOptions } from './options.ts'
import { planCase } from './plan.ts'
import { structureBoxes } from './session.ts'
import type { PhantomTruth } from './truth.ts'
import { truthOfCase, truthOfCycle } from './truthOf.ts'
import { VisitWriter } from './visit.ts'

export interface MadeCase {
  readonly truth: PhantomTruth
  /** Absolute paths of all DICOM files. */
  readonly files: readonly string[]
}

export interface MakeCaseDependencies {
  readonly writer: DicomWriter
  /** Where the folders cycle1/tp1_004h/… and truth.json go. */
  readonly outDir: string
  readonly progress?: (fraction: number, what: string) => void
  readonly signal?: AbortSignal
}

/**
 * Simulates a case and writes it: per time point a CT, an NM and/or PT image, structures, and a registration to the reference
 * time point; truth.json beside them. The same options give the same bytes. Throws InputError for options that make no patient.
 */
export async function makeCase(
  request: Partial<PhantomOptions> & { readonly seed: number },
  to: MakeCaseDependencies,
): Promise<MadeCase> {
  const o = resolvePhantomOptions(request)
  const plan = planCase(o)
  const identity = new CaseIdentity(plan)
  const truth = truthOfCase(plan)
  const files: string[] = []
  const total = o.cycles * o.timesH.length
  let done = 0
  for (const cycle of plan.cycles) {
    const truthCycle = truthOfCycle(plan, cycle)
    truth.cycles.push(truthCycle)
    for (const [name, region] of Object.entries(truthCycle.regions)) {
      truth.cumulative_dose_led_gy[name] = (truth.cumulative_dose_led_gy[name] ?? 0) + region.mean_dose_led_gy
    }
    const boxes = structureBoxes(cycle.anatomy)
    for (const session of cycle.sessions) {
      to.signal?.throwIfAborted()
      to.progress?.(done / total, `Simulating scan ${done + 1} of ${total}`)
      const visit = new VisitWriter(identity, cycle, session, to)
      truthCycle.sessions.push(await visit.write(boxes))
      files.push(...visit.files)
      done++
    }
  }
  await mkdir(to.outDir, { recursive: true })
  await writeFile(path.join(to.outDir, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`)
  to.progress?.(1, 'Done')
  return { truth, files }
}

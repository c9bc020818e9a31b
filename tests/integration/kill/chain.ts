import type { ArtifactDraft, EntityRef, StoreReader } from '../../../electron/services/ports/store.ts'
import { identityOf } from './content.ts'

/** The artifacts of round n: a curve from the cycle, a fit from the curve, a dose from the fit. */
export function chainOf(
  read: StoreReader,
  n: number,
  doseMapId: string,
): { cycle: EntityRef; curve: ArtifactDraft; fit: ArtifactDraft; dose: ArtifactDraft } {
  const patient = read.patientByKey(identityOf(0).key)
  const course = read.coursesOfPatient(patient?.id ?? '')[0]
  const record = read.cyclesOfCourse(course?.id ?? '')[0]
  if (record === undefined) throw new Error('the parent made a cycle')
  const cycle: EntityRef = { entity: 'cycle', id: record.id }

  const curve: ArtifactDraft = {
    kind: 'time-activity-curve',
    algorithmVersion: 'curve/1',
    parameters: { round: n },
    inputs: [read.inputOf('administration', cycle)],
    subject: cycle,
    slot: 'liver',
    payload: { timeS: [1, 2, 3], activityBq: [n, n / 2, n / 4] },
    volumes: {},
  }
  const after = (draft: ArtifactDraft) => {
    const key = read.artifactKey(draft)
    return { role: draft.kind, ref: { entity: 'artifact' as const, id: key }, hash: key }
  }
  const fit: ArtifactDraft = {
    ...curve,
    kind: 'fit',
    algorithmVersion: 'fit/1',
    inputs: [after(curve)],
    payload: { tiaBqS: n * 3600 },
  }
  const dose: ArtifactDraft = {
    ...curve,
    kind: 'dose-result',
    algorithmVersion: 'dose/1',
    inputs: [after(fit)],
    payload: { doseGy: n / 1000 },
    volumes: { doseMap: doseMapId },
  }
  return { cycle, curve, fit, dose }
}

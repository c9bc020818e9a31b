/** Writes the course that the images and the protocol show into the store's tables: course, cycles, time points. */
import type { CourseDraft } from '../course/index.ts'
import type { Store } from '../ports/store.ts'
import type { StoredPatient } from '../import/index.ts'

/** Replaces earlier versions of the same course and cycles; their history stays in the store. Changes nothing if nothing changed. */
export function settleCourse(store: Store, patient: StoredPatient, course: CourseDraft): void {
  if (course.cycles.length === 0) return
  store.transaction({ action: 'course.settle' }, (write, read) => {
    const patientId = patient.record.id
    const key = `${course.nuclide}|${course.agent}`
    const { id: courseId } = write.addCourse(
      { patientId, key, agent: course.agent || course.nuclide, nuclide: course.nuclide || null },
      { replace: true },
    )
    for (const other of read.coursesOfPatient(patientId))
      if (other.id !== courseId) write.retire({ entity: 'course', id: other.id })
    const kept = new Set<string>()
    for (const cycle of course.cycles) {
      const { id: cycleId } = write.addCycle(
        {
          courseId,
          key: `cycle-${cycle.index}`,
          number: cycle.index,
          netActivityBq: cycle.administration.activityBq,
          administrationStart: cycle.administration.start,
          administrationStop: cycle.reference.emission.radiopharmaceutical?.administrationStop ?? null,
          ligandAmountMol: null,
        },
        { replace: true },
      )
      kept.add(cycleId)
      const points = new Set<string>()
      for (const timePoint of cycle.timePoints) {
        const images = [
          { imageId: patient.idOf.get(timePoint.emission.key) ?? '', role: 'emission' as const },
          ...(timePoint.ct ? [{ imageId: patient.idOf.get(timePoint.ct.key) ?? '', role: 'anatomy' as const }] : []),
        ]
        const added = write.addTimePoint(
          {
            cycleId,
            key: timePoint.id,
            label: `${timePoint.hoursAfterInjection.toFixed(0)} h`,
            acquisitionStart: timePoint.start,
            images,
          },
          { replace: true },
        )
        points.add(added.id)
      }
      for (const stored of read.timePointsOfCycle(cycleId))
        if (!points.has(stored.id)) write.retire({ entity: 'time-point', id: stored.id })
    }
    for (const stored of read.cyclesOfCourse(courseId))
      if (!kept.has(stored.id)) write.retire({ entity: 'cycle', id: stored.id })
  })
}

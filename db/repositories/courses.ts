import type {
  CourseInput,
  CourseRecord,
  CycleInput,
  CycleRecord,
  StoreReader,
  StoreWriter,
} from '../../electron/services/ports/store.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { entityId } from '../ids.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { anyRow, liveRow, saveRow } from '../rows.ts'
import { courseSchema, cycleSchema, validated } from '../validate.ts'
import { instantColumns, instantFrom } from './instants.ts'

type Reader = Pick<StoreReader, 'coursesOfPatient' | 'course' | 'cyclesOfCourse' | 'cycle'>
type Writer = Pick<StoreWriter, 'addCourse' | 'addCycle'>

interface CourseRow {
  readonly id: string
  readonly patient_id: string
  readonly key: string
  readonly agent: string
  readonly nuclide: string | null
  readonly content_hash: string
}

interface CycleRow {
  readonly id: string
  readonly course_id: string
  readonly key: string
  readonly number: number
  readonly net_activity_bq: number | null
  readonly administration_start_local: string | null
  readonly administration_start_utc_offset_min: number | null
  readonly administration_stop_local: string | null
  readonly administration_stop_utc_offset_min: number | null
  readonly ligand_amount_mol: number | null
  readonly content_hash: string
}

export function courseReader(context: ReadContext): Reader {
  return {
    coursesOfPatient: (patientId) =>
      context
        .statement<[string], CourseRow>(
          'SELECT * FROM courses WHERE patient_id = ? AND retired_at IS NULL ORDER BY key',
        )
        .all(patientId)
        .map(courseFromRow),
    course(id) {
      const row = liveRow<CourseRow>(context, 'course', id)
      return row === undefined ? null : courseFromRow(row)
    },
    cyclesOfCourse: (courseId) =>
      context
        .statement<[string], CycleRow>(
          'SELECT * FROM cycles WHERE course_id = ? AND retired_at IS NULL ORDER BY number, key',
        )
        .all(courseId)
        .map(cycleFromRow),
    cycle(id) {
      const row = liveRow<CycleRow>(context, 'cycle', id)
      return row === undefined ? null : cycleFromRow(row)
    },
  }
}

export function courseWriter(context: WriteContext): Writer {
  return {
    addCourse(given, options) {
      const input = validated(courseSchema, given, 'course')
      const { patientId, key, agent, nuclide } = input
      const id = entityId('course', patientId, key)
      return saveRow(
        context,
        {
          entity: 'course',
          id,
          input,
          substance: { agent, nuclide },
          columns: { patient_id: patientId, key, agent, nuclide },
          stored: () => courseInput(courseFromRow(anyRow(context, 'course', id))),
        },
        options,
      )
    },

    addCycle(given, options) {
      const input = validated(cycleSchema, given, 'cycle')
      const { courseId, key, number, netActivityBq, administrationStart, administrationStop, ligandAmountMol } = input
      const id = entityId('cycle', courseId, key)
      return saveRow(
        context,
        {
          entity: 'cycle',
          id,
          input,
          substance: { number, netActivityBq, administrationStart, administrationStop, ligandAmountMol },
          columns: {
            course_id: courseId,
            key,
            number,
            net_activity_bq: netActivityBq,
            ...instantColumns('administration_start', administrationStart),
            ...instantColumns('administration_stop', administrationStop),
            ligand_amount_mol: ligandAmountMol,
          },
          stored: () => cycleInput(cycleFromRow(anyRow(context, 'cycle', id))),
        },
        options,
      )
    },
  }
}

/**
 * Cycle numbers are unique in a course when the transaction ends; in between they may swap. Throws InputError
 * 'store.duplicate-cycle-number'.
 */
export function checkCycleNumbers(context: WriteContext): void {
  const twice = context
    .statement<[], { number: number; agent: string }>(
      `SELECT number, agent FROM cycles JOIN courses ON courses.id = course_id WHERE cycles.retired_at IS NULL
       GROUP BY course_id, number HAVING count(*) > 1`,
    )
    .get()
  if (twice === undefined) return
  throw new InputError(
    'store.duplicate-cycle-number',
    `Two cycles of the course of ${twice.agent} would both have the number ${twice.number}. Nothing was stored.`,
    'Give each administration of a course its own number, in the order of their dates.',
  )
}

function courseInput({ patientId, key, agent, nuclide }: CourseRecord): CourseInput {
  return { patientId, key, agent, nuclide }
}

function cycleInput(record: CycleRecord): CycleInput {
  const { courseId, key, number, netActivityBq, administrationStart, administrationStop, ligandAmountMol } = record
  return { courseId, key, number, netActivityBq, administrationStart, administrationStop, ligandAmountMol }
}

function courseFromRow(row: CourseRow): CourseRecord {
  return {
    id: row.id,
    patientId: row.patient_id,
    key: row.key,
    agent: row.agent,
    nuclide: row.nuclide,
    contentHash: row.content_hash,
  }
}

function cycleFromRow(row: CycleRow): CycleRecord {
  return {
    id: row.id,
    courseId: row.course_id,
    key: row.key,
    number: row.number,
    netActivityBq: row.net_activity_bq,
    administrationStart: instantFrom(row.administration_start_local, row.administration_start_utc_offset_min),
    administrationStop: instantFrom(row.administration_stop_local, row.administration_stop_utc_offset_min),
    ligandAmountMol: row.ligand_amount_mol,
    contentHash: row.content_hash,
  }
}

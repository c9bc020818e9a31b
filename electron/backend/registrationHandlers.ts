/** Requests about registrations. */
import type { AnswerOf, RegistrationCompute } from '../contracts/index.ts'
import type { registrationRequests } from '../contracts/registrations.ts'
import {
  addManualRegistration,
  computeRegistration,
  judgeRegistration,
  previewRegistration,
  registrationPreview,
  registrationViews,
} from '../services/patients/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface RegistrationAsk {
  readonly patientId: string
  readonly registrationId: string
}

export function registrationHandlers(tools: SessionTools): HandlersOf<keyof typeof registrationRequests> {
  const { store, bench, jobs, emit } = tools
  const list = async (patientId: string): Promise<AnswerOf<'registrations.list'>> => {
    const { patient, course } = await patientAndCourse(tools, patientId)
    return registrationViews(store, patient, course)
  }
  return {
    'registrations.list': ({ patientId }: { readonly patientId: string }) => list(patientId),
    'registrations.manual': async (ask: {
      readonly patientId: string
      readonly movingTimePointId: string
      readonly fixedTimePointId: string
      readonly movingToFixed: readonly number[]
    }) => {
      const { patient, course } = await patientAndCourse(tools, ask.patientId)
      const { movingTimePointId, fixedTimePointId, movingToFixed } = ask
      const registrationId = addManualRegistration(
        store,
        patient,
        course,
        movingTimePointId,
        fixedTimePointId,
        movingToFixed,
      )
      emit('patientChanged', { patientId: ask.patientId })
      return { registrationId }
    },
    'registrations.judge': async (ask: {
      readonly patientId: string
      readonly registrationId: string
      readonly status: 'accepted' | 'rejected'
    }) => {
      judgeRegistration(store, ask.patientId, ask.registrationId, ask.status)
      emit('patientChanged', { patientId: ask.patientId })
      return list(ask.patientId)
    },
    'registrations.compute': (ask: RegistrationCompute) => ({
      jobId: jobs.start('registration', 'Registration', async (how) => {
        const { patientId } = ask
        const { patient, course } = await patientAndCourse(tools, patientId)
        const registrationId = await computeRegistration(store, patient, course, ask, bench.compute, how)
        emit('patientChanged', { patientId })
        return { kind: 'registration', patientId, registrationId }
      }),
    }),
    'registrations.preview': ({ patientId, registrationId }: RegistrationAsk) => ({
      jobId: jobs.start('registration', 'Registered images', async (how) => {
        const { patient, course } = await patientAndCourse(tools, patientId)
        await previewRegistration(store, patient, course, registrationId, bench.compute, how)
        return { kind: 'registration-preview', patientId, registrationId }
      }),
    }),
    'registrations.previewResult': async ({ patientId, registrationId }: RegistrationAsk) => {
      const { patient, course } = await patientAndCourse(tools, patientId)
      return registrationPreview(store, patient, course, registrationId)
    },
  }
}

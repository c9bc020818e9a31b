/** Requests about registrations. */
import type { AnswerOf, RegistrationCompute, RegistrationLandmark } from '../contracts/index.ts'
import type { registrationRequests } from '../contracts/registrations.ts'
import {
  acceptRegistrations,
  addManualRegistration,
  computeRegistration,
  framesOf,
  judgeRegistration,
  landmarksOf,
  previewRegistration,
  registrationPreview,
  registrationViews,
  saveLandmarks,
} from '../services/patients/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface PairAsk {
  readonly patientId: string
  readonly movingTimePointId: string
  readonly fixedTimePointId: string
}

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
    'registrations.manual': (ask: PairAsk & { readonly movingToFixed: readonly number[] }) => ({
      jobId: jobs.start('registration', 'Registration by hand', async (how) => {
        const { patientId } = ask
        const { patient, course } = await patientAndCourse(tools, patientId)
        const registrationId = await addManualRegistration(store, patient, course, ask, bench.compute, how)
        emit('patientChanged', { patientId })
        return { kind: 'registration', patientId, registrationId }
      }),
    }),
    'registrations.judge': async (ask: {
      readonly patientId: string
      readonly registrationId: string
      readonly status: 'accepted' | 'rejected'
    }) => {
      judgeRegistration(store, ask.patientId, ask.registrationId, ask.status)
      emit('patientChanged', { patientId: ask.patientId })
      return list(ask.patientId)
    },
    'registrations.accept': async (ask: {
      readonly patientId: string
      readonly registrationIds: readonly string[]
    }) => {
      acceptRegistrations(store, ask.patientId, ask.registrationIds)
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
    'registrations.landmarks': async (ask: PairAsk) => {
      const { course } = await patientAndCourse(tools, ask.patientId)
      return landmarksOf(store, ask.patientId, framesOf(course, ask.movingTimePointId, ask.fixedTimePointId))
    },
    'registrations.saveLandmarks': async (ask: PairAsk & { readonly landmarks: readonly RegistrationLandmark[] }) => {
      const { course } = await patientAndCourse(tools, ask.patientId)
      const frames = framesOf(course, ask.movingTimePointId, ask.fixedTimePointId)
      saveLandmarks(store, ask.patientId, frames, ask.landmarks)
      return list(ask.patientId)
    },
  }
}

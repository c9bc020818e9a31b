/** Requests about registrations. */
import { InputError } from '../../native-core/errors/index.ts'
import type { AnswerOf } from '../contracts/index.ts'
import type { registrationRequests } from '../contracts/registrations.ts'
import { addManualRegistration, judgeRegistration, registrationViews } from '../services/patients/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { SessionTools } from './sessionTools.ts'

type Handlers = {
  readonly [N in keyof typeof registrationRequests]: (ask: never) => AnswerOf<N> | Promise<AnswerOf<N>>
}

export function registrationHandlers(tools: SessionTools): Handlers {
  const { store, emit } = tools
  const list = async (patientId: string): Promise<AnswerOf<'registrations.list'>> => {
    const { patient, course } = await patientAndCourse(tools, patientId)
    return registrationViews(store, patient, course)
  }
  const missing = (): never => {
    throw new InputError('registration.not-built', 'This tool is not built into this version.', 'Register by hand.')
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
    'registrations.compute': missing,
    'registrations.preview': missing,
    'registrations.previewResult': missing,
  }
}

/** Registrations of the invented patient: one that came in a file, and those that are made while the window is open. */
import type {
  RegistrationLandmark,
  RegistrationQuality,
  RegistrationView,
  RequestName,
  RequestOf,
} from '../../electron/contracts/index.ts'
import type { FakeJob } from './fakeJobs.ts'

interface Made {
  readonly fixedTimePointId: string
  readonly movingTimePointId: string
  readonly type: RegistrationView['type']
  readonly origin: 'computed' | 'manual'
  readonly movingToFixed: readonly number[]
}

const shift = (mm: number): number[] => [1, 0, 0, mm, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

const quality: RegistrationQuality = {
  metric: 'mutual-information',
  metricBefore: 0.62,
  metricAfter: 0.87,
  overlapFraction: 0.97,
  jacobianMinimum: null,
  jacobianMaximum: null,
  foldedFraction: null,
  structures: [
    ['LIVER', 0.96, 0.9],
    ['KIDNEY_L', 0.91, 1.2],
    ['TUMOUR_1', 0.74, 1.6],
  ].map(([name, dice, mm]) => ({
    name: String(name),
    dice: Number(dice),
    meanSurfaceDistanceMm: Number(mm),
    percentile95SurfaceDistanceMm: 2.4 * Number(mm),
    maximumSurfaceDistanceMm: 5 * Number(mm),
    fixedVolumeMl: 1480,
    movedVolumeMl: 1470,
    problem: '',
  })),
  landmarks: null,
}

export function fakeRegistrations() {
  let views: RegistrationView[] = [
    {
      ...view('registration-0', 'tp1', 'tp2', 'REG', 'RIGID', shift(3), true),
      status: 'accepted',
      decidedBy: 'anna',
      decidedAt: '2024-02-01T10:05:00Z',
    },
  ]
  let landmarks: RegistrationLandmark[] = []

  function view(
    registrationId: string,
    moving: string,
    fixed: string,
    origin: RegistrationView['origin'],
    type: RegistrationView['type'],
    movingToFixed: number[],
    inUse: boolean,
  ): RegistrationView {
    return {
      registrationId,
      movingTimePointId: moving,
      fixedTimePointId: fixed,
      movingTimePointIds: [moving],
      fixedTimePointIds: [fixed],
      type,
      movingToFixed,
      origin,
      status: 'proposed',
      decidedBy: null,
      decidedAt: null,
      description: origin === 'REG' ? 'Imported registration object' : 'rigid, mutual information; converged',
      remarks: [],
      quality: origin === 'REG' ? null : quality,
      inUse,
    }
  }

  return {
    list: () => views,
    /** A proposal; answers with its id. */
    add({ fixedTimePointId, movingTimePointId, type, origin, movingToFixed }: Made): string {
      const id = `registration-${views.length}`
      const made = view(id, movingTimePointId, fixedTimePointId, origin, type, [...movingToFixed], false)
      views = [...views, made]
      return id
    },
    judge(registrationId: string, status: 'accepted' | 'rejected'): RegistrationView[] {
      views = views.map((one) =>
        one.registrationId === registrationId
          ? { ...one, status, inUse: status === 'accepted', decidedBy: 'anna', decidedAt: '2024-02-01T10:20:00Z' }
          : { ...one, inUse: status === 'accepted' ? false : one.inUse },
      )
      return views
    },
    landmarks: () => landmarks,
    saveLandmarks(next: readonly RegistrationLandmark[]): RegistrationView[] {
      landmarks = [...next]
      return views
    },
  }
}

type Name = Extract<RequestName, `registrations.${string}`>

export function fakeRegistrationHandlers(job: FakeJob): { readonly [N in Name]: (ask: RequestOf<N>) => unknown } {
  const registrations = fakeRegistrations()
  return {
    'registrations.list': () => registrations.list(),
    'registrations.compute': ({ kind, fixedTimePointId, movingTimePointId }) =>
      job('registration', 'Registration', ['Registering', 'Measuring structures'], () => ({
        kind: 'registration',
        patientId: 'demo',
        registrationId: registrations.add({
          fixedTimePointId,
          movingTimePointId,
          type: kind === 'rigid' ? 'RIGID' : kind === 'affine' ? 'AFFINE' : 'DEFORMABLE',
          origin: 'computed',
          movingToFixed: [1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
        }),
      })),
    'registrations.manual': (asked) =>
      job('registration', 'Registration by hand', ['Measuring structures'], () => ({
        kind: 'registration',
        patientId: 'demo',
        registrationId: registrations.add({ ...asked, type: 'RIGID', origin: 'manual' }),
      })),
    'registrations.judge': ({ registrationId, status }) => registrations.judge(registrationId, status),
    'registrations.accept': ({ registrationIds }) => {
      for (const id of registrationIds) registrations.judge(id, 'accepted')
      return registrations.list()
    },
    'registrations.preview': ({ registrationId }) =>
      job('registration', 'Registered images', ['Carrying the CT'], () => ({
        kind: 'registration-preview',
        patientId: 'demo',
        registrationId,
      })),
    'registrations.previewResult': () => ({
      error: {
        kind: 'input',
        code: 'registration.no-preview',
        message: 'The images have not been carried yet.',
        hint: 'Ask for the preview.',
      },
    }),
    'registrations.landmarks': () => registrations.landmarks(),
    'registrations.saveLandmarks': ({ landmarks }) => registrations.saveLandmarks(landmarks),
  }
}

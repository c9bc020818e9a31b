/** Registrations of the invented patient: one that came in a file, and those that are made while the window is open. */
import type { RegistrationLandmark, RegistrationQuality, RegistrationView } from '../../electron/contracts/index.ts'

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
  let views: RegistrationView[] = [view('registration-0', 'tp1', 'tp2', 'REG', 'RIGID', shift(3), true)]
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

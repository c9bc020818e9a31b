/** Invented calibrations of two cameras, and what the store does with them. */
import {
  storedCalibrationSchema,
  type CalibrationDraft,
  type CalibrationView,
  type PatientView,
  type StoredCalibration,
} from '../../electron/contracts/index.ts'

type Protocol = PatientView['protocol']

const conditions = {
  camera: 'Camera A, room 2',
  collimator: 'MEHRS',
  nuclide: 'Lu-177',
  energyWindows: [
    { lowKev: 187.2, highKev: 228.8 },
    { lowKev: 101.7, highKev: 124.3 },
  ],
  reconstruction: 'OSEM 6 × 10, AC (CT), SC (TEW), resolution recovery, no filter',
  matrix: [128, 128, 90],
  voxelMm: [4.8, 4.8, 4.8],
}

const factor = storedCalibrationSchema.parse({
  kind: 'camera-factor',
  name: 'Cylinder 2024',
  conditions,
  date: '2024-01-05',
  note: 'Filled by two persons; stirred for 10 min.',
  sensitivityCpsPerMbq: 9.42,
  relativeUncertainty: 0.0248,
  source: 'uniform-phantom',
  budget: [
    { name: 'activity', relativeStandardUncertainty: 0.02, evaluation: 'B', note: 'activity meter' },
    { name: 'half-life', relativeStandardUncertainty: 0.0001, evaluation: 'B', note: 'time since the assay' },
    { name: 'counting statistics', relativeStandardUncertainty: 0.004, evaluation: 'A', note: 'spread of 16 parts' },
    { name: 'volume', relativeStandardUncertainty: 0.01, evaluation: 'B', note: 'filling of the phantom' },
    { name: 'repeatability', relativeStandardUncertainty: 0.01, evaluation: 'A', note: 'three fillings' },
  ],
  remarks: ['The parts of the region differ by 5.4 % (one standard deviation): look at the attenuation correction.'],
})

/** Spheres of the NEMA IEC body phantom, on a curve with β = 4 mL and γ = 1.1, each off by a little. */
const spheres = [0.52, 1.15, 2.57, 5.57, 11.49, 26.52].map((volumeMl, index) => ({
  volumeMl,
  coefficient: 1 - 1 / (1 + (volumeMl / 4) ** 1.1) + [0.01, -0.012, 0.006, 0.011, -0.014, 0.004][index]!,
  standardUncertainty: [0.03, 0.025, 0.02, 0.018, 0.015, 0.012][index]!,
}))

const curve = storedCalibrationSchema.parse({
  kind: 'recovery-curve',
  name: 'NEMA spheres 2024',
  conditions,
  date: '2024-01-06',
  note: 'Factor 9.42 cps/MBq given.',
  form: 'gear',
  parameters: [4.02, 1.09],
  covariance: [
    [0.025, -0.0021],
    [-0.0021, 0.0016],
  ],
  volumeRangeMl: [0.52, 26.52],
  spheres,
  reducedChiSquare: 0.62,
  remarks: [],
})

const initial: readonly StoredCalibration[] = [
  factor,
  storedCalibrationSchema.parse({
    ...factor,
    name: 'Point source 2023',
    date: '2023-06-14',
    conditions: { ...conditions, camera: 'Camera B', nuclide: 'I-131', collimator: 'HEGP' },
    sensitivityCpsPerMbq: 47.1,
    source: 'entered',
    budget: [],
    remarks: [],
    note: '',
  }),
  curve,
  storedCalibrationSchema.parse({
    kind: 'psf',
    name: 'NEMA spheres 2024',
    conditions,
    date: '2024-01-06',
    fwhmMm: [12.4, 12.6, 11.9],
    relativeUncertainty: 0.06,
    source: 'spheres',
  }),
  storedCalibrationSchema.parse({
    kind: 'dead-time',
    name: 'Two sources 2023',
    conditions: { ...conditions, matrix: null, voxelMm: null, reconstruction: '' },
    date: '2023-11-02',
    losses: { model: 'paralysable', tauS: 0.55e-6, relativeUncertainty: 0.1 },
    at: 'one detector, open window, in air',
  }),
]

const refusal = (code: string, message: string, hint: string) => ({ error: { kind: 'input', code, message, hint } })

export interface FakeCalibrations {
  list(): CalibrationView[]
  add(content: StoredCalibration): unknown
  retire(calibrationId: string): CalibrationView[]
  analyse(name: string): CalibrationDraft
  /** The protocol that uses it, or the refusal of the store. */
  apply(protocol: Protocol, calibrationId: string, seriesUid: string | undefined): Protocol | { error: unknown }
}

export function createFakeCalibrations(empty: boolean): FakeCalibrations {
  let stored: CalibrationView[] = (empty ? [] : initial).map((content, index) => ({
    calibrationId: `calibration-${index + 1}`,
    addedAt: '2024-01-07T08:10:00Z',
    addedBy: 'physicist',
    content,
  }))
  let count = stored.length
  return {
    list: () => stored,
    add(content) {
      const rival = stored.some(
        (one) =>
          one.content.kind === content.kind && one.content.name === content.name && one.content.date === content.date,
      )
      if (rival)
        return refusal(
          'calibration.exists',
          `There is another one named "${content.name}" of ${content.date}.`,
          'Choose another name: what is stored is never changed.',
        )
      const calibrationId = `calibration-${++count}`
      stored = [...stored, { calibrationId, addedAt: '2024-02-01T10:00:00Z', addedBy: 'physicist', content }]
      return { calibrationId }
    },
    retire(calibrationId) {
      stored = stored.filter((one) => one.calibrationId !== calibrationId)
      return stored
    },
    analyse: (name) => ({
      drafts: [
        { ...factor, name },
        { ...curve, name },
      ],
      remarks: ['Factor and recovery curve come from the same spheres: use them together.'],
    }),
    apply(protocol, calibrationId, seriesUid) {
      const one = stored.find((view) => view.calibrationId === calibrationId)
      if (!one) return refusal('calibration.unknown', 'There is no such calibration.', 'Open the list again.')
      const { content } = one
      if (content.conditions.nuclide !== 'Lu-177')
        return refusal(
          'calibration.other-nuclide',
          `The calibration factor "${content.name}" was measured with ${content.conditions.nuclide}, the images are of Lu-177.`,
          'Choose one of the same nuclide, camera, collimator and reconstruction.',
        )
      switch (content.kind) {
        case 'camera-factor': {
          const { sensitivityCpsPerMbq, relativeUncertainty, date, name } = content
          const own = {
            sensitivityCpsPerMbq,
            relativeUncertainty,
            date,
            note: `"${name}"`,
            stored: { calibrationId, content },
          }
          return seriesUid === undefined
            ? { ...protocol, calibration: own }
            : { ...protocol, calibrationBySeries: { ...protocol.calibrationBySeries, [seriesUid]: own } }
        }
        case 'recovery-curve':
          return {
            ...protocol,
            recoveryCurve: { calibrationId, content },
            partialVolume: { ...protocol.partialVolume, method: 'recovery-curve' },
          }
        case 'psf':
          return {
            ...protocol,
            partialVolume: {
              ...protocol.partialVolume,
              fwhmMm: content.fwhmMm,
              fwhmRelativeUncertainty: content.relativeUncertainty,
              psf: { calibrationId, content },
            },
          }
        case 'dead-time':
          return { ...protocol, deadTime: { calibrationId, content, observedCpsBySeries: {} } }
      }
    },
  }
}

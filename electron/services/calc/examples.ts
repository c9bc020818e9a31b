/** Small inputs of calculations, by name: what `calc NAME --example` prints. Values are made up. */
import { BIOLOGY_EXAMPLES } from './examplesBiology.ts'
import { IMAGE_EXAMPLES } from './examplesImages.ts'

const LU = { nuclide: 'Lu-177' }
const kidneyPoints = [
  { timeH: 4, activityMbq: 105 },
  { timeH: 24, activityMbq: 92 },
  { timeH: 96, activityMbq: 45 },
  { timeH: 168, activityMbq: 22 },
]
const population = {
  shape: 'mono-exponential',
  effectiveHalfLifeH: { median: 52, geometricStandardDeviation: 1.25 },
}

/** Five-minute frames of a structure with one tissue compartment, K1 = 0.1 mL/(mL·min), k2 = 0.05 1/min, rounded. */
const frames = Array.from({ length: 12 }, (_, i) => ({ startS: 300 * i, durationS: 300 }))
const tissue = [2140, 5370, 7300, 8290, 8680, 8680, 8430, 8030, 7560, 7060, 6560, 6070]
const region = [2300, 5400, 6900, 7450, 7440, 7110, 6620, 6060, 5500, 4960, 4450, 3980]
const dynamic = {
  nuclide: 'F-18',
  frames,
  decayCorrectedTo: 'administration',
  concentrationBqPerMl: tissue,
}
const bolus = { kind: 'exponentials', terms: [{ ratePerMin: 0.04, amplitudeBqPerMl: 10000 }] }

const patient = (label: string, administeredMbq: number, activities: readonly number[]) => ({
  label,
  administeredMbq,
  points: activities.map((activityMbq, i) => ({ timeH: [24, 96, 168][i], activityMbq })),
})

/** As `population-fit` answers it for the example above it, rounded. */
const prior = {
  agent: '',
  nuclide: 'Lu-177',
  structure: 'kidney',
  curve: { id: 'mono-exponential', physicalHalfLifeS: 574300 },
  normalisation: 'administered',
  parameters: [
    { name: 'A1', title: 'amplitude of phase 1 at time zero', unit: 'Bq', scale: 'log' },
    { name: 'lambdaBiol1', title: 'biological rate of phase 1', unit: '1/s', scale: 'log' },
  ],
  mu: [
    { value: -4.1, standardError: 0.06 },
    { value: -12.7, standardError: 0.05 },
  ],
  covariateEffects: [],
  omega: [
    [0.03, 0],
    [0, 0.04],
  ],
  omegaStandardErrors: [
    [null, null],
    [null, null],
  ],
  residual: {
    form: 'proportional',
    additive: { value: 0, standardError: null },
    proportional: { value: 0.05, standardError: 0.01 },
  },
  patientCount: 8,
  curveCount: 8,
  pointCount: 28,
  minusTwoLogLikelihood: -325.6,
  aic: -315.6,
  aicc: -312.9,
  bic: -308.9,
  shrinkage: [0, 0],
  conditionNumber: 1.6,
  converged: true,
  candidates: [
    {
      curveId: 'mono-exponential',
      parameterCount: 5,
      minusTwoLogLikelihood: -325.6,
      aicc: -312.9,
      difference: 0,
      weight: 1,
      refusal: null,
    },
  ],
  algorithm: {
    name: 'theratwin.population-fit',
    version: '1.0.0',
    method: 'foce-interaction',
    objective: '−2 log likelihood',
  },
  dataHash: '0'.repeat(64),
  evidence: 'site',
  source: 'made up',
  from: [],
  warnings: [],
  note: '',
}

export const CALC_EXAMPLES: Readonly<Record<string, object>> = {
  ...BIOLOGY_EXAMPLES,
  ...IMAGE_EXAMPLES,
  'fit-tac': { label: 'Kidney left', ...LU, points: kidneyPoints, model: 'auto', curveTimesH: [0, 48] },
  tia: { terms: [{ amplitudeMbq: 100, effectiveHalfLifeH: 50 }], administeredMbq: 7400 },
  'single-time-point': {
    label: 'Kidney left',
    ...LU,
    method: 'population-half-life',
    points: [{ timeH: 72, activityMbq: 55, sigmaMbq: 3 }],
    population,
  },
  'scan-time': { ...LU, population, timesH: [24, 48, 72, 96, 120], methods: ['hanscheid', 'madsen'] },
  'population-fit': {
    ...LU,
    structure: 'kidney',
    curves: ['mono-exponential'],
    starts: 1,
    patients: [
      patient('P1', 7400, [98, 47, 24]),
      patient('P2', 7300, [121, 52, 21]),
      patient('P3', 7500, [80, 44, 23]),
      patient('P4', 7400, [104, 40, 16]),
      patient('P5', 7350, [91, 38, 18]),
    ],
  },
  'individual-fit': {
    population: prior,
    administeredMbq: 7400,
    points: [{ timeH: 72, activityMbq: 55 }],
    samples: 500,
  },
  graphical: { method: 'logan', ...dynamic, input: bolus, bloodFraction: 0.03 },
  'tissue-model': { method: 'srtm', ...dynamic, reference: { concentrationBqPerMl: region } },
  'uncertainty-budget': {
    structures: [
      {
        label: 'Tumour',
        ...LU,
        calibration: { relative: 0.05 },
        volumeMl: 10,
        outline: { voxelMm: 2 },
        points: kidneyPoints.map((point) => ({ ...point, otherRelative: 0.04 })),
        doseGy: 12,
      },
    ],
    monteCarlo: { samples: 200 },
  },
  decay: { ...LU, activityMbq: 7400, elapsedH: 24 },
  'decay-chain': { nuclide: 'Ac-225', activityMbq: 8, timesH: [24, 240] },
  'effective-half-life': { ...LU, biologicalHalfLifeH: 80 },
  'elapsed-time': {
    from: { local: '2026-01-12T09:00:00', utcOffsetMin: 60 },
    to: { local: '2026-01-13T10:30:00', utcOffsetMin: 60 },
  },
  'nuclide-info': LU,
  'dose-local': { ...LU, tiaMbqH: 6000, massG: 150, administeredMbq: 7400 },
  'mass-scaling': { tiaMbqH: 6000, massG: 150, electron: { sMgyPerMbqS: 1.6e-4, massG: 310, source: 'made up' } },
  'dose-engines': { engine: 'local-energy' },
  'dose-uncertainty': { tiaFit: 0.04, calibration: 0.05, volume: 0.1 },
  'organ-s': { ...LU, source: 'Liver' },
  'sphere-s': { ...LU, massesG: [1, 10, 100] },
  'hu-density': { hu: [-1000, 0, 60, 1000] },
  suv: { nuclide: 'Ga-68', administeredActivityMbq: 150, delayH: 1, weightKg: 75, concentrationBqPerMl: 12000 },
  remainder: { wholeBodyTiaMbqH: 300000, organs: [{ name: 'Liver', tiaMbqH: 20000 }] },
  excretion: { ...LU, administeredActivityMbq: 7400, voids: [{ timeH: 3, activityMbq: 2500 }] },
  'blood-marrow': { bloodTiaMbqHPerMl: 1.2, hematocrit: 0.4, marrowMassG: 1170 },
  'conjugate-view': {
    anteriorCps: 800,
    posteriorCps: 1100,
    transmission: 0.2,
    sensitivityCpsPerMbq: 9.2,
  },
  'calibration-factor': {
    ...LU,
    counts: 5.5e6,
    acquisitionDurationS: 600,
    activityMbq: 1000,
    activityRelativeUncertainty: 0.02,
  },
  'dead-time': { losses: { model: 'paralysable', tauS: 1.8e-6, relativeUncertainty: 0.1 }, observedCps: [52000] },
  'theranostic-pair': {
    diagnostic: { nuclide: 'Cu-64', administeredActivityMbq: 200 },
    therapy: { nuclide: 'Cu-67', administeredActivityMbq: 5000 },
    points: [1, 24, 48].map((timeH, i) => ({ timeH, activityMbq: [4, 1.1, 0.28][i] })),
    largestShareAfter: 0.9,
  },
}

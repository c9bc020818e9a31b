/** Small inputs of calculations of biology, by name. Values are made up. */

const LU = { nuclide: 'Lu-177' }
const cell = { cellRadiusUm: 8, nucleusRadiusUm: 6 }
/** Two cycles. */
const curves = [
  { doseGy: 6, effectiveHalfLifeH: 50, uptakeHalfLifeH: 2 },
  { startH: 1344, doseGy: 5, effectiveHalfLifeH: 45 },
]
const repair = { repairHalfTimeH: 1.5 }
const tumour = { alphaPerGy: 0.15, alphaBetaGy: 10 }
const histogram = [
  { doseGy: 8, volume: 0.2 },
  { doseGy: 12, volume: 0.6 },
  { doseGy: 16, volume: 0.2 },
]

export const BIOLOGY_EXAMPLES: Readonly<Record<string, object>> = {
  bed: { curves, ...repair, alphaBetaGy: 2.5 },
  'cell-cluster': {
    ...LU,
    ...cell,
    electronModel: 'csda-icru37',
    target: 'N',
    lattice: { kind: 'cubic', spacingUm: 18, radiusUm: 60 },
    regionShares: { CS: 1 },
    meanDecaysPerCell: 2000,
    bins: 10,
  },
  'cell-s': { ...LU, ...cell, source: 'CS', targets: ['N'], electronModel: 'csda-icru37' },
  'cell-survival': { doseGy: 4, g: 0.1, ...tumour, cv: 0.3 },
  'cell-voxel': {
    ...LU,
    ...cell,
    electronModel: 'csda-icru37',
    regionShares: { CS: 1 },
    lattice: { spacingUm: 18, radiusUm: 60 },
    voxelDoseGy: 10,
    receptorCv: 0.5,
    ...tumour,
    g: 0.1,
    bins: 10,
  },
  clones: {
    clones: [
      { name: 'sensitive', cells: 1e9, birthPerH: 0.002, deathPerH: 0.001, alphaPerGy: 0.3, alphaBetaGy: 10 },
      { name: 'resistant', cells: 1e5, birthPerH: 0.002, deathPerH: 0.001, alphaPerGy: 0.1, alphaBetaGy: 10 },
    ],
    curves,
    ...repair,
    atH: 2688,
  },
  eqd2: { bedGy: 30, alphaBetaGy: 2.5 },
  'g-factor': { curves, ...repair },
  geud: { histogram, a: 4 },
  growth: {
    growth: { kind: 'gompertz', ratePerH: 0.0005, capacityMl: 500 },
    volumeMl: 20,
    ...tumour,
    curves,
    ...repair,
    clearanceHalfTimeH: 240,
    timesH: [0, 672, 1344, 2016],
  },
  'growth-fit': {
    growth: [{ kind: 'exponential', doublingTimeH: 1400 }],
    volumes: [20, 17.5, 13, 12.1].map((volumeMl, i) => ({ timeH: 672 * i, volumeMl, relativeUncertainty: 0.05 })),
    free: [{ name: 'alphaPerGy' }, { name: 'volumeMl' }],
    volumeMl: 20,
    ...tumour,
    curves,
    ...repair,
    clearanceHalfTimeH: 240,
    predictH: [2688],
  },
  marker: {
    baseline: 80,
    growthPerH: 0.0004,
    directPerGbqH: 0.002,
    activity: [{ terms: [{ activityMbq: 400, halfLifeH: 50 }] }],
    timesH: [0, 336, 672, 1344],
  },
  microdosimetry: { nuclide: 'Ac-225', ...cell, decays: { CS: 0.5 }, bins: 64 },
  ntcp: { model: 'lkb', histogram, td50Gy: 28, m: 0.15, n: 0.7 },
  rbe: { mixed: { highLetGy: 0.4, lowLetGy: 1, g: 0.2, alphaBetaGy: 10, choice: { kind: 'weighted-dose', rbe: 5 } } },
  'sublethal-response': {
    growthPerH: 0.0005,
    capacityMl: 500,
    alphaPerGy: 0.1,
    pPerGy: 0.3,
    epsilon: 0.2,
    repairHalfTimeH: 1.5,
    clearanceHalfTimeH: 240,
    volumeMl: 20,
    curves,
    timesH: [0, 672, 1344, 2016],
  },
  tcp: { model: 'poisson', histogram, clonogens: 1e7, alphaPerGy: 1.3 },
  utcp: { tcp: 0.6, ntcp: [0.05, 0.02] },
}

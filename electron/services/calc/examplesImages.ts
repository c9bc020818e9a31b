/** Small inputs of calculations on images, phantoms and dose distributions, by name. Values are made up. */

/** A patient's corner: eight voxels of 4 mm. */
const dose = (doseGy: readonly number[], sdGy?: readonly number[]) => ({
  grid: { dimensions: [2, 2, 2], spacingMm: [4, 4, 4] },
  doseGy,
  ...(sdGy ? { sdGy } : {}),
})
const reference = dose([4, 5, 5, 6, 5, 6, 6, 7])
const evaluated = dose([4.1, 5, 4.9, 6.1, 5, 6, 6.2, 7.1])
/** A square of 40 mm on four slices. */
const contours = [0, 3, 6, 9].map((z) => [
  [0, 0, z],
  [40, 0, z],
  [40, 40, z],
  [0, 40, z],
])

export const IMAGE_EXAMPLES: Readonly<Record<string, object>> = {
  'dose-difference': { reference, evaluated },
  'dose-profile': { dose: reference, fromMm: [0, 0, 0], toMm: [4, 4, 4], stepMm: 1 },
  dvh: {
    dose: reference,
    structures: [{ name: 'Corner', fractions: [1, 1, 1, 1, 1, 0.5, 0.5, 0] }],
    volumePercents: [50, 95],
    dosesGy: [5],
    binWidthGy: 1,
  },
  'gamma-index': { reference, evaluated },
  gtm: {
    matrix: [
      [0.8, 0.05],
      [0.1, 0.9],
    ],
    measured: [12000, 2500],
    standardUncertainties: [300, 100],
  },
  'hybrid-scale': {
    label: 'Kidney left',
    planar: [
      { timeH: 4, value: 1200 },
      { timeH: 24, value: 900 },
      { timeH: 96, value: 400 },
    ],
    spect: { timeH: 24, activityMbq: { value: 92, standardUncertainty: 4 } },
  },
  'point-kernel': { nuclide: 'Y-90', radiiMm: [0.5, 2, 5] },
  'recovery-coefficient': {
    curve: {
      form: 'gear',
      parameters: [3, 1.1],
      covariance: [
        [0.04, 0],
        [0, 0.004],
      ],
      volumeRangeMl: [0.5, 115],
    },
    structures: [{ volumeMl: 10, volumeStandardUncertaintyMl: 1 }],
  },
  'recovery-fit': {
    form: 'gear',
    spheres: [
      [0.5, 0.16],
      [2, 0.4],
      [8, 0.74],
      [30, 0.91],
      [115, 0.98],
    ].map(([volumeMl, coefficient]) => ({ volumeMl, coefficient, standardUncertainty: 0.02 })),
  },
  'scatter-window': {
    peak: { lowKev: 187.2, highKev: 228.8, counts: 50000 },
    lower: { lowKev: 166.4, highKev: 187.2, counts: 9000 },
    upper: { lowKev: 228.8, highKev: 249.6, counts: 4000 },
  },
  'structure-volume': { contours, sliceThicknessMm: 3, densityGPerMl: 1.04 },
  'suborgan-dose': {
    tiaMbqH: 6000,
    table: {
      schema: 'theratwin.suborgan/1',
      name: 'Made-up kidney',
      organ: 'Kidney',
      nuclide: 'Lu-177',
      provenance: { source: 'made up', citation: 'none', evidence: 'designed' },
      parts: [
        { name: 'Cortex', massKg: 0.1 },
        { name: 'Medulla', massKg: 0.04 },
      ],
      fractions: [
        { part: 'Cortex', fraction: 0.7 },
        { part: 'Medulla', fraction: 0.3 },
      ],
      sValues: [
        { target: 'Cortex', source: 'Cortex', sGyPerBqS: 2.3e-13 },
        { target: 'Cortex', source: 'Medulla', sGyPerBqS: 1e-15 },
        { target: 'Medulla', source: 'Cortex', sGyPerBqS: 2e-15 },
        { target: 'Medulla', source: 'Medulla', sGyPerBqS: 5.7e-13 },
      ],
    },
  },
  transmission: {
    openCounts: 100000,
    openDurationS: 300,
    attenuatedCounts: 20000,
    attenuatedDurationS: 300,
    bodyThicknessCm: 22,
  },
  'voxel-s': { nuclide: 'Y-90', spacingMm: 4, reach: 1 },
}

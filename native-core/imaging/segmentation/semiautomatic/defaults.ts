/** What the methods are given where a user says nothing. `evidence` as in `resources/`. */
interface Default {
  readonly value: number
  readonly unit: string
  readonly source: string
  readonly evidence: 'transcribed' | 'designed' | 'unverified'
}

export const SEGMENTATION_DEFAULTS = {
  startRadiusMm: {
    value: 5,
    unit: 'mm',
    source: 'a ball that lies inside most structures that are grown from a point',
    evidence: 'designed',
  },
  shellFromFwhm: {
    value: 1,
    unit: 'FWHM',
    source: 'beyond one FWHM from the boundary less than 1 % of the structure is seen',
    evidence: 'designed',
  },
  shellToFwhm: { value: 2, unit: 'FWHM', source: 'one FWHM wide', evidence: 'designed' },
  smoothingVoxels: {
    value: 1,
    unit: 'largest voxel spacing',
    source: 'standard deviation that differences of neighbours need against noise',
    evidence: 'designed',
  },
  curvatureVoxels: {
    value: 0.1,
    unit: 'largest voxel spacing',
    source: 'smooths the surface over a tenth of a voxel; the volume is kept',
    evidence: 'designed',
  },
  standardDeviations: {
    value: 2.5,
    unit: 'standard deviations',
    source: 'multiplier of the confidence-connected filter of ITK',
    evidence: 'transcribed',
  },
  beta: { value: 90, unit: '', source: 'Grady 2006', evidence: 'unverified' },
} as const satisfies Readonly<Record<string, Default>>

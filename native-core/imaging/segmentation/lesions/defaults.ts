/** Values to begin from; each is the user's to change, and told with the result. The threshold has none: it depends on image and agent. */
export const LESION_DEFAULTS = {
  marginMm: {
    value: 6,
    unit: 'mm',
    source:
      'half the width (FWHM) of a point spread function of 12 mm, as SPECT has it: so far an organ at half of its value spills out',
    evidence: 'designed',
  },
  physiologicShare: { value: 0.5, unit: '1', source: 'the greater part of the region', evidence: 'designed' },
  minimumVolumeMl: {
    value: 0.5,
    unit: 'mL',
    source: 'a ball of 10 mm, about what SPECT and PET resolve',
    evidence: 'designed',
  },
  splitDepth: {
    value: 0.2,
    unit: '1',
    source: 'above the relative noise of a usual SPECT voxel, so that noise parts no lesion',
    evidence: 'designed',
  },
} as const

export const MATCH_DEFAULTS = {
  maximumDistanceMm: {
    value: 20,
    unit: 'mm',
    source: 'what posture and breathing leave after a registration of the whole body',
    evidence: 'designed',
  },
  minimumOverlap: { value: 0.1, unit: '1', source: 'more than neighbours share by blur alone', evidence: 'designed' },
  clearFactor: { value: 2, unit: '1', source: 'the next lesion is twice as far', evidence: 'designed' },
} as const

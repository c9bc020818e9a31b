import { describe, expect, it } from 'vitest'
import { parseProtocol } from '../analysis/analyse.ts'
import { cameraMismatches } from './cameraMismatch.ts'

const conditions = (camera: string) => ({ camera, collimator: 'MEGP', nuclide: 'Lu-177' })
const factor = (camera: string) => ({
  sensitivityCpsPerMbq: 9.2,
  relativeUncertainty: 0.02,
  date: '2026-01-05',
  stored: {
    calibrationId: 'one',
    content: {
      kind: 'camera-factor' as const,
      name: 'Factor of January',
      conditions: conditions(camera),
      date: '2026-01-05',
      note: '',
      sensitivityCpsPerMbq: 9.2,
      relativeUncertainty: 0.02,
      source: 'point-source' as const,
      budget: [],
      remarks: [],
    },
  },
})
const psf = (camera: string) => ({
  fwhmMm: [12, 12, 12],
  psf: {
    calibrationId: 'two',
    content: {
      kind: 'psf' as const,
      name: 'Widths',
      conditions: conditions(camera),
      date: '2026-01-05',
      note: '',
      fwhmMm: [12, 12, 12],
      relativeUncertainty: 0.05,
      source: 'spheres' as const,
    },
  },
})
const image = (manufacturer: string, kind: 'counts' | 'activity-concentration' = 'counts') => ({
  seriesUid: '1.2.3',
  seriesDescription: 'Lu 24h',
  modality: 'NM' as const,
  manufacturer,
  quantity:
    kind === 'counts'
      ? { kind, acquisitionDurationS: 1200 }
      : {
          kind,
          unit: 'Bq/mL' as const,
          origin: 'rescale-units' as const,
          decayCorrectionInFile: 'START' as const,
          factorToAcquisitionStart: 1,
        },
})
const codesOf = (protocol: unknown, ...images: ReturnType<typeof image>[]) =>
  cameraMismatches(parseProtocol(protocol), images).map(({ code }) => code)

describe('the camera of a calibration', () => {
  it('that is another one than that of the images is a warning which names both', () => {
    const [problem, ...others] = cameraMismatches(parseProtocol({ calibration: factor('Siemens Symbia Intevo') }), [
      image('GE MEDICAL SYSTEMS'),
    ])
    expect(others).toEqual([])
    expect(problem).toMatchObject({ severity: 'warning', code: 'calibration.other-camera', seriesUid: '1.2.3' })
    expect(problem?.message).toContain('"Factor of January" was measured on "Siemens Symbia Intevo"')
    expect(problem?.message).toContain('"GE MEDICAL SYSTEMS"')
  })

  it('is no warning where it is the same, or where either is not named', () => {
    for (const [camera, manufacturer] of [
      ['Siemens Symbia', 'SIEMENS NM'],
      ['', 'SIEMENS NM'],
      ['camera 2', 'SIEMENS NM'],
      ['Siemens Symbia', ''],
      ['Siemens Symbia', 'Hermes Medical Solutions'],
      ['Siemens, as the GE', 'Philips'],
    ] as const)
      expect(codesOf({ calibration: factor(camera) }, image(manufacturer)), `${camera} / ${manufacturer}`).toEqual([])
  })

  it('counts for a factor with images in counts only, for a point spread function with all', () => {
    const images = [image('Philips Medical Systems', 'activity-concentration')]
    expect(codesOf({ calibration: factor('GE Discovery') }, ...images)).toEqual([])
    expect(codesOf({ partialVolume: psf('GE Discovery') }, ...images)).toEqual(['calibration.other-camera'])
  })

  it('of the series goes before the one for all', () => {
    const protocol = { calibration: factor('GE Discovery'), calibrationBySeries: { '1.2.3': factor('Mediso AnyScan') } }
    expect(codesOf(protocol, image('GE MEDICAL SYSTEMS'))).toEqual(['calibration.other-camera'])
    expect(codesOf(protocol, image('Mediso'))).toEqual([])
  })
})

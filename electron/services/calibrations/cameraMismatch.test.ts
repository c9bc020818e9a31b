import { describe, expect, it } from 'vitest'
import type { ImageCamera } from '../../contracts/domain.ts'
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
const camera = (more: Partial<ImageCamera> = {}): ImageCamera => ({
  model: 'Symbia T16',
  stationName: 'NM2',
  serialNumber: '1404',
  collimatorName: 'MELP',
  collimatorType: 'PARA',
  ...more,
})
const image = (
  manufacturer: string,
  kind: 'counts' | 'activity-concentration' = 'counts',
  its: ImageCamera | null = null,
) => ({
  seriesUid: '1.2.3',
  seriesDescription: 'Lu 24h',
  modality: 'NM' as const,
  manufacturer,
  camera: its,
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
const problemsOf = (protocol: unknown, ...images: ReturnType<typeof image>[]) =>
  cameraMismatches(parseProtocol(protocol), images)
const codesOf = (protocol: unknown, ...images: ReturnType<typeof image>[]) =>
  problemsOf(protocol, ...images).map(({ code }) => code)
/** A factor whose phantom's image named its camera. */
const measuredOn = (device: Partial<ImageCamera> & { manufacturer?: string }) => {
  const one = factor('')
  const conditions = {
    ...one.stored.content.conditions,
    device: { manufacturer: 'SIEMENS NM', ...camera(), ...device },
  }
  return { ...one, stored: { ...one.stored, content: { ...one.stored.content, conditions } } }
}

describe('the camera of a calibration', () => {
  it('that is another one than that of the images is a warning which names both', () => {
    const [problem, ...others] = problemsOf(
      { calibration: factor('Siemens Symbia Intevo') },
      image('GE MEDICAL SYSTEMS'),
    )
    expect(others).toEqual([])
    expect(problem).toMatchObject({ severity: 'warning', code: 'calibration.other-camera', seriesUid: '1.2.3' })
    expect(problem?.message).toContain('"Factor of January" was measured on "Siemens Symbia Intevo"')
    expect(problem?.message).toContain('"GE MEDICAL SYSTEMS" (another maker)')
  })

  it('is never taken as the same where either is not named: one note says what is not known', () => {
    for (const [written, manufacturer, unknown] of [
      ['Siemens Symbia', 'SIEMENS NM', 'by model, serial number or station, collimator'],
      ['', 'SIEMENS NM', 'by maker, model, serial number or station, collimator'],
      ['camera 2', 'SIEMENS NM', 'by maker, model'],
      ['Siemens Symbia', '', 'by maker, model'],
      ['Siemens Symbia', 'Hermes Medical Solutions', 'by maker, model'],
      ['Siemens, as the GE', 'Philips', 'by maker, model'],
    ] as const) {
      const problems = problemsOf({ calibration: factor(written) }, image(manufacturer), image(manufacturer))
      expect(problems, `${written} / ${manufacturer}`).toMatchObject([
        { severity: 'note', code: 'calibration.camera-unknown', item: 'calibration factor "Factor of January"' },
      ])
      expect(problems[0]?.message).toContain(unknown)
      expect(problems[0]?.message).toContain('2 series')
    }
  })

  it('that the image of the phantom named is the same, or another model, or another unit of the same model', () => {
    const images = image('SIEMENS NM', 'counts', camera())
    expect(problemsOf({ calibration: measuredOn({}) }, images)).toEqual([])
    for (const [device, said] of [
      [{ manufacturer: 'GE MEDICAL SYSTEMS' }, 'another maker'],
      [{ model: 'Symbia Intevo', serialNumber: '1500' }, 'another model and serial number or station'],
      [{ serialNumber: '1405' }, 'another serial number or station'],
      [{ serialNumber: '', stationName: 'NM1' }, 'another serial number or station'],
    ] as const) {
      const [problem, ...others] = problemsOf({ calibration: measuredOn(device) }, images)
      expect(others).toEqual([])
      expect(problem).toMatchObject({ severity: 'warning', code: 'calibration.other-camera' })
      expect(problem?.message).toContain(said)
      expect(problem?.message).toContain('SIEMENS NM Symbia T16, serial number 1404, station NM2')
    }
  })

  it('whose collimator is another is a warning of its own', () => {
    const images = image('SIEMENS NM', 'counts', camera())
    const [problem, ...others] = problemsOf(
      { calibration: measuredOn({ collimatorName: 'HE', collimatorType: 'PARA' }) },
      images,
    )
    expect(others).toEqual([])
    expect(problem).toMatchObject({ severity: 'warning', code: 'calibration.other-collimator' })
    expect(problem?.message).toContain('"HE (PARA)", but the images were made with "MELP (PARA)"')
  })

  it('counts for a factor with images in counts only, for a point spread function with all', () => {
    const images = [image('Philips Medical Systems', 'activity-concentration')]
    expect(codesOf({ calibration: factor('GE Discovery') }, ...images)).toEqual([])
    expect(codesOf({ partialVolume: psf('GE Discovery') }, ...images)).toEqual(['calibration.other-camera'])
  })

  it('of the series goes before the one for all', () => {
    const protocol = { calibration: factor('GE Discovery'), calibrationBySeries: { '1.2.3': factor('Mediso AnyScan') } }
    expect(codesOf(protocol, image('GE MEDICAL SYSTEMS'))).toEqual(['calibration.other-camera'])
    expect(codesOf(protocol, image('Mediso'))).toEqual(['calibration.camera-unknown'])
  })
})

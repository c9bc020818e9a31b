import { describe, expect, it } from 'vitest'
import type { ImportProblem } from '../../contracts/problems.ts'
import { emissionImage } from '../course/exampleImage.ts'
import type { ScannedFolder, ScannedImage } from '../ports/dicomSource.ts'
import { readPhantomImage, scannedPhantomImages } from './phantomImages.ts'

const camera = {
  model: 'Symbia T16',
  stationName: '',
  serialNumber: '1404',
  collimatorName: 'MELP',
  collimatorType: 'PARA',
}
const inConcentration = emissionImage('c', '2026-01-05T10:00:00', { camera, manufacturer: 'SIEMENS NM' })
const inCounts = emissionImage('n', '2026-01-05T11:00:00', {
  quantity: { kind: 'counts', acquisitionDurationS: 1200 },
})
const problem = (code: string, seriesUid: string): ImportProblem => ({
  severity: 'question',
  code,
  item: '',
  message: 'It is not known where the slices lie.',
  hint: '',
  seriesUid,
  filePaths: [],
})
const scan = (images: readonly ScannedImage[], problems: readonly ImportProblem[] = []): ScannedFolder => ({
  filesSeen: 1,
  bytesSeen: 1,
  problems,
  patients: [
    {
      patient: {
        ...{ key: 'p', mrn: 'P-1', issuer: '', name: 'Phantom', dicomName: 'Phantom', birthDate: null, sex: null },
        ...{ weightKg: null, heightM: null },
      },
      images,
      structureSets: [],
      registrations: [],
      kept: [],
    },
  ],
})

describe('images of phantoms', () => {
  it('say what they hold: Bq/mL serves for a recovery curve and not for a factor, counts for both, others for nothing', () => {
    const others = [
      emissionImage('x', '2026-01-05T12:00:00', { quantity: { kind: 'arbitrary', unit: 'GML' } }),
      emissionImage('ct', '2026-01-05T12:00:00', { modality: 'CT', quantity: { kind: 'HU' } }),
    ]
    const views = scannedPhantomImages(scan([inConcentration, inCounts, ...others]), '/data')
    expect(views.map(({ unit, unusableFor }) => [unit, unusableFor.factor, unusableFor.recovery])).toEqual([
      ['Bq/mL', expect.stringContaining('in Bq/mL already'), ''],
      ['counts', '', ''],
      [null, expect.stringContaining('neither counts nor Bq/mL (GML)'), expect.stringContaining('neither counts')],
    ])
    expect(views[0]).toMatchObject({
      image: { kind: 'path', path: '/data', imageKey: 'c' },
      patient: 'Phantom · P-1',
      nuclide: 'Lu-177',
      acquisitionStart: { local: '2026-01-05T10:00:00' },
      camera: { manufacturer: 'SIEMENS NM', serialNumber: '1404' },
    })
    expect(views[1]?.camera).toBeNull()
  })

  it('serve for nothing while it is open where their voxels lie, and lack no factor or administration', () => {
    const problems = [
      problem('geometry.nm-slice-direction', inConcentration.seriesUid),
      problem('activity.needs-calibration', inCounts.seriesUid),
    ]
    const views = scannedPhantomImages(scan([inConcentration, inCounts], problems), '/data')
    expect(views.map(({ unusableFor }) => unusableFor.recovery)).toEqual([
      expect.stringContaining('where the slices lie'),
      '',
    ])
  })

  it('are read by their key, and one is not chosen among several', async () => {
    const source = {
      scan: () => Promise.resolve(scan([inConcentration, inCounts])),
      loadVoxels: () => Promise.resolve(new Float32Array(512)),
    } as unknown as Parameters<typeof readPhantomImage>[1]['source']
    const store = {} as Parameters<typeof readPhantomImage>[1]['store']
    const read = (imageKey?: string, signal?: AbortSignal) =>
      readPhantomImage(
        { kind: 'path', path: '/data', ...(imageKey === undefined ? {} : { imageKey }) },
        { store, source },
        signal ? { signal } : {},
      )
    expect(await read('n')).toMatchObject({ unit: 'counts', durationS: 1200, camera: null })
    expect(await read('c')).toMatchObject({ unit: 'Bq/mL', camera: { model: 'Symbia T16' } })
    await expect(read()).rejects.toMatchObject({ code: 'calibration.image-choice', message: /There are 2/ })
    await expect(read('z')).rejects.toMatchObject({ code: 'calibration.image-choice', message: /no such/ })
    await expect(read('n', AbortSignal.abort())).rejects.toThrow(/cancelled/i)
  })
})

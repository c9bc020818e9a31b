import { describe, expect, it } from 'vitest'
import { protocolSchema, type Protocol } from '../../../../electron/contracts/index.ts'
import { createFakeCalibrations } from '../../../dev/fakeCalibrations.ts'
import {
  partialVolumeDraft,
  partialVolumeOf,
  otherNuclide,
  ratesOf,
  ratesText,
  usedFactors,
  withoutCameraFactor,
  withoutCurve,
  withoutDeadTime,
  withoutWidths,
} from './quantification.ts'

const store = createFakeCalibrations(false)
const idOf = (kind: string) => store.list().find(({ content }) => content.kind === kind)!.calibrationId
const use = (protocol: Protocol, kind: string, seriesUid?: string): Protocol =>
  store.apply(protocol, idOf(kind), seriesUid) as Protocol
const plain = protocolSchema.parse({})
const errorsOf = (result: ReturnType<typeof partialVolumeOf>) => (result.ok ? {} : result.errors)

describe('the method', () => {
  it('is refused while what it needs is missing', () => {
    const draft = partialVolumeDraft(plain.partialVolume)
    expect(errorsOf(partialVolumeOf({ ...draft, method: 'gtm' }, plain))['fwhmMm']).toContain('point spread function')
    expect(errorsOf(partialVolumeOf({ ...draft, method: 'recovery-curve' }, plain))['method']).toContain('curve')
    const curve = use(plain, 'recovery-curve')
    expect(partialVolumeOf({ ...draft, method: 'recovery-curve' }, curve).ok).toBe(true)
    expect(
      errorsOf(partialVolumeOf({ ...draft, method: 'recovery-curve', background: 'surroundings' }, curve))['fwhmMm'],
    ).toBeDefined()
    expect(errorsOf(partialVolumeOf({ ...draft, iterations: '2.5' }, plain))['iterations']).toBeDefined()
  })

  it('keeps the copy of a stored point spread function only while its widths stay', () => {
    const stored = use(plain, 'psf')
    const draft = { ...partialVolumeDraft(stored.partialVolume), method: 'gtm' as const }
    expect(draft.fwhmMm).toBe('12.4 × 12.6 × 11.9')
    const same = partialVolumeOf(draft, stored)
    expect(same.ok && same.partialVolume).toEqual({ ...stored.partialVolume, method: 'gtm' })
    const typed = partialVolumeOf({ ...draft, fwhmMm: '10 10 10' }, stored)
    expect(typed.ok && typed.partialVolume).toMatchObject({ fwhmMm: [10, 10, 10], psf: null })
    expect(errorsOf(partialVolumeOf({ ...draft, fwhmMm: '10' }, stored))['fwhmMm']).toContain('Three widths')
  })
})

describe('taking off', () => {
  it('gives back the protocol before', () => {
    expect(withoutCameraFactor(use(plain, 'camera-factor'), null)).toEqual(plain)
    expect(withoutCameraFactor(use(plain, 'camera-factor', '1.2'), '1.2')).toEqual(plain)
    expect(withoutCurve(use(plain, 'recovery-curve'))).toEqual(plain)
    expect(withoutWidths(use(plain, 'psf'))).toEqual(plain)
    expect(withoutDeadTime(use(plain, 'dead-time'))).toEqual(plain)
  })

  it('leaves no method that lacks what it needs', () => {
    const both = use(use(plain, 'recovery-curve'), 'psf')
    const gtm: Protocol = { ...both, partialVolume: { ...both.partialVolume, method: 'gtm' } }
    expect(withoutWidths(gtm).partialVolume.method).toBe('none')
    expect(withoutCurve(gtm).partialVolume.method).toBe('gtm')
    const surroundings: Protocol = { ...both, partialVolume: { ...both.partialVolume, background: 'surroundings' } }
    expect(withoutWidths(surroundings).partialVolume).toMatchObject({ method: 'recovery-curve', background: 'none' })
  })
})

describe('a calibration of another nuclide', () => {
  it('is told, whatever way the names are written; nothing is told where one is not known', () => {
    expect(otherNuclide('I-131', 'Lu-177')).toContain('Measured with I-131; the images are of Lu-177')
    expect(otherNuclide('177Lu', 'Lu-177')).toBe('')
    expect(otherNuclide('', 'Lu-177')).toBe('')
    expect(otherNuclide('I-131', '')).toBe('')
  })
})

describe('observed rates', () => {
  it('are one or many for a series; an empty one is not corrected', () => {
    expect(ratesOf({ a: '12000', b: '12000; 11000 10000', c: ' ' })).toEqual({
      ok: true,
      rates: { a: 12000, b: [12000, 11000, 10000] },
    })
    const wrong = ratesOf({ a: '0', b: '5' })
    expect(!wrong.ok && Object.keys(wrong.errors)).toEqual(['a'])
    expect(ratesText([12000, 11000])).toBe('12000 11000')
    expect(ratesText(undefined)).toBe('')
  })
})

describe('the factors in use', () => {
  it('are named, with what was typed told from what is stored', () => {
    const typed: Protocol = {
      ...plain,
      calibration: { sensitivityCpsPerMbq: 9, relativeUncertainty: 0.03, date: '2024-01-01', note: '' },
    }
    const both = use(typed, 'camera-factor', '1.2')
    expect(usedFactors(both)).toEqual([
      {
        seriesUid: null,
        name: 'entered in the protocol',
        value: '9.00 ± 0.27 cps/MBq',
        date: '2024-01-01',
        isStored: false,
        nuclide: '',
      },
      {
        seriesUid: '1.2',
        name: 'Cylinder 2024',
        value: '9.42 ± 0.23 cps/MBq',
        date: '2024-01-05',
        isStored: true,
        nuclide: 'Lu-177',
      },
    ])
  })
})

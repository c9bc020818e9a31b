import { describe, expect, it } from 'vitest'
import type { PhantomImageView } from '../../../../electron/contracts/index.ts'
import { fakePhantomImages } from '../../../dev/fakePhantoms.ts'
import { emptyPhantom, phantomAskOf, type PhantomDraft } from './phantom.ts'

const [inCounts, inConcentration] = fakePhantomImages as [PhantomImageView, PhantomImageView]

const phantom = (over: Partial<PhantomDraft>): PhantomDraft => {
  const draft = emptyPhantom()
  draft.conditions.nuclide = 'Lu-177'
  return {
    ...draft,
    name: 'Cylinder',
    date: '2024-01-05',
    path: '/data/phantom',
    image: inCounts,
    activityMbq: '520',
    activityUncertaintyPercent: '2',
    assayToStartH: '1.5',
    ...over,
  }
}
const errorsOf = (draft: PhantomDraft) => {
  const result = phantomAskOf(draft)
  return result.ok ? {} : result.errors
}

describe('the form for a phantom', () => {
  it('asks for a uniform phantom in the units of the request', () => {
    const result = phantomAskOf(
      phantom({ volumeMl: '6900', volumeUncertaintyPercent: '1', radiusMm: '80', lengthMm: '120', durationS: '' }),
    )
    expect(result.ok && result.ask.phantom).toMatchObject({
      source: 'uniform',
      nuclide: 'Lu-177',
      activityMbq: 520,
      activityRelativeUncertainty: 0.02,
      assayToStartH: 1.5,
      volumeMl: 6900,
      volumeRelativeUncertainty: 0.01,
      region: 'inside',
      radiusMm: 80,
      lengthMm: 120,
      repeatabilityRelative: 0,
    })
    expect(result.ok && result.ask.phantom.acquisitionDurationS).toBeUndefined()
    expect(result.ok && result.ask.image).toEqual({
      kind: 'path',
      path: '/data/phantom',
      imageKey: '1.2.826.1',
    })
  })

  it('names every field that is missing, and assumes none', () => {
    expect(Object.keys(errorsOf({ ...emptyPhantom() })).sort()).toEqual([
      'conditions.nuclide',
      'date',
      'image',
      'name',
      'phantom.activityMbq',
      'phantom.activityRelativeUncertainty',
      'phantom.assayToStartH',
      'phantom.lengthMm',
      'phantom.nuclide',
      'phantom.radiusMm',
      'phantom.volumeMl',
      'phantom.volumeRelativeUncertainty',
    ])
  })

  it('takes an image in Bq/mL for spheres and not for a factor, and no image that was chosen elsewhere', () => {
    const hot = { image: inConcentration, concentrationMbqPerMl: '1.2', volumeUncertaintyPercent: '1' }
    expect(phantomAskOf(phantom({ ...hot, source: 'sphere' })).ok).toBe(true)
    expect(errorsOf(phantom(hot))['image']).toContain('in Bq/mL already')
    expect(errorsOf(phantom({ ...hot, source: 'sphere', imageFrom: 'stored' }))['image']).toContain('Choose the image')
  })

  it('asks for a point source with a shell that is larger than it', () => {
    const point = { source: 'point' as const, radiusMm: '40' }
    const result = phantomAskOf(phantom({ ...point, shellOuterMm: '60', centreMm: '0 −12.5 140' }))
    expect(result.ok && result.ask.phantom).toMatchObject({ radiusMm: 40, shellOuterMm: 60, centreMm: [0, -12.5, 140] })
    expect(errorsOf(phantom({ ...point, shellOuterMm: '30' }))['phantom.shellOuterMm']).toContain('larger')
    expect(errorsOf(phantom({ ...point, centreMm: '1 2' }))['phantom.centreMm']).toContain('Three numbers')
  })

  it('asks for spheres: those of NEMA left out, others by place; a factor only with its uncertainty', () => {
    const hot = { source: 'sphere' as const, concentrationMbqPerMl: '1.2', volumeUncertaintyPercent: '1' }
    const nema = phantomAskOf(phantom(hot))
    expect(nema.ok && nema.ask.phantom).toMatchObject({
      concentrationMbqPerMl: 1.2,
      backgroundMbqPerMl: 0,
      form: 'gear',
    })
    expect(nema.ok && 'spheres' in nema.ask.phantom && nema.ask.phantom.spheres).toBeFalsy()
    const table = phantomAskOf(phantom({ ...hot, spheresFrom: 'table', spheres: '0 10 20 37\n0 −10 20 28' }))
    expect(table.ok && table.ask.phantom).toMatchObject({
      spheres: [
        { centreMm: [0, 10, 20], innerDiameterMm: 37 },
        { centreMm: [0, -10, 20], innerDiameterMm: 28 },
      ],
    })
    expect(errorsOf(phantom({ ...hot, sensitivity: '9.4' }))['phantom.sensitivityRelativeUncertainty']).toBe(
      'A number is needed here.',
    )
  })
})

import { describe, expect, it } from 'vitest'
import type { RegistrationView } from '../../../../electron/contracts/index.ts'
import { structuresPropagateSchema } from '../../../../electron/contracts/index.ts'
import { fakeRegistrations } from '../../../dev/fakeRegistrations.ts'
import { carryAsk, routeBetween, volumeChange, type CarryForm } from './carry.ts'
import { exportAsk, firstExport, registrationChoices } from './exports.ts'
import { imageDoubt, imageFor, isComplete, structureWords } from './network.ts'

const [base] = fakeRegistrations().list()
const view = (over: Partial<RegistrationView> & { moving: string[]; fixed: string[] }): RegistrationView => {
  const { moving, fixed, ...rest } = over
  return {
    ...base!,
    status: 'accepted',
    decidedBy: 'anna',
    decidedAt: '2026-01-20T10:00:00Z',
    movingTimePointIds: moving,
    fixedTimePointIds: fixed,
    ...rest,
  }
}

describe('the way that structures are carried', () => {
  it('is the newest accepted deformable registration, in either direction', () => {
    const views = [
      view({ moving: ['a'], fixed: ['b'] }),
      view({ moving: ['b'], fixed: ['a'], type: 'DEFORMABLE', decidedBy: 'old', decidedAt: '2026-01-01T00:00:00Z' }),
      view({ moving: ['b'], fixed: ['a'], type: 'DEFORMABLE', decidedBy: 'new', decidedAt: '2026-02-01T00:00:00Z' }),
      view({ moving: ['b'], fixed: ['a'], type: 'DEFORMABLE', status: 'proposed', decidedAt: null }),
    ]
    expect(routeBetween(views, 'a', 'b')).toEqual({
      kind: 'deformable',
      words: 'By the deformable registration accepted by new on 2026-02-01.',
    })
  })

  it('is the shortest chain of accepted ones, through time points of one frame of reference, deformable where one is', () => {
    const views = [view({ moving: ['a', 'a2'], fixed: ['r'] }), view({ moving: ['b'], fixed: ['r'], decidedBy: 'ben' })]
    expect(routeBetween(views, 'a2', 'r').words).toBe('By the linear registration accepted by anna on 2026-01-20.')
    const chain = routeBetween(views, 'a2', 'b')
    expect(chain.kind).toBe('linear')
    expect(chain.words).toContain('2 registrations')
    expect(chain.words).toContain('ben')
    const mixed = routeBetween([...views, view({ moving: ['r'], fixed: ['b'], type: 'DEFORMABLE' })], 'a2', 'b')
    expect(mixed.kind).toBe('deformable')
    expect(mixed.words).toMatch(/^By 2 registrations, .*: linear, accepted .*; deformable, accepted/)
    // A direct one goes before a chain.
    expect(
      routeBetween(
        [view({ moving: ['a'], fixed: ['b'], type: 'DEFORMABLE' }), view({ moving: ['a'], fixed: ['r'] })],
        'a',
        'r',
      ).kind,
    ).toBe('linear')
  })

  it('is none where they are only proposed or rejected, and says where to make one', () => {
    const views = [
      view({ moving: ['a'], fixed: ['b'], status: 'proposed' }),
      view({ moving: ['a'], fixed: ['b'], status: 'rejected' }),
    ]
    const route = routeBetween(views, 'a', 'b')
    expect(route.kind).toBe('none')
    expect(route.words).toContain('page Registration')
    expect(routeBetween([], 'a', 'b').kind).toBe('none')
  })

  it('needs no registration in one frame of reference', () => {
    expect(routeBetween([view({ moving: ['a', 'b'], fixed: ['r'] })], 'a', 'b').kind).toBe('same-frame')
  })
})

describe('what is carried', () => {
  const form: CarryForm = { sourceId: 's', setId: 'set', leftOut: [], refines: false, refineImage: 'ct', marginMm: 20 }
  it('is each that the list shows but those that were left out, refined where it is wished', () => {
    const whole = carryAsk(form, 'p', 't', ['1', '2'])
    expect(structuresPropagateSchema.parse(whole)).toEqual(whole)
    expect(whole).toMatchObject({ structureIds: ['1', '2'], refine: null })
    expect(carryAsk({ ...form, leftOut: ['1'], refines: true }, 'p', 't', ['1', '2'])).toMatchObject({
      structureIds: ['2'],
      refine: { structureIds: ['2'], marginMm: 20, image: 'ct' },
    })
    expect(carryAsk({ ...form, leftOut: ['1', '2'] }, 'p', 't', ['1', '2'])).toBeNull()
  })

  it('tells how its volume changed with its sign', () => {
    const change = (before: number, after: number) =>
      volumeChange({
        structureId: '',
        name: '',
        volumeBeforeMl: before,
        volumeAfterMl: after,
        refinedByMm: null,
        remarks: [],
      })
    expect([change(100, 103.21), change(100, 85), change(100, 100.01), change(0, 1)]).toEqual([
      '+3.2 %',
      '−15 %',
      '0 %',
      '–',
    ])
  })
})

describe('what is exported', () => {
  const place = { patientId: 'p', timePointId: 't', setId: 'set' }
  it('is the stored set in the forms that are checked, or nothing', () => {
    expect(exportAsk(firstExport, place)).toEqual({
      kind: 'structures',
      ...place,
      image: 'ct',
      forms: ['seg-fractional', 'rtstruct'],
    })
    expect(exportAsk({ ...firstExport, forms: [] }, place)).toBeNull()
    expect(exportAsk(firstExport, { ...place, setId: null })).toBeNull()
    expect(exportAsk({ ...firstExport, what: 'registration' }, place)).toBeNull()
    expect(exportAsk({ ...firstExport, what: 'activity' }, place)).toEqual({
      kind: 'activity',
      patientId: 'p',
      timePointId: 't',
    })
  })

  it('offers no registration that was rejected, and says which nobody has accepted', () => {
    const views = [
      view({ moving: ['a'], fixed: ['b'], movingTimePointId: 'a', fixedTimePointId: 'b' }),
      view({ moving: ['a'], fixed: ['b'], status: 'proposed', registrationId: 'open' }),
      view({ moving: ['a'], fixed: ['b'], status: 'rejected' }),
    ]
    const choices = registrationChoices(views, [
      { id: 'a', title: '4 h' },
      { id: 'b', title: '24 h' },
    ])
    expect(choices).toHaveLength(2)
    expect(choices[0]!.label).toBe('4 h → 24 h, rigid, accepted by anna 2026-01-20')
    expect(choices[1]).toMatchObject({ value: 'open', label: expect.stringContaining('not accepted') })
  })
})

describe('a network', () => {
  const of = (modality: 'CT' | 'PT' | 'NM' | 'other') => ({ channels: [{ name: '', modality }] })
  it('is run on the image it was made for, and another one is doubted', () => {
    expect([imageFor(of('CT')), imageFor(of('PT')), imageFor(of('other'))]).toEqual(['ct', 'emission', 'ct'])
    expect(imageDoubt(of('CT'), 'emission')).toContain('made for CT')
    expect([imageDoubt(of('CT'), 'ct'), imageDoubt(of('other'), 'emission')]).toEqual(['', ''])
  })

  it('is told in a few words, and asked for all of its origin', () => {
    const structures = (n: number) => ({
      structures: Array.from({ length: n }, (_, i) => ({ name: `S${i}`, kind: 'organ' as const })),
    })
    expect(structureWords(structures(5))).toBe('S0, S1, S2, S3, S4')
    expect(structureWords(structures(9))).toBe('S0, S1, S2, S3 and 5 more')
    expect(isComplete({ name: 'a', version: '1', source: 's', licence: ' ' })).toBe(false)
  })
})

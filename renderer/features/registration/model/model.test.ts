import { describe, expect, it } from 'vitest'
import {
  protocolSchema,
  type RegistrationQuality,
  type RegistrationView,
} from '../../../../electron/contracts/index.ts'
import { fakeView } from '../../../dev/fakeData.ts'
import { between, firstPair, isTurnedRound, matrixOf, placesOf } from './pair.ts'
import { facts, markOf, structureRows, tolerances } from './quality.ts'
import { judgedBy, onAccept, onReject } from './words.ts'

const view = fakeView({
  analysed: false,
  stale: false,
  reported: false,
  protocol: protocolSchema.parse({}),
  problems: [],
})
const shift = (mm: number) => [1, 0, 0, mm, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const registration = (over: Partial<RegistrationView> = {}): RegistrationView => ({
  registrationId: 'r',
  movingTimePointId: 'tp1',
  fixedTimePointId: 'tp2',
  movingTimePointIds: ['tp1'],
  fixedTimePointIds: ['tp2'],
  type: 'RIGID',
  movingToFixed: shift(5),
  origin: 'computed',
  status: 'proposed',
  decidedBy: null,
  decidedAt: null,
  description: '',
  remarks: [],
  quality: null,
  inUse: false,
  ...over,
})
const quality = (over: Partial<RegistrationQuality> = {}): RegistrationQuality => ({
  metric: '',
  metricBefore: null,
  metricAfter: null,
  overlapFraction: null,
  jacobianMinimum: null,
  jacobianMaximum: null,
  foldedFraction: null,
  structures: [],
  landmarks: null,
  ...over,
})
const structure = (dice: number | null, meanSurfaceDistanceMm: number | null, problem = '') => ({
  name: 'LIVER',
  dice,
  meanSurfaceDistanceMm,
  percentile95SurfaceDistanceMm: null,
  maximumSurfaceDistanceMm: null,
  fixedVolumeMl: 1500,
  movedVolumeMl: 1480,
  problem,
})

describe('the pair of time points', () => {
  it('begins with the reference and the chosen time point, or the first other one', () => {
    const places = placesOf(view)
    expect(places.map(({ title }) => title)[0]).toBe('4.2 h p.i.')
    expect(firstPair(places, 1, 'tp4')).toEqual({ fixedId: 'tp2', movingId: 'tp4' })
    expect(firstPair(places, 1, 'tp2')).toEqual({ fixedId: 'tp2', movingId: 'tp1' })
    expect(firstPair(places.slice(0, 1), 1, null)).toBeNull()
  })

  it('says the cycle where there are several, and takes other cycles where its own has one time point', () => {
    const [cycle] = view.cycles
    const second = {
      ...cycle!,
      index: 2,
      referenceTimePointId: 'x',
      timePoints: [{ ...cycle!.timePoints[0]!, id: 'x' }],
    }
    const places = placesOf({ ...view, cycles: [cycle!, second] })
    expect(places.at(-1)?.title).toBe('Cycle 2, 4.2 h p.i.')
    expect(firstPair(places, 2, null)).toEqual({ fixedId: 'tp2', movingId: 'tp1' })
  })

  it('has the registrations of both directions, each turned to the pair', () => {
    const there = registration()
    const back = registration({ registrationId: 'b', movingTimePointIds: ['tp2'], fixedTimePointIds: ['tp1'] })
    const other = registration({ registrationId: 'o', movingTimePointIds: ['tp3'] })
    const found = between([there, back, other], 'tp2', 'tp1')
    expect(found).toEqual([there, back])
    expect(matrixOf(there, 'tp2', 'tp1')[3]).toBe(5)
    expect(matrixOf(back, 'tp2', 'tp1')[3]).toBe(-5)
    expect(found.map((one) => isTurnedRound(one, 'tp2', 'tp1'))).toEqual([false, true])
  })
})

describe('the quality', () => {
  it('is marked by the tolerances, at their ends too', () => {
    expect([0.95, 0.9, 0.85, 0.8, 0.79].map((dice) => markOf(dice, tolerances.dice, true))).toEqual([
      'good',
      'good',
      'fair',
      'fair',
      'poor',
    ])
    expect([1, 2, 2.5, 3, 3.1].map((mm) => markOf(mm, tolerances.meanDistanceMm))).toEqual([
      'good',
      'good',
      'fair',
      'fair',
      'poor',
    ])
    expect(markOf(null, tolerances.dice)).toBe('none')
  })

  it('of a structure is the worse of overlap and surface, but a small one is not judged by its overlap alone', () => {
    const mark = (dice: number | null, mm: number | null) => structureRows([structure(dice, mm)])[0]!.mark
    expect(mark(0.95, 1)).toBe('good')
    expect(mark(0.95, 4)).toBe('poor')
    expect(mark(0.6, 1)).toBe('fair')
    expect(mark(0.6, 2.5)).toBe('poor')
    expect(mark(null, null)).toBe('none')
    expect(structureRows([structure(null, null, 'It lies outside.')])[0]!.note).toBe('It lies outside.')
  })

  it('says a landmark that is far off though the mean is small, and a field that folds', () => {
    const landmarks = { count: 4, meanMm: 1.9, rmsMm: 3, maximumMm: 7, each: [] }
    expect(facts(quality({ landmarks }))[0]).toMatchObject({ mark: 'poor', words: '4 landmarks' })
    expect(facts(quality({ landmarks: { ...landmarks, maximumMm: 3 } }))[0]?.mark).toBe('good')
    const jacobian = (jacobianMinimum: number) => facts(quality({ jacobianMinimum, jacobianMaximum: 1.4 }))[0]
    expect(jacobian(0.4)).toMatchObject({ value: '0.400 to 1.40', mark: 'none' })
    expect(jacobian(-0.1)).toMatchObject({ mark: 'poor', words: 'folds' })
  })

  it('leaves out what was not measured', () => {
    expect(facts(quality())).toEqual([])
    expect(facts(quality({ metric: 'mutual-information', metricBefore: 0.5, metricAfter: 0.8 }))).toHaveLength(1)
  })
})

describe('the words', () => {
  it('say that a deformable registration changes no number', () => {
    expect(onAccept(registration({ type: 'DEFORMABLE' }), 'A', 'B', null)).toContain('every chain of registrations')
  })
  it('name what is replaced', () => {
    const imported = registration({ origin: 'REG', inUse: true })
    expect(onAccept(registration(), '24 h', '4 h', imported)).toContain('in place of the rigid one that is imported')
    expect(onReject(imported)).toContain('counts no longer')
    expect(onAccept(registration({ status: 'accepted' }), '24 h', '4 h', imported)).toContain('another one counts')
    expect(onReject(registration())).toContain('never used')
  })
  it('say who judged', () => {
    expect(judgedBy(registration())).toContain('nobody has judged it')
    expect(judgedBy(registration({ origin: 'REG' }))).toContain('counts once it is accepted')
    expect(
      judgedBy(registration({ status: 'accepted', decidedBy: 'anna', decidedAt: '2024-02-01T10:20:00Z' })),
    ).toMatch(/^accepted by anna, 2024-02-01/)
  })
})

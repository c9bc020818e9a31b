import { describe, expect, it } from 'vitest'
import { protocolSchema, type TimePointView } from '../../../../electron/contracts/index.ts'
import { fakeMasks, fakeView } from '../../../dev/fakeData.ts'
import { identity } from '../../../viewer/affine.ts'
import { boundsOfPoint, centreOfMask, layerOf, registrationNotice, timePointTitle, toWorld, unitOf } from './layout.ts'
import { emissionWindow, presetHighs } from './scale.ts'

const view = fakeView({
  analysed: false,
  stale: false,
  reported: false,
  protocol: protocolSchema.parse({}),
  problems: [],
})
const cycle = view.cycles[0]!
const [first, second] = cycle.timePoints as [TimePointView, TimePointView]

describe('layout of images', () => {
  it('shows concentrations in kBq/mL and counts as counts', () => {
    expect(unitOf(first.emission!)).toEqual({ unit: 'kBq/mL', perUnit: 1000 })
    expect(unitOf({ ...first.emission!, quantity: { kind: 'counts', acquisitionDurationS: 1200 } })).toEqual({
      unit: 'counts',
      perUnit: 1,
    })
    expect(unitOf(first.ct!)).toEqual({ unit: 'HU', perUnit: 1 })
  })

  it('brings a time point to the reference by its registration, and says where there is none', () => {
    expect(toWorld(first)[3]).toBe(3)
    expect(registrationNotice(first)).toBe('')
    const lost = { ...first, toReference: null }
    expect(toWorld(lost)).toEqual(identity)
    expect(registrationNotice(lost)).toContain('Not registered')
    expect(layerOf(first, null)).toBeNull()
    expect(layerOf(first, first.ct)?.toWorld).toEqual(toWorld(first))
  })

  it('names a time point by its hours, or by its label where they are unknown', () => {
    expect(timePointTitle(first)).toBe('4.2 h p.i.')
    expect(timePointTitle({ ...first, hoursAfterInjection: null })).toBe('Time point 1')
  })

  it('finds the middle of a structure in the coordinates of the views', () => {
    const kidney = fakeMasks('tp2').find((mask) => mask.name === 'KIDNEY_L')!
    const centre = centreOfMask(kidney, toWorld(second))
    // The phantom puts it at (62, 45, −5); a box of voxels is off by less than one of them.
    ;[62, 45, -5].forEach((mm, axis) => expect(Math.abs(centre[axis]! - mm)).toBeLessThan(4))
    expect(centreOfMask(kidney, toWorld(first))[0] - centre[0]).toBeCloseTo(3)
  })

  it('holds CT and emission in its bounds', () => {
    const bounds = boundsOfPoint(second)!
    expect(bounds.min[0]).toBeCloseTo(-216)
    expect(bounds.max[2]).toBeCloseTo(240)
    expect(boundsOfPoint({ ...second, ct: null, emission: null })).toBeNull()
  })
})

describe('scale of emission images', () => {
  const largest = Math.max(...cycle.timePoints.map((point) => point.emission!.maximum))

  it('is the same for all time points where it is shared', () => {
    const shared = cycle.timePoints.map((point) => emissionWindow({ kind: 'cycle' }, cycle, point))
    expect(new Set(shared.map((one) => one.high)).size).toBe(1)
    expect(shared[0]!.low).toBe(0)
    expect(shared[0]!.high).toBeLessThan(largest * 1.05)
  })

  it('follows each time point where it is not', () => {
    const last = cycle.timePoints.at(-1)!
    expect(emissionWindow({ kind: 'point' }, cycle, last).high).toBeLessThan(
      emissionWindow({ kind: 'point' }, cycle, first).high,
    )
    expect(emissionWindow({ kind: 'fixed', window: { low: 1, high: 2 } }, cycle, last)).toEqual({ low: 1, high: 2 })
    expect(emissionWindow({ kind: 'point' }, cycle, null)).toEqual({ low: 0, high: 1 })
  })

  it('offers presets that fall and begin above the maximum', () => {
    const highs = presetHighs(cycle)
    expect(highs[0]).toBeGreaterThanOrEqual(largest)
    expect([...highs].sort((a, b) => b - a)).toEqual(highs)
  })
})

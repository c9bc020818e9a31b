import { describe, expect, it } from 'vitest'
import { fakeView } from '../../../dev/fakeData.ts'
import { fakeFollowUp } from '../../../dev/fakeLesions.ts'
import {
  eventAt,
  firstTimePoints,
  freeIdentity,
  hindranceOf,
  identitiesToStore,
  identityChoices,
  isAllConfirmed,
  nameHindrance,
  renamed,
  reasonAt,
} from './followUp.ts'
import { daysOf, hasDoses, trendColumns } from './trendPlot.ts'

const followUp = fakeFollowUp(['tp1', 'tp2', 'tp3'], false)
const [open] = followUp.undecided
const last = followUp.lesions.at(-1)!
const view = fakeView({ analysed: false, stale: false, reported: false, protocol: {} as never, problems: [] })

describe('lesions over time', () => {
  it('have no event at the first time point, and disappear once', () => {
    expect([0, 1, 2].map((n) => eventAt(last, n))).toEqual([null, 'same', 'disappeared'])
    expect(eventAt({ cells: [last.cells[0]!, null, null] }, 2)).toBeNull()
    expect(eventAt({ cells: [null, last.cells[1]!] }, 0)).toBeNull()
  })

  it('say why, for one that is there and for one that is gone', () => {
    const events = [
      {
        kind: 'same' as const,
        previous: ['L1'],
        current: [followUp.lesions[0]!.cells[2]!.structureId],
        reason: 'They overlap.',
      },
      { kind: 'disappeared' as const, previous: [last.identity], current: [], reason: 'Nothing lies there.' },
    ].map((one) => ({ ...one, by: null, overlap: null, distanceMm: null }))
    const told = { timePoints: followUp.timePoints.map((point, n) => (n === 2 ? { ...point, events } : point)) }
    expect(reasonAt(told, followUp.lesions[0]!, 2)).toBe('They overlap.')
    expect(reasonAt(told, last, 2)).toBe('Nothing lies there.')
    expect(reasonAt(told, last, 0)).toBe('')
  })

  it('begin with all of one cycle, or with the reference of each', () => {
    expect(firstTimePoints(view)).toEqual(['tp1', 'tp2', 'tp3', 'tp4'])
    const [cycle] = view.cycles
    const second = { ...cycle!, index: 2, referenceTimePointId: null }
    expect(firstTimePoints({ ...view, cycles: [cycle!, second] })).toEqual(['tp2', 'tp1'])
    expect(firstTimePoints(null)).toEqual([])
  })

  it('that are undecided can be what is not there yet, the possible first, or a new one', () => {
    const options = identityChoices(followUp, open!, {})
    expect(options.map(({ value }) => value)).toEqual([
      last.identity,
      freeIdentity(followUp.lesions.map((one) => one.identity)),
    ])
    const fresh = options.at(-1)!.value
    // A new name stays on offer once it is chosen.
    expect(identityChoices(followUp, open!, { [open!.cell.structureId]: fresh }).at(-1)!.value).toBe(fresh)
  })

  it('cannot be one lesion twice at a time point', () => {
    expect(hindranceOf(followUp, { [open!.cell.structureId]: last.identity })).toBe('')
    const twice = {
      ...followUp,
      undecided: [open!, { ...open!, cell: { ...open!.cell, structureId: 'other', name: 'Lesion 6' } }],
    }
    expect(hindranceOf(twice, { [open!.cell.structureId]: 'L9', other: 'L9' })).toContain('cannot both be L9')
    expect(hindranceOf(twice, { [open!.cell.structureId]: 'L9', other: 'L10' })).toBe('')
  })

  it('are stored for each set: every lesion of the table, and what was answered', () => {
    const count = followUp.lesions.length
    const bare = identitiesToStore(followUp, {})
    expect(bare.map(({ setId, identities }) => [setId, identities.length])).toEqual([
      ['set-of-tp1', count],
      ['set-of-tp2', count],
      ['set-of-tp3', count - 1],
    ])
    const answered = identitiesToStore(followUp, { [open!.cell.structureId]: 'L9' })
    expect(answered.at(-1)!.identities.at(-1)).toEqual({ structureId: 'open-one', identity: 'L9' })
    const without = { ...followUp, timePoints: followUp.timePoints.map((point) => ({ ...point, setId: null })) }
    expect(identitiesToStore(without, {})).toEqual([])
  })

  it('keep another name wherever they are told of, and none that is taken', () => {
    const other = renamed(followUp, last.identity, 'Hilum')
    expect(other.lesions.at(-1)!.identity).toBe('Hilum')
    expect(other.undecided[0]!.candidates).toEqual(['Hilum'])
    expect(other.lesions[0]).toEqual(followUp.lesions[0])
    expect(nameHindrance(followUp, {}, 'L1', 'L1')).toBe('')
    expect(nameHindrance(followUp, {}, 'L1', 'Hilum')).toBe('')
    expect(nameHindrance(followUp, {}, 'L1', last.identity)).toContain('already')
    expect(nameHindrance(followUp, { 'open-one': 'L9' }, 'L1', 'L9')).toContain('already')
    expect(nameHindrance(followUp, {}, 'L1', '')).toContain('needs a name')
  })

  it('are all confirmed only where nothing is open', () => {
    expect(isAllConfirmed(followUp)).toBe(false)
    expect(isAllConfirmed(fakeFollowUp(['tp1', 'tp2'], true))).toBe(true)
  })
})

describe('the chart of lesions', () => {
  it('runs over days from the first time point, by UTC where all offsets are known', () => {
    const [a, b] = followUp.timePoints
    const at = (local: string, utcOffsetMin: number | null) => ({ ...a!, start: { local, utcOffsetMin } })
    expect(daysOf([at('2026-01-01T12:00:00', 60), at('2026-01-03T12:00:00', 120)])[1]).toBeCloseTo(2 - 1 / 24, 9)
    expect(daysOf([at('2026-01-01T12:00:00', 60), at('2026-01-03T12:00:00', null)])[1]).toBe(2)
    expect(b).toBeDefined()
  })

  it('has a gap where a lesion is not there, and doses only where they are', () => {
    const volumes = trendColumns(followUp, 'volume')
    expect(volumes).toHaveLength(1 + followUp.lesions.length)
    expect(volumes.at(-1)!.at(-1)).toBeNull()
    expect(volumes[1]![0]).toBe(followUp.lesions[0]!.cells[0]!.volumeMl)
    expect(trendColumns(followUp, 'dose')[1]).toEqual([null, 24.3, null])
    expect(hasDoses(followUp)).toBe(true)
    expect(trendColumns(followUp, 'total')[1]![0]).toBeCloseTo(followUp.lesions[0]!.cells[0]!.totalBq! / 1e6, 9)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridAround } from '../../testShapes.ts'
import { cover } from '../manual/cover.ts'
import { maskOfCoverage } from '../manual/boxes.ts'
import { capsule } from '../manual/solids.ts'
import type { Vec3 } from '../../types.ts'
import { identitiesOf } from './identities.ts'
import { matchLesions, type LesionAt, type LesionEventKind, type MatchOptions } from './matchLesions.ts'

const grid = gridAround(60, [3, 3, 3])
const options: MatchOptions = { maximumDistanceMm: 20, minimumOverlap: 0.1, clearFactor: 1.5 }
const ball = (id: string, centreMm: Vec3, radiusMm: number, to: Vec3 = centreMm): LesionAt => ({
  id,
  mask: maskOfCoverage(grid, cover(grid, capsule(grid, centreMm, to, radiusMm))),
})
const told = (previous: readonly LesionAt[], current: readonly LesionAt[], more: Partial<MatchOptions> = {}) =>
  matchLesions(previous, current, { ...options, ...more }).map(({ kind, previous: a, current: b, by }) =>
    [kind, a.join('+'), b.join('+'), by ?? ''].filter((word) => word !== '').join(' '),
  )

describe('matching lesions', () => {
  const a = ball('a', [-30, 0, 0], 9)
  const b = ball('b', [25, 10, 5], 7)

  it('keeps those that stay, shrink or move a little, and tells of what came and went', () => {
    const later = [ball('y', [-28, 2, 1], 6), ball('z', [20, -40, -30], 8)]
    expect(told([a, b], later)).toEqual(['same a y overlap', 'disappeared b', 'appeared z'])
    expect(matchLesions([a], [a], options)[0]).toMatchObject({ kind: 'same', overlap: 1, distanceMm: 0 })
  })

  it('finds one that has moved away by distance, not beyond the largest one', () => {
    const moved = [ball('y', [-30, 19, 0], 6)]
    expect(told([a], moved)).toEqual(['same a y distance'])
    expect(told([a], moved, { maximumDistanceMm: 18 })).toEqual(['disappeared a', 'appeared y'])
  })

  it('asks a person where two are about as near', () => {
    const one = [ball('m', [0, 0, 0], 4)]
    const two = [ball('p', [12, 0, 0], 4), ball('q', [-13, 0, 0], 4)]
    expect(told(one, two)).toEqual(['uncertain m p+q distance'])
    expect(told(one, [two[0]!, ball('q', [-19, 0, 0], 4)])).toEqual(['same m p distance', 'appeared q'])
  })

  it('tells merging and splitting by overlap, and several with several as uncertain', () => {
    const parts = [ball('p', [-12, 0, 0], 7), ball('q', [12, 0, 0], 8)]
    const whole = [ball('w', [-12, 0, 0], 9, [12, 0, 0])]
    expect(told(parts, whole)).toEqual(['merged p+q w overlap'])
    expect(told(whole, parts)).toEqual(['split w p+q overlap'])
    // A bar across and a bar along over the same four places.
    const bars = [ball('t', [-20, 14, 0], 9, [20, 14, 0]), ball('u', [-20, -14, 0], 9, [20, -14, 0])]
    const across = [ball('v', [-14, -20, 0], 9, [-14, 20, 0]), ball('w', [14, -20, 0], 9, [14, 20, 0])]
    expect(told(bars, across)).toEqual(['uncertain t+u v+w overlap'])
  })

  it('does not take a touch beside the true pairing for a merger', () => {
    const before = [ball('p', [-12, 0, 0], 10), ball('q', [10, 0, 0], 9)]
    const after = [ball('y', [-8, 0, 0], 13), ball('z', [11, 0, 0], 9)]
    expect(told(before, after, { minimumOverlap: 0 })).toEqual(['same p y overlap', 'same q z overlap'])
  })

  it('is the same backwards in time: merged is split, appeared is disappeared', () => {
    const mirrored: Record<LesionEventKind, LesionEventKind> = {
      same: 'same',
      appeared: 'disappeared',
      disappeared: 'appeared',
      merged: 'split',
      split: 'merged',
      uncertain: 'uncertain',
    }
    const lesions = (prefix: string) =>
      fc
        .array(
          fc.record({
            centre: fc.tuple(...([0, 1, 2] as const).map(() => fc.integer({ min: -14, max: 14 }).map((n) => 2 * n))),
            radius: fc.integer({ min: 4, max: 12 }),
          }),
          { maxLength: 6 },
        )
        .map((all) => all.map(({ centre, radius }, n) => ball(`${prefix}${n}`, centre as unknown as Vec3, radius)))
    const seen = new Set<string>()
    fc.assert(
      fc.property(lesions('a'), lesions('b'), (before, after) => {
        const there = matchLesions(before, after, options)
        const back = matchLesions(after, before, options)
        const key = (kind: string, p: readonly string[], q: readonly string[]) =>
          `${kind} ${p.join('+')} ${q.join('+')}`
        expect(back.map(({ kind, previous, current }) => key(mirrored[kind], current, previous)).sort()).toEqual(
          there.map(({ kind, previous, current }) => key(kind, previous, current)).sort(),
        )
        // Each lesion is named once.
        expect(there.flatMap((event) => event.previous).sort()).toEqual(before.map(({ id }) => id).sort())
        expect(there.flatMap((event) => event.current).sort()).toEqual(after.map(({ id }) => id).sort())
        for (const { kind } of there) seen.add(kind)
      }),
      { numRuns: 150 },
    )
    expect([...seen].sort()).toEqual(Object.keys(mirrored).sort())
  })

  it('refuses options without sense, an id that is there twice, and a lesion outside the grid', () => {
    const refused = (run: () => unknown, code: string): void =>
      expect(run).toThrow(expect.objectContaining({ name: 'InputError', code }))
    refused(() => told([a], [b], { maximumDistanceMm: -1 }), 'lesions.match')
    refused(() => told([a], [b], { minimumOverlap: 2 }), 'lesions.match')
    refused(() => told([a], [b], { clearFactor: 0.5 }), 'lesions.match')
    refused(() => told([a, a], [b]), 'lesions.match')
    refused(() => told([a], [ball('far', [300, 0, 0], 5)]), 'lesions.empty')
    const other = gridAround(60, [4, 4, 4])
    const elsewhere = maskOfCoverage(other, cover(other, capsule(other, [-30, 0, 0], [-30, 0, 0], 9)))
    refused(() => told([a], [{ id: 'x', mask: elsewhere }]), 'geometry.grids-differ')
  })
})

describe('identities', () => {
  const of = (id: string, volumeMl: number, identity: string | null = null) => ({ id, volumeMl, identity })
  const event = (kind: LesionEventKind, previous: string[], current: string[]) => ({
    kind,
    previous,
    current,
    by: null,
    overlap: null,
    distanceMm: null,
    reason: '',
  })

  it('stay with the lesion, with the largest that merged, with the largest part', () => {
    const events = [
      event('same', ['a'], ['k']),
      event('merged', ['b', 'c'], ['l']),
      event('split', ['d'], ['m', 'n']),
      event('appeared', [], ['o']),
      event('uncertain', ['e'], ['p', 'q']),
    ]
    const previous = [of('a', 1, 'L3'), of('b', 2, 'B'), of('c', 5), of('d', 9, 'D'), of('e', 1, 'E')]
    const current = ['k', 'l', 'm', 'n', 'o', 'p', 'q'].map((id, n) => of(id, 1 + n))
    const found = identitiesOf(events, previous, current, ['L2'])
    expect(found.previous.map(({ identity }) => identity)).toEqual(['L3', 'B', 'L1', 'D', 'E'])
    expect(found.current).toEqual([
      { id: 'k', identity: 'L3', ancestors: ['L3'] },
      { id: 'l', identity: 'L1', ancestors: ['B', 'L1'] },
      { id: 'm', identity: 'L4', ancestors: ['D'] },
      { id: 'n', identity: 'D', ancestors: ['D'] },
      { id: 'o', identity: 'L5', ancestors: [] },
      { id: 'p', identity: null, ancestors: ['E'] },
      { id: 'q', identity: null, ancestors: ['E'] },
    ])
  })
})

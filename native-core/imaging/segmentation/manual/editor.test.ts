import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridAround } from '../../testShapes.ts'
import type { Vec3 } from '../../types.ts'
import { coverageVolumeMl, cropped, inBox } from './boxes.ts'
import { cover } from './cover.ts'
import { CoverageVolume } from './coverageVolume.ts'
import { SegmentationEditor } from './editor.ts'
import { packRuns, unpackRuns } from './runLengths.ts'
import { capsule } from './solids.ts'
import type { CoverageBox } from './types.ts'

const grid = gridAround(50, [2, 2.5, 3])
const whole = { start: [0, 0, 0] as Vec3, size: grid.dimensions }
const ball = (x: number, y: number, z: number, r: number) => cover(grid, capsule(grid, [x, y, z], [x, y, z], r))

interface Named {
  readonly id: string
  readonly name: string
}
const editorOf = (...names: string[]) => {
  const editor = new SegmentationEditor<Named>(grid)
  for (const name of names) editor.add(`New ${name}`, { id: name, name })
  return editor
}
const stateOf = (editor: SegmentationEditor<Named>) =>
  editor.structures.map((one) => ({ ...one, voxels: editor.volume(one.id).read(whole).coverage }))

/** A tenfold of things a person may do. */
const action = fc.oneof(
  fc.record({
    kind: fc.constant('draw' as const),
    at: fc.tuple(
      fc.integer({ min: -45, max: 45 }),
      fc.integer({ min: -45, max: 45 }),
      fc.integer({ min: -45, max: 45 }),
    ),
    r: fc.integer({ min: 2, max: 20 }),
    on: fc.constantFrom('a', 'b'),
    mode: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
    takes: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('rename' as const), name: fc.string() }),
  fc.record({ kind: fc.constant('cancelled' as const), r: fc.integer({ min: 2, max: 20 }) }),
)

describe('undo and redo', () => {
  it('go back and forth over anything that was done, bit for bit', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), fc.integer({ min: 0, max: 16 }), (actions, back) => {
        const editor = editorOf('a', 'b')
        const states = [stateOf(editor)]
        for (const one of actions) {
          const before = editor.historySize.steps
          if (one.kind === 'rename') editor.change('Rename', { id: 'a', name: one.name })
          else {
            editor.begin('Brush')
            if (one.kind === 'cancelled') {
              editor.apply('a', ball(0, 0, 0, one.r), 'add')
              editor.cancel()
            } else {
              const other = one.on === 'a' ? 'b' : 'a'
              editor.apply(one.on, ball(...one.at, one.r), one.mode, one.takes ? { takeFrom: [other] } : {})
              editor.commit()
            }
          }
          if (editor.historySize.steps > before) states.push(stateOf(editor))
          else expect(stateOf(editor)).toEqual(states.at(-1))
        }
        const steps = Math.min(back, states.length - 1)
        for (let n = 1; n <= steps; n++) {
          editor.undo()
          expect(stateOf(editor)).toEqual(states[states.length - 1 - n])
        }
        for (let n = steps - 1; n >= 0; n--) {
          editor.redo()
          expect(stateOf(editor)).toEqual(states[states.length - 1 - n])
        }
        expect(editor.redo()).toBeNull()
      }),
      { numRuns: 25 },
    )
  })

  it('bring a removed structure back with its voxels, and forget what was undone when something new is done', () => {
    const editor = editorOf('a')
    editor.begin('Brush')
    editor.apply('a', ball(0, 0, 0, 10), 'add')
    editor.commit()
    const before = stateOf(editor)
    editor.remove('Remove a', 'a')
    expect(editor.structures).toEqual([])
    expect(() => editor.volume('a')).toThrow(/no structure a/)
    expect(editor.undo()?.label).toBe('Remove a')
    expect(stateOf(editor)).toEqual(before)
    expect(editor.redoLabel).toBe('Remove a')
    editor.begin('Eraser')
    editor.apply('a', ball(5, 0, 0, 5), 'remove')
    editor.commit()
    expect(editor.redoLabel).toBeNull()
    expect(editor.undoLabel).toBe('Eraser')
  })

  it('of thousands of strokes on 256 × 256 × 133 stay small', () => {
    const large = { ...gridAround(1, [1, 1, 1]), dimensions: [256, 256, 133] as Vec3, spacingMm: [1.5, 1.5, 3] as Vec3 }
    const editor = new SegmentationEditor<Named>(large)
    editor.add('New a', { id: 'a', name: 'a' })
    let at: Vec3 = [190, 190, 200]
    for (let n = 0; n < 2000; n++) {
      const to: Vec3 = [190 + 90 * Math.sin(n / 40), 190 + 90 * Math.cos(n / 31), 200 + 80 * Math.sin(n / 57)]
      editor.begin('Brush')
      editor.apply('a', cover(large, capsule(large, at, to, 8)), 'add')
      editor.commit()
      at = to
    }
    expect(editor.historySize.bytes).toBeLessThan(4e6)
    while (editor.undo() !== null);
    expect(editor.structures).toEqual([])
  })
})

describe('an edit', () => {
  it('is seen before it is committed, and can be rewound and cancelled', () => {
    const editor = editorOf('a')
    editor.begin('Brush')
    editor.apply('a', ball(0, 0, 0, 10), 'add')
    expect(editor.volume('a').volumeMl).toBeGreaterThan(4)
    expect(editor.pendingIds).toEqual(['a'])
    expect(editor.beforePending('a')?.isEmpty).toBe(true)
    editor.rewind()
    expect(editor.volume('a').isEmpty).toBe(true)
    editor.apply('a', ball(0, 0, 0, 5), 'add')
    editor.commit()
    expect(editor.volume('a').volumeMl).toBeCloseTo(coverageVolumeMl(grid, ball(0, 0, 0, 5)), 9)
    expect(editor.pendingIds).toEqual([])
  })

  it('that changes nothing is no step', () => {
    const editor = editorOf('a')
    editor.begin('Eraser')
    editor.apply('a', ball(0, 0, 0, 10), 'remove')
    expect(editor.commit()).toBe(false)
    expect(editor.historySize.steps).toBe(1)
  })

  it('adds, takes away and replaces by the union, the difference and the tool itself', () => {
    const editor = editorOf('a')
    const volume = () => cropped(editor.volume('a').read(whole))
    editor.begin('Brush')
    editor.apply('a', ball(0, 0, 0, 12), 'add')
    editor.apply('a', ball(0, 0, 0, 6), 'add')
    expect(volume()).toEqual(ball(0, 0, 0, 12))
    editor.apply('a', ball(0, 0, 0, 40), 'remove')
    expect(editor.volume('a').isEmpty).toBe(true)
    editor.apply('a', ball(9, 0, 0, 12), 'add')
    editor.apply('a', ball(-20, 0, 0, 7), 'replace')
    expect(volume()).toEqual(ball(-20, 0, 0, 7))
  })

  it('keeps within the values of an image, inside one structure and outside others', () => {
    const editor = editorOf('organ', 'lesion', 'vessel')
    editor.begin('Draw')
    editor.apply('organ', ball(0, 0, 0, 20), 'add')
    editor.apply('vessel', ball(10, 0, 0, 6), 'add')
    editor.apply('lesion', ball(12, 0, 0, 14), 'add', { inside: 'organ', giveWayTo: ['vessel'] })
    const [organ, lesion, vessel] = stateOf(editor).map((one) => one.voxels) as [Uint8Array, Uint8Array, Uint8Array]
    lesion.forEach((value, n) => {
      expect(value).toBeLessThanOrEqual(organ[n]!)
      expect(value + vessel[n]!).toBeLessThanOrEqual(255)
    })
    expect(editor.volume('lesion').volumeMl).toBeGreaterThan(2)
    // An image that is 1 where x ≥ 0 of patient space, and 0 elsewhere.
    const values = Uint8Array.from(organ, (_, n) => (grid.originMm[0] + 2 * (n % grid.dimensions[0]) >= 0 ? 1 : 0))
    editor.begin('Brush')
    editor.apply('lesion', ball(0, 0, 0, 15), 'replace', { value: { grid, values, low: 0.5, high: 2 } })
    const half = inBox(ball(0, 0, 0, 15), whole).map((value, n) => (values[n] === 1 ? value : 0))
    expect(editor.volume('lesion').read(whole).coverage).toEqual(half)
  })

  it('takes from structures of lower priority what it gains', () => {
    const editor = editorOf('a', 'b')
    editor.begin('Draw')
    editor.apply('a', ball(0, 0, 0, 15), 'add')
    editor.apply('b', ball(8, 0, 0, 15), 'add', { takeFrom: ['a'] })
    const [a, b] = stateOf(editor).map((one) => one.voxels) as [Uint8Array, Uint8Array]
    a.forEach((value, n) => expect(value + b[n]!).toBeLessThanOrEqual(255))
    expect(editor.volume('b').volumeMl).toBeCloseTo(coverageVolumeMl(grid, ball(8, 0, 0, 15)), 9)
    editor.cancel()
    expect(editor.volume('a').isEmpty && editor.volume('b').isEmpty).toBe(true)
  })
})

describe('the voxels of a structure', () => {
  const box = fc
    .tuple(
      fc.nat(60),
      fc.nat(40),
      fc.nat(30),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(3),
    )
    .map(([x, y, z, a, b, c]) => ({ start: [x, y, z] as Vec3, size: [a, b, c + 1] as Vec3 }))
    .filter((one) => one.start.every((s, axis) => s + one.size[axis]! <= grid.dimensions[axis]!))

  it('are read as they were written, across bricks, and their bounds and volume are those of what is there', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(box, fc.nat(255)), { maxLength: 6 }), box, (writes, where) => {
        const volume = new CoverageVolume(grid)
        const plain = new Uint8Array(grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2])
        for (const [one, value] of writes) {
          const coverage = new Uint8Array(one.size[0] * one.size[1] * one.size[2]).fill(value)
          coverage[0] = 0
          volume.write({ box: one, coverage })
          paste(plain, { box: one, coverage })
        }
        const all: CoverageBox = { box: whole, coverage: plain }
        expect(volume.read(where).coverage).toEqual(inBox(all, where))
        expect(volume.bounds()).toEqual(cropped(all).box)
        expect(volume.volumeMl).toBeCloseTo(coverageVolumeMl(grid, all), 9)
      }),
    )
  })

  it('outside the image are refused', () => {
    const outside = { box: { start: [45, 0, 0] as Vec3, size: [10, 1, 1] as Vec3 }, coverage: new Uint8Array(10) }
    expect(() => new CoverageVolume(grid).write(outside)).toThrow(/does not lie in the image/)
  })

  function paste(plain: Uint8Array, { box: one, coverage }: CoverageBox): void {
    coverage.forEach((value, n) => {
      const x = one.start[0] + (n % one.size[0])
      const y = one.start[1] + (Math.floor(n / one.size[0]) % one.size[1])
      const z = one.start[2] + Math.floor(n / (one.size[0] * one.size[1]))
      plain[x + grid.dimensions[0] * (y + grid.dimensions[1] * z)] = value
    })
  }
})

describe('run lengths', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 400 })), { maxLength: 12 })
      .map((runs) => Uint8Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value)))),
  )
  it('give the bytes back', () => {
    fc.assert(
      fc.property(bytes, (one) => {
        expect(unpackRuns(packRuns(one), one.length)).toEqual(one)
      }),
    )
  })
  it('of a blank brick are 64 bytes, and never much longer than the bytes', () => {
    expect(packRuns(new Uint8Array(4096))).toHaveLength(64)
    fc.assert(
      fc.property(bytes, (one) => {
        expect(packRuns(one).length).toBeLessThanOrEqual(one.length * 1.01 + 2)
      }),
    )
  })
  it('of another length are refused', () => {
    expect(() => unpackRuns(packRuns(new Uint8Array(10)), 9)).toThrow(RangeError)
    expect(() => unpackRuns(packRuns(new Uint8Array(10)), 11)).toThrow(RangeError)
  })
})

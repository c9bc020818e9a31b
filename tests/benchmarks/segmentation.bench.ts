/** Drawing by hand: strokes of a 3D brush with undo, and the tools for a whole structure. */
import {
  capsule,
  cover,
  fillBetweenSlices,
  grow,
  SegmentationEditor,
  smooth,
  type CoverageBox,
} from '../../native-core/imaging/segmentation/manual/index.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { benchmark } from './harness.ts'

const grid: ImageGrid = {
  dimensions: [256, 256, 133],
  spacingMm: [1.5, 1.5, 3],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const centre: Vec3 = [190, 190, 200]
const ball = (radiusMm: number): CoverageBox => cover(grid, capsule(grid, centre, centre, radiusMm))
const STROKES = 60

/** Place of the hand after so many moves: all over a large organ. */
const hand = (n: number): Vec3 => [190 + 70 * Math.sin(n / 9), 190 + 70 * Math.cos(n / 7), 200 + 70 * Math.sin(n / 11)]

export const benchmarks = [
  benchmark({
    row: 'strokes of a 3D brush of 20 mm with undo, 256×256×133',
    bar: { value: 30, unit: 'strokes/s', better: 'more' },
    setup: () => {
      const editor = new SegmentationEditor<{ readonly id: string }>(grid)
      editor.load({ id: 'liver' }, ball(80))
      editor.load({ id: 'lesion' }, ball(30))
      return { editor, moves: 0 }
    },
    run: (state) => {
      const start = performance.now()
      for (let n = 0; n < STROKES; n++) {
        state.editor.begin('Brush')
        const stroke = cover(grid, capsule(grid, hand(state.moves), hand(++state.moves), 20))
        state.editor.apply('lesion', stroke, n % 5 === 4 ? 'remove' : 'add', { takeFrom: ['liver'] })
        state.editor.commit()
      }
      return (1000 * STROKES) / (performance.now() - start)
    },
  }),
  benchmark({
    row: 'growing a ball of 1 L by 5 mm, 256×256×133',
    bar: { value: null, unit: 's', better: 'less' },
    setup: () => ball(62),
    run: (body) => void grow(grid, body, 5),
  }),
  benchmark({
    row: 'smoothing a ball of 1 L by 4 mm, 256×256×133',
    bar: { value: null, unit: 's', better: 'less' },
    setup: () => ball(62),
    run: (body) => void smooth(grid, body, 4),
  }),
  benchmark({
    row: 'filling between every fifth slice of a ball of 1 L, 256×256×133',
    bar: { value: null, unit: 's', better: 'less' },
    setup: () => {
      const body = ball(62)
      const slice = body.box.size[0] * body.box.size[1]
      body.coverage.forEach((_, n) => (Math.floor(n / slice) % 5 === 0 ? 0 : (body.coverage[n] = 0)))
      return body
    },
    run: (body) => void fillBetweenSlices(grid, body, 2),
  }),
]

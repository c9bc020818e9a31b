/** Drawing by hand: strokes of a 3D brush with undo, and the tools for a whole structure. Semi-automatic segmentation in a box of 96³. */
import {
  capsule,
  cover,
  fillBetweenSlices,
  grow,
  SegmentationEditor,
  smooth,
  type CoverageBox,
} from '../../native-core/imaging/segmentation/manual/index.ts'
import { segmentRegion } from '../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { SegmentationAsk, SegmentationImage } from '../../native-core/imaging/segmentation/semiautomatic/index.ts'
import { blurredBall, voxelsWhere } from '../../native-core/imaging/segmentation/semiautomatic/testPhantoms.ts'
import { gridAround } from '../../native-core/imaging/testShapes.ts'
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

/** A ball of 113 mL in 96³ voxels of 1.5 mm, seen with 8 mm. */
const box: ImageGrid = gridAround(71.25, [1.5, 1.5, 1.5])
const FWHM_MM = 8
const place = { box: { start: [0, 0, 0], size: box.dimensions }, seedMm: [0, 0, 0] } as const
const shell = { kind: 'shell', fromMm: FWHM_MM, toMm: 2 * FWHM_MM } as const
const ways: readonly (readonly [string, () => SegmentationAsk])[] = [
  ['threshold', () => ({ ...place, method: 'threshold', from: 5000, to: null, isConnected: true })],
  [
    'relative threshold with background',
    () => ({ ...place, method: 'relative-threshold', part: 0.5, of: 'peak', background: shell, isConnected: true }),
  ],
  [
    'adaptive threshold',
    () => ({ ...place, method: 'adaptive-threshold', fwhmMm: FWHM_MM, of: 'peak', background: shell }),
  ],
  [
    'contrast-oriented threshold',
    () => ({ ...place, method: 'contrast-threshold', a: 0.5, b: 0.5, background: shell }),
  ],
  ['steepest edge', () => ({ ...place, method: 'gradient', smoothingSdMm: 3, fwhmMm: FWHM_MM })],
  ['region growing', () => ({ ...place, method: 'region-growing', rule: { kind: 'tolerance', tolerance: 4000 } })],
  [
    'random walker',
    () => ({
      ...place,
      method: 'random-walker',
      inside: voxelsWhere(box, (mm) => mm < 15),
      outside: voxelsWhere(box, (mm) => mm > 50),
      beta: 90,
      edgeLengthMm: 3,
    }),
  ],
  [
    'level set',
    () => ({ ...place, method: 'level-set', startRadiusMm: 10, curvatureMm: 0.75, data: { kind: 'two-means' } }),
  ],
]

const semiautomatic = ways.map(([name, ask]) =>
  benchmark<{ readonly image: SegmentationImage; readonly ask: SegmentationAsk }>({
    row: `${name}, a ball of 113 mL in a box of 96³`,
    bar: { value: null, unit: 's', better: 'less' },
    runs: 3,
    setup: () => ({ image: blurredBall(box, 30, FWHM_MM), ask: ask() }),
    run: ({ image, ask }) => void segmentRegion(image, ask),
  }),
)

export const benchmarks = [
  ...semiautomatic,
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

import { describe, expect, it } from 'vitest'
import { protocolSchema, type RegistrationPreview, type TimePointView } from '../../../../electron/contracts/index.ts'
import { fakeMasks, fakeView } from '../../../dev/fakeData.ts'
import { fromMatrix4, identity, planes, viewToPatient } from '../../../viewer/index.ts'
import { dragDegrees, dragMm, isOnRing, keyStep, turnAxis } from './drag.ts'
import { firstLook, layersAt, linesOf, movingLayers, pictureOf, scaleOf, type Look, type Seen } from './look.ts'
import { turned } from './pose.ts'
import { colourScale } from './scale.ts'
import { fittedSight } from './sight.ts'

const view = fakeView({
  analysed: false,
  stale: false,
  reported: false,
  protocol: protocolSchema.parse({}),
  problems: [],
})
const [moving, fixed] = view.cycles[0]!.timePoints as [TimePointView, TimePointView]
const matrix = [1, 0, 0, 8, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const carried: RegistrationPreview = {
  grid: fixed.ct!.grid,
  ctId: 'carried-ct',
  emissionId: 'carried-emission',
  jacobianId: 'jacobian',
  displacementId: 'field',
  displacementGrid: fixed.ct!.grid,
  structures: [{ id: 'carried-liver', name: 'LIVER', grid: fixed.ct!.grid, boxStart: [0, 0, 0], boxSize: [1, 1, 1] }],
  agreement: [],
}
const seen = (over: Partial<Seen> = {}): Seen => ({
  fixed,
  moving,
  fixedLayers: layersAt(fixed, identity),
  movingLayers: movingLayers(moving, matrix, null),
  carried: null,
  ctWindow: { low: -160, high: 240 },
  map: 'ember',
  blend: 0.5,
  structures: [],
  alone: null,
  ...over,
})
const look = (over: Partial<Look> = {}): Look => ({ ...firstLook, ...over })

describe('what is seen', () => {
  it('is the fixed image where it is, and the moving one where the matrix takes it', () => {
    const { ct, comparison } = pictureOf(look(), seen())
    expect(ct?.toWorld).toEqual(identity)
    expect(comparison?.ct?.toWorld).toEqual(fromMatrix4(matrix))
    expect(comparison?.mode).toEqual({ kind: 'blend', share: 0.5 })
    expect(comparison?.emission).toBeNull()
  })

  it('is the carried image of a deformable one, in the place of the fixed one', () => {
    const { comparison, field } = pictureOf(
      look({ showGrid: true }),
      seen({ carried, movingLayers: movingLayers(moving, matrix, carried) }),
    )
    expect(comparison?.ct).toMatchObject({ id: 'carried-ct', toWorld: identity, grid: carried.grid })
    expect(field).toEqual({ id: 'field', stepMm: firstLook.gridStepMm })
    expect(pictureOf(look({ showGrid: true }), seen()).field).toBeNull()
  })

  it('is one image alone where that is asked for, whatever the look', () => {
    for (const mode of ['blend', 'checkerboard', 'difference', 'flicker', 'jacobian'] as const)
      expect(pictureOf(look({ mode }), seen({ alone: 1, carried })).comparison?.mode).toEqual({
        kind: 'blend',
        share: 1,
      })
  })

  it('is CT or emission or both; the CT where there is no emission', () => {
    const both = pictureOf(look({ images: 'both' }), seen())
    expect([both.ct, both.emission, both.comparison?.ct, both.comparison?.emission].every((one) => one)).toBe(true)
    const emission = pictureOf(look({ images: 'emission' }), seen())
    expect([emission.ct, emission.comparison?.ct]).toEqual([null, null])
    const without = { ...layersAt(fixed, identity), emission: null }
    expect(pictureOf(look({ images: 'emission' }), seen({ fixedLayers: without })).ct).not.toBeNull()
  })

  it('is the Jacobian about 1, its folds marked, and only where there is one', () => {
    const jacobian = pictureOf(look({ mode: 'jacobian', reachJacobian: 0.4 }), seen({ carried }))
    expect(jacobian.emission?.id).toBe('jacobian')
    expect(jacobian.emissionWindow).toEqual({ low: 0.6, high: 1.4 })
    expect(jacobian.levels.map(({ value }) => value)).toEqual([0])
    expect(jacobian.comparison).toBeNull()
    expect(pictureOf(look({ mode: 'jacobian' }), seen()).comparison).not.toBeNull()
  })

  it('tells what its colours stand for', () => {
    expect(colourScale(pictureOf(look(), seen()), 0.4)).toBeNull()
    expect(colourScale(pictureOf(look({ mode: 'difference', reachHu: 200 }), seen()), 0.4)).toMatchObject({
      window: { low: -200, high: 200 },
      unit: 'Δ HU',
    })
    // Each image has its own scale: a colour is no one number of kBq/mL.
    expect(colourScale(pictureOf(look({ images: 'both' }), seen()), 0.4)).toMatchObject({ unit: '% of maximum' })
    expect(scaleOf(fixed.emission, 0.4).high / scaleOf(moving.emission, 0.4).high).toBeCloseTo(
      fixed.emission!.maximum / moving.emission!.maximum,
    )
  })

  it('has lines of both, the moving ones dashed and where the registration takes them', () => {
    const style = { onDark: '#fff', dash: [] }
    const masks = fakeMasks('tp1').slice(0, 2)
    const lines = linesOf(
      look(),
      masks,
      masks,
      matrix,
      null,
      () => style,
      () => false,
    )
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatchObject({ toWorld: identity, dash: [] })
    expect(lines[2]?.toWorld).toEqual(fromMatrix4(matrix))
    expect(lines[2]?.dash.length).toBeGreaterThan(0)
    const warped = linesOf(
      look({ showFixedLines: false }),
      masks,
      masks,
      matrix,
      carried,
      () => style,
      () => false,
    )
    expect(warped).toMatchObject([{ id: 'carried-liver', toWorld: identity, name: 'LIVER (moving)' }])
  })

  it('fits into the views', () => {
    const sight = fittedSight(fixed, 'ct', 600, 600)
    for (const plane of planes) {
      const [widthPx, heightPx] = plane === 'axial' ? [600, 300] : [300, 300]
      const frame = { plane, ...sight, widthPx, heightPx }
      const [a, b] = [viewToPatient(frame, 0, 0), viewToPatient(frame, widthPx, heightPx)]
      const { dimensions, spacingMm } = fixed.ct!.grid
      const sides = [0, 1, 2].map((axis) => dimensions[axis]! * spacingMm[axis]!)
      ;[0, 1, 2]
        .filter((axis) => Math.abs(b[axis]! - a[axis]!) > 1e-9)
        .forEach((axis) => expect(Math.abs(b[axis]! - a[axis]!)).toBeGreaterThanOrEqual(sides[axis]!))
    }
    expect(fittedSight(null, 'ct', 600, 600).mmPerPx).toBe(1)
  })
})

describe('dragging', () => {
  it('moves what is under the hand with it, in every view', () => {
    const sight = { centreMm: [3, 4, 5], crosshairMm: [3, 4, 5], mmPerPx: 1.5 } as const
    for (const plane of planes) {
      const frame = { plane, ...sight, widthPx: 200, heightPx: 100 }
      const [from, to] = [viewToPatient(frame, 20, 30), viewToPatient(frame, 60, 10)]
      const by = dragMm(plane, 1.5, { x: 20, y: 30 }, { x: 60, y: 10 })
      by.forEach((mm, axis) => expect(mm).toBeCloseTo(to[axis]! - from[axis]!, 9))
    }
  })

  it('turns what is under the hand with it, in every view', () => {
    const sight = { centreMm: [3, 4, 5], crosshairMm: [3, 4, 5], mmPerPx: 1 } as const
    const identity4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    for (const plane of planes) {
      const frame = { plane, ...sight, widthPx: 200, heightPx: 200 }
      const [from, to] = [
        { x: 150, y: 100 },
        { x: 100, y: 150 },
      ]
      expect(dragDegrees({ x: 100, y: 100 }, from, to)).toBeCloseTo(90)
      const { axis, sign } = turnAxis(plane)
      const pose = turned(identity4, axis, sign * 90, sight.crosshairMm)
      const start = viewToPatient(frame, from.x, from.y)
      const end = viewToPatient(frame, to.x, to.y)
      ;[0, 1, 2].forEach((row) =>
        expect(
          pose[4 * row]! * start[0] +
            pose[4 * row + 1]! * start[1] +
            pose[4 * row + 2]! * start[2] +
            pose[4 * row + 3]!,
        ).toBeCloseTo(end[row]!, 9),
      )
    }
  })

  it('goes the short way round, takes the ring by its edge, and has keys', () => {
    expect(dragDegrees({ x: 0, y: 0 }, { x: -10, y: 1 }, { x: -10, y: -1 })).toBeCloseTo(11.42, 2)
    expect(isOnRing({ x: 100, y: 3 }, { x: 0, y: 0 }, 96)).toBe(true)
    expect(isOnRing({ x: 60, y: 0 }, { x: 0, y: 0 }, 96)).toBe(false)
    expect([keyStep('ArrowUp'), keyStep('PageDown'), keyStep('a')]).toEqual([
      { right: 0, down: -1 },
      { clockwise: 1 },
      null,
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apply } from './affine.ts'
import { cameraOf, lettersOf, turned } from './orbit.ts'
import { scrollStepMm, type Picture } from './picture.ts'
import {
  fitMmPerPx,
  patientToView,
  planeAxes,
  planes,
  slicePlane,
  viewToPatient,
  zoomAbout,
  type ViewFrame,
} from './planes.ts'
import { scaleBarMm, scaleBarText } from './scaleBar.ts'
import { samplesPerPx } from './useSlice.ts'
import { draggedScale, draggedWindow, roundUp } from './windows.ts'

const frame = (over: Partial<ViewFrame> = {}): ViewFrame => ({
  plane: 'axial',
  centreMm: [10, -20, 30],
  crosshairMm: [0, 0, 55],
  mmPerPx: 2,
  widthPx: 200,
  heightPx: 100,
  ...over,
})
const mm = fc.double({ min: -300, max: 300, noNaN: true })
const px = fc.double({ min: 0, max: 400, noNaN: true })

describe('planes', () => {
  it('follow the radiological convention: patient right on the left, head and front up', () => {
    // Axial: to the right is the patient's left (+L), down is posterior (+P).
    expect(viewToPatient(frame(), 100, 50)).toEqual([10, -20, 55])
    expect(viewToPatient(frame(), 101, 50)).toEqual([12, -20, 55])
    expect(viewToPatient(frame(), 100, 51)).toEqual([10, -18, 55])
    // Coronal: up is the head (+S).
    expect(viewToPatient(frame({ plane: 'coronal' }), 100, 49)).toEqual([10, 0, 32])
    // Sagittal: to the right is posterior.
    expect(viewToPatient(frame({ plane: 'sagittal' }), 101, 50)).toEqual([0, -18, 30])
  })

  it('name their edges as their axes point', () => {
    for (const plane of planes) {
      const { right, down, edges } = planeAxes[plane]
      expect(lettersOf(right)).toBe(edges.right)
      expect(lettersOf(down)).toBe(edges.bottom)
      expect(lettersOf(right.map((part) => -part) as never)).toBe(edges.left)
      expect(lettersOf(down.map((part) => -part) as never)).toBe(edges.top)
    }
  })

  it('are inverse to each other, view and patient', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...planes),
        px,
        px,
        fc.tuple(mm, mm, mm),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        (plane, x, y, centreMm, mmPerPx) => {
          const view = frame({ plane, centreMm, mmPerPx })
          const at = patientToView(view, viewToPatient(view, x, y))
          expect(at.x).toBeCloseTo(x, 6)
          expect(at.y).toBeCloseTo(y, 6)
        },
      ),
    )
  })

  it('sample the slice where the view shows it, whatever the density of samples', () => {
    fc.assert(
      fc.property(fc.constantFrom(...planes), fc.constantFrom(0.5, 1, 2), (plane, samples) => {
        const view = frame({ plane })
        const slice = slicePlane(view, samples)
        expect(slice.width).toBe(200 * samples)
        // The centre of the first sample lies half a sample inside the corner.
        const corner = viewToPatient(view, 0.5 / samples, 0.5 / samples)
        slice.originMm.forEach((value, axis) => expect(value).toBeCloseTo(corner[axis]!, 9))
        const last = apply(
          [
            slice.stepRightMm[0],
            slice.stepDownMm[0],
            0,
            slice.originMm[0],
            slice.stepRightMm[1],
            slice.stepDownMm[1],
            0,
            slice.originMm[1],
            slice.stepRightMm[2],
            slice.stepDownMm[2],
            0,
            slice.originMm[2],
          ],
          [slice.width - 1, slice.height - 1, 0],
        )
        const end = viewToPatient(view, 200 - 0.5 / samples, 100 - 0.5 / samples)
        last.forEach((value, axis) => expect(value).toBeCloseTo(end[axis]!, 9))
      }),
    )
  })

  it('zoom about the place under the cursor', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...planes),
        px,
        px,
        fc.double({ min: 0.2, max: 6, noNaN: true }),
        (plane, x, y, mmPerPx) => {
          const before = frame({ plane })
          const after = { ...before, mmPerPx, centreMm: zoomAbout(before, x, y, mmPerPx) }
          const fixed = patientToView(after, viewToPatient(before, x, y))
          expect(fixed.x).toBeCloseTo(x, 6)
          expect(fixed.y).toBeCloseTo(y, 6)
        },
      ),
    )
  })

  it('fit a box into a view', () => {
    const bounds = { min: [0, 0, 0] as const, max: [200, 100, 400] as const }
    expect(fitMmPerPx(bounds, 'axial', 100, 100)).toBeCloseTo(2 * 1.04)
    expect(fitMmPerPx(bounds, 'coronal', 100, 100)).toBeCloseTo(4 * 1.04)
    expect(fitMmPerPx(bounds, 'sagittal', 10, 1000)).toBeCloseTo(10 * 1.04)
  })
})

describe('scrolling', () => {
  it('goes by the spacing of the index axis that runs along the normal', () => {
    const layer = {
      id: 'a',
      toWorld: [] as never,
      unit: 'HU',
      perUnit: 1,
      grid: {
        dimensions: [2, 2, 2] as const,
        spacingMm: [1, 2, 5] as const,
        originMm: [0, 0, 0] as const,
        direction: [0, 0, 1, 1, 0, 0, 0, 1, 0] as const,
      },
    }
    const picture = { ct: layer, emission: null } as unknown as Picture
    // Axis i runs along y, j along z, k along x.
    expect([scrollStepMm(picture, 0), scrollStepMm(picture, 1), scrollStepMm(picture, 2)]).toEqual([5, 1, 2])
    expect(scrollStepMm({ ct: null, emission: null } as unknown as Picture, 0)).toBe(1)
  })
})

describe('windows', () => {
  it('widen by dragging to the right and never collapse', () => {
    const from = { low: -160, high: 240 }
    expect(draggedWindow(from, 0, 0, 400, 1)).toEqual(from)
    const wide = draggedWindow(from, 400, 0, 400, 1)
    expect(wide.high - wide.low).toBeCloseTo(1200)
    expect((wide.high + wide.low) / 2).toBeCloseTo(40)
    const narrow = draggedWindow({ low: 0, high: 2 }, -4000, 0, 400, 1)
    expect(narrow.high - narrow.low).toBeCloseTo(1)
    expect(draggedWindow(from, 0, 100, 400, 1).low).toBeGreaterThan(from.low)
  })

  it('keep the lower end of an emission scale', () => {
    const scale = draggedScale({ low: 0, high: 100 }, 200, 0, 400)
    expect(scale).toEqual({ low: 0, high: 200 })
  })

  it('end at round numbers that hold what was asked', () => {
    expect([0.9, 1, 1.2, 340, 5200, 8000].map(roundUp)).toEqual([1, 1, 1.5, 500, 7500, 10000])
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
        expect(roundUp(value)).toBeGreaterThanOrEqual(value * (1 - 1e-6))
        expect(roundUp(value)).toBeLessThanOrEqual(value * 1.7)
      }),
    )
    expect(roundUp(0)).toBe(1)
  })
})

describe('scale bar', () => {
  it('is 1, 2 or 5 times a power of ten and fits', () => {
    expect(scaleBarMm(1, 140)).toBe(100)
    expect(scaleBarMm(0.4, 140)).toBe(50)
    expect(scaleBarMm(0.2, 140)).toBe(20)
    expect(scaleBarText(5)).toBe('5 mm')
    expect(scaleBarText(200)).toBe('20 cm')
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 20, noNaN: true }), (mmPerPx) => {
        expect(scaleBarMm(mmPerPx, 140) / mmPerPx).toBeLessThanOrEqual(140.0001)
      }),
    )
  })
})

describe('sampling density', () => {
  it('is that of the screen until the slice would be finer than any image', () => {
    expect(samplesPerPx(500, 300, 1.5)).toBe(1.5)
    expect(samplesPerPx(2200, 300, 1)).toBe(0.5)
  })
})

describe('orbit', () => {
  it('looks from the front at 0° with the patient right on the left, from the left side at 90°', () => {
    expect(lettersOf(cameraOf(0).towards)).toBe('A')
    expect(lettersOf(cameraOf(0).right)).toBe('L')
    expect(lettersOf(cameraOf(90).towards)).toBe('L')
    expect(lettersOf(cameraOf(90).right)).toBe('P')
    expect(lettersOf(cameraOf(180).right)).toBe('R')
    expect(lettersOf(cameraOf(30).right)).toBe('LP')
  })

  it('keeps angles within a turn', () => {
    expect([turned(190), turned(-190), turned(180), turned(720)]).toEqual([-170, 170, 180, 0])
  })
})

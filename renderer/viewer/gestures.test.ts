import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { panned, scrolled, stepped, zoomed } from './gestures.ts'
import type { Picture, Sight } from './picture.ts'
import { patientToView, planes, type ViewFrame } from './planes.ts'
import { huText } from './useReading.ts'

const sight: Sight = { centreMm: [0, 0, 0], crosshairMm: [10, 20, 30], mmPerPx: 2 }
const picture = {
  ct: {
    grid: { dimensions: [9, 9, 9], spacingMm: [1, 2, 5], originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  },
  emission: null,
} as unknown as Picture
const frameOf = (of: Sight, plane: ViewFrame['plane']): ViewFrame => ({ plane, ...of, widthPx: 300, heightPx: 200 })

describe('gestures', () => {
  it('scroll away from the head, the front and the right by one voxel', () => {
    expect(scrolled(sight, 'axial', picture, 1).crosshairMm).toEqual([10, 20, 25])
    expect(scrolled(sight, 'coronal', picture, 1).crosshairMm).toEqual([10, 22, 30])
    expect(scrolled(sight, 'sagittal', picture, -3).crosshairMm).toEqual([7, 20, 30])
  })

  it('step the crosshair along the axes of the view by one voxel', () => {
    expect(stepped(sight, 'axial', picture, 1, 0).crosshairMm).toEqual([11, 20, 30])
    expect(stepped(sight, 'axial', picture, 0, -1).crosshairMm).toEqual([10, 18, 30])
    expect(stepped(sight, 'coronal', picture, 0, 1).crosshairMm).toEqual([10, 20, 25])
    expect(stepped(sight, 'sagittal', picture, -1, 0).crosshairMm).toEqual([10, 18, 30])
  })

  it('pan so that the image follows the hand', () => {
    const shift = fc.integer({ min: -200, max: 200 })
    fc.assert(
      fc.property(fc.constantFrom(...planes), shift, shift, (plane, dx, dy) => {
        const before = patientToView(frameOf(sight, plane), [1, 2, 3])
        const after = patientToView(frameOf(panned(sight, plane, dx, dy), plane), [1, 2, 3])
        expect(after.x - before.x).toBeCloseTo(dx, 6)
        expect(after.y - before.y).toBeCloseTo(dy, 6)
      }),
    )
  })

  it('zoom within bounds and leave the crosshair where it is', () => {
    const closer = zoomed(sight, frameOf(sight, 'axial'), 0.5, 10, 10)
    expect(closer.mmPerPx).toBe(1)
    expect(closer.crosshairMm).toEqual(sight.crosshairMm)
    expect(zoomed(sight, frameOf(sight, 'axial'), 1e-9, 10, 10).mmPerPx).toBe(0.02)
    expect(zoomed(sight, frameOf(sight, 'axial'), 1e9, 10, 10).mmPerPx).toBe(20)
  })
})

it('writes HU in whole numbers without a minus zero', () => {
  expect([-1000.4, -0.3, 39.6, null].map(huText)).toEqual(['−1000 HU', '0 HU', '40 HU', ''])
})

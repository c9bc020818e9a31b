import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridAround, rotation } from '../../../../native-core/imaging/testShapes.ts'
import { patientToIndex } from '../../../../native-core/imaging/index.ts'
import { identity, type ImageLayer } from '../../../viewer/index.ts'
import { fittedSight, onSlices } from './sight.ts'

const layer = (grid: ImageLayer['grid']): ImageLayer => ({ id: 'x', grid, toWorld: identity, unit: 'HU', perUnit: 1 })
const mm = fc.double({ min: -300, max: 300, noNaN: true })

describe('the sight that is drawn in', () => {
  it('has its crosshair in the middle of a voxel of the image, the nearest', () => {
    fc.assert(
      fc.property(mm, mm, mm, fc.double({ min: -1, max: 1, noNaN: true }), (x, y, z, turn) => {
        const grid = gridAround(50, [2, 3, 5], [4, 5, 6], rotation(turn, 0, 0))
        const layers = { ct: layer(grid), emission: null }
        const { crosshairMm } = onSlices(layers, { centreMm: [0, 0, 0], crosshairMm: [x, y, z], mmPerPx: 1 })
        patientToIndex(grid, crosshairMm).forEach((place, axis) => {
          expect(Math.abs(place - Math.round(place))).toBeLessThan(1e-9)
          const wanted = patientToIndex(grid, [x, y, z])[axis]!
          const inside = Math.min(grid.dimensions[axis]! - 1, Math.max(0, wanted))
          expect(Math.abs(place - inside)).toBeLessThanOrEqual(0.5 + 1e-9)
        })
      }),
    )
  })

  it('shows the whole axial slice', () => {
    const grid = gridAround(200, [2, 2, 2])
    const { mmPerPx, centreMm } = fittedSight({ ct: layer(grid), emission: null }, 1000, 400)
    expect(centreMm.map((value) => Math.abs(value))).toEqual([0, 0, 0])
    // 402 mm in 600 pixels across and in 400 down.
    expect(mmPerPx).toBeGreaterThan(402 / 400)
    expect(mmPerPx).toBeLessThan((1.1 * 402) / 400)
  })
})

import { describe, expect, it } from 'vitest'
import { gaussianBlur, gaussianKernel } from './blur.ts'
import { buildAnatomy } from './anatomy.ts'
import { occupancy, scanEmission, voxelMl } from './imaging.ts'
import { resolvePhantomOptions } from './options.ts'
import { compartmentVolumesMl } from './plan.ts'
import { createRandom } from './random.ts'
import { IDENTITY, rigidMotion } from './rigid.ts'
import { caseGrids, storeAs } from './grids.ts'

describe('gaussianBlur', () => {
  const n = [40, 30, 20] as const
  const point = new Float32Array(40 * 30 * 20)
  point[20 + 40 * (15 + 30 * 10)] = 1000

  it('keeps the sum of what stays inside within 1e-6', () => {
    const sum = gaussianBlur(point, n, [5, 5, 5], 12).reduce((a, b) => a + b, 0)
    expect(sum / 1000).toBeCloseTo(1, 6)
  })

  it('spreads with the variance of its width along each axis within 1 %', () => {
    const spacing = [3, 4, 5] as const
    const blurred = gaussianBlur(point, n, spacing, 14)
    const sigma2 = (14 / 2.354820045) ** 2
    const strides = [1, 40, 1200]
    for (const axis of [0, 1, 2] as const) {
      let m0 = 0
      let m2 = 0
      blurred.forEach((v, i) => {
        const d = ((Math.floor(i / strides[axis]!) % n[axis]) - [20, 15, 10][axis]!) * spacing[axis]
        m0 += v
        m2 += v * d * d
      })
      expect(m2 / m0 / sigma2).toBeGreaterThan(0.99)
      expect(m2 / m0 / sigma2).toBeLessThan(1.01)
    }
  })

  it('of no width changes nothing', () => {
    expect(gaussianBlur(point, n, [1, 1, 1], 0)).toEqual(point)
    expect([...gaussianKernel(0)]).toEqual([1])
  })
})

describe('simulated scans', () => {
  const o = resolvePhantomOptions({ seed: 5 })
  const anatomy = buildAnatomy(o, 1)
  const { emission: grid } = caseGrids('tiny')
  const motion = rigidMotion([1, -2, 1.5], [3, -2, 6])

  it('occupancy of a voxel by all compartments never exceeds one', () => {
    const filled = occupancy(anatomy, grid, motion)
    const total = new Float64Array(filled.find((f) => f)!.length)
    for (const f of filled) f?.forEach((v, i) => (total[i]! += v))
    expect(Math.max(...total)).toBeLessThan(1 + 1e-5)
    expect(Math.min(...total)).toBeGreaterThanOrEqual(0)
  })

  it('activity of whole organs on the grid is conserved through motion, voxels and blur within 0.5 %', () => {
    const volumes = compartmentVolumesMl(anatomy)
    for (const name of ['KIDNEY_L', 'LIVER', 'TUMOUR_3', 'TUMOUR_4']) {
      const concentrations = anatomy.compartments.map((c) => (c.name === name ? 1e6 : 0))
      const scan = scanEmission(
        anatomy,
        grid,
        motion,
        concentrations,
        { psfFwhmMm: 12, noise: 0, acquisitionS: 1500, cpsPerMbq: 9 },
        createRandom(1, 'x'),
      )
      const ml = voxelMl(grid)
      const imageMbq = (scan.image.reduce((a, b) => a + b, 0) * ml) / 1e6
      expect(imageMbq / volumes.get(name)!).toBeGreaterThan(0.995)
      expect(imageMbq / volumes.get(name)!).toBeLessThan(1.005)
      expect(scan.activityInGridMbq / imageMbq).toBeCloseTo(1, 3)
    }
  })

  it('noise leaves the mean and has the Poisson variance of the counts within 5 %', () => {
    const concentrations = anatomy.compartments.map(() => 1e5)
    const scan = { psfFwhmMm: 12, noise: 1, acquisitionS: 1500, cpsPerMbq: 9 }
    const { image, blurred } = scanEmission(anatomy, grid, IDENTITY, concentrations, scan, createRandom(2, 'x'))
    const perBqMl = (voxelMl(grid) / 1e6) * 9 * 1500
    let chi2 = 0
    let n = 0
    image.forEach((v, i) => {
      const counts = blurred[i]! * perBqMl
      if (counts < 20) return
      chi2 += (v * perBqMl - counts) ** 2 / counts
      n++
    })
    expect(n).toBeGreaterThan(3000)
    expect(chi2 / n).toBeGreaterThan(0.95)
    expect(chi2 / n).toBeLessThan(1.05)
  })

  it('turned storage keeps every value at its place in the patient', () => {
    const small = {
      dimensions: [4, 3, 5],
      spacingMm: [2, 3, 4],
      originMm: [-7, 5, 1],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    } as const
    const volume = Float32Array.from({ length: 60 }, (_, i) => i)
    for (const position of ['HFS', 'FFS', 'HFP', 'FFP'] as const) {
      for (const against of [false, true]) {
        const { volume: stored, grid: g } = storeAs(volume, small, position, against)
        const d = g.direction
        for (let i = 0; i < 60; i++) {
          const at = [i % 4, Math.floor(i / 4) % 3, Math.floor(i / 12)].map((v, a) => v * g.spacingMm[a]!) as [
            number,
            number,
            number,
          ]
          const p = [0, 1, 2].map(
            (r) => g.originMm[r]! + d[3 * r]! * at[0] + d[3 * r + 1]! * at[1] + d[3 * r + 2]! * at[2],
          )
          const index = p.map((v, a) => Math.round((v - small.originMm[a]!) / small.spacingMm[a]!)) as [
            number,
            number,
            number,
          ]
          expect(stored[i]).toBe(volume[index[0] + 4 * (index[1] + 3 * index[2])])
        }
        const normal = [d[3] * d[7] - d[6] * d[4], d[6] * d[1] - d[0] * d[7], d[0] * d[4] - d[3] * d[1]]
        expect(Math.sign(normal[2]! * d[8])).toBe(against ? -1 : 1)
      }
    }
  })
})

/** An invented patient for development: ellipsoids in a box, with activities that rise and fall. No data of anyone. */
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'

export interface Region {
  readonly name: string
  readonly kind: 'organ' | 'lesion' | 'other'
  readonly centreMm: Vec3
  readonly radiiMm: Vec3
  readonly hu: number
  /** kBq/mL as a sum of exponentials of hours p.i. */
  readonly terms: readonly (readonly [kbqPerMl: number, ratePerH: number])[]
  readonly colourRgb: [number, number, number]
}

const PHYS = Math.LN2 / 159.53

export const regions: readonly Region[] = [
  {
    name: 'BODY',
    kind: 'other',
    centreMm: [0, 0, 0],
    radiiMm: [185, 115, 400],
    hu: 30,
    terms: [
      [14, PHYS + 0.06],
      [3, PHYS + 0.004],
    ],
    colourRgb: [200, 200, 200],
  },
  {
    name: 'LIVER',
    kind: 'organ',
    centreMm: [-65, -15, 60],
    radiiMm: [85, 70, 70],
    hu: 60,
    terms: [
      [85, PHYS + 0.011],
      [-40, PHYS + 0.5],
    ],
    colourRgb: [180, 90, 40],
  },
  {
    name: 'SPLEEN',
    kind: 'organ',
    centreMm: [100, 35, 65],
    radiiMm: [32, 42, 52],
    hu: 55,
    terms: [[190, PHYS + 0.009]],
    colourRgb: [160, 60, 160],
  },
  {
    name: 'KIDNEY_L',
    kind: 'organ',
    centreMm: [62, 45, -5],
    radiiMm: [28, 26, 54],
    hu: 40,
    terms: [
      [300, PHYS + 0.013],
      [-130, PHYS + 0.35],
    ],
    colourRgb: [60, 160, 60],
  },
  {
    name: 'KIDNEY_R',
    kind: 'organ',
    centreMm: [-62, 45, -20],
    radiiMm: [28, 26, 52],
    hu: 40,
    terms: [
      [280, PHYS + 0.013],
      [-120, PHYS + 0.35],
    ],
    colourRgb: [60, 160, 120],
  },
  {
    name: 'MARROW_SPINE',
    kind: 'organ',
    centreMm: [0, 75, 10],
    radiiMm: [20, 22, 170],
    hu: 420,
    terms: [[9, PHYS + 0.01]],
    colourRgb: [200, 180, 60],
  },
  {
    name: 'TUMOUR_1',
    kind: 'lesion',
    centreMm: [-85, -30, 85],
    radiiMm: [16, 16, 16],
    hu: 50,
    terms: [
      [620, PHYS + 0.004],
      [-300, PHYS + 0.15],
    ],
    colourRgb: [220, 40, 40],
  },
  {
    name: 'TUMOUR_2',
    kind: 'lesion',
    centreMm: [-40, -5, 40],
    radiiMm: [11, 11, 11],
    hu: 50,
    terms: [[480, PHYS + 0.005]],
    colourRgb: [220, 90, 40],
  },
  {
    name: 'TUMOUR_3',
    kind: 'lesion',
    centreMm: [30, -45, -85],
    radiiMm: [9, 9, 9],
    hu: 45,
    terms: [[350, PHYS + 0.006]],
    colourRgb: [220, 140, 40],
  },
]

/** Lungs only shape the CT. */
const lungs: readonly Pick<Region, 'centreMm' | 'radiiMm' | 'hu'>[] = [
  { centreMm: [-80, 0, 190], radiiMm: [58, 72, 90], hu: -780 },
  { centreMm: [80, 0, 190], radiiMm: [58, 72, 90], hu: -780 },
]

export const hoursPi = [4.2, 24.1, 71.8, 167.5] as const

export const ctGrid: ImageGrid = {
  dimensions: [160, 112, 120],
  spacingMm: [2.6, 2.6, 4],
  originMm: [-206.7, -144.3, -238],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
export const emissionGrid: ImageGrid = {
  dimensions: [72, 72, 72],
  spacingMm: [6, 6, 6],
  originMm: [-213, -213, -213],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

const inside = (p: Vec3, region: Pick<Region, 'centreMm' | 'radiiMm'>, blurMm = 0): number => {
  const [x, y, z] = ([0, 1, 2] as const).map(
    (axis) => (p[axis] - region.centreMm[axis]) / region.radiiMm[axis],
  ) as unknown as Vec3
  const distance = (Math.hypot(x, y, z) - 1) * Math.min(...region.radiiMm)
  return blurMm === 0 ? (distance <= 0 ? 1 : 0) : 1 / (1 + Math.exp(distance / blurMm))
}

const at = (grid: ImageGrid, i: number, j: number, k: number): Vec3 => [
  grid.originMm[0] + i * grid.spacingMm[0],
  grid.originMm[1] + j * grid.spacingMm[1],
  grid.originMm[2] + k * grid.spacingMm[2],
]

export function concentrationBqPerMl(region: Region, hours: number): number {
  return region.terms.reduce((sum, [a, rate]) => sum + a * Math.exp(-rate * hours), 0) * 1000
}

/** A generator that gives the same noise each time (Lehmer). */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647 - 0.5
  }
}

function fill(grid: ImageGrid, value: (p: Vec3) => number): Float32Array<ArrayBuffer> {
  const [nx, ny, nz] = grid.dimensions
  const out = new Float32Array(nx * ny * nz)
  for (let k = 0, o = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) out[o++] = value(at(grid, i, j, k))
  return out
}

export function ctVoxels(): Float32Array<ArrayBuffer> {
  const random = noise(7)
  const body = regions[0] as Region
  return fill(ctGrid, (p) => {
    if (!inside(p, body)) return -1000 + random() * 10
    const rim = inside(p, { centreMm: body.centreMm, radiiMm: [168, 98, 400] }) ? 40 : -95
    const organ = [...lungs, ...regions.slice(1)].findLast((region) => inside(p, region))
    return (organ?.hu ?? rim) + random() * 36
  })
}

export function emissionVoxels(timePoint: number): Float32Array<ArrayBuffer> {
  const random = noise(11 + timePoint)
  const hours = hoursPi[timePoint] ?? 0
  return fill(emissionGrid, (p) => {
    let value = 0
    for (const region of regions) {
      const share = inside(p, region, 5)
      value += share * (concentrationBqPerMl(region, hours) - value)
    }
    return Math.max(0, value * (1 + random() * 0.25) + random() * 400)
  })
}

export function maskBox(region: Region): { start: [number, number, number]; size: [number, number, number] } {
  const start = ([0, 1, 2] as const).map((axis) =>
    Math.max(
      0,
      Math.floor((region.centreMm[axis] - region.radiiMm[axis] - ctGrid.originMm[axis]) / ctGrid.spacingMm[axis]),
    ),
  ) as [number, number, number]
  const end = ([0, 1, 2] as const).map((axis) =>
    Math.min(
      ctGrid.dimensions[axis],
      Math.ceil((region.centreMm[axis] + region.radiiMm[axis] - ctGrid.originMm[axis]) / ctGrid.spacingMm[axis]) + 1,
    ),
  ) as [number, number, number]
  return { start, size: [end[0] - start[0], end[1] - start[1], end[2] - start[2]] }
}

export function maskVoxels(name: string): Uint8Array<ArrayBuffer> {
  const region = regions.find((one) => one.name === name) as Region
  const { start, size } = maskBox(region)
  const out = new Uint8Array(size[0] * size[1] * size[2])
  let o = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++) {
        let count = 0
        for (const dz of [-0.25, 0.25])
          for (const dy of [-0.25, 0.25])
            for (const dx of [-0.25, 0.25])
              count += inside(at(ctGrid, start[0] + i + dx, start[1] + j + dy, start[2] + k + dz), region)
        out[o++] = Math.round((count / 8) * 255)
      }
  return out
}

export const volumeMl = (region: Region): number =>
  ((4 / 3) * Math.PI * region.radiiMm[0] * region.radiiMm[1] * region.radiiMm[2]) / 1000

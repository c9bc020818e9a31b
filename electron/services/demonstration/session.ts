/** The images and outlines of one time point of a planned case. */
import type { ImageGrid, Mat4 } from '../../../native-core/imaging/types.ts'
import type { Anatomy, DrawnStructure } from './body.ts'
import { outlineSlice } from './contours.ts'
import { scanCt, scanEmission } from './imaging.ts'
import type { EmissionScan } from './imaging.ts'
import { activityMbq } from './kinetics.ts'
import { partitionGrid } from './partition.ts'
import type { CasePlan, PlannedCycle, PlannedSession } from './plan.ts'
import { createRandom } from './random.ts'
import type { RandomStream } from './random.ts'
import { invertRigid, movePoint } from './rigid.ts'
import type { RtStructToWrite } from '../ports/dicomWriter.ts'

const CT_NOISE_HU = 9

export interface SimulatedSession {
  readonly emission: EmissionScan
  /** True concentration of each compartment (Bq/mL) at scan start, by compartment index. */
  readonly concentrations: readonly number[]
  /** True activity (MBq) of each compartment that is not an extension, by name. */
  readonly activitiesMbq: ReadonlyMap<string, number>
}

const stream = (plan: CasePlan, what: string, session: PlannedSession): RandomStream =>
  createRandom(plan.options.seed, `${what} ${session.dir}`)

/** The CT of a session, HU, in L, P, S order. */
export function simulateCt(plan: CasePlan, cycle: PlannedCycle, session: PlannedSession): Int16Array {
  const noiseHu = plan.options.noise > 0 ? CT_NOISE_HU : 0
  return scanCt(cycle.anatomy, plan.grids.ct, session.scannerToBody, noiseHu, stream(plan, 'ct noise', session))
}

/** The emission scan of a session, in L, P, S order. */
export function simulateEmission(plan: CasePlan, cycle: PlannedCycle, session: PlannedSession): SimulatedSession {
  const { options: o, grids } = plan
  const { anatomy } = cycle
  const activities = new Map<string, number>()
  const perMl = new Map<string, number>()
  for (const k of cycle.kinetics) {
    const mbq = activityMbq(k.terms, cycle.administeredMbq, session.hoursAfterInjection)
    activities.set(k.name, mbq)
    perMl.set(k.name, (mbq * 1e6) / k.volumeMl)
  }
  const concentrations = anatomy.compartments.map((c) => perMl.get(c.extensionOf ?? c.name)!)
  const emission = scanEmission(
    anatomy,
    grids.emission,
    session.scannerToBody,
    concentrations,
    { psfFwhmMm: o.psfFwhmMm, noise: o.noise, acquisitionS: o.acquisitionS, cpsPerMbq: o.calibrationCpsPerMbq },
    stream(plan, 'emission noise', session),
  )
  return { emission, concentrations, activitiesMbq: activities }
}

type Contours = RtStructToWrite['structures'][number]['contours']

/** Outlines of a structure on every slice of the CT grid (slice index along +z), in scanner coordinates. */
export function outlineStructure(
  structure: DrawnStructure,
  ct: ImageGrid,
  scannerToBody: Mat4,
  boxMm: Box,
  stepMm: number,
): Contours {
  const corners: [number, number, number][] = []
  const bodyToScanner = invertRigid(scannerToBody)
  for (const x of [boxMm.low[0], boxMm.high[0]]) {
    for (const y of [boxMm.low[1], boxMm.high[1]]) {
      for (const z of [boxMm.low[2], boxMm.high[2]]) corners.push(movePoint(bodyToScanner, [x, y, z]))
    }
  }
  const range = (axis: 0 | 1 | 2): [number, number] => {
    const values = corners.map((c) => c[axis])
    return [Math.min(...values), Math.max(...values)]
  }
  const [xRangeMm, yRangeMm, zRange] = [range(0), range(1), range(2)]
  const found: { contour: Contours[number]['contour']; slice: number }[] = []
  for (let slice = 0; slice < ct.dimensions[2]; slice++) {
    const zMm = ct.originMm[2] + slice * ct.spacingMm[2]
    if (zMm < zRange[0] || zMm > zRange[1]) continue
    for (const contour of outlineSlice(structure.solid, scannerToBody, {
      zMm,
      xRangeMm,
      yRangeMm,
      stepMm,
      minimumAreaMm2: 1,
    })) {
      found.push({ contour, slice })
    }
  }
  return found
}

export interface Box {
  readonly low: readonly [number, number, number]
  readonly high: readonly [number, number, number]
}

/**
 * Boxes around the structures, in body coordinates, found on a 6 mm grid that reaches 30 mm beyond the images, and widened by
 * more than a cell; lesions from their centres.
 */
export function structureBoxes(anatomy: Anatomy): Map<string, Box> {
  const boxes = new Map<string, Box>()
  const spacing = 6
  const grid: ImageGrid = {
    dimensions: [80, 64, 62],
    spacingMm: [spacing, spacing, spacing],
    originMm: [-237, -189, -183],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  for (const structure of anatomy.structures) {
    const lesion = anatomy.lesions.find((l) => l.name === structure.name)
    if (lesion) {
      const r = Math.max(...lesion.radiiMm) + 3
      const [x, y, z] = lesion.centreMm
      boxes.set(structure.name, { low: [x - r, y - r, z - r], high: [x + r, y + r, z + r] })
      continue
    }
    const low: [number, number, number] = [Infinity, Infinity, Infinity]
    const high: [number, number, number] = [-Infinity, -Infinity, -Infinity]
    const [nx, ny] = grid.dimensions
    partitionGrid(grid, [structure.solid], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 3, (voxel, solid) => {
      if (solid < 0) return
      const at = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / nx / ny)]
      for (let a = 0; a < 3; a++) {
        const centre = grid.originMm[a]! + at[a]! * spacing
        low[a] = Math.min(low[a]!, centre - spacing)
        high[a] = Math.max(high[a]!, centre + spacing)
      }
    })
    boxes.set(structure.name, { low, high })
  }
  return boxes
}

/** Side of the squares that outlines are followed through: fine for small structures, coarse for the body. */
export function outlineStepMm(structure: DrawnStructure, box: Box): number {
  if (structure.type === 'EXTERNAL') return 4
  const extent = Math.min(...[0, 1, 2].map((a) => box.high[a]! - box.low[a]!))
  return Math.max(0.5, Math.min(1.7, extent / 30))
}

/** Voxels of the CT grid of which a structure fills at least half: 1, else 0; x fastest. */
export function labelStructure(structure: DrawnStructure, ct: ImageGrid, scannerToBody: Mat4): Uint8Array {
  const filled = new Float32Array(ct.dimensions[0] * ct.dimensions[1] * ct.dimensions[2])
  const small = structure.type === 'GTV'
  partitionGrid(ct, [structure.solid], scannerToBody, small ? 0.9 : 1.7, (voxel, solid, fraction) => {
    if (solid === 0) filled[voxel]! += fraction
  })
  const labels = new Uint8Array(filled.length)
  for (let v = 0; v < filled.length; v++) labels[v] = filled[v]! >= 0.5 ? 1 : 0
  return labels
}

/** Everything about a simulated case but its voxels: bodies, kinetics, times, motions, names. */
import type { Mat4 } from '../../../native-core/imaging/types.ts'
import { buildAnatomy } from './anatomy.ts'
import type { Anatomy } from './body.ts'
import { addSeconds, hoursBetween } from './clock.ts'
import { caseGrids } from './grids.ts'
import type { CaseGrids } from './grids.ts'
import { occupancy, voxelMl } from './imaging.ts'
import { drawKinetics } from './kinetics.ts'
import type { CompartmentKinetics } from './kinetics.ts'
import { simulatedNuclide } from './nuclides.ts'
import type { SimulatedNuclide } from './nuclides.ts'
import type { PhantomOptions } from './options.ts'
import { createRandom } from './random.ts'
import { IDENTITY, rigidMotion } from './rigid.ts'

export interface PlannedSession {
  /** From 1. */
  readonly index: number
  readonly dir: string
  readonly nominalH: number
  readonly scanStart: string
  readonly hoursAfterInjection: number
  /** Takes scanner coordinates of this session to body coordinates, which are those of the case's reference session. */
  readonly scannerToBody: Mat4
}

export interface PlannedCycle {
  /** From 1. */
  readonly number: number
  readonly lesionScale: number
  readonly administeredMbq: number
  readonly injection: string
  readonly anatomy: Anatomy
  readonly kinetics: readonly CompartmentKinetics[]
  readonly sessions: readonly PlannedSession[]
}

export interface CasePlan {
  readonly options: PhantomOptions
  readonly nuclide: SimulatedNuclide
  readonly grids: CaseGrids
  readonly cycles: readonly PlannedCycle[]
}

const DAY_S = 86400
const WEEKS_BETWEEN_CYCLES = 8

/** Plans a case. Deterministic: the same options give the same plan. */
export function planCase(o: PhantomOptions): CasePlan {
  const nuclide = simulatedNuclide(o.nuclide)
  const grids = caseGrids(o.sizes)
  const cycles: PlannedCycle[] = []
  for (let number = 1; number <= o.cycles; number++) {
    const random = createRandom(o.seed, `cycle ${number}`)
    const lesionScale = o.lesionShrinkage ** (number - 1)
    const anatomy = buildAnatomy(o, lesionScale)
    const administeredMbq =
      number === 1 ? o.administeredMbq : Math.round(o.administeredMbq * random.between(0.97, 1.02) * 10) / 10
    const injection = addSeconds(
      o.firstAdministration,
      (number - 1) * WEEKS_BETWEEN_CYCLES * 7 * DAY_S + (number === 1 ? 0 : 60 * Math.round(random.between(0, 60))),
    )
    const sessions = o.timesH.map((nominalH, i): PlannedSession => {
      const scanStart = addSeconds(
        injection,
        nominalH * 3600 + Math.round(random.between(-0.004 * nominalH - 0.02, 0.004 * nominalH + 0.15) * 3600),
      )
      const isReference = number === 1 && i + 1 === o.referenceSession
      const turn = [random.normal(), random.normal(), random.normal()] as const
      const shift = [random.normal(), random.normal(), random.normal()] as const
      const scannerToBody =
        o.motion === 'none' || isReference
          ? IDENTITY
          : rigidMotion(
              [clamp(1.1 * turn[0], 2.4), clamp(1.1 * turn[1], 2.4), clamp(1.4 * turn[2], 3)],
              [clamp(3 * shift[0], 7), clamp(2.5 * shift[1], 6), clamp(5 * shift[2], 11)],
            )
      return {
        index: i + 1,
        dir: `cycle${number}/tp${i + 1}_${String(Math.round(nominalH)).padStart(3, '0')}h`,
        nominalH,
        scanStart,
        hoursAfterInjection: hoursBetween(injection, scanStart),
        scannerToBody,
      }
    })
    const kinetics = drawKinetics(o, anatomy, nuclide, compartmentVolumesMl(anatomy), number)
    cycles.push({ number, lesionScale, administeredMbq, injection, anatomy, kinetics, sessions })
  }
  return { options: o, nuclide, grids, cycles }
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value))
}

/**
 * Volumes in mL by compartment name: lesions by their formula, the rest by cutting a grid over the region that images cover, with
 * cells of 0.75 mm for the organs and 3 mm for the lungs and the remainder, which reach out of it (the part inside counts).
 */
export function compartmentVolumesMl(anatomy: Anatomy): Map<string, number> {
  const spacing = 6
  const grid = {
    dimensions: [72, 60, 50],
    spacingMm: [spacing, spacing, spacing],
    originMm: [-213, -177, -147],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  } as const
  const ml = voxelMl(grid)
  const large = ['LUNGS', 'REMAINDER']
  const coarse = occupancy(anatomy, grid, IDENTITY, 3)
  const isLarge = anatomy.compartments.map((c) => large.includes(c.name))
  const fine = occupancy(
    { ...anatomy, activityParts: anatomy.activityParts.filter((p) => !isLarge[p.compartment]) },
    grid,
    IDENTITY,
    0.75,
  )
  return new Map(
    anatomy.compartments.map((c, i) => {
      const lesion = anatomy.lesions.find((l) => l.name === c.name)
      const filled = (isLarge[i] ? coarse : fine)[i]
      return [c.name, lesion ? lesion.volumeMl : ml * (filled?.reduce((a, b) => a + b, 0) ?? 0)]
    }),
  )
}

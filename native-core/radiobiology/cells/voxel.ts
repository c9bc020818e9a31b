/** Effect of an uneven uptake below the size of a voxel, cell by cell. */
import { clusterDose, meanSurvival, spheroidPositionsUm } from '../../dosimetry/cell/index.ts'
import { InputError } from '../../errors/index.ts'
import { endlessCrossGyPerBqS } from './surroundings.ts'
import type { CellResponse, VoxelCells, VoxelEffect } from './types.ts'
import { sharedDecays } from './uptake.ts'

/**
 * A ball of cells on a lattice within a voxel: activity by receptors and distance to vessels, self dose and cross dose (MIRD Pamphlet 25), survival of each
 * cell, and from their mean the equivalent uniform BED −ln(S̄)/α, against the voxel in which every cell has the mean uptake. Surroundings `alike` give
 * each cell the cross dose that it lacks for the ball being finite, at the mean uptake, so that even uptake gives every cell the same dose.
 *
 * @throws InputError `biology.cells`, those of `spheroidPositionsUm` and `clusterDose`.
 */
export function voxelEffect({ lattice, surroundings, uptake, s, sensitivity }: VoxelCells): VoxelEffect {
  checkResponse(sensitivity)
  const positionsUm = spheroidPositionsUm(lattice)
  const decays = sharedDecays(uptake, positionsUm)
  const n = decays.length
  const { meanDecaysPerCell } = uptake
  const { selfGy, crossGy: within } = clusterDose(positionsUm, decays, s)
  const evenSelfGy = meanDecaysPerCell * s.selfGyPerBqS
  // What a cell of endless, even tissue gets from all others, and how much of it the ball itself holds.
  const endlessGy = meanDecaysPerCell * endlessCrossGyPerBqS(lattice, s)
  const evenWithin =
    surroundings === 'alike'
      ? clusterDose(
          positionsUm,
          decays.map(() => meanDecaysPerCell),
          s,
        ).crossGy
      : null
  const crossGy = evenWithin ? within.map((gy, i) => Math.max(0, gy + endlessGy - (evenWithin[i] as number))) : within
  const doses = selfGy.map((gy, i) => gy + (crossGy[i] as number))
  const logs = doses.map((_, i) => logSurvivalOf(sensitivity, selfGy[i] as number, crossGy[i] as number))
  const logSurvival = logMean(logs)
  const [meanSelf, meanCross] = [meanOf(selfGy), meanOf(crossGy)]
  const evenLogSurvival = evenWithin
    ? logSurvivalOf(sensitivity, evenSelfGy, endlessGy)
    : logSurvivalOf(sensitivity, meanSelf, meanCross)
  const meanGy = meanSelf + meanCross
  const { alphaPerGy } = sensitivity
  return {
    cells: n,
    totalDecays: decays.reduce((sum, one) => sum + one, 0),
    positionsUm,
    decays,
    selfGy,
    crossGy,
    survival: Math.exp(logSurvival),
    logSurvival,
    meanGy,
    doseCv: cvOf(doses),
    decaysCv: cvOf(decays),
    crossShare: meanGy > 0 ? meanCross / meanGy : 0,
    eubedGy: Math.max(0, -logSurvival / alphaPerGy),
    evenBedGy: -evenLogSurvival / alphaPerGy,
    evenLogSurvival,
    effectRatio: evenLogSurvival < 0 ? Math.max(0, logSurvival / evenLogSurvival) : 1,
  }
}

/** ln of the survival of one cell: of its mean dose, or averaged over alpha hits. */
function logSurvivalOf({ alphaPerGy, alphaBetaGy, g, hits }: CellResponse, selfGy: number, crossGy: number): number {
  if (hits) return logOfHits(hits.self, selfGy, alphaPerGy) + logOfHits(hits.cross, crossGy, alphaPerGy)
  const doseGy = selfGy + crossGy
  return -alphaPerGy * doseGy * (1 + (g * doseGy) / alphaBetaGy)
}

/** Poisson hits with the mean dose: −n·(1 − T1(α)), linear in n, so that it does not underflow. */
const logOfHits = (single: Parameters<typeof meanSurvival>[0], doseGy: number, alphaPerGy: number): number =>
  doseGy > 0 ? (doseGy / single.frequencyMeanGy) * Math.log(meanSurvival(single, 1, alphaPerGy)) : 0

function checkResponse({ alphaPerGy, alphaBetaGy, g, hits }: CellResponse): void {
  if (!(alphaPerGy > 0) || !(alphaBetaGy > 0) || !(g >= 0 && g <= 1))
    throw new InputError(
      'biology.cells',
      `Cells have α ${alphaPerGy} 1/Gy, α/β ${alphaBetaGy} Gy and G ${g}.`,
      'α and α/β are positive, G lies from 0 to 1.',
    )
  if (hits && !(hits.self.frequencyMeanGy > 0 && hits.cross.frequencyMeanGy > 0))
    throw new InputError(
      'biology.cells',
      'The hits of the alphas deposit nothing.',
      'Leave them out, or give spectra of an alpha emitter.',
    )
}

const meanOf = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0) / values.length

function cvOf(values: Float64Array): number {
  const mean = meanOf(values)
  return mean > 0 ? Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length) / mean : 0
}

/** ln of the mean of e^log. */
function logMean(logs: Float64Array): number {
  const top = logs.reduce((most, one) => Math.max(most, one), -Infinity)
  return top + Math.log(logs.reduce((sum, one) => sum + Math.exp(one - top), 0) / logs.length)
}

/** What every dose of an analysis rests on and the images do not say: whether blur was corrected, and the uncertainties taken from the protocol. */
import type { CycleAnalysis, StructureResult } from '../../contracts/analysis.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { enteredRecovery } from './recovery.ts'

/**
 * Names of structures of a cycle whose activities stand as the image has them: nothing was done about the resolution of the camera.
 * A coefficient that a person entered, 1 included, is a correction.
 */
export function uncorrectedForBlur(cycle: CycleAnalysis, protocol: Protocol): string[] {
  // The image itself was sharpened: coefficients are 1.
  if (protocol.partialVolume.method === 'richardson-lucy') return []
  return cycle.structures
    .filter((structure) => imagePoints(structure).length > 0)
    .filter(({ name }) => enteredRecovery(name, cycle, protocol) === null)
    .filter((structure) => imagePoints(structure).every(({ recoveryCoefficient }) => recoveryCoefficient === 1))
    .map(({ name }) => name)
}

/** Sentences for the assumptions of an analysis; none where no activity comes from an image. */
export function basisWords(cycles: readonly CycleAnalysis[], protocol: Protocol): string[] {
  const measured = cycles.filter(({ structures }) => structures.some((one) => imagePoints(one).length > 0))
  if (measured.length === 0) return []
  const names = [...new Set(measured.flatMap((cycle) => uncorrectedForBlur(cycle, protocol)))]
  const all = new Set(measured.flatMap(({ structures }) => structures.map(({ name }) => name)))
  const { activityRelativeUncertainty, administeredRelativeUncertainty } = protocol
  return [
    ...(names.length === 0
      ? []
      : [
          `No recovery correction ${names.length === all.size ? 'of any structure' : `of ${names.join(', ')}`}: activity that the resolution of the images spreads out of a structure is missing from its dose, the more the smaller it is, and what its neighbours spread into it is in its dose. The stated uncertainty does not cover that.`,
        ]),
    `Standard uncertainties that the protocol states: ${percent(activityRelativeUncertainty)} of each activity measured in an image, ${percent(administeredRelativeUncertainty)} of the administered activity.`,
  ]
}

const imagePoints = ({ points }: StructureResult): StructureResult['points'] =>
  points.filter(({ used, measuredSeries }) => used && measuredSeries === undefined)

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`

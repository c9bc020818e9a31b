import type { Analysis, StructureResult } from '../../../../electron/contracts/index.ts'

type Basis = Pick<Analysis, 'protocol' | 'cycles'>

const key = (name: string): string => name.trim().toLowerCase()

/**
 * Structures of a cycle whose activities stand as the image has them, without any correction for its resolution: means of small ones are too low by
 * more than their uncertainty says. A coefficient that a person entered is a correction, 1 included.
 */
export function structuresAsBlurred({ protocol, cycles }: Basis, cycle: number): string[] {
  if (protocol.partialVolume.method === 'richardson-lucy') return []
  const entered = new Set(protocol.recoveryCoefficients.map(({ structure }) => key(structure)))
  return (cycles.find(({ index }) => index === cycle)?.structures ?? [])
    .filter(({ name }) => !entered.has(key(name)))
    .filter((structure) => {
      const points = imagePoints(structure)
      return points.length > 0 && points.every(({ recoveryCoefficient }) => recoveryCoefficient === 1)
    })
    .map(({ name }) => name)
}

const imagePoints = ({ points }: StructureResult): StructureResult['points'] =>
  points.filter(({ used, measuredSeries }) => used && measuredSeries === undefined)

/** For people who read the doses; '' where every structure was corrected, and without an analysis. */
export function blurNotice(basis: Basis | null, cycle: number): string {
  if (!basis) return ''
  const names = structuresAsBlurred(basis, cycle)
  if (names.length === 0) return ''
  const all = basis.cycles.find(({ index }) => index === cycle)?.structures.length === names.length
  return `Not corrected for the resolution of the images${all ? '' : `: ${names.join(', ')}`}. Doses are too low, the more the smaller the structure, and too high beside hot ones; ± does not cover that. Corrections: Settings, “Quantification of this patient”.`
}

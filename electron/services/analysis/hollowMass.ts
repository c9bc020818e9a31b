/** Mass of the wall and of the content of a hollow organ at the reference time point. */
import { isHollowName } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { StructureMeasurement } from '../ports/compute.ts'
import type { CycleContext } from './cycle.ts'
import type { MeasuredTimePoint } from './curves.ts'
import { structureMass } from './mass.ts'
import type { StructureMass } from './mass.ts'
import { hollowEntry } from './policyMasks.ts'
import { sameStructure } from './structures.ts'

export interface HollowMass {
  readonly wall: StructureMass
  readonly content: StructureMass
  /** How the two were told apart, for the report. */
  readonly source: string
  readonly notes: readonly string[]
}

/**
 * null for a structure that is solid by the protocol. Where the name is that of a hollow organ, or where wall and content cannot be told apart,
 * it is treated as solid and the assumptions say so.
 */
export function hollowMass(
  measurement: StructureMeasurement,
  source: MeasuredTimePoint,
  { protocol, assumptions, problems }: CycleContext,
): HollowMass | null {
  const { name, hollow, edgeToMean } = measurement
  const entry = hollowEntry(name, protocol.hollowOrgans)
  if (!entry || !hollow) {
    if (isHollowName(name) && measurement.problem === '' && !servesAsPart(name, protocol.hollowOrgans))
      assumptions.push(
        `"${name}" is treated as solid, its activity and mass as those of the whole outline. Where the activity is in its content, set hollowOrgans.`,
      )
    return null
  }
  if (hollow.problem !== '') {
    problems.push({
      severity: 'warning',
      code: 'structures.not-hollow',
      item: name,
      message: `${hollow.problem} It is treated as solid.`,
      hint: 'Correct hollowOrgans in the protocol.',
      seriesUid: null,
      filePaths: [],
    })
    return null
  }
  const whole = structureMass(measurement, source, protocol)
  const part = (volumeMl: number, densityGPerMl: number | null): StructureMass =>
    structureMass({ name, volumeMl, densityGPerMl, edgeToMean }, source, protocol)
  const content = part(hollow.contentMl, hollow.contentDensityGPerMl)
  const wall = part(hollow.wallMl, hollow.wallDensityGPerMl)
  // A shell between two surfaces is uncertain by both; a given thickness leaves its area, two thirds of a volume's relative uncertainty.
  const wallMl =
    entry.wallThicknessMm === undefined
      ? Math.hypot(whole.volumeStandardUncertaintyMl, content.volumeStandardUncertaintyMl)
      : (2 / 3) * (whole.volumeStandardUncertaintyMl / whole.volumeMl) * wall.volumeMl
  const how =
    entry.wallThicknessMm === undefined
      ? `by the outline of its ${entry.wallStructure === undefined ? 'content' : 'wall'}, "${entry.wallStructure ?? entry.contentStructure ?? ''}"`
      : `wall of ${entry.wallThicknessMm} mm`
  return {
    content,
    wall: {
      ...wall,
      volumeStandardUncertaintyMl: wallMl,
      massKg: { value: wall.massKg.value, standardUncertainty: (wallMl * wall.densityGPerMl) / 1000 },
    },
    source: entry.source === '' ? how : `${how}, ${entry.source}`,
    notes: content.notes,
  }
}

/** Whether a structure is the wall or the content of another one. */
function servesAsPart(name: string, hollowOrgans: CycleContext['protocol']['hollowOrgans']): boolean {
  return Object.values(hollowOrgans).some(({ wallStructure, contentStructure }) =>
    sameStructure(wallStructure ?? contentStructure ?? '', name),
  )
}

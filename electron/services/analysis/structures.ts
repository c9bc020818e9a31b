/** What a structure's name means for the analysis: organ, lesion, or an outline that is not dosed. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { StructureRules } from '../ports/compute.ts'
import type { ScannedStructure } from '../ports/dicomSource.ts'

export type StructureKind = 'organ' | 'lesion' | 'other'

export interface NamedStructure {
  readonly name: string
  readonly kind: StructureKind
  readonly colourRgb: readonly [number, number, number] | null
  readonly structure: ScannedStructure
}

/** Whether two names mean one structure: case and surrounding blanks do not count. */
export function sameStructure(a: string, b: string): boolean {
  return a.trim().toUpperCase() === b.trim().toUpperCase()
}

/** RT ROI interpreted types that are no tissue (PS3.3 C.8.8.8.1). */
const NOT_TISSUE = new Set(['CONTROL', 'AVOIDANCE', 'REGISTRATION', 'ISOCENTER', 'MARKER', 'SUPPORT', 'FIXATION'])

/**
 * The structures of one time point that are dosed, with their kind. Outlines named in `protocol.excludedStructures` and RT types
 * that are not tissue (couch, markers, external outline) are left out.
 *
 * @throws InputError `protocol.lesion-pattern` where the pattern is no regular expression.
 */
export function namedStructures(
  structures: readonly ScannedStructure[],
  protocol: Protocol,
): readonly NamedStructure[] {
  const isLesion = lesionTest(protocol.lesionPattern)
  const excluded = new Set(protocol.excludedStructures.map((name) => name.trim().toUpperCase()))
  return structures
    .filter((structure) => {
      const type = structure.type.toUpperCase()
      return !excluded.has(structure.name.trim().toUpperCase()) && type !== 'EXTERNAL' && !NOT_TISSUE.has(type)
    })
    .map((structure) => ({
      name: structure.name.trim(),
      kind: isLesion(structure) ? 'lesion' : 'organ',
      colourRgb: structure.colourRgb,
      structure,
    }))
}

/** What the protocol says of structures that claim the same voxels. */
export function structureRules({ lesionsInOrgans, overlapPriority, hollowOrgans }: Protocol): StructureRules {
  return { lesionsInOrgans, overlapPriority, hollowOrgans }
}

function lesionTest(pattern: string): (structure: ScannedStructure) => boolean {
  let expression: RegExp
  try {
    expression = new RegExp(pattern, 'i')
  } catch {
    throw new InputError(
      'protocol.lesion-pattern',
      `The protocol's lesionPattern "${pattern}" is not a regular expression.`,
      'Correct it, for example "tumou?r|lesion".',
    )
  }
  const lesionTypes = new Set(['GTV', 'CTV', 'PTV'])
  return (structure) => expression.test(structure.name) || lesionTypes.has(structure.type.toUpperCase())
}

/** How edits are told: in the undo list, in the method of a structure, in a preview. */
import type { StructureMethod, StructureMethodKind } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/format.ts'
import { methodKindOf } from './find.ts'
import type { FindMethod, ImageSource, Operation } from './protocol.ts'

const MOST_WORDS = 1800

/** What an image's values are shown in. */
export type Unit = Pick<ImageSource, 'unit' | 'perUnit'>

/** What a threshold was applied at, in the image's own units. */
export interface Limits {
  readonly low: number
  readonly high: number | null
  readonly maximum: number
}

const valueText = (value: number, { unit, perUnit }: Unit): string => `${formatNumber(value / perUnit, 4)} ${unit}`

/** A threshold's rule with its numbers: "41 % of the maximum of 812 kBq/mL in a box of 80 mm". */
export function thresholdText(
  { rule, halfSideMm, isConnected }: Extract<Operation, { kind: 'threshold' }>,
  limits: Limits,
  unit: Unit,
): string {
  const where = `in a box of ${formatNumber(2 * halfSideMm)} mm${isConnected ? ', one piece' : ''}`
  switch (rule.kind) {
    case 'fixed':
      return rule.high === null
        ? `from ${valueText(rule.low, unit)} ${where}`
        : `${valueText(rule.low, unit)} to ${valueText(rule.high, unit)} ${where}`
    case 'relative':
      return `${formatNumber(100 * rule.part)} % of the maximum of ${valueText(limits.maximum, unit)} ${where}`
    case 'near':
      return `within ${valueText(rule.tolerance, unit)} of the value at a point (${valueText(limits.low + rule.tolerance, unit)}) ${where}`
  }
}

/** The methods of the tool that finds a region, as they are offered. */
export const findNames: Readonly<Record<FindMethod['kind'], string>> = {
  'adaptive-threshold': 'adaptive threshold',
  gradient: 'gradient edge',
  statistics: 'region growing by statistics',
  'level-set': 'level set',
}

const booleans = {
  union: 'united with',
  intersection: 'what is shared with',
  difference: 'without',
  'symmetric-difference': 'what is not shared with',
} as const

/** An edit in a few words, for the undo list and the method. `nameOf` gives a structure's name; `found` what a threshold found. */
export function operationText(
  operation: Operation,
  nameOf: (id: string) => string,
  found: { readonly limits: Limits; readonly unit: Unit } | null = null,
): string {
  switch (operation.kind) {
    case 'brush':
      return operation.mode === 'add' ? 'brush' : 'eraser'
    case 'area':
      return operation.tool
    case 'threshold':
      return found === null ? 'threshold' : thresholdText(operation, found.limits, found.unit)
    case 'find':
      return findNames[operation.method.kind]
    case 'walk':
      return `random walker with ${nameOf(operation.outsideId)} as the outside`
    case 'between':
      return 'filled between slices'
    case 'grow':
      return `${operation.distanceMm < 0 ? 'shrunk' : 'grown'} by ${formatNumber(Math.abs(operation.distanceMm))} mm`
    case 'smooth':
      return `smoothed by ${formatNumber(operation.sdMm)} mm`
    case 'islands':
      if (operation.keep === 'largest') return 'largest piece'
      return operation.keep === 'each'
        ? 'split into pieces'
        : `pieces of at least ${formatNumber(operation.minimumMl)} mL`
    case 'fill':
      return operation.normal === null ? 'holes filled' : 'holes filled slice by slice'
    case 'combine':
      return `${booleans[operation.operation]} ${nameOf(operation.otherId)}`
    case 'mirror':
      return 'mirrored'
  }
}

const kindOf = (operation: Operation): StructureMethodKind => {
  if (operation.kind === 'brush' || operation.kind === 'area') return 'drawn'
  if (operation.kind === 'find') return methodKindOf[operation.method.kind]
  if (operation.kind === 'walk') return methodKindOf['random-walker']
  if (operation.kind !== 'threshold') return 'combined'
  return { fixed: 'threshold', relative: 'relative-threshold', near: 'region-growing' }[
    operation.rule.kind
  ] as StructureMethodKind
}

/** How a structure was made, after one more edit. `wasEmpty`: nothing had been drawn in it before; `found`: what a semi-automatic tool found. */
export function methodAfter(
  before: StructureMethod,
  wasEmpty: boolean,
  operation: Operation,
  text: string,
  found: StructureMethod['parameters'] | null = null,
): StructureMethod {
  const kind = kindOf(operation)
  // A walker's marks are not a part of what it finds.
  if (wasEmpty || operation.kind === 'walk')
    return { kind, description: text, parameters: found ?? parametersOf(operation) }
  const isMoreDrawing = before.kind === 'drawn' && kind === 'drawn'
  const parts = before.description.split('; then ')
  const description = parts.at(-1) === text ? before.description : [...parts, text].join('; then ')
  return {
    kind: isMoreDrawing ? 'drawn' : 'combined',
    description:
      description.length <= MOST_WORDS
        ? description
        : `${description.slice(0, MOST_WORDS / 2)} … ${description.slice(-MOST_WORDS / 2)}`,
    parameters: before.parameters,
  }
}

function parametersOf(operation: Operation): StructureMethod['parameters'] {
  if (operation.kind !== 'threshold') return {}
  const { rule } = operation
  const box = { boxSideMm: 2 * operation.halfSideMm, image: operation.image, onePiece: operation.isConnected }
  switch (rule.kind) {
    case 'fixed':
      return { low: rule.low, ...(rule.high === null ? {} : { high: rule.high }), ...box }
    case 'relative':
      return { partOfMaximum: rule.part, ...box }
    case 'near':
      return { tolerance: rule.tolerance, ...box }
  }
}

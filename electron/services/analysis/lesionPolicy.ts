/** Lesions inside organs: which lie in which, and the organs without them. */
import { intersectionVolumeMl, maskVolumeMl, subtractMask } from '../../../native-core/imaging/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/index.ts'
import type { StructureKind } from './structures.ts'

/** A lesion counts as lying in an organ from this share of its volume on: outlines that only touch are not nested. */
const NESTED_SHARE = 0.01

/**
 * For each structure the positions of the lesions that are taken out of it: of an organ those that lie in it, unless the policy
 * includes them; of a lesion none. `masks` are those of `structures`, on one grid.
 */
export function lesionsToLeaveOut(
  structures: readonly { readonly kind: StructureKind }[],
  masks: readonly FractionalMask[],
  policy: 'exclude' | 'include',
): readonly (readonly number[])[] {
  return structures.map((structure, position) =>
    structure.kind === 'lesion' || policy === 'include'
      ? []
      : structures.flatMap((other, at) => (other.kind === 'lesion' && nested(masks, at, position) ? [at] : [])),
  )
}

/** A structure without the lesions at `lesions`. */
export function withoutLesions(
  masks: readonly FractionalMask[],
  position: number,
  lesions: readonly number[],
): FractionalMask {
  return lesions.reduce((mask, at) => subtractMask(mask, pick(masks, at)), pick(masks, position))
}

function nested(masks: readonly FractionalMask[], lesion: number, organ: number): boolean {
  const lesionMask = pick(masks, lesion)
  const lesionMl = maskVolumeMl(lesionMask)
  return lesionMl > 0 && intersectionVolumeMl(lesionMask, pick(masks, organ)) > NESTED_SHARE * lesionMl
}

function pick(masks: readonly FractionalMask[], position: number): FractionalMask {
  const mask = masks[position]
  if (!mask) throw new Error(`no mask at ${position}`)
  return mask
}

/** Organs that lie behind one another in a planar view, as liver and right kidney. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'

/**
 * Where the share of an organ's counts that its free part holds comes from.
 *
 * - `area`: free area over whole area: an organ of uniform thickness and concentration.
 * - `contralateral`: counts of the same part of the other organ of the pair, mirrored, over its whole.
 * - `thickness`: volume of the free part over the whole, by the thickness along the view on CT: uniform concentration.
 */
export type FreeShare =
  | { readonly kind: 'area'; readonly freeMm2: number; readonly wholeMm2: number; readonly relativeUncertainty: number }
  | { readonly kind: 'contralateral'; readonly part: Measured; readonly whole: Measured }
  | { readonly kind: 'thickness'; readonly free: Measured; readonly whole: Measured }

/**
 * Counts of the whole organ from those of its part that nothing overlaps: N = N_free/share (MIRD Pamphlet 16, Siegel et al., J. Nucl. Med. 40
 * (1999) 37S). u²/N² = u²(N_free)/N_free² + u²(share)/share². The part of the pair is contained in its whole, so that its share is
 * binomial: u²(share) = u²(part)·(1 − 2·share)/whole² + share²·u²(whole)/whole².
 *
 * @throws InputError `planar.overlap` for a share outside 0 to 1, `planar.counts`.
 */
export function overlapCorrected(free: Measured, from: FreeShare): { counts: Measured; share: Measured } {
  assertMeasured(free, 'The net count of the free part', 'planar.counts', 'any')
  const share = shareOf(from)
  if (!(share.value > 0 && share.value <= 1) || !Number.isFinite(share.standardUncertainty))
    throw new InputError(
      'planar.overlap',
      `The free part is to hold ${share.value} of the organ's counts.`,
      'The free part must be some of the organ and not more than all of it; check the regions.',
    )
  const value = free.value / share.value
  return {
    counts: {
      value,
      standardUncertainty: Math.hypot(free.standardUncertainty / share.value, value * relativeUncertainty(share)),
    },
    share,
  }
}

function shareOf(from: FreeShare): Measured {
  switch (from.kind) {
    case 'area': {
      const value = from.freeMm2 / from.wholeMm2
      return { value, standardUncertainty: value * from.relativeUncertainty }
    }
    case 'contralateral': {
      assertMeasured(from.part, 'The count of the part of the other organ', 'planar.counts', 'positive')
      assertMeasured(from.whole, 'The count of the other organ', 'planar.counts', 'positive')
      const value = from.part.value / from.whole.value
      const variance =
        (from.part.standardUncertainty ** 2 * (1 - 2 * value) + (value * from.whole.standardUncertainty) ** 2) /
        from.whole.value ** 2
      return { value, standardUncertainty: Math.sqrt(Math.max(0, variance)) }
    }
    case 'thickness': {
      assertMeasured(from.free, 'The volume of the free part', 'planar.overlap', 'positive')
      assertMeasured(from.whole, 'The volume of the organ', 'planar.overlap', 'positive')
      const value = from.free.value / from.whole.value
      return {
        value,
        standardUncertainty: value * Math.hypot(relativeUncertainty(from.free), relativeUncertainty(from.whole)),
      }
    }
  }
}

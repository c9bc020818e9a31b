/** Dose rate and waiting damage of a course at any time, quickly: what differential equations ask for step by step. */
import { repairRates } from '../repair/leaCatcheside.ts'
import type { RepairModel } from '../repair/types.ts'
import { rateIn, unrepairedAfter } from './integrate.ts'
import { piecesOf } from './pieces.ts'
import type { Piece } from './pieces.ts'
import type { DoseRateCourse } from './types.ts'

export interface CoursePart {
  readonly startS: number
  readonly endS: number
  /** Dose rate, Gy/s, and unrepaired damage, Gy (mean over the repair components), `x` seconds into the part. Smooth in x. */
  readonly at: (x: number) => { readonly rateGyPerS: number; readonly unrepairedGy: number }
}

/** The course as smooth parts from its start until `untilS`, cut where curves start or bend. */
export function courseParts(course: DoseRateCourse, repair: RepairModel, untilS: number): CoursePart[] {
  const rates = repairRates(repair)
  let waiting = rates.map(() => 0)
  return piecesOf(course, untilS).map((piece: Piece) => {
    const before = waiting
    waiting = rates.map(({ ratePerS }, k) => unrepairedAfter(piece, ratePerS, before[k] as number, piece.lengthS))
    return {
      startS: piece.startS,
      endS: piece.endS,
      at: (x) => ({
        rateGyPerS: rateIn(piece, x),
        unrepairedGy: rates.reduce(
          (sum, { ratePerS, fraction }, k) => sum + fraction * unrepairedAfter(piece, ratePerS, before[k] as number, x),
          0,
        ),
      }),
    }
  })
}

/** What one more cycle would add to a structure, taken as like the last one. */
import { bedOf, eqdOf } from '../../../../native-core/radiobiology/index.ts'
import type { BiologySetView, StructureEffect } from '../../../../electron/contracts/index.ts'
import { probabilityAt } from './outcomeCurve.ts'

export interface FurtherCycle {
  readonly doseGy: number
  readonly bedGy: number
  /** Share of each limit that can be told: not of those in BED or EQD where the dose within the structure is uneven. */
  readonly limits: readonly { readonly set: string; readonly valueGy: number; readonly share: number }[]
  /** NTCP with it; null where there is no model, or the dose within the structure is uneven. */
  readonly complication: number | null
}

/** A dose with Lea–Catcheside factor `g` in the quantity of a limit or model: absorbed dose, BED, EQD2, EQD1.5. */
function inQuantity(quantity: string, doseGy: number, g: number, alphaBetaGy: number): number {
  if (quantity === 'absorbed dose') return doseGy
  const bed = bedOf(doseGy, g, alphaBetaGy)
  const fraction = /^EQD([\d.]+)$/.exec(quantity)?.[1]
  return fraction ? eqdOf(bed, alphaBetaGy, Number(fraction)) : bed
}

/**
 * A further cycle with the time course of the last one and `factor` times its dose, after complete repair: it adds f·D to the dose and
 * f·D(1 + G·f·D/(α/β)) to the BED. A limit of one cycle is held against the larger of both. Null where there is no cycle or no α/β.
 */
export function furtherCycle(
  effect: StructureEffect,
  factor: number,
  sets: readonly BiologySetView[],
  isEven: boolean,
): FurtherCycle | null {
  const last = effect.cycles.at(-1)
  const own = effect.parameters.find(({ name }) => name === 'alphaBetaGy')?.value
  if (!last || own === undefined) return null
  const doseGy = factor * last.doseGy.value
  const alphaBetaOf = (id: string): number =>
    sets.find((set) => set.id === id)?.parameters.find(({ name }) => name === 'alphaBetaGy')?.value ?? own
  const { complication } = effect
  return {
    doseGy,
    bedGy: bedOf(doseGy, last.g, own),
    limits: effect.limits.flatMap(({ set, quantity, scope, limitGy, valueGy }) => {
      if (!isEven && quantity !== 'absorbed dose') return []
      const added = inQuantity(quantity, doseGy, last.g, alphaBetaOf(set))
      const value = scope === 'cycle' ? Math.max(valueGy.value, added) : valueGy.value + added
      return [{ set, valueGy: value, share: value / limitGy }]
    }),
    complication:
      complication && isEven
        ? probabilityAt(
            complication,
            complication.doseGy + inQuantity(complication.quantity, doseGy, last.g, alphaBetaOf(complication.set)),
          )
        : null,
  }
}

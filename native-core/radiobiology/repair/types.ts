/** How sublethal damage goes. Half-times in s. */

/** First-order repair with one or several components; the fractions add to one. */
export interface ExponentialRepair {
  readonly kind: 'exponential'
  readonly components: readonly { readonly halfTimeS: number; readonly fraction: number }[]
}

/**
 * Second-order repair: the unrepaired fraction falls as 1/(1 + t/halfTime) (Dale, Fowler & Jones, Acta Oncol 38 (1999) 919; recalled, not
 * verified).
 */
export interface ReciprocalRepair {
  readonly kind: 'reciprocal'
  readonly halfTimeS: number
}

export type RepairModel = ExponentialRepair | ReciprocalRepair

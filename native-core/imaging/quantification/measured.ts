/** A number with one standard deviation (JCGM 100:2008), in the same unit. */
export interface Measured {
  readonly value: number
  readonly standardUncertainty: number
}

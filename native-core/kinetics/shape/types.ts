/** A curve as functions of time in s; gradients with respect to the parameters of the fit are added into an array of their length. */
export interface CurveFunctions {
  /** Activity in Bq. */
  readonly value: (timeS: number, gradient?: number[]) => number
  /** Integral in Bq·s; `toS` may be Infinity. */
  readonly integral: (fromS: number, toS: number, gradient?: number[]) => number
}

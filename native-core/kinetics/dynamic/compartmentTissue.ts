/** The tissue's curve of a compartment model at given rates, and its derivatives. */
import { impulseResponse } from './compartments.ts'
import type { tabulate } from './convolutionTable.ts'

/** Logarithms of k2, k3, k4, the tissue's curve for K1 = 1 there, and its derivatives by them. */
export interface Place {
  readonly psi: Float64Array
  readonly tissue: Float64Array
  readonly slopes: readonly Float64Array[]
}

export const createPlace = (rates: number, frames: number): Place => ({
  psi: new Float64Array(rates),
  tissue: new Float64Array(frames),
  slopes: Array.from({ length: rates }, () => new Float64Array(frames)),
})

/** Fills T and its derivatives by the logarithms of the rates of a place; the average over frames is that of the table. */
export function tissueOf(table: ReturnType<typeof tabulate>, n: number): (place: Place) => void {
  const [average, derivative] = [new Float64Array(n), new Float64Array(n)]
  return ({ psi, tissue, slopes }) => {
    const rates = Array.from(psi, Math.exp)
    const [k2 = 0, k3 = 0, k4 = 0] = rates
    tissue.fill(0)
    slopes.forEach((slope) => slope.fill(0))
    for (const { theta, share, dTheta, dShare } of impulseResponse({ k1: 1, k2, k3, k4 })) {
      table.at(theta, average, derivative)
      for (let i = 0; i < n; i++) tissue[i] = (tissue[i] as number) + share * (average[i] as number)
      slopes.forEach((slope, k) => {
        const rate = rates[k] as number
        const [byShare, byTheta] = [rate * (dShare[k] ?? 0), rate * share * (dTheta[k] ?? 0)]
        for (let i = 0; i < n; i++)
          slope[i] = (slope[i] as number) + byShare * (average[i] as number) + byTheta * (derivative[i] as number)
      })
    }
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

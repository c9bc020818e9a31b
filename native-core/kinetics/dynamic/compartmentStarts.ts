/** Where the search for the rates of a compartment model begins. */
import type { CompartmentModelId } from './compartments.ts'

/** Rates besides K1. */
export const SHAPES = { '1tcm': 1, '2tcm-irreversible': 2, '2tcm': 3 } as const
/** k2, k3, k4 of the starts, /min, as even steps of the logarithm. */
const STARTS_PER_MIN = { k2: [0.01, 2, 9], k3: [0.003, 0.5, 6], k4: [0.003, 0.3, 5] } as const

/** Logarithms of k2, k3, k4 (1/s) on a grid. */
export function compartmentStarts(model: CompartmentModelId): Float64Array[] {
  const logs = ([from, to, count]: readonly [number, number, number]): number[] =>
    Array.from({ length: count }, (_, i) => Math.log((from / 60) * (to / from) ** (i / (count - 1))))
  const axes = [STARTS_PER_MIN.k2, STARTS_PER_MIN.k3, STARTS_PER_MIN.k4].slice(0, SHAPES[model]).map(logs)
  return axes
    .reduce<number[][]>((found, axis) => found.flatMap((before) => axis.map((own) => [...before, own])), [[]])
    .map((psi) => Float64Array.from(psi))
}

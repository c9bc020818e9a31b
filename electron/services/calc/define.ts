import type { z } from 'zod'
import type { Resources } from '../ports/resources.ts'

/** A pure model of the core as it is reached from scripts: JSON in, JSON out, both described by schemas with units. */
export interface Calc {
  /** What is typed: `fit-tac`. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly run: (input: unknown, resources: Resources) => unknown
}

/** Ties the type of `run` to the schemas; the registry calls it with input that the schema has accepted. */
export function defineCalc<I extends z.ZodType, O extends z.ZodType>(calc: {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: I
  readonly output: O
  readonly run: (input: z.output<I>, resources: Resources) => z.input<O>
}): Calc {
  return { ...calc, run: (input, resources) => calc.run(input as z.output<I>, resources) }
}

/** Formulas of a person for complication, control and growth: local to this store, versioned, never changed once they are saved. */
import { evidenceSchema } from './biologyCommon.ts'
import { z } from './schema.ts'

const text = (most: number) => z.string().trim().min(1).max(most)
const word = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,30}$/)

export const formulaParameterSchema = z.strictObject({
  name: word,
  title: z.string().max(100).default(''),
  /** "Gy", "1/Gy", "mL", "1/d", "1" or a product or ratio of such. */
  unit: z.string().min(1).max(30),
  value: z.number(),
  /** In the same unit; takes part in the band of the result. */
  standardUncertainty: z.number().nonnegative().optional(),
  source: text(300),
  /** How far the value was checked against its source; left out: given by a person of this site. */
  evidence: evidenceSchema.optional(),
})

const common = {
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: text(100),
  expression: z.string().min(1).max(500),
  parameters: z.array(formulaParameterSchema).max(12),
  source: text(500),
  endpoint: z.string().max(300).default(''),
  population: z.string().max(300).default(''),
  validity: z.string().max(500).default(''),
  /** Values that the formula must give: at a dose in Gy or a volume in mL, a probability or a rate in 1/d. */
  examples: z
    .array(z.strictObject({ at: z.number().nonnegative(), value: z.number(), tolerance: z.number().positive() }))
    .max(20)
    .default([]),
}

/** The one dose of a structure that the formula gets as D, Gy. */
const doseSchema = z.strictObject({
  quantity: z.enum(['absorbed dose', 'BED', 'EQD2']),
  /** For BED and EQD2; left out: that of the structure. */
  alphaBetaGy: z.number().positive().max(1000).optional(),
  of: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('mean') }),
      z.strictObject({ kind: z.literal('geud'), a: z.number().min(-1000).max(1000) }),
      z.strictObject({ kind: z.literal('eubed'), alphaPerGy: z.number().positive().max(10) }),
    ])
    .default({ kind: 'mean' }),
})

const probability = {
  ...common,
  dose: doseSchema,
  /** Doses over which the formula is tested to be a probability, Gy. */
  testedGy: z.tuple([z.number().nonnegative(), z.number().positive().max(10000)]),
  /** Says that the probability may fall as the dose rises; else a formula that does is refused. */
  mayFall: z.boolean().default(false),
}

export const formulaDraftSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ntcp'), ...probability }),
  z.strictObject({ kind: z.literal('tcp'), ...probability }),
  z.strictObject({
    kind: z.literal('growth'),
    ...common,
    /** Volumes over which the rate is tested to be a finite number, mL. */
    testedMl: z.tuple([z.number().positive(), z.number().positive().max(100000)]),
  }),
])

export const formulaCheckSchema = z.strictObject({
  /** For a chart: doses in Gy or volumes in mL, and the probability, or the rate in 1/d. */
  at: z.array(z.number()),
  value: z.array(z.number()),
  course: z.enum(['rising', 'falling', 'constant', 'rising and falling']),
  /** For a person: what the test found, beyond that it passed. */
  remarks: z.array(z.string()),
})

export const localFormulaSchema = z.strictObject({
  /** What settings name: "local:<name>@<version>". */
  id: z.string(),
  version: z.int().positive(),
  savedAt: z.string(),
  /** No longer offered; effects that rest on it keep it. */
  retired: z.boolean(),
  formula: formulaDraftSchema,
  check: formulaCheckSchema,
})

const formulas = z.array(localFormulaSchema)

export const biologyFormulaRequests = {
  /** By name, the newest version first, retired ones too. */
  'biologyFormulas.list': { ask: z.strictObject({}), answer: formulas },
  /** Tests a formula and stores nothing; what is wrong comes as the error. */
  'biologyFormulas.check': { ask: z.strictObject({ formula: formulaDraftSchema }), answer: formulaCheckSchema },
  /** Tests and keeps it as the next version of its name; the same content as the newest one adds none. */
  'biologyFormulas.save': { ask: z.strictObject({ formula: formulaDraftSchema }), answer: localFormulaSchema },
  'biologyFormulas.retire': { ask: z.strictObject({ id: z.string().min(1).max(100) }), answer: formulas },
} as const

export type FormulaDraft = z.output<typeof formulaDraftSchema>
export type FormulaCheck = z.infer<typeof formulaCheckSchema>
export type LocalFormula = z.output<typeof localFormulaSchema>

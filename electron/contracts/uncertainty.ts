/** The uncertainty budget of a structure: what its dose is uncertain by, and what would reduce it. Relative standard uncertainties (k = 1). */
import { z } from './schema.ts'

const finite = z.number()
const relative = finite.nonnegative()

export const uncertaintyTermIdSchema = z.enum([
  'calibration',
  'recovery',
  'volume',
  'density',
  's-value',
  'energy-per-decay',
  'counts',
  'registration',
  'points',
  'curve',
  'administered',
])

export const sourceLoadingSchema = z.strictObject({
  /** Equal names, here and in other structures and cycles, are one quantity with one error. */
  source: z.string(),
  term: uncertaintyTermIdSchema,
  /** Relative change for one standard uncertainty of the source, with its sign. */
  tia: finite,
  dose: finite,
  dosePerActivity: finite,
})

export const improvementSchema = z.strictObject({
  term: uncertaintyTermIdSchema,
  action: z.string(),
  /** Of the dose, then. */
  doseRelative: relative,
  /** By how much smaller that is, as a share of what it is. */
  reduction: finite,
  /** Of a further scan; null for other measures. */
  timeS: finite.nullable(),
})

export const uncertaintyBudgetSchema = z.strictObject({
  algorithm: z.strictObject({ name: z.literal('theratwin.uncertainty-budget'), version: z.string() }),
  label: z.string(),
  tiaRelative: relative,
  doseRelative: relative,
  dosePerActivityRelative: relative,
  /** Of the dose: what all points of the curve share, and what they do not. */
  systematicRelative: relative,
  randomRelative: relative,
  /** Of the dose, largest first. */
  terms: z.array(
    z.strictObject({
      id: uncertaintyTermIdSchema,
      name: z.string(),
      kind: z.enum(['systematic', 'random']),
      tiaRelative: relative,
      doseRelative: relative,
      /** Share of the dose's variance. */
      doseShare: relative,
    }),
  ),
  /** null where nothing is uncertain. */
  dominant: uncertaintyTermIdSchema.nullable(),
  loadings: z.array(sourceLoadingSchema),
  validity: z.strictObject({
    /** Whether the law of propagation, which is linear, holds to 5 %. */
    isValid: z.boolean(),
    nonlinearRatio: finite,
    skewness: finite,
    reasons: z.array(z.string()),
    curveReasons: z.array(z.string()),
  }),
  /** What the term `curve` is of, in words; '' where there is none. */
  curveWords: z.string(),
  /** Exponents of the volume in TIA and dose. */
  volumeExponent: z.strictObject({ tia: finite, dose: finite }),
  /** Most effective first. */
  improvements: z.array(improvementSchema),
})

/** What a site knows of uncertainties beyond calibration, recovery and single activities. All defaults say "not counted". */
export const uncertaintyInputsSchema = z.strictObject({
  /** Resolution (FWHM) of the image that outlines are drawn on; 0: only its voxels count (outlines on CT). */
  outlineFwhmMm: z.number().min(0).max(50).default(0),
  /**
   * One standard deviation of the displacement between outline and emission image along each axis. Its effect on the counts is judged with
   * partialVolume.fwhmMm; without it with sharp edges, an upper bound.
   */
  registrationMm: z.number().min(0).max(50).default(0),
  /** Of the mass density by CT or as entered, relative. */
  densityRelative: z.number().min(0).max(1).default(0),
  /** Of the energy that is deposited per decay, decay data and local absorption together, relative. */
  energyPerDecayRelative: z.number().min(0).max(1).default(0),
})

export type UncertaintyBudget = z.infer<typeof uncertaintyBudgetSchema>
export type UncertaintyInputs = z.infer<typeof uncertaintyInputsSchema>

/** TIA from one or two scans: the choice in the protocol and what the analysis tells of it. */
import { z } from './schema.ts'

const finite = z.number()

export const fewScansMethodSchema = z.enum([
  'hanscheid',
  'madsen',
  'population-half-life',
  'prior-cycles',
  'population-map',
])

const choice = {
  /** none: a structure with too few scans for a curve is refused. */
  method: z.enum(['none', ...fewScansMethodSchema.options]).default('none'),
  /** Id of a population; null: the first that fits agent, nuclide and structure. */
  population: z.string().min(1).max(200).nullable().default(null),
}

export const fewScansSchema = z.strictObject({
  ...choice,
  /** A structure with at most so many scans has its TIA by the method, one with more a curve of its own. */
  upToScans: z.int().min(1).max(3).default(1),
  /** Geometric standard deviation of a biological half-life from cycle to cycle, for prior-cycles. 1.15: designed, unverified. */
  interCycleGsd: z.number().min(1).max(10).default(1.15),
  /** Instead of the above for single structures. */
  byStructure: z.record(z.string(), z.strictObject(choice)).default({}),
})

/** Beside a structure's fit where it comes from few scans. */
export const fewScansResultSchema = z.strictObject({
  method: fewScansMethodSchema,
  title: z.string(),
  formula: z.string(),
  source: z.string(),
  /** The population, or the earlier cycle; null where none was there. */
  population: z
    .strictObject({
      id: z.string(),
      title: z.string(),
      evidence: z.string(),
      sources: z.array(z.string()),
    })
    .nullable(),
  /** Parts of the TIA's relative standard uncertainty, without what all points share; they add in squares. */
  parts: z.array(z.strictObject({ name: z.string(), title: z.string(), relative: finite.nonnegative() })),
  /** Relative error to be expected of this method at these times over the population; null without one. */
  expectedError: z
    .strictObject({
      bias: finite,
      rms: finite.nonnegative(),
      shareOver10: finite.nonnegative(),
      shareOver20: finite.nonnegative(),
    })
    .nullable(),
  /** Percentiles of the TIA over the population's curves through the point; null for the most probable curve and without a population. */
  percentilesBqS: z.strictObject({ p2_5: finite, p16: finite, median: finite, p84: finite, p97_5: finite }).nullable(),
})

export type FewScans = z.infer<typeof fewScansSchema>
export type FewScansMethod = z.infer<typeof fewScansMethodSchema>
export type FewScansResult = z.infer<typeof fewScansResultSchema>

/** When to scan. */
import { z } from 'zod'
import { NEARLY_BEST, scanTimeAdvice } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { ScanTimeEntry } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import { hoursToSeconds, secondsToHours } from '../../../native-core/units/index.ts'
import { populationFields, populationOf, readPopulations } from '../singleTimePoint/index.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nuclideName, positiveQuantity, quantity } from './fields.ts'
import { expectedErrorFields } from './singleTimePoint.ts'

const method = z.enum(['hanscheid', 'madsen', 'population-half-life', 'population-map', 'mono-exponential'])

const input = z.strictObject({
  nuclide: nuclideName.optional(),
  physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
  population: populationFields.meta({ description: 'Id of a known population or its numbers' }),
  scans: z.union([z.literal(1), z.literal(2)]).default(1),
  methods: z.array(method).min(1).max(5).optional().meta({
    description:
      'Default: all that take so many scans (one: hanscheid, madsen, population-half-life, population-map; two: mono-exponential, population-map)',
  }),
  timesH: z
    .array(positiveQuantity('h', 'Time after the start of administration'))
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'Times to choose from, ascending; at most 40 for two scans. Default: 4 to 192 h' }),
  noise: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.05)
    .meta({ unit: '1', description: 'Relative standard deviation of one measured activity (default designed)' }),
  uptakeIsKnown: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether the uptake of a population, where it has one, may be used by population-map' }),
})

const entry = z.strictObject({
  timesH: z.array(quantity('h', 'Time of each scan')),
  ...expectedErrorFields.shape,
})

const output = z.strictObject({
  population: z.strictObject({
    id: z.string(),
    title: z.string(),
    evidence: z.enum(['verified', 'transcribed', 'designed', 'unverified', 'given']),
    sources: z.array(z.string()),
  }),
  noise: z.number().meta({ unit: '1' }),
  methods: z.array(
    z.strictObject({
      method,
      best: entry,
      windows: z
        .array(z.strictObject({ fromH: quantity('h', 'From'), toH: quantity('h', 'To') }))
        .meta({ description: `Around each best time: root mean square error within ${NEARLY_BEST} times the best` }),
      patients: z.int().nullable().meta({ description: 'Size of the sample; null: integrated over the population' }),
      entries: z.array(entry),
    }),
  ),
  known: z.array(z.strictObject({ id: z.string(), title: z.string(), agent: z.string(), nuclide: z.string() })),
})

const DEFAULT_TIMES_H = {
  1: Array.from({ length: 48 }, (_, i) => 4 * (i + 1)),
  2: [2, 4, 8, 16, 24, 36, 48, 72, 96, 120, 144, 168, 192],
} as const
const DEFAULT_METHODS = {
  1: ['hanscheid', 'madsen', 'population-half-life', 'population-map'],
  2: ['mono-exponential', 'population-map'],
} as const

export const scanTime = defineCalc({
  name: 'scan-time',
  title: 'Best time for one or two scans',
  description:
    'Expected error of the time-integrated activity against the time of one scan, or of a pair, over a population of patients, with the best time and the window around it for each method.',
  input,
  output,
  run: (given, resources) => {
    const physicalHalfLifeS = halfLifeS(given, resources)
    const { scans } = given
    // Errors are relative: with one MBq the uptake is a share of what was given.
    const administeredMbq = given.uptakeIsKnown ? 1 : undefined
    const known = populationOf(given.population, given.nuclide, physicalHalfLifeS, administeredMbq, resources)
    const timesS = (given.timesH ?? DEFAULT_TIMES_H[scans]).map(hoursToSeconds)
    return {
      population: {
        id: known.population.id,
        title: known.population.title,
        evidence: known.evidence,
        sources: [...known.sources],
      },
      noise: given.noise,
      methods: (given.methods ?? DEFAULT_METHODS[scans]).map((own) => {
        const { best, windows, patients, entries } = scanTimeAdvice({
          population: known.population,
          physicalHalfLifeS,
          method: own,
          timesS,
          noise: given.noise,
          scans,
        })
        return {
          method: own,
          best: entryOf(best),
          windows: windows.map(({ fromS, toS }) => ({ fromH: secondsToHours(fromS), toH: secondsToHours(toS) })),
          patients,
          entries: entries.map(entryOf),
        }
      }),
      known: readPopulations(resources).map(({ id, title, agent, nuclide }) => ({ id, title, agent, nuclide })),
    }
  },
})

const entryOf = ({ timesS, error }: ScanTimeEntry) => ({ timesH: timesS.map(secondsToHours), ...error })

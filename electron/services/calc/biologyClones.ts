/** Calculation of sensitive and resistant cells as a birth-and-death process. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { eradicationProbability, simulateClones } from '../../../native-core/radiobiology/index.ts'
import type { CloneSimulation } from '../../../native-core/radiobiology/index.ts'
import { orderStatistic } from '../../../native-core/statistics/index.ts'
import { hoursToSeconds, SECONDS_PER_HOUR } from '../../../native-core/units/index.ts'
import { courseField, courseOf, repairFields, repairOf } from './biologyFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity, shareQuantity } from './fields.ts'

const input = z.strictObject({
  clones: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(50),
        cells: nonNegativeQuantity('1', 'Cells at the start of the course'),
        birthPerH: nonNegativeQuantity('1/h', 'Divisions of a cell: ln 2 over the potential doubling time'),
        deathPerH: nonNegativeQuantity('1/h', 'Deaths of a cell that is left alone').default(0),
        alphaPerGy: nonNegativeQuantity('1/Gy', 'α'),
        alphaBetaGy: positiveQuantity('Gy', 'α/β'),
        mutation: shareQuantity('Probability that a division yields one daughter of the next clone').default(0),
      }),
    )
    .min(1)
    .max(10)
    .meta({ description: 'From sensitive to resistant: a clone mutates into the next one' }),
  curves: courseField,
  ...repairFields,
  atH: positiveQuantity('h', 'Time of the answer on the clock of the course'),
  simulation: z
    .strictObject({
      runs: z.int().min(1).max(10000).meta({ unit: '1', description: 'Histories that are drawn' }),
      seed: z
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .default(1),
      timesH: z.array(quantity('h', 'Time, up to atH')).min(1).max(1000),
    })
    .optional()
    .meta({ description: 'Draws histories cell by cell as well' }),
})

export const clones = defineCalc({
  name: 'clones',
  title: 'Eradication of sensitive and resistant clones',
  description:
    'Probability that no cell of several clones is left under dose rates over one or several cycles (branching process with birth, death, kill with repair, and mutation to resistance); for one clone it is Zaider and Minerbo’s TCP. Drawn histories on demand.',
  input,
  output: z.strictObject({
    eradication: shareQuantity('Probability that no cell is left at atH'),
    byClone: z.array(
      z.strictObject({
        name: z.string(),
        eradication: shareQuantity('The same if this clone were alone at the start (with those it mutates into)'),
      }),
    ),
    simulation: z
      .strictObject({
        eradicatedShare: quantity('1', 'Share of the histories without a cell at atH'),
        standardUncertainty: quantity('1', 'Of that share, from their number'),
        states: z.array(
          z.strictObject({
            timeH: quantity('h', 'Time'),
            clones: z.array(
              z.strictObject({
                name: z.string(),
                mean: quantity('1', 'Cells, mean over histories'),
                p5: quantity('1', 'Cells, 5 % of the histories have no more'),
                median: quantity('1', 'Cells, median'),
                p95: quantity('1', 'Cells, 95 % of the histories have no more'),
              }),
            ),
          }),
        ),
      })
      .nullable(),
    assumptions: z.array(z.string()),
  }),
  run: (given) => {
    const course = courseOf(given.curves)
    const repair = repairOf(given)
    const untilS = hoursToSeconds(given.atH)
    const all = given.clones.map(({ birthPerH, deathPerH, ...clone }) => ({
      ...clone,
      birthPerS: birthPerH / SECONDS_PER_HOUR,
      deathPerS: deathPerH / SECONDS_PER_HOUR,
    }))
    const last = all.at(-1)
    if (last && last.mutation > 0)
      throw new InputError(
        'biology.clones',
        `Clone "${last.name}" mutates with probability ${last.mutation}, but no clone follows it.`,
        'Add the clone that it turns into, or leave its mutation out.',
      )
    if (all.every(({ cells }) => cells === 0))
      throw new InputError('biology.clones', 'No clone has a cell.', 'Give the cells of at least one clone.')
    return {
      eradication: eradicationProbability(all, course, repair, untilS),
      byClone: all.map(({ name }, own) => ({
        name,
        eradication: eradicationProbability(
          all.map((clone, k) => (k === own ? clone : { ...clone, cells: 0 })),
          course,
          repair,
          untilS,
        ),
      })),
      simulation: given.simulation
        ? summaryOf(
            given,
            simulateClones(all, course, repair, timesOf(given.simulation.timesH, given.atH), {
              seed: given.simulation.seed,
              runs: given.simulation.runs,
            }),
          )
        : null,
      assumptions: [
        'The process begins with the first dose rate; before it nothing grows.',
        'Cells are independent of each other: no capacity, no immune response.',
      ],
    }
  },
})

/** Times to look at in s, with the end. @throws InputError `biology.clones` */
function timesOf(timesH: readonly number[], atH: number): number[] {
  const bad = timesH.findIndex((time, k) => time > atH || (k > 0 && time <= (timesH[k - 1] as number)))
  if (bad >= 0)
    throw new InputError(
      'biology.clones',
      `Time ${bad + 1} of the simulation, ${timesH[bad]} h, does not lie after the one before it and up to atH, ${atH} h.`,
      'Give times in ascending order that end with atH.',
    )
  return [...timesH, ...(timesH.at(-1) === atH ? [] : [atH])].map(hoursToSeconds)
}

function summaryOf({ clones: all, simulation }: z.output<typeof input>, { runs, eradicatedShare }: CloneSimulation) {
  return {
    eradicatedShare,
    standardUncertainty: Math.sqrt((eradicatedShare * (1 - eradicatedShare)) / runs.length),
    states: (simulation?.timesH ?? []).map((timeH, at) => ({
      timeH,
      clones: all.map(({ name }, clone) => {
        const cells = runs.map((run) => run.cells[at]?.[clone] ?? 0).sort((a, b) => a - b)
        const mean = cells.reduce((sum, n) => sum + n, 0) / cells.length
        return {
          name,
          mean,
          p5: orderStatistic(cells, 0.05),
          median: orderStatistic(cells, 0.5),
          p95: orderStatistic(cells, 0.95),
        }
      }),
    })),
  }
}

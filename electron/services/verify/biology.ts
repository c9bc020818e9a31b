/** Biological effect: closed forms of the linear–quadratic model, of equivalent doses and of outcome. */
import {
  bedForTcp,
  bedMap,
  bedOf,
  eqdOf,
  eubed,
  externalBeamBed,
  geud,
  distributionOf,
  lkbNtcp,
  poissonTcp,
  protraction,
  relativeSerialityNtcp,
  tumourResponse,
  uniform,
  zaiderMinerboTcp,
} from '../../../native-core/radiobiology/index.ts'
import type { DoseRateCourse, RepairModel } from '../../../native-core/radiobiology/index.ts'
import type { Check } from './check.ts'

const HOUR = 3600

const repairOf = (hours: number): RepairModel => ({
  kind: 'exponential',
  components: [{ halfTimeS: hours * HOUR, fraction: 1 }],
})

/** One dose with one effective half-life. */
const falling = (doseGy: number, halfLifeH: number): DoseRateCourse => {
  const decayPerS = Math.LN2 / (halfLifeH * HOUR)
  return [{ kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: doseGy * decayPerS, decayPerS }] }]
}

const constantFor = (hours: number): DoseRateCourse => [
  { kind: 'sampled', timesS: [0, hours * HOUR], rateGyPerS: [1e-4, 1e-4], tailDecayPerS: null },
]

const x24 = (Math.LN2 * 24) / 1.5
const uneven = distributionOf([10, 30], [0.25, 0.75])
const exact = { kind: 'relative', value: 1e-10 } as const

export const biologyChecks: readonly Check[] = [
  {
    name: 'Lea–Catcheside factor, T_eff 51 h, repair 2.8 h',
    source: 'closed form T_rep/(T_rep + T_eff) (Dale 1985)',
    unit: '1',
    expected: 2.8 / 53.8,
    tolerance: exact,
    find: () => protraction(falling(20, 51), repairOf(2.8)).g,
  },
  {
    name: 'Lea–Catcheside factor, constant dose rate over 24 h, repair 1.5 h',
    source: 'closed form 2(x − 1 + e^(−x))/x² with x = μT (Lea and Catcheside 1942)',
    unit: '1',
    expected: (2 * (x24 - 1 + Math.exp(-x24))) / (x24 * x24),
    tolerance: exact,
    find: () => protraction(constantFor(24), repairOf(1.5)).g,
  },
  {
    name: 'BED of 23 Gy with G = 0.05 and α/β = 2.6 Gy',
    source: 'closed form D·(1 + G·D/(α/β))',
    unit: 'Gy',
    expected: 23 * (1 + (0.05 * 23) / 2.6),
    tolerance: exact,
    find: () => bedOf(23, 0.05, 2.6),
  },
  {
    name: 'EQD2 of 30 fractions of 2 Gy, α/β = 10 Gy',
    source: 'definition: the dose itself',
    unit: 'Gy',
    expected: 60,
    tolerance: exact,
    find: () => eqdOf(externalBeamBed({ fractions: 30, dosePerFractionGy: 2 }, 10), 10),
  },
  {
    name: 'BED of a voxel with 8 Gy of one half-life (50 h, repair 2 h, α/β = 3 Gy)',
    source: 'closed form D·(1 + G·D/(α/β)); maps hold single precision',
    unit: 'Gy',
    expected: 8 * (1 + (8 * 2) / 52 / 3),
    tolerance: { kind: 'relative', value: 1e-6 },
    find: () => {
      const decayPerS = Math.LN2 / (50 * HOUR)
      const rateGyPerS = Float32Array.of(8 * decayPerS)
      return bedMap({ terms: [{ rateGyPerS, decayPerS }], repair: repairOf(2), alphaBetaGy: 3 }).bed[0] ?? 0
    },
  },
  {
    name: 'gEUD of 10 Gy (25 %) and 30 Gy (75 %) with a = 4',
    source: 'closed form (Σ v·D^a)^(1/a) (Niemierko 1999)',
    unit: 'Gy',
    expected: (0.25 * 1e4 + 0.75 * 81e4) ** 0.25,
    tolerance: exact,
    find: () => geud(uneven, 4),
  },
  {
    name: 'EUBED of the same with α = 0.3 1/Gy',
    source: 'closed form −ln(Σ v·e^(−α·BED))/α (O’Donoghue 1999)',
    unit: 'Gy',
    expected: -Math.log(0.25 * Math.exp(-3) + 0.75 * Math.exp(-9)) / 0.3,
    tolerance: exact,
    find: () => eubed(uneven, 0.3),
  },
  {
    name: 'Poisson TCP at the BED that gives one half',
    source: 'closed form exp(−N·e^(−α·BED))',
    unit: '1',
    expected: 0.5,
    tolerance: exact,
    find: () => {
      const cells = { clonogens: 1e7, alphaPerGy: 0.3 }
      return poissonTcp(uniform(bedForTcp(0.5, cells)), cells)
    },
  },
  {
    name: 'Birth-and-death TCP without dose: lines of 3 cells that die out in 700 h',
    source: 'closed form of a linear birth-and-death process (Kendall 1948)',
    unit: '1',
    expected: extinct(3, 500, 0.6, 700),
    tolerance: { kind: 'relative', value: 1e-9 },
    find: () =>
      zaiderMinerboTcp(falling(1e-12, 60), repairOf(1.5), 700 * HOUR, {
        clonogens: 3,
        alphaPerGy: 0.3,
        alphaBetaGy: 10,
        doublingTimeS: 500 * HOUR,
        cellLossFactor: 0.6,
      }),
  },
  {
    name: 'Lyman–Kutcher–Burman NTCP at TD50',
    source: 'definition',
    unit: '1',
    expected: 0.5,
    tolerance: exact,
    find: () => lkbNtcp(uniform(28), { td50Gy: 28, m: 0.1, n: 0.7 }),
  },
  {
    name: 'Relative seriality NTCP at D50',
    source: 'definition',
    unit: '1',
    expected: 0.5,
    tolerance: exact,
    find: () => relativeSerialityNtcp(uniform(26), { d50Gy: 26, gamma: 1.3, s: 0.4 }),
  },
  {
    name: 'Tumour response to 25 Gy with exponential growth: ln(V/V₀) after 4000 h',
    source: 'closed form ln 2·t/T_d − α·BED',
    unit: '1',
    expected: (Math.LN2 * 4000) / 900 - 0.3 * 25 * (1 + (25 * 1.5) / 51.5 / 10),
    tolerance: { kind: 'relative', value: 1e-7 },
    find: () =>
      tumourResponse(
        {
          growth: { kind: 'exponential', doublingTimeS: 900 * HOUR },
          alphaPerGy: 0.3,
          alphaBetaGy: 10,
          repair: repairOf(1.5),
          clearanceHalfTimeS: 0,
        },
        falling(25, 50),
        4,
        [0, 4000 * HOUR],
      )[1]?.logSurvival ?? 0,
  },
]

/** Probability that the lines of so many cells are extinct, in closed form. */
function extinct(cells: number, doublingTimeH: number, loss: number, timeH: number): number {
  const e = Math.exp((-Math.LN2 / doublingTimeH) * (1 - loss) * timeH)
  return ((loss * (1 - e)) / (1 - loss * e)) ** cells
}

/** Planar imaging, samples, SUV and the theranostic pair: closed forms and published numbers. */
import { marrowToBloodRatio } from '../../../native-core/dosimetry/organ/index.ts'
import { leanBodyMass, suvScale } from '../../../native-core/imaging/pet/index.ts'
import { conjugateViewActivity, hybridSeries, tripleEnergyWindow } from '../../../native-core/imaging/planar/index.ts'
import { pairedSeries, pairedTia } from '../../../native-core/kinetics/pair/index.ts'
import { retentionByExcretion } from '../../../native-core/kinetics/samples/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import { exactly, poissonCounts } from '../../../native-core/statistics/index.ts'
import type { Check, VerificationData } from './check.ts'

const HOUR = 3600
const relative = (value: number): Check['tolerance'] => ({ kind: 'relative', value })

/** Lu-177 TIA per GBq from a Zr-89 series that decays biologically with 100 h, 1 % uptake. */
function pairedMbqHours({ nuclides }: VerificationData): number {
  const [diagnostic, therapy] = [findNuclide(nuclides, 'Zr-89'), findNuclide(nuclides, 'Lu-177')]
  const side = ({ name, halfLifeS }: typeof diagnostic, administered: number) => ({
    nuclide: name,
    halfLifeS,
    administeredActivityBq: exactly(administered),
  })
  const request = { label: 'verification', diagnostic: side(diagnostic, 37e6), therapy: side(therapy, 1e9) }
  const points = [4, 24, 72, 144, 192].map((t) => ({
    timeS: t * HOUR,
    activityBq: {
      value: 37e4 * 2 ** (-t / 100 - (t * HOUR) / diagnostic.halfLifeS),
      standardUncertainty: 1e3,
    },
  }))
  const paired = pairedSeries({ ...request, points, agentFactor: exactly(1) })
  return pairedTia(paired, request, { model: 'mono-exponential' }).tiaBqS.value / 3.6e9
}

export const planarChecks: readonly Check[] = [
  {
    name: 'Triple energy window: scatter under 28 keV from 300 and 60 counts in 6 keV',
    source: 'Ogawa et al., IEEE Trans. Med. Imaging 10 (1991) 408, eq. 1: (300/6 + 60/6)·28/2',
    unit: 'counts',
    expected: 840,
    tolerance: relative(1e-12),
    find: () =>
      tripleEnergyWindow({
        peak: { window: { lowKev: 126, highKev: 154 }, counts: poissonCounts(5000) },
        lower: { window: { lowKev: 120, highKev: 126 }, counts: poissonCounts(300) },
        upper: { window: { lowKev: 154, highKev: 160 }, counts: poissonCounts(60) },
      }).scatter.value,
  },
  {
    name: 'Conjugate views of 100 MBq as a slab of 6 cm, 4 cm deep in 22 cm of water (0.12/cm)',
    source: 'closed form of the slab: e^(−μd)·(1 − e^(−μt))/(μt) in each view',
    unit: 'MBq',
    expected: 100,
    tolerance: relative(1e-10),
    find: () => {
      const [mu, thickness, body, depth] = [0.12, 6, 22, 4]
      const seen = (front: number): number =>
        (1000 * Math.exp(-mu * front) * -Math.expm1(-mu * thickness)) / (mu * thickness)
      return (
        conjugateViewActivity({
          anteriorCps: exactly(seen(depth)),
          posteriorCps: exactly(seen(body - depth - thickness)),
          transmission: exactly(Math.exp(-mu * body)),
          sourceAttenuation: exactly(mu * thickness),
          sensitivityCpsPerBq: exactly(1e-5),
        }).activityBq.value / 1e6
      )
    },
  },
  {
    name: 'Planar course of 40 h scaled by a SPECT between two planar images: activity at 24 h',
    source: 'closed form 100·2^(−24/40)',
    unit: 'MBq',
    expected: 100 * 2 ** (-24 / 40),
    tolerance: relative(1e-10),
    find: () =>
      (hybridSeries({
        label: 'verification',
        planar: [24, 96].map((t) => ({ timeS: t * HOUR, reading: exactly(7 * 2 ** (-t / 40)) })),
        spect: { timeS: 50 * HOUR, activityBq: exactly(1e8 * 2 ** (-50 / 40)) },
        reachS: 0,
      }).series.activityBq[0] ?? NaN) / 1e6,
  },
  {
    name: 'Red marrow to blood ratio for a hematocrit of 0.47',
    source: 'Sgouros, J. Nucl. Med. 34 (1993) 689: 0.36',
    unit: '1',
    expected: 0.36,
    tolerance: { kind: 'absolute', value: 0.005 },
    find: () => marrowToBloodRatio({ kind: 'hematocrit', hematocrit: 0.47 }),
  },
  {
    name: 'Lean body mass by Janmahasatian of a man of 80 kg and 2 m',
    source: 'Janmahasatian et al., Clin. Pharmacokinet. 44 (2005) 1051: 9270·80/(6680 + 216·20)',
    unit: 'kg',
    expected: 741600 / 11000,
    tolerance: relative(1e-12),
    find: () => leanBodyMass('janmahasatian', { weightKg: 80, heightM: 2, sex: 'M' }).massKg,
  },
  {
    name: 'SUV of an activity spread evenly over 70 kg, one half-life after the injection',
    source: 'closed form: 1 g/mL by definition',
    unit: 'g/mL',
    expected: 1,
    tolerance: relative(1e-12),
    find: ({ nuclides }) => {
      const { halfLifeS } = findNuclide(nuclides, 'F-18')
      return (
        (1e8 / 70000) *
        suvScale({
          normalisation: 'weight',
          patient: { weightKg: 70, heightM: null, sex: null },
          netActivityBq: exactly(2e8),
          referenceDelayS: halfLifeS,
          halfLifeS,
        }).suvPerBqPerMl.value
      )
    },
  },
  {
    name: 'Whole body that voids half of 1 GBq Lu-177 at 24 h: TIA up to then',
    source: 'closed form (1 − 2^(−24/T))·T/ln 2 with T = 159.528 h (ENDF/B-VIII.1): steps, no trapezoid',
    unit: 'MBq·h',
    expected: (1000 * (1 - 2 ** (-24 / 159.528)) * 159.528) / Math.LN2,
    tolerance: relative(1e-5),
    find: ({ nuclides }) => {
      const { halfLifeS } = findNuclide(nuclides, 'Lu-177')
      const half = 5e8 * 2 ** ((-24 * HOUR) / halfLifeS)
      return (
        retentionByExcretion({
          label: 'verification',
          excretions: [{ timeS: 24 * HOUR, measuredAtS: 24 * HOUR, activityBq: exactly(half) }],
          administeredActivityBq: exactly(1e9),
          halfLifeS,
        }).tiaToLastVoidBqS.value / 3.6e9
      )
    },
  },
  {
    name: 'Zr-89 series re-decayed to 1 GBq Lu-177: TIA of 1 % uptake with a biological half-life of 100 h',
    source: 'closed form A·T/ln 2 with 1/T = 1/100 h + 1/159.528 h',
    unit: 'MBq·h',
    expected: 10 / (1 / 100 + 1 / 159.528) / Math.LN2,
    tolerance: relative(1e-5),
    find: pairedMbqHours,
  },
]

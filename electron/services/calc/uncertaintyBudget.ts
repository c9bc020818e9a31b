/** The uncertainty chain of one or more structures. */
import { z } from 'zod'
import {
  budgetCorrelation,
  budgetWithCurve,
  countsUncertainty,
  countsVolumeSlopeOfSphere,
  edgeVolumeUncertainty,
  improvements,
  monteCarloBudget,
  registrationUncertainty,
  uncertaintyOfRatio,
} from '../../../native-core/dosimetry/index.ts'
import type {
  MonteCarloBudget,
  PointUncertainty,
  SampledOutput,
  UncertaintyChain,
  UncertainRecovery,
  UncertainVolume,
} from '../../../native-core/dosimetry/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { hoursToSeconds, mbqToBq, secondsToHours } from '../../../native-core/units/index.ts'
import type { Resources } from '../ports/resources.ts'
import { defineCalc } from './define.ts'
import { halfLifeS } from './fields.ts'
import type { monteCarloOutput } from './uncertaintyFields.ts'
import { budgetOutput, structureInput } from './uncertaintyFields.ts'

type StructureInput = z.output<typeof structureInput>

const monteCarloInput = z.strictObject({
  seed: z.int().min(0).default(1),
  samples: z.int().min(2).max(100_000).optional().meta({ description: 'Fixed number; left out: until accuracy' }),
  accuracy: z
    .number()
    .min(0.002)
    .max(0.5)
    .default(0.02)
    .meta({ unit: '1', description: 'Wanted relative standard error of the standard deviations' }),
  largest: z.int().min(2).max(100_000).default(4000).meta({ description: 'Never more draws than these' }),
  curve: z
    .enum(['refit', 'linearised'])
    .default('refit')
    .meta({ description: 'refit: each draw is fitted again; linearised: the TIA follows its sensitivities' }),
})

function exactlyOne(label: string, given: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(given)
  const count = names.filter((name) => given[name] !== undefined).length
  if (count === 1) return
  throw new InputError(
    'calc.uncertainty',
    `${label}: ${count === 0 ? 'none' : 'more than one'} of ${names.join(' and ')} is given.`,
    'Give exactly one of them.',
  )
}

/** A name is one error of one quantity: of the calibration factor in all structures, never also of a density. */
function refuseSharedNames(structures: readonly StructureInput[]): void {
  const quantities = new Map<string, string>()
  for (const one of structures) quantities.set(`volume of ${one.label}`, `volume of ${one.label}`)
  for (const one of structures)
    for (const quantity of [
      'calibration',
      'recovery',
      'density',
      'sValue',
      'energyPerDecay',
      'administered',
    ] as const) {
      const source = one[quantity]?.source
      const other = source === undefined ? undefined : quantities.get(source)
      if (source === undefined || other === quantity) continue
      if (other !== undefined)
        throw new InputError(
          'calc.source',
          `${one.label}: the source "${source}" of ${quantity} is that of ${other} as well.`,
          'Give each quantity a name of its own: an equal name is one error of the same quantity.',
        )
      quantities.set(source, quantity)
    }
}

function volumeOf(input: StructureInput): UncertainVolume {
  const { label, volumeMl, volumeRelative, outline, countsVolumeSlope, sphere } = input
  exactlyOne(label, { volumeRelative, outline })
  if (countsVolumeSlope !== undefined && sphere)
    throw new InputError('calc.slope', `${label}: there are both countsVolumeSlope and a sphere.`, 'Give one of them.')
  const countsSlope = sphere
    ? countsVolumeSlopeOfSphere(volumeMl, sphere.resolutionFwhmMm, sphere.recovery)
    : (countsVolumeSlope ?? 0)
  const source = `volume of ${label}`
  if (!outline) return { volumeMl, relative: volumeRelative ?? 0, source, countsSlope }
  const edge = { voxelMm: outline.voxelMm, fwhmMm: outline.resolutionFwhmMm }
  return { volumeMl, relative: edgeVolumeUncertainty(volumeMl, edge.voxelMm, edge.fwhmMm), source, countsSlope, edge }
}

function curveOf(input: StructureInput, resources: Resources): UncertaintyChain['curve'] {
  const { label, tiaRelative, points, model, volumeMl } = input
  exactlyOne(label, { tiaRelative, points })
  if (!points) return { kind: 'tia', relative: tiaRelative ?? 0 }
  return {
    kind: 'fit',
    request: {
      timesS: points.map(({ timeH }) => hoursToSeconds(timeH)),
      activityBq: points.map(({ activityMbq }) => mbqToBq(activityMbq)),
      physicalHalfLifeS: halfLifeS(input, resources),
      model,
    },
    points: points.map(({ counts, noiseFactor, registration, otherRelative }): PointUncertainty => ({
      counts: counts === undefined ? 0 : countsUncertainty(counts, noiseFactor),
      registration: registration
        ? registrationUncertainty({
            volumeMl,
            fwhmMm: registration.resolutionFwhmMm,
            displacementMm: registration.displacementMm,
            backgroundRatio: registration.backgroundRatio,
          }).relative
        : 0,
      other: otherRelative,
    })),
  }
}

function recoveryOf(given: NonNullable<StructureInput['recovery']>): UncertainRecovery {
  return 'curve' in given
    ? { kind: 'curve', curve: given.curve, source: given.source }
    : { kind: 'factor', relative: given.relative, source: given.source, volumeSlope: given.volumeSlope }
}

function chainOf(input: StructureInput, resources: Resources): UncertaintyChain {
  const { label, calibration, recovery, density, sValue, energyPerDecay, administered, massExponent } = input
  return {
    label,
    scope: label,
    ...(calibration ? { calibration } : {}),
    ...(recovery ? { recovery: recoveryOf(recovery) } : {}),
    volume: volumeOf(input),
    ...(density ? { density } : {}),
    ...(sValue ? { sValue } : {}),
    massExponent,
    ...(energyPerDecay ? { energyPerDecay } : {}),
    ...(administered ? { administered } : {}),
    curve: curveOf(input, resources),
  }
}

const sampledOutput = ({ mean, standardUncertainty, skewness, interval95, accuracy }: SampledOutput) => ({
  relative: standardUncertainty / mean,
  meanOverEstimate: mean,
  skewness,
  interval95: [...interval95] as [number, number],
  accuracy,
})

const monteCarloAnswer = (result: MonteCarloBudget): z.input<typeof monteCarloOutput> => ({
  curve: result.curve,
  seed: result.seed,
  samples: result.samples,
  failed: result.failed,
  tia: sampledOutput(result.tia),
  dose: sampledOutput(result.dose),
  dosePerActivity: sampledOutput(result.dosePerActivity),
  doseRatio: result.doseRatio,
})

function budgetAnswer(
  chain: UncertaintyChain,
  doseGy: number | undefined,
  options: z.output<typeof monteCarloInput> | null,
) {
  const known = budgetWithCurve(chain)
  const { terms, loadings, validity, ...rest } = known.budget
  const monteCarlo = options && known.budget.doseRelative > 0 ? drawn(chain, options) : null
  return {
    ...rest,
    terms: terms.map((term) => ({ ...term })),
    loadings: loadings.map((loading) => ({ ...loading })),
    validity: { ...validity, reasons: [...validity.reasons], curveReasons: [...validity.curveReasons] },
    improvements: improvements(chain, known).map(({ timeS, ...one }) => ({
      ...one,
      timeH: timeS === null ? null : secondsToHours(timeS),
    })),
    absoluteGy:
      doseGy === undefined
        ? null
        : {
            dose: doseGy * rest.doseRelative,
            byTerm: Object.fromEntries(terms.map(({ id, doseRelative }) => [id, doseGy * doseRelative])),
          },
    monteCarlo,
  }
}

function drawn(chain: UncertaintyChain, { samples, ...options }: z.output<typeof monteCarloInput>) {
  return monteCarloAnswer(monteCarloBudget(chain, { ...options, ...(samples === undefined ? {} : { samples }) }))
}

export const uncertaintyBudgetCalc = defineCalc({
  name: 'uncertainty-budget',
  title: 'Uncertainty budget of TIA and dose',
  description:
    'The chain of Gear et al. 2018 from counts to dose, by the law of propagation and by Monte Carlo: terms by their share, what would reduce them, correlation between structures by what they share.',
  input: z.strictObject({
    structures: z.array(structureInput).min(1).max(20),
    monteCarlo: monteCarloInput.nullable().prefault({}).meta({ description: 'null: none' }),
  }),
  output: z.strictObject({
    structures: z.array(budgetOutput),
    correlation: z.array(z.array(z.number())).meta({ description: 'Of the doses, in the order of structures' }),
    ratioRelative: z
      .array(z.array(z.number()))
      .meta({ description: 'Relative standard uncertainty of dose i over dose j: what both share cancels' }),
  }),
  run: (input, resources) => {
    const labels = input.structures.map(({ label }) => label)
    const twice = labels.find((label, i) => labels.indexOf(label) !== i)
    if (twice !== undefined)
      throw new InputError('calc.uncertainty', `"${twice}" is given twice.`, 'Give each structure its own label.')
    refuseSharedNames(input.structures)
    const structures = input.structures.map((one) =>
      budgetAnswer(chainOf(one, resources), one.doseGy, input.monteCarlo),
    )
    return {
      structures,
      correlation: budgetCorrelation(structures),
      ratioRelative: structures.map((a) => structures.map((b) => uncertaintyOfRatio(a, b))),
    }
  },
})

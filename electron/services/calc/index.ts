/** Every pure model of the core by name: `listCalcs`, `runCalc` and `calcSchemas`. The command line and tests go through here. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import type { Resources } from '../ports/resources.ts'
import { growth, rbe } from './biologyCells.ts'
import { clones } from './biologyClones.ts'
import { bed, eqd2, gFactor } from './biologyDose.ts'
import { marker } from './biologyMarker.ts'
import { geudCalc, ntcp, tcp } from './biologyOutcome.ts'
import { growthFit } from './biologyResponse.ts'
import { sublethal } from './biologySublethal.ts'
import { cellSurvival } from './biologySurvival.ts'
import { utcpCalc } from './biologyUtcp.ts'
import { cellVoxel } from './biologyVoxelCells.ts'
import { cellCluster, cellS, suborganDose } from './cellS.ts'
import { decay, effectiveHalfLife, nuclideInfo } from './decay.ts'
import { decayChainInTime } from './decayChain.ts'
import type { Calc } from './define.ts'
import { doseEngines } from './doseEngines.ts'
import { difference, dvh, gamma, profile } from './doseEvaluation.ts'
import { doseBudget, doseLocal, massScaling } from './dosimetry.ts'
import { finiteAnswer } from './finiteAnswer.ts'
import { graphical, tissueModel } from './graphical.ts'
import { elapsedTime, huDensity, structureVolume } from './imaging.ts'
import { individualFit } from './individualFit.ts'
import { inputFaults } from './inputWords.ts'
import type { FieldSchema } from './inputWords.ts'
import { CALC_EXAMPLES } from './examples.ts'
import { fitTac, tia } from './kinetics.ts'
import { microdosimetry } from './microdosimetry.ts'
import { organS } from './organS.ts'
import { conjugateView, hybridScale, scatterWindow, transmission } from './planar.ts'
import { pointKernel, voxelS } from './pointKernels.ts'
import { populationFit } from './populationFit.ts'
import { calibrationFactor, deadTime, gtm, recoveryCoefficient, recoveryFit } from './quantification.ts'
import { bloodMarrow, excretion, remainder, suv, theranosticPair } from './samples.ts'
import { scanTime } from './scanTime.ts'
import { singleTimePoint } from './singleTimePoint.ts'
import { sphereS } from './sphereS.ts'
import { uncertaintyBudgetCalc } from './uncertaintyBudget.ts'

export { kindOf } from './inputWords.ts'
export type { FieldSchema } from './inputWords.ts'

const CALCS: readonly Calc[] = [
  bed,
  bloodMarrow,
  calibrationFactor,
  cellCluster,
  cellS,
  cellSurvival,
  cellVoxel,
  clones,
  conjugateView,
  deadTime,
  decay,
  decayChainInTime,
  difference,
  doseBudget,
  doseEngines,
  doseLocal,
  dvh,
  effectiveHalfLife,
  elapsedTime,
  eqd2,
  excretion,
  fitTac,
  gamma,
  graphical,
  gFactor,
  geudCalc,
  growth,
  growthFit,
  gtm,
  huDensity,
  hybridScale,
  individualFit,
  marker,
  massScaling,
  microdosimetry,
  ntcp,
  nuclideInfo,
  organS,
  pointKernel,
  populationFit,
  profile,
  rbe,
  recoveryCoefficient,
  recoveryFit,
  remainder,
  scanTime,
  scatterWindow,
  singleTimePoint,
  sphereS,
  structureVolume,
  sublethal,
  suborganDose,
  suv,
  tcp,
  theranosticPair,
  tia,
  tissueModel,
  transmission,
  uncertaintyBudgetCalc,
  utcpCalc,
  voxelS,
]

/** So many faults of an input are told at once. */
const MOST_FAULTS = 5

export interface CalcSummary {
  readonly name: string
  readonly title: string
  readonly description: string
}

/** What can be computed, by name. */
export function listCalcs(): CalcSummary[] {
  return [...CALCS]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, title, description }) => ({ name, title, description }))
}

/**
 * Runs a calculation on JSON. The input is checked strictly: unknown fields, wrong types and numbers that are not finite are refused.
 *
 * @throws InputError `calc.unknown` for a name that is not known, `calc.input` naming each wrong field, `calc.overflow` for a result that is no number, or that of
 * the model.
 */
export function runCalc(name: string, json: unknown, resources: Resources): unknown {
  const calc = findCalc(name)
  const parsed = calc.input.safeParse(json)
  if (!parsed.success) {
    const schema = z.toJSONSchema(calc.input, { io: 'input' }) as FieldSchema
    const faults = inputFaults(parsed.error.issues, schema, json)
    throw new InputError(
      'calc.input',
      `The input of ${name} is wrong: ${faults.slice(0, MOST_FAULTS).join('; ')}${faults.length > MOST_FAULTS ? `; and ${faults.length - MOST_FAULTS} more` : ''}.`,
      `Correct it; \`theratwin calc ${name} --help\` tells the fields with an example, \`--schema\` all of them.`,
    )
  }
  return finiteAnswer(name, calc.output, calc.run(parsed.data, resources))
}

/** JSON schemas of a calculation's input and output; numbers carry their `unit`. @throws InputError `calc.unknown`. */
export function calcSchemas(name: string): {
  name: string
  title: string
  description: string
  input: FieldSchema
  output: FieldSchema
} {
  const calc = findCalc(name)
  return {
    name: calc.name,
    title: calc.title,
    description: calc.description,
    input: z.toJSONSchema(calc.input, { io: 'input' }) as FieldSchema,
    output: z.toJSONSchema(calc.output, { io: 'output' }) as FieldSchema,
  }
}

/** A small input of a calculation that runs; null where there is none. @throws InputError `calc.unknown`. */
export function calcExample(name: string): unknown {
  const { name: known } = findCalc(name)
  return CALC_EXAMPLES[known] ?? null
}

function findCalc(name: string): Calc {
  const calc = CALCS.find((c) => c.name === name)
  if (calc) return calc
  throw new InputError(
    'calc.unknown',
    `There is no calculation "${name}".`,
    `There are: ${listCalcs()
      .map((c) => c.name)
      .join(', ')}.`,
  )
}

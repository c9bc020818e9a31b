/** Graphical, multilinear, compartment and reference tissue analysis of one curve of a dynamic PET. */
import { z } from 'zod'
import { decayFactor } from '../../../native-core/imaging/pet/index.ts'
import type { DecayReference } from '../../../native-core/imaging/pet/index.ts'
import type { FrameCurve, FrameSchedule } from '../../../native-core/kinetics/dynamic/index.ts'
import {
  analyseCurve,
  analysisSchema,
  arterialInput,
  curveField,
  decayReferenceOf,
  decayStateField,
  framesField,
  GRAPHICAL_METHODS,
  inputField,
  optionFields,
  TISSUE_MODELS,
} from '../pet/tissue/index.ts'
import type { AnalysisMethod, AnalysisOptions, InputField } from '../pet/tissue/index.ts'
import { defineCalc } from './define.ts'
import { halfLifeS, nuclideName, positiveQuantity } from './fields.ts'
import type { Resources } from '../ports/resources.ts'

const scanFields = {
  label: z.string().max(200).default('Curve').meta({ description: 'Whose curve it is, for messages' }),
  nuclide: nuclideName.optional(),
  physicalHalfLifeH: positiveQuantity('h', 'Physical half-life, instead of a nuclide').optional(),
  frames: framesField,
  decayCorrectedTo: decayStateField,
  concentrationBqPerMl: curveField,
  input: inputField.optional().meta({ description: 'Arterial input: samples, a formula, or frames of a blood pool' }),
  reference: z
    .strictObject({ label: z.string().max(200).default('Reference'), concentrationBqPerMl: curveField })
    .optional()
    .meta({ description: 'A region without target: its means in the same frames and state of decay correction' }),
}

interface Scan {
  readonly label: string
  readonly nuclide?: string | undefined
  readonly physicalHalfLifeH?: number | undefined
  readonly frames: FrameSchedule['frames']
  readonly decayCorrectedTo: z.output<typeof decayStateField>
  readonly concentrationBqPerMl: readonly number[]
  readonly input?: InputField | undefined
  readonly reference?: { readonly label: string; readonly concentrationBqPerMl: readonly number[] } | undefined
}

function analyse(method: AnalysisMethod, scan: Scan, options: AnalysisOptions, resources: Resources) {
  const schedule: FrameSchedule = { frames: scan.frames, halfLifeS: halfLifeS(scan, resources) }
  const reference = decayReferenceOf(scan.decayCorrectedTo)
  const curve = (label: string, values: readonly number[]): FrameCurve => ({
    label,
    schedule,
    concentrationBqPerMl: values.map((value, i) => value * factorOf(schedule, i, reference)),
  })
  const { input } = scan
  return analyseCurve(
    method,
    curve(scan.label, scan.concentrationBqPerMl),
    {
      input:
        input === undefined
          ? null
          : arterialInput(input, schedule.halfLifeS, () =>
              curve('Blood pool', input.kind === 'frames' ? input.wholeBloodBqPerMl : []),
            ),
      reference: scan.reference ? curve(scan.reference.label, scan.reference.concentrationBqPerMl) : null,
    },
    options,
  )
}

/** A value without a frame is left as it is: the core says that the numbers differ. */
function factorOf({ frames, halfLifeS: life }: FrameSchedule, index: number, from: DecayReference): number {
  const frame = frames[index]
  return frame ? decayFactor(frame, from, { kind: 'time', timeS: 0 }, life) : 1
}

export const graphical = defineCalc({
  name: 'graphical',
  title: 'Logan, Patlak and multilinear analysis of a dynamic PET curve',
  description:
    'Slope of the straight part of a plot with its standard error, the points, t* by rule or given; MA1, MRTM1 and MRTM2 without the bias of noise.',
  input: z.strictObject({ method: z.enum(GRAPHICAL_METHODS), ...scanFields, ...optionFields }),
  output: analysisSchema,
  run: ({ method, ...rest }, resources) => analyse(method, rest, rest, resources)[0] as never,
})

export const tissueModel = defineCalc({
  name: 'tissue-model',
  title: 'Compartment and reference tissue models of a dynamic PET curve',
  description:
    'One- and two-tissue compartments by exact convolutions averaged over the frames, compared by AICc where asked; SRTM and SRTM2.',
  input: z.strictObject({ method: z.enum(TISSUE_MODELS), ...scanFields, ...optionFields }),
  output: z.strictObject({ models: z.array(analysisSchema) }),
  run: ({ method, ...rest }, resources) => ({ models: analyse(method, rest, rest, resources) }),
})

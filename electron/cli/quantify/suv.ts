import { InputError } from '../../../native-core/errors/index.ts'
import { suvScale } from '../../../native-core/imaging/pet/index.ts'
import type { SuvNormalisation, SuvPatient } from '../../../native-core/imaging/pet/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import { encodeNifti } from '../../adapters/nifti/index.ts'
import { createWorkbench } from '../../backend/compose.ts'
import { secondsBetween } from '../../services/course/index.ts'
import { suvInStructures } from '../../services/pet/index.ts'
import type { Command } from '../context.ts'
import { readActivity, readStructures } from '../doseInputs.ts'
import type { LoadedImage } from '../doseInputs.ts'
import { numberOption, parseWords } from '../options.ts'
import { answer, nuclideOf, shown } from './requestFile.ts'

const SYNOPSIS =
  'quantify suv IMAGE [--structures PATH] [--normalisation weight,janmahasatian,james-128,james-120,du-bois,mosteller] [--weight-kg W] [--weight-u-percent P] [--height-m H] [--sex M|F] [--activity-mbq A] [--activity-u-mbq U] [--residual-mbq R] [--delay-h T] [--nuclide N] [--out FOLDER]'

const NORMALISATIONS: readonly SuvNormalisation[] = [
  'weight',
  'janmahasatian',
  'james-128',
  'james-120',
  'du-bois',
  'mosteller',
]

const OPTIONS = {
  structures: { type: 'string' },
  normalisation: { type: 'string' },
  'weight-kg': { type: 'string' },
  'weight-u-percent': { type: 'string' },
  'height-m': { type: 'string' },
  sex: { type: 'string' },
  'activity-mbq': { type: 'string' },
  'activity-u-mbq': { type: 'string' },
  'residual-mbq': { type: 'string' },
  'delay-h': { type: 'string' },
  nuclide: { type: 'string' },
  out: { type: 'string' },
} as const

type Values = { readonly [name in keyof typeof OPTIONS]?: string | undefined }

/** SUV of an image in Bq/mL: statistics in structures, and the image of each normalisation as NIfTI. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(context.arguments, OPTIONS, { positionals: 1, synopsis: SYNOPSIS })
    const bench = createWorkbench()
    try {
      const image = await readActivity(positionals[0] ?? '', bench, context)
      const structures =
        values.structures === undefined ? [] : (await readStructures(values.structures, bench, context)).structures
      const weightRelativeUncertainty = (numberOf(values, 'weight-u-percent') ?? 0) / 100
      const request = { ...injectionOf(values, image), ...patientOf(values, image), weightRelativeUncertainty }
      const normalisations = normalisationsOf(values.normalisation)
      const results = suvInStructures({ ...request, normalisations }, image.grid, image.values, structures)
      const files: [string, Uint8Array][] = []
      for (const normalisation of values.out === undefined ? [] : normalisations) {
        const factor = suvScale({ ...request, normalisation }).suvPerBqPerMl.value
        const suv = { grid: image.grid, values: image.values.map((value) => value * factor) }
        const bytes = await encodeNifti(suv, { gzip: true, description: `SUV ${normalisation}` })
        files.push([`suv-${normalisation}.nii.gz`, bytes])
      }
      await answer(context, {
        schema: 'theratwin-suv/1',
        out: values.out,
        file: 'suv.json',
        body: {
          image: image.description,
          delayH: request.referenceDelayS / 3600,
          netActivityMbq: {
            value: request.netActivityBq.value / 1e6,
            standardUncertainty: request.netActivityBq.standardUncertainty / 1e6,
          },
          patient: request.patient,
          normalisations: results,
        },
        files,
        lines: results.flatMap(({ normalisation, scale, structures: found }) => [
          `${normalisation}: ${shown(scale.suvPerBqPerMl)} ${scale.unit} for each Bq/mL`,
          ...found.map(({ name, suvMean, suvMax }) => `  ${name}  mean ${shown(suvMean)}  max ${shown(suvMax)}`),
          ...scale.remarks.map((remark) => `  - ${remark}`),
        ]),
      })
      return true
    } finally {
      await bench.close()
    }
  },
}

/** Activity, delay and half-life: what the command says, else the file. @throws InputError naming what is missing. */
function injectionOf(
  values: Values,
  { dicom }: LoadedImage,
): { readonly netActivityBq: Measured; readonly referenceDelayS: number; readonly halfLifeS: number } {
  const given = dicom?.image.radiopharmaceutical ?? null
  const activityMbq = numberOf(values, 'activity-mbq')
  const administeredBq = activityMbq === null ? (given?.administeredActivityBq ?? null) : activityMbq * 1e6
  if (administeredBq === null)
    throw missing('The administered activity', '--activity-mbq', 'Radionuclide Total Dose (0018,1074)')
  const start = given?.administrationStart ?? null
  const acquisition = dicom?.image.acquisitionStart ?? null
  const delayH = numberOf(values, 'delay-h')
  const referenceDelayS =
    delayH !== null ? hoursToSeconds(delayH) : start && acquisition ? secondsBetween(start, acquisition) : null
  if (referenceDelayS === null)
    throw missing(
      'The time from the administration to the start of the scan',
      '--delay-h',
      'Radiopharmaceutical Start DateTime (0018,1078) with Acquisition Date and Time',
    )
  const nuclide = values.nuclide ?? given?.nuclide ?? null
  if (nuclide === null) throw missing('The nuclide', '--nuclide', 'Radionuclide Code Sequence (0054,0300)')
  return {
    netActivityBq: {
      value: administeredBq - (numberOf(values, 'residual-mbq') ?? 0) * 1e6,
      standardUncertainty: (numberOf(values, 'activity-u-mbq') ?? 0) * 1e6,
    },
    referenceDelayS,
    halfLifeS: nuclideOf(nuclide).halfLifeS,
  }
}

function patientOf(values: Values, { dicom }: LoadedImage): { readonly patient: SuvPatient } {
  const { sex } = values
  if (sex !== undefined && sex !== 'M' && sex !== 'F')
    throw new InputError('cli.arguments', `--sex is "${sex}".`, 'Write M or F.')
  return {
    patient: {
      weightKg: numberOf(values, 'weight-kg') ?? dicom?.patient.weightKg ?? null,
      heightM: numberOf(values, 'height-m') ?? dicom?.patient.heightM ?? null,
      sex: sex ?? dicom?.patient.sex ?? null,
    },
  }
}

function normalisationsOf(given: string | undefined): SuvNormalisation[] {
  return (given ?? 'weight').split(',').map((text) => {
    const found = NORMALISATIONS.find((one) => one === text.trim())
    if (found) return found
    throw new InputError(
      'cli.arguments',
      `--normalisation "${text}" is not known.`,
      `There are: ${NORMALISATIONS.join(', ')}.`,
    )
  })
}

const numberOf = (values: Values, name: keyof Values): number | null =>
  numberOption(name, values[name], 'value').value ?? null

const missing = (what: string, option: string, tag: string): InputError =>
  new InputError('suv.missing', `${what} is not known: ${tag} is missing.`, `Give ${option}.`)

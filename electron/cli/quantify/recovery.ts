import { InputError } from '../../../native-core/errors/index.ts'
import { fitRecovery } from '../../../native-core/imaging/quantification/index.ts'
import type { SphereCoefficient } from '../../../native-core/imaging/quantification/index.ts'
import { calibrationConditionsSchema, recoveryFormSchema } from '../../contracts/calibrations.ts'
import type { StoredCalibration, StoredRecoveryCurve } from '../../contracts/calibrations.ts'
import type { Command } from '../context.ts'
import { parseWords } from '../options.ts'
import { analysePath, dateOf, PHANTOM_OPTIONS, tell } from './drafts.ts'
import type { PhantomWords } from './drafts.ts'
import { readJson, readText } from './inputs.ts'

const SYNOPSIS =
  'quantify recovery IMAGE --phantom P.json | TABLE.csv [--form gear|hyperbolic|gaussian-sphere] [--name N] [--date D] [--conditions C.json] [--out FOLDER]'

const COLUMNS = ['volume_ml', 'coefficient', 'standard_uncertainty'] as const

/** A recovery curve from the image of a sphere phantom, or from a table of volumes and coefficients. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      { ...PHANTOM_OPTIONS, form: { type: 'string' } },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const path = positionals[0] ?? ''
    if (/\.csv$/i.test(path)) {
      const curve = await curveOfTable(path, values.form, values)
      const drafts: StoredCalibration[] = [curve]
      await tell(
        { schema: 'theratwin-recovery/1', curve, drafts, remarks: curve.remarks },
        curveText(curve, []),
        values.out,
        'recovery.json',
        context,
      )
      return true
    }
    if (values.form !== undefined)
      throw new InputError('cli.arguments', '--form is for a table.', 'Give "form" in the description of the phantom.')
    const { drafts, remarks, spheres } = await analysePath(path, values, SYNOPSIS, context)
    const curve = drafts.find((draft) => draft.kind === 'recovery-curve')
    if (!curve || !spheres)
      throw new InputError(
        'quantify.no-spheres',
        'The phantom has no spheres: recovery needs them.',
        'Describe a sphere phantom: "source": "sphere".',
      )
    const { psf, quality } = spheres
    const answer = { schema: 'theratwin-recovery/1', curve, spheres: spheres.spheres, psf, quality, drafts, remarks }
    const more = [
      ...(psf ? [`Point spread function: ${psf.fwhmMm.map((width) => width.toFixed(2)).join(' × ')} mm FWHM`] : []),
      ...(quality?.spheres.map(
        (one) =>
          `NEMA ${one.innerDiameterMm} mm: contrast recovery ${(100 * one.contrastRecovery).toFixed(1)} %, background variability ${(100 * one.backgroundVariability).toFixed(1)} %`,
      ) ?? []),
      ...remarks.map((remark) => `  - ${remark}`),
    ]
    await tell(answer, curveText(curve, more), values.out, 'recovery.json', context)
    return true
  },
}

async function curveOfTable(
  path: string,
  given: string | undefined,
  words: PhantomWords,
): Promise<StoredRecoveryCurve> {
  const form = recoveryFormSchema.safeParse(given ?? 'gear')
  if (!form.success)
    throw new InputError(
      'cli.arguments',
      `--form is "${given ?? ''}".`,
      `Choose one of ${recoveryFormSchema.options.join(', ')}.`,
    )
  const spheres = parseTable(await readText(path), path)
  const { parameters, covariance, volumeRangeMl, reducedChiSquare, remarks } = fitRecovery(spheres, form.data)
  return {
    kind: 'recovery-curve',
    name: words.name ?? 'recovery curve',
    date: dateOf(words.date),
    conditions:
      words.conditions === undefined
        ? calibrationConditionsSchema.parse({})
        : await readJson(words.conditions, calibrationConditionsSchema, 'The conditions'),
    note: '',
    form: form.data,
    parameters: [...parameters],
    covariance: covariance.map((row) => [...row]),
    volumeRangeMl: [...volumeRangeMl],
    spheres,
    reducedChiSquare,
    remarks: [...remarks],
  }
}

/** @throws InputError `quantify.table` naming the line. */
function parseTable(text: string, path: string): (SphereCoefficient & { volumeMl: number })[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const wrong = (what: string): InputError =>
    new InputError(
      'quantify.table',
      `${path}: ${what}.`,
      `Write a first line "${COLUMNS.join(',')}" and a line for each sphere.`,
    )
  const head = lines[0]?.split(',').map((name) => name.trim().toLowerCase()) ?? []
  const at = COLUMNS.map((name) => head.indexOf(name))
  if (at.some((column) => column < 0)) throw wrong(`the first line is "${lines[0] ?? ''}"`)
  return lines.slice(1).map((line, n) => {
    const cells = line.split(',')
    const [volumeMl, coefficient, standardUncertainty] = at.map((column) => {
      const cell = cells[column]?.trim() ?? ''
      return cell === '' ? NaN : Number(cell)
    }) as [number, number, number]
    if (![volumeMl, coefficient, standardUncertainty].every(Number.isFinite)) throw wrong(`line ${n + 2} is "${line}"`)
    return { volumeMl, coefficient, standardUncertainty }
  })
}

function curveText(
  { form, parameters, covariance, spheres, volumeRangeMl, reducedChiSquare }: StoredRecoveryCurve,
  more: readonly string[],
): string {
  const names = { gear: ['β in mL', 'γ'], hyperbolic: ['β in mL'], 'gaussian-sphere': ['FWHM in mm'] }[form]
  return [
    `Recovery curve ${form}: ${names.map((name, n) => `${name} = ${(parameters[n] ?? NaN).toPrecision(4)} ± ${Math.sqrt(covariance[n]?.[n] ?? NaN).toPrecision(2)}`).join(', ')}, from ${volumeRangeMl[0].toPrecision(3)} to ${volumeRangeMl[1].toPrecision(3)} mL${reducedChiSquare === null ? '' : `, χ²/ν ${reducedChiSquare.toPrecision(3)}`}`,
    ...spheres.map(
      ({ volumeMl, coefficient, standardUncertainty }) =>
        `  ${volumeMl.toFixed(2).padStart(8)} mL  ${coefficient.toFixed(3)} ± ${standardUncertainty.toFixed(3)}`,
    ),
    ...more,
  ].join('\n')
}

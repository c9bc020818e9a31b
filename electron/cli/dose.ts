import { readFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_MEMORY_LIMIT_BYTES, doseEngines, findVoxelEngine } from '../../native-core/dosimetry/engines/index.ts'
import type { EngineParameter } from '../../native-core/dosimetry/engines/index.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { canonicalNuclideName, findNuclide } from '../../native-core/physics/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { activityUse, computeVoxelDose, doseSummary } from '../services/dose/index.ts'
import type { DoseInputFile, DoseSummary } from '../services/dose/index.ts'
import type { Command, CommandContext } from './context.ts'
import { assertTogether, readActivity, readCt, readStructures, scaled, totalOf } from './doseInputs.ts'
import type { LoadedImage } from './doseInputs.ts'
import { DOSE_OPTIONS, daughtersOf, doseParameters, gridChoice, numberOf, quantityOf, required } from './doseOptions.ts'
import type { DoseValues } from './doseOptions.ts'
import { writeDoseFiles } from './doseOutputs.ts'
import { readDoseState, writeDoseState } from './doseState.ts'
import { parseWords } from './options.ts'

const SYNOPSIS = 'dose --engine E --ct PATH|--water --activity PATH --nuclide N --out FOLDER'

/** A dose map by any engine for images; --list says which engines there are. */
export const command: Command = {
  run: async (context) => {
    const { values } = parseWords(context.arguments, DOSE_OPTIONS, { positionals: 0, synopsis: SYNOPSIS })
    if (values.list) return list(context)
    const threads =
      values.threads === undefined ? availableParallelism() : numberOf('threads', values.threads, 1, 1024, true)
    const bench = createWorkbench({ threads })
    try {
      return await run(values, threads, bench, context)
    } finally {
      await bench.close()
    }
  },
}

async function run(values: DoseValues, threads: number, bench: Workbench, context: CommandContext): Promise<boolean> {
  const { progress, signal } = context
  const out = required('out', values.out, SYNOPSIS)
  const engine = findVoxelEngine(required('engine', values.engine, SYNOPSIS))
  const parameters = doseParameters(
    engine,
    values,
    values.parameters === undefined ? {} : await readParameters(values.parameters),
  )
  if ((values.ct === undefined) === !values.water)
    throw new InputError(
      'cli.arguments',
      values.water ? 'There are both --ct and --water.' : 'There is no CT.',
      'Give --ct DIR or a NIfTI file, or --water for water everywhere.',
    )
  const resumeFrom = values.resume === undefined ? undefined : await readDoseState(values.resume, engine)
  progress(0, 'Reading images')
  const activity = await readActivity(required('activity', values.activity, SYNOPSIS), bench, context)
  const ct = values.ct === undefined ? null : await readCt(values.ct, bench, context)
  const structures = values.structures === undefined ? null : await readStructures(values.structures, bench, context)
  const remarks = [...activity.remarks, ...(ct?.remarks ?? []), ...assertTogether(activity, ct, structures)]

  const nuclide = nuclideFor(values.nuclide, activity, remarks, bench)
  const daughters = daughtersOf(values.daughters)
  const use = activityUse({
    image: activity.dicom ? 'Bq/mL' : 'without-unit',
    physicalHalfLifeS: nuclide.halfLifeS,
    ...quantityOf(values),
  })
  if (use.quantity === 'dose-rate') remarks.push('DICOM has no unit for dose rates: only NIfTI is written.')
  const emissions = bench.emissions()
  const result = await computeVoxelDose(
    {
      engine: engine.id,
      parameters,
      quantity: use.quantity,
      activity: { grid: activity.grid, values: scaled(activity.values, use.factor) },
      ct,
      nuclide: nuclide.name,
      daughters: daughters.policy,
      grid: gridChoice(values.grid),
      structures: structures?.structures ?? [],
      threads,
      memoryLimitBytes: Math.min(DEFAULT_MEMORY_LIMIT_BYTES, 0.75 * totalmem()),
      keepState: values['keep-state'] !== undefined,
      ...(resumeFrom === undefined ? {} : { resumeFrom }),
    },
    { nuclides: bench.data.nuclides, emissions, huDensity: bench.data.huDensity, compute: bench.compute },
    { signal, progress: (fraction) => progress(0.05 + 0.9 * fraction, engine.name) },
  )
  const file = ({ name, description, sha256 }: DoseInputFile): DoseInputFile => ({ name, description, sha256 })
  const summary = doseSummary({
    program: bench.programVersion,
    result,
    use,
    daughters: daughters.words,
    inputs: {
      activity: { ...file(activity), grid: activity.grid, total: totalOf(activity, use.factor) },
      ct: ct ? { ...file(ct), grid: ct.grid } : null,
      structures: structures?.files ?? [],
    },
    remarks,
    dataSets: {
      nuclides: `${bench.data.nuclides.name} ${bench.data.nuclides.version}`,
      emissions: `${emissions.name} ${emissions.version}`,
      huDensity: `${bench.data.huDensity.name} ${bench.data.huDensity.version}`,
    },
    hashOf: bench.data.hashOf,
  })
  if (values['keep-state'] !== undefined) await writeDoseState(values['keep-state'], engine, result.dose.resumeState)
  const written = await writeDoseFiles(out, result, summary, [activity, ...(ct ? [ct] : [])])
  progress(1, 'Done')
  context.out(
    context.json ? JSON.stringify({ ...summary, files: written }, null, 2) : summaryText(summary, out, written),
  )
  return true
}

/** The nuclide of the command line, else that of the image. @throws InputError `dose.nuclide`, or `nuclides.…` for one unknown. */
function nuclideFor(given: string | undefined, { dicom }: LoadedImage, remarks: string[], bench: Workbench) {
  const ofImage = dicom?.image.radiopharmaceutical?.nuclide ?? null
  const name = given ?? ofImage
  if (name === null)
    throw new InputError(
      'dose.nuclide',
      'The activity image does not say its nuclide.',
      'Give --nuclide, for example Lu-177.',
    )
  if (given !== undefined && ofImage !== null && canonicalNuclideName(given) !== ofImage)
    remarks.push(`The activity image says ${ofImage}; the dose is that of ${given}, as asked for.`)
  return findNuclide(bench.data.nuclides, name)
}

async function readParameters(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new InputError(
      'dose.parameters-unreadable',
      `The parameters ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Give a JSON file; `theratwin dose --list --json` prints the parameters of each engine.',
    )
  }
}

function list({ json, out }: CommandContext): boolean {
  if (json) {
    out(
      JSON.stringify(
        doseEngines.map(({ compute: _, ...engine }) => engine),
        null,
        2,
      ),
    )
    return true
  }
  out(
    doseEngines
      .map((engine) =>
        [
          `${engine.id}  ${engine.name} ${engine.version} (${engine.scale === 'voxel' ? 'images' : `tables, ${engine.scale}`})`,
          `    ${engine.description}`,
          ...engine.parameters.map(
            (parameter) => `    ${parameter.id} = ${parameter.default}${rangeText(parameter)}  ${parameter.label}`,
          ),
        ].join('\n'),
      )
      .join('\n\n'),
  )
  return true
}

function rangeText(parameter: EngineParameter): string {
  if (parameter.kind === 'flag') return ' (true, false)'
  if (parameter.kind === 'choice') return ` (${parameter.choices.map(({ id }) => id).join(', ')})`
  if (parameter.kind === 'structure') return ' (name of a structure)'
  return `${parameter.unit ? ` ${parameter.unit}` : ''} (${parameter.min} to ${parameter.max})`
}

function summaryText(summary: DoseSummary, folder: string, written: readonly string[]): string {
  const { unit } = summary
  const number = (value: number): string => value.toPrecision(4)
  return [
    `${summary.nuclide.parent}, ${summary.engine.name} ${summary.engine.version}`,
    `Activity: ${summary.activity.understoodAs} Total ${number(summary.activity.total)} ${summary.activity.totalUnit}.`,
    `Grid: ${summary.grid.dimensions.join(' × ')} voxels of ${summary.grid.spacingMm.map((mm) => Number(mm.toFixed(3))).join(' × ')} mm; maximum ${number(summary.maximumGy)} ${unit}; ${(100 * summary.energy.depositedShare).toFixed(1)} % of the emitted energy is in it.`,
    ...summary.structures.map(
      ({ name, doseGy, statisticalSdGy, massKg, minimumGy, maximumGy }) =>
        `  ${name.padEnd(16)} ${(massKg * 1000).toFixed(1).padStart(9)} g   ${number(doseGy)}${statisticalSdGy === null ? '' : ` ± ${statisticalSdGy.toPrecision(2)}`} ${unit}   (${number(minimumGy)} to ${number(maximumGy)})`,
    ),
    ...summary.remarks.map((remark) => `  - ${remark}`),
    `Written: ${join(folder, '')}: ${written.join(', ')}`,
  ].join('\n')
}

import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../native-core/errors/index.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { biologySettingsSchema } from '../contracts/biology.ts'
import { protocolSchema } from '../contracts/protocol.ts'
import type { Analysis } from '../contracts/analysis.ts'
import type { ImportProblem } from '../contracts/problems.ts'
import { analyse } from '../services/analysis/index.ts'
import { biologicalEffects } from '../services/biology/index.ts'
import { fileRegistrations, verdictOf } from '../services/import/index.ts'
import type { FileRegistrations } from '../services/import/index.ts'
import type { ScannedFolder, ScannedPatient } from '../services/ports/dicomSource.ts'
import type { Command, CommandContext } from './context.ts'
import { parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'
import { readProtocol } from './protocolFile.ts'
import { problemsText } from './text.ts'

const SYNOPSIS = 'run PATH --out FOLDER [--protocol P.json] [--date ISO] [--registrations from-files|only-accepted]'

/** The whole chain without a store. */
export const command: Command = {
  run: async (context) => {
    if (context.arguments.includes('--protocol-schema')) {
      context.out(JSON.stringify(z.toJSONSchema(protocolSchema, { io: 'input' }), null, 2))
      return true
    }
    const { values, positionals } = parseWords(
      context.arguments,
      {
        out: { type: 'string' },
        protocol: { type: 'string' },
        date: { type: 'string' },
        registrations: { type: 'string', default: 'from-files' },
      },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    if (values.out === undefined)
      throw new InputError('cli.arguments', 'run needs --out FOLDER.', `Usage: theratwin ${SYNOPSIS}`)
    const registrations = registrationsOption(values.registrations)
    const protocol = await readProtocol(values.protocol)
    const bench = createWorkbench()
    try {
      const how = { protocol, registrations, printedAt: printingDate(values.date) }
      return await runPipeline(positionals, values.out, how, bench, context)
    } finally {
      await bench.close()
    }
  },
}

export interface RunOptions {
  readonly protocol: unknown
  readonly registrations: FileRegistrations
  /** ISO, UTC. */
  readonly printedAt: string
}

/** Scans, analyses and reports every patient found. One patient writes into `out`, several into a folder each. */
export async function runPipeline(
  paths: readonly string[],
  out: string,
  { protocol, registrations, printedAt }: RunOptions,
  bench: Workbench,
  context: CommandContext,
): Promise<boolean> {
  const { signal, progress } = context
  const scan = await bench.source.scan(paths, { progress: (f, what) => progress(0.3 * f, what), signal })
  const withEmission = scan.patients.filter((patient) => patient.images.length > 0)
  if (withEmission.length === 0)
    throw new PatientFailure(
      new InputError(
        'run.nothing-to-do',
        `No usable image was found in ${scan.filesSeen} files (verdict: ${verdictOf(scan)}).`,
        'Choose the folder with the reconstructed SPECT or PET, the CT and the structure sets.',
      ),
      scan.problems,
    )
  const folders = folderNames(withEmission.map(({ patient }) => patient.mrn))
  const failures: PatientFailure[] = []
  let dosed = true
  for (const [position, patient] of withEmission.entries()) {
    const share = (fraction: number, what: string): void =>
      progress(0.3 + (0.7 * (position + fraction)) / withEmission.length, what)
    const folder = withEmission.length === 1 ? out : join(out, folders[position] ?? String(position))
    try {
      const counting = fileRegistrations(patient, registrations)
      const analysis = await analysePatient(counting, scan, protocol, bench, share, signal)
      dosed &&= analysis.cycles.some((cycle) => cycle.structures.some((structure) => structure.doses.length > 0))
      await writeOutputs(analysis, folder, printedAt, bench)
      context.out(context.json ? bench.reportWriter.json(analysis) : summaryText(analysis, folder))
    } catch (error) {
      // One patient's problem does not stop the others.
      if (!(error instanceof PatientFailure) || withEmission.length === 1) throw error
      failures.push(error)
      process.stderr.write(`${patient.patient.name} (${patient.patient.mrn}): ${error.message}\n  → ${error.hint}\n`)
    }
  }
  progress(1, 'Done')
  return dosed && failures.length === 0
}

/** Why one patient could not be analysed, with what the import said of the files. */
export class PatientFailure extends InputError {
  readonly problems: readonly ImportProblem[]

  constructor(cause: InputError, problems: readonly ImportProblem[]) {
    super(cause.code, cause.message, cause.hint)
    this.problems = problems
  }
}

async function analysePatient(
  patient: ScannedPatient,
  scan: ScannedFolder,
  protocol: unknown,
  bench: Workbench,
  progress: CommandContext['progress'],
  signal: AbortSignal,
): Promise<Analysis> {
  const series = new Set(
    [...patient.images, ...patient.structureSets, ...patient.registrations, ...patient.kept].map(
      (object) => object.seriesUid,
    ),
  )
  const own = scan.problems.filter(
    ({ seriesUid }) => scan.patients.length === 1 || seriesUid === null || series.has(seriesUid),
  )
  try {
    return await analyse(
      { patient, importProblems: own, programVersion: bench.programVersion, progress, signal },
      protocol,
      {
        ...bench.data,
        loadVoxels: (image, stop) => bench.source.loadVoxels(image, stop),
        measure: (task, options) => bench.compute.measure(task, options),
      },
    )
  } catch (error) {
    throw error instanceof InputError ? new PatientFailure(withWayOut(error), own) : error
  }
}

/** Without a store there is no place to accept a registration in. */
function withWayOut(error: InputError): InputError {
  if (error.code !== 'registration.not-accepted') return error
  const hint =
    'Look at them in the application and accept them there (`theratwin import`), or take responsibility for them: --registrations from-files.'
  return new InputError(error.code, error.message, hint)
}

/** @throws InputError `cli.arguments`. */
export function registrationsOption(word: string): FileRegistrations {
  if (word === 'from-files' || word === 'only-accepted') return word
  throw new InputError(
    'cli.arguments',
    `--registrations cannot be "${word}".`,
    'Give from-files (those in the files count) or only-accepted (none counts, as nobody has accepted one).',
  )
}

async function writeOutputs(analysis: Analysis, folder: string, printedAt: string, bench: Workbench): Promise<void> {
  const sets = bench.resources.biologySets().flatMap(parseBiologySets)
  const biology = biologicalEffects({ analysis, settings: biologySettingsSchema.parse({}), sets })
  await writeOutputFiles(folder, [
    ['summary.json', bench.reportWriter.json(analysis)],
    ['biology.json', `${JSON.stringify(biology, null, 2)}\n`],
    ['report.csv', bench.reportWriter.csv(analysis, [], biology)],
    ['report.pdf', await bench.reportWriter.pdf(analysis, { printedAt, operator: '' }, [], biology)],
  ])
}

/** The date to print, as ISO in UTC; now where none is given. @throws InputError `cli.date`. */
function printingDate(given: string | undefined): string {
  const date = given === undefined ? new Date() : new Date(given)
  if (!Number.isNaN(date.getTime())) return date.toISOString()
  throw new InputError(
    'cli.date',
    `"${given}" is not a date.`,
    'Give an ISO date and time, for example 2026-02-01T09:00:00Z.',
  )
}

/** A folder for each patient; numbered where two hospital numbers would give the same one. */
function folderNames(mrns: readonly string[]): string[] {
  const taken = new Set<string>()
  return mrns.map((mrn) => {
    const plain = mrn.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_') || 'patient'
    let name = plain
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${plain}-${copy}`
    taken.add(name.toLowerCase())
    return name
  })
}

function summaryText(analysis: Analysis, folder: string): string {
  const lines = [
    `${analysis.patient.name} · ${analysis.course.agent || analysis.course.nuclide} · ${analysis.cycles.length} cycle(s)`,
  ]
  for (const cycle of analysis.cycles) {
    lines.push(
      `Cycle ${cycle.index}: ${(cycle.administration.activityBq.value / 1e6).toFixed(0)} MBq, ${cycle.timePoints.length} time points (${cycle.timePoints.map((timePoint) => `${timePoint.hoursAfterInjection.toFixed(1)} h`).join(', ')})`,
    )
    for (const structure of cycle.structures) {
      const dose = structure.doses[0]
      const value = dose
        ? `${dose.doseGy.value.toPrecision(3)} ± ${dose.doseGy.standardUncertainty.toPrecision(2)} Gy  (${(dose.dosePerActivityGyPerBq.value * 1e9).toPrecision(3)} Gy/GBq)`
        : structure.problem
      lines.push(
        `  ${structure.name.padEnd(16)} ${structure.volumeMl.toFixed(1).padStart(8)} mL ${(structure.massKg.value * 1000).toFixed(1).padStart(8)} g   ${value}`,
      )
    }
  }
  lines.push(problemsText(analysis.problems.filter(({ severity }) => severity !== 'note' && severity !== 'ignored')))
  lines.push(`Written: ${join(folder, 'summary.json')}, biology.json, report.pdf, report.csv`)
  return lines.filter(Boolean).join('\n')
}

import { availableParallelism } from 'node:os'
import { InputError } from '../../native-core/errors/index.ts'
import { findNuclide } from '../../native-core/physics/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { analyse, prepareAnalysis } from '../services/analysis/index.ts'
import { fileRegistrations } from '../services/import/index.ts'
import { fitRemarks } from '../services/doseMaps/index.ts'
import { fitCycle, fitImages, voxelBed } from '../services/voxelKinetics/index.ts'
import type { Command, CommandContext } from './context.ts'
import { readActivity, readStructures, readVolume } from './doseInputs.ts'
import { numberOf } from './doseOptions.ts'
import { readProtocol } from './protocolFile.ts'
import { timesOf, voxelKineticsAsk } from './voxelKineticsOptions.ts'
import type { VoxelKineticsAsk } from './voxelKineticsOptions.ts'
import { voxelKineticsSummary, voxelKineticsText, writeVoxelKinetics } from './voxelKineticsOutputs.ts'
import type { VoxelKineticsAnswer } from './voxelKineticsOutputs.ts'

/** A curve in each voxel of a cycle, or of images on one grid. */
export const command: Command = {
  run: async (context) => {
    const ask = await voxelKineticsAsk(context.arguments)
    const { threads } = ask.values
    const bench = createWorkbench({
      threads: threads === undefined ? availableParallelism() : numberOf('threads', threads, 1, 1024, true),
    })
    try {
      const answer =
        ask.values.times === undefined
          ? await ofPatient(ask, bench, context)
          : await ofImages(ask, ask.values.times, bench, context)
      const written = await writeVoxelKinetics(ask.out, answer)
      context.progress(1, 'Done')
      context.out(
        context.json
          ? JSON.stringify({ ...voxelKineticsSummary(answer), files: written }, null, 2)
          : voxelKineticsText(answer, ask.out, written),
      )
      return true
    } finally {
      await bench.close()
    }
  },
}

async function ofImages(
  { paths, values, fit, activityMap, bed }: VoxelKineticsAsk,
  times: string,
  bench: Workbench,
  context: CommandContext,
): Promise<VoxelKineticsAnswer> {
  const { progress, signal } = context
  const timesS = timesOf(times, paths.length)
  const quantity = values.quantity ?? 'activity'
  if (quantity !== 'activity' && quantity !== 'dose-rate')
    throw new InputError(
      'cli.arguments',
      `--quantity ${quantity} is not known.`,
      'Give activity (Bq/mL) or dose-rate (Gy/s).',
    )
  if (values.nuclide === undefined)
    throw new InputError('cli.arguments', 'There is no nuclide.', 'Give --nuclide, for example Lu-177.')
  const nuclide = findNuclide(bench.data.nuclides, values.nuclide)
  progress(0, 'Reading images')
  const images = []
  for (const path of paths)
    images.push(
      await (quantity === 'activity'
        ? readActivity(path, bench, context)
        : readVolume(path, undefined, bench, context)),
    )
  const structures =
    values.structures === undefined
      ? { structures: [], files: [] }
      : await readStructures(values.structures, bench, context)
  const found = await fitImages(
    {
      images: images.map(({ name, grid, values: voxels }, at) => ({
        name,
        grid,
        values: voxels,
        timeS: timesS[at] as number,
      })),
      structures: structures.structures,
      physicalRatePerS: Math.LN2 / nuclide.halfLifeS,
      fit,
      negligibleShare: activityMap.negligibleShare,
      terms: (values.terms ?? false) || bed !== null,
    },
    bench.compute,
    { signal, progress: (fraction) => progress(0.1 + 0.8 * fraction, 'A curve in each voxel') },
  )
  return {
    program: bench.programVersion,
    quantity,
    nuclide: nuclide.name,
    halfLifeS: nuclide.halfLifeS,
    inputs: [...images.map(({ name, description, sha256 }) => ({ name, description, sha256 })), ...structures.files],
    options: fit,
    negligibleShare: activityMap.negligibleShare,
    ...found,
    isWithTerms: values.terms ?? false,
    bed: bed && { ...bed, ...voxelBed(found.fit.maps, found.labels, found.structures, bed) },
    remarks: [...new Set([...images.flatMap(({ remarks }) => remarks), ...fitRemarks(found.fit)])],
  }
}

async function ofPatient(
  { paths, values, fit, activityMap }: VoxelKineticsAsk,
  bench: Workbench,
  { signal, progress }: CommandContext,
): Promise<VoxelKineticsAnswer> {
  const protocol: unknown = await readProtocol(values.protocol)
  const scan = await bench.source.scan(paths, { progress: (f, what) => progress(0.2 * f, what), signal })
  const patients = scan.patients.filter(({ images }) => images.length > 0)
  const [patient] = patients
  if (!patient || patients.length > 1)
    throw new InputError(
      'voxel-kinetics.patient',
      `There are ${patients.length} patients with images in ${paths.join(', ')}.`,
      'Give the folder of one patient, or images with --times.',
    )
  const request = {
    patient: fileRegistrations(patient, 'from-files'),
    importProblems: scan.problems,
    programVersion: bench.programVersion,
  }
  const ports = {
    ...bench.data,
    loadVoxels: bench.source.loadVoxels,
    measure: bench.compute.measure,
    compute: bench.compute,
  }
  const prepared = prepareAnalysis(request, protocol, ports)
  const cycle = chosenCycle(prepared.course.cycles, values.cycle)
  const analysis = await analyse(
    { ...request, progress: (f, what) => progress(0.2 + 0.3 * f, what), signal },
    protocol,
    ports,
  )
  const cycleAnalysis = analysis.cycles.find(({ index }) => index === cycle.index)
  if (!cycleAnalysis) throw new Error(`the analysis has no cycle ${cycle.index}`)
  const found = await fitCycle(
    { prepared, cycle, analysis: cycleAnalysis, activityMap, terms: values.terms ?? false },
    fit,
    ports,
    { signal, progress: (fraction) => progress(0.5 + 0.4 * fraction, 'A curve in each voxel') },
  )
  return {
    program: bench.programVersion,
    quantity: 'activity',
    nuclide: prepared.course.nuclide,
    halfLifeS: Math.LN2 / prepared.decay.decayConstantPerS,
    inputs: cycle.timePoints.map(({ emission }) => ({
      name: emission.seriesDescription,
      description: `${emission.modality} series "${emission.seriesDescription}"`,
      sha256: emission.files.map(({ sha256 }) => sha256).sort(),
    })),
    options: fit,
    negligibleShare: activityMap.negligibleShare,
    ...found,
    isWithTerms: values.terms ?? false,
    bed: null,
    remarks: [...found.remarks, ...fitRemarks(found.fit)],
  }
}

/** @throws InputError `voxel-kinetics.cycle` where there are several and none is chosen, or not that one. */
function chosenCycle<T extends { readonly index: number }>(cycles: readonly T[], given: string | undefined): T {
  const wanted = given === undefined ? undefined : numberOf('cycle', given, 1, 10_000, true)
  const cycle = wanted === undefined ? cycles[0] : cycles.find(({ index }) => index === wanted)
  if (cycle && (wanted !== undefined || cycles.length === 1)) return cycle
  throw new InputError(
    'voxel-kinetics.cycle',
    wanted === undefined ? `There are ${cycles.length} cycles.` : `There is no cycle ${wanted}.`,
    `Give --cycle ${cycles.map(({ index }) => index).join(' or ')}.`,
  )
}

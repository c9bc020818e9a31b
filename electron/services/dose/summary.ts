/** What a dose was computed from and what came out, as JSON for `summary.json`. */
import { RADIATIONS } from '../../../native-core/dosimetry/engines/index.ts'
import type { Radiation } from '../../../native-core/dosimetry/engines/index.ts'
import { voxelCount, voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import type { ComputedVoxelDose } from './computeVoxelDose.ts'
import type { ActivityUse } from './activityUse.ts'

/** An image or structure set as it was given. */
export interface DoseInputFile {
  readonly name: string
  readonly description: string
  readonly sha256: readonly string[]
}

export interface DoseSummaryRequest {
  readonly program: string
  readonly result: ComputedVoxelDose
  readonly use: ActivityUse
  readonly daughters: string
  readonly inputs: {
    readonly activity: DoseInputFile & { readonly grid: ImageGrid; readonly total: number }
    readonly ct: (DoseInputFile & { readonly grid: ImageGrid }) | null
    readonly structures: readonly DoseInputFile[]
  }
  /** How inputs were understood, beyond the remarks of the computation. */
  readonly remarks: readonly string[]
  readonly dataSets: Readonly<Record<string, string>>
  readonly hashOf: (value: unknown) => string
}

/** Facts of an engine that are other in every run, or depend on the machine: kept apart from what follows from the input. */
const TIMING = /^(threads|seconds|elapsed\w*|\w*PerS(econd)?(AndThread|PerThread|AThread)?)$/i

const byRadiation = (values: Readonly<Partial<Record<Radiation, number>>>): Record<string, number> =>
  Object.fromEntries(
    RADIATIONS.flatMap((radiation) => (values[radiation] === undefined ? [] : [[radiation, values[radiation]]])),
  )

/** `key` is SHA-256 over everything that a number can depend on: equal key, equal numbers (unless a run was stopped by time). */
export function doseSummary(request: DoseSummaryRequest) {
  const { result, use, inputs } = request
  const { dose, engine, grid, source } = result
  let [sum, maximumGy] = [0, 0]
  for (const gy of dose.doseGy) {
    sum += gy
    if (gy > maximumGy) maximumGy = gy
  }
  const facts = Object.entries(dose.facts)
  const made = {
    program: request.program,
    engine: { id: engine.id, version: engine.version, parameters: result.parameters },
    quantity: dose.quantity,
    factor: use.factor,
    nuclide: source.parent,
    members: source.members.map(({ name, decaysPerParentDecay }) => ({ name, decaysPerParentDecay })),
    grid,
    dataSets: request.dataSets,
    inputs: [inputs.activity, ...(inputs.ct ? [inputs.ct] : []), ...inputs.structures].map(({ sha256 }) => sha256),
    isWater: inputs.ct === null,
  }
  return {
    schema: 'theratwin-dose/1',
    program: request.program,
    key: request.hashOf(made),
    quantity: dose.quantity,
    unit: dose.quantity === 'dose' ? 'Gy' : 'Gy/s',
    engine: {
      id: engine.id,
      name: engine.name,
      version: engine.version,
      parameters: result.parameters,
      sources: engine.sources,
    },
    nuclide: {
      parent: source.parent,
      daughters: request.daughters,
      members: made.members,
      dataSets: request.dataSets,
    },
    activity: {
      understoodAs: use.words,
      factor: use.factor,
      total: inputs.activity.total,
      totalUnit: dose.quantity === 'dose' ? 'Bq·s' : 'Bq',
    },
    inputs,
    grid: { ...grid, voxels: voxelCount(grid), voxelMl: voxelVolumeMl(grid) },
    energy: {
      emittedJ: dose.emittedJ,
      depositedJ: dose.depositedJ,
      depositedShare: dose.emittedJ > 0 ? dose.depositedJ / dose.emittedJ : 0,
    },
    maximumGy,
    meanOfGridGy: sum / dose.doseGy.length,
    structures: dose.structures.map((structure) => ({
      name: structure.name,
      volumeMl: structure.volumeMl,
      massKg: structure.massKg,
      doseGy: structure.doseGy,
      statisticalSdGy: structure.statisticalSdGy,
      byRadiationGy: byRadiation(structure.byRadiationGy),
      minimumGy: structure.minimumGy,
      maximumGy: structure.maximumGy,
    })),
    facts: Object.fromEntries(facts.filter(([name]) => !TIMING.test(name))),
    remarks: [...request.remarks, ...dose.remarks],
    timing: Object.fromEntries(facts.filter(([name]) => TIMING.test(name))),
  }
}

export type DoseSummary = ReturnType<typeof doseSummary>

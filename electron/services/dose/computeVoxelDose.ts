import { InputError } from '../../../native-core/errors/index.ts'
import {
  DEFAULT_MEMORY_LIMIT_BYTES,
  engineParameters,
  findVoxelEngine,
} from '../../../native-core/dosimetry/engines/index.ts'
import type { EngineParameterValues, VoxelDoseEngine } from '../../../native-core/dosimetry/engines/index.ts'
import type { HuDensityTable, ImageGrid, StructureShape } from '../../../native-core/imaging/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import type { DaughterPolicy, NuclideTable } from '../../../native-core/physics/index.ts'
import { chainEmissions } from '../../../native-core/physics/emissions/index.ts'
import type { ChainEmissions, EmissionTable } from '../../../native-core/physics/emissions/index.ts'
import type { Compute, VoxelDoseAnswer, VoxelDoseOptions } from '../ports/compute.ts'
import { computingGrid } from './computingGrid.ts'
import type { GridChoice } from './computingGrid.ts'
import type { Volume } from './maps.ts'

export interface VoxelDoseRequest {
  readonly engine: string
  /** Of the engine; what is not given has its default. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly quantity: 'dose' | 'dose-rate'
  /** Bq·s/mL for dose, Bq/mL for dose rate. */
  readonly activity: Volume
  /** HU, in the patient coordinates of the activity; null: water everywhere. */
  readonly ct: Volume | null
  readonly nuclide: string
  readonly daughters?: DaughterPolicy
  /** Default: the activity's grid. */
  readonly grid?: GridChoice
  readonly structures?: readonly { readonly name: string; readonly shape: StructureShape }[]
  readonly threads: number
  readonly memoryLimitBytes?: number
  readonly keepState?: boolean
  readonly resumeFrom?: unknown
}

export interface VoxelDosePorts {
  readonly nuclides: NuclideTable
  readonly emissions: EmissionTable
  readonly huDensity: HuDensityTable
  readonly compute: Pick<Compute, 'voxelDose'>
}

export interface ComputedVoxelDose extends VoxelDoseAnswer {
  readonly engine: VoxelDoseEngine
  /** All of them, with the defaults. */
  readonly parameters: EngineParameterValues
  readonly grid: ImageGrid
  readonly source: ChainEmissions
}

/**
 * Absorbed dose (Gy) or dose rate (Gy/s) on a grid, by one engine: matter from the CT, activity and structures are brought to one grid
 * off the calling thread, and the engine runs there.
 *
 * @throws InputError before work starts: `dose.engine`, `dose.parameter`, `dose.grid-choice`, `dose.too-large`, `dose.structure`, those of
 * nuclides and chains; then those of `runDoseTask`. CancelledError.
 */
export async function computeVoxelDose(
  request: VoxelDoseRequest,
  ports: VoxelDosePorts,
  options: VoxelDoseOptions = {},
): Promise<ComputedVoxelDose> {
  const engine = findVoxelEngine(request.engine)
  const parameters = engineParameters(engine, request.parameters)
  const memoryLimitBytes = request.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES
  const { activity, ct } = request
  const grid = computingGrid(request.grid ?? 'activity', activity.grid, ct?.grid ?? null, memoryLimitBytes)
  const structures = request.structures ?? []
  const twice = structures.find(({ name }, n) => structures.findIndex((other) => other.name === name) !== n)
  if (twice)
    throw new InputError(
      'dose.structure',
      `There are two structures "${twice.name}".`,
      'Rename or leave out one of them.',
    )
  const nuclide = findNuclide(ports.nuclides, request.nuclide)
  const source = chainEmissions(ports.nuclides, ports.emissions, nuclide, request.daughters)
  const answer = await ports.compute.voxelDose(
    {
      engine: engine.id,
      parameters,
      quantity: request.quantity,
      // Only what the worker needs: the rest would be copied along.
      activity: { grid: activity.grid, values: activity.values },
      ct: ct ? { grid: ct.grid, values: ct.values } : null,
      grid,
      huDensity: ports.huDensity,
      source,
      structures,
      sliceThicknessMm: (ct ?? activity).grid.spacingMm[2],
      threads: request.threads,
      memoryLimitBytes,
      ...(request.keepState ? { keepState: true } : {}),
      ...(request.resumeFrom === undefined ? {} : { resumeFrom: request.resumeFrom }),
    },
    options,
  )
  return { ...answer, engine, parameters, grid, source }
}

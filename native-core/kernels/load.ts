/** Finds and loads the addon. */
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

/** What the addon exports; arguments are checked there, and a wrong one throws a TypeError. Answers false if cancelled. */
export interface NativeKernels {
  resampleTrilinear(
    source: Float32Array,
    sourceSize: Int32Array,
    target: Float32Array,
    targetSize: Int32Array,
    targetToSource: Float64Array,
    fill: number,
    threads: number,
    control: Int32Array | null,
  ): boolean
  resampleConservative(
    source: Float32Array,
    sourceSize: Int32Array,
    target: Float32Array,
    targetSize: Int32Array,
    sourceToTarget: Float64Array,
    scale: number,
    cells: Int32Array,
    threads: number,
    control: Int32Array | null,
  ): boolean
  /** See `warpImage` of deformation.ts. Interpolation: 0 nearest, 1 trilinear, 3 cubic. */
  warp(
    source: Float32Array,
    sourceSize: Int32Array,
    target: Float32Array,
    targetSize: Int32Array,
    field: Float32Array,
    fieldSize: Int32Array,
    targetToField: Float64Array,
    targetToSource: Float64Array,
    displacementToSource: Float64Array,
    interpolation: number,
    pointsPerAxis: number,
    fill: number,
    threads: number,
    control: Int32Array | null,
  ): boolean
  jacobianDeterminants(
    target: Float32Array,
    targetSize: Int32Array,
    field: Float32Array,
    fieldSize: Int32Array,
    targetToField: Float64Array,
    patientToField: Float64Array,
    factor: number,
    threads: number,
    control: Int32Array | null,
  ): boolean
  /** `answer`: the smallest determinant and the share of folded cells. */
  fieldFolding(
    field: Float32Array,
    fieldSize: Int32Array,
    patientToField: Float64Array,
    answer: Float64Array,
    threads: number,
    control: Int32Array | null,
  ): boolean
  /** `counts`: points without an answer, and points in gaps at the edge of the field. */
  invertField(
    displacements: Float32Array,
    lattice: Int32Array,
    latticeToPatient: Float64Array,
    field: Float32Array,
    fieldSize: Int32Array,
    patientToField: Float64Array,
    counts: Float64Array,
    threads: number,
    control: Int32Array | null,
  ): boolean
  transportAmounts(
    source: Float32Array,
    sourceSize: Int32Array,
    target: Float32Array,
    targetSize: Int32Array,
    cornerDisplacements: Float32Array,
    nodeToTarget: Float64Array,
    displacementToTarget: Float64Array,
    scale: number,
    threads: number,
    control: Int32Array | null,
  ): boolean
  /** See `convolveEven` of convolve.ts. */
  convolve(
    source: Float32Array,
    size: Int32Array,
    kernels: Float64Array,
    outputs: Float32Array,
    threads: number,
    control: Int32Array | null,
    fromPerMille: number,
    toPerMille: number,
  ): boolean
  /** Monte Carlo: see transport.ts, which describes what goes in. A wrong field throws a TypeError that names it. */
  createSimulation(description: object): SimulationHandle
  /** Histories first … first + count − 1; false: cancelled, and the simulation is of no use any more. */
  runSimulation(
    simulation: SimulationHandle,
    first: number,
    count: number,
    threads: number,
    control: Int32Array | null,
  ): boolean
  /** MeV per history: `what` an origin (0 to 3), −1 all together, −2 their standard deviation; `of` 0 bins, 1 structures. */
  readSimulation(
    simulation: SimulationHandle,
    what: number,
    of: number,
    histories: number,
    out: Float32Array | Float64Array,
  ): void
  describeSimulation(simulation: SimulationHandle): SimulationDescription
  copySimulationState(simulation: SimulationHandle, state: BigInt64Array, restore: boolean): void
  /** See registration.ts, which describes what goes in. */
  registerImages(description: object, threads: number, control: Int32Array | null): NativeRegistration
  readonly hardwareThreads: number
}

/** What a registration ended with. */
export interface NativeRegistration {
  readonly outcome: 'done' | 'cancelled' | 'no-overlap' | 'constant' | 'folded'
  /** 3×4, row-major, patient mm. */
  readonly fixedToMoving: Float64Array
  readonly levels: readonly {
    readonly stop: 'converged' | 'iterations' | 'no-progress'
    readonly iterations: number
    readonly firstCost: number
    readonly lastCost: number
    readonly overlap: number
    readonly regularisation: number
  }[]
  readonly displacementMm: Float32Array
  readonly smallestJacobian: number
  readonly largestJacobian: number
}

/** Opaque: lives in C++ and is freed with its last reference. */
export interface SimulationHandle {
  readonly kind?: 'simulation'
}

export interface SimulationDescription {
  /** Which of electron, photon, alpha, recoil the source has. */
  readonly origins: readonly boolean[]
  readonly emittedMev: number
  readonly depositedMev: number
  readonly bins: number
  readonly structures: number
  readonly stateLength: number
}

const BUILT = 'build/Release/theratwin_kernels.node'

/**
 * Path of the addon: `THERATWIN_KERNELS` if set; beside this module when run from source; else, bundled below `dist/` (also
 * inside a packaged application, where addons are unpacked from the archive), `native-core/kernels/…` of a folder above.
 */
export function kernelsPath(): string {
  const given = process.env['THERATWIN_KERNELS']
  if (given !== undefined && given !== '') return given
  const candidates = [new URL(`./${BUILT}`, import.meta.url)]
  for (let up = './', level = 0; level < 6; level++, up = `../${up}`) {
    candidates.push(new URL(`${up}native-core/kernels/${BUILT}`, import.meta.url))
  }
  for (const candidate of candidates) {
    const unpacked = new URL(candidate.href.replace(/app\.asar\//, 'app.asar.unpacked/'))
    for (const url of [unpacked, candidate]) if (existsSync(fileURLToPath(url))) return fileURLToPath(url)
  }
  throw new Error(
    `The native kernels are not built (no ${BUILT}). Run the build, or set THERATWIN_KERNELS to the addon's path.`,
  )
}

let loaded: NativeKernels | null = null
let mainThreadAllowed = false

/** Lets kernels run on the main thread of this process: for tests and benchmarks, which have nothing else to do there. */
export function allowMainThread(): void {
  mainThreadAllowed = true
}

/**
 * The addon. Throws where it is called on a main thread (kernels block until they are done; see `allowMainThread`), or where
 * the addon is missing or made for another system.
 */
export function nativeKernels(): NativeKernels {
  if (isMainThread && !mainThreadAllowed) {
    throw new Error('Native kernels block their thread: call them from a worker thread, never from the main one.')
  }
  loaded ??= createRequire(import.meta.url)(kernelsPath()) as NativeKernels
  return loaded
}

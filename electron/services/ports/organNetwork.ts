/** Networks that segment, and the files that a site installs. Implemented by adapters/network. */
import type {
  NetworkAnswer,
  NetworkDescription,
  NetworkTask,
} from '../../../native-core/imaging/segmentation/network/index.ts'
import type { WorkerAnswer } from './compute.ts'

export interface NetworkOptions {
  readonly progress?: (fraction: number) => void
  readonly signal?: AbortSignal
}

/** An .onnx file with what is said about it. Its SHA-256 is that of the description. */
export interface NetworkFile {
  readonly modelPath: string
  readonly description: NetworkDescription
}

export interface NetworkRunTask extends NetworkTask {
  readonly modelPath: string
}

export interface NetworkRun extends NetworkAnswer {
  /** In words: what computed it. */
  readonly runtime: string
}

/** What nnU-Net's plans.json and dataset.json leave open; not needed beside a network.json. */
export interface NetworkOrigin {
  readonly name: string
  readonly version: string
  readonly source: string
  readonly licence: string
  readonly configuration: string | null
  readonly axes: NetworkDescription['axes'] | null
  readonly modality: 'CT' | 'PT' | 'NM' | 'other' | null
  readonly mirrorAxes: readonly number[]
}

export interface OrganNetworks {
  /**
   * A network's file and its description: PATH is an .onnx file or a folder with one, beside it `NAME.json` or `network.json`, or nnU-Net's plans.json and dataset.json, which need
   * `origin`. The file's hash is compared with the description's.
   *
   * @throws InputError `network.no-file`, `network.no-description`, `network.hash`, and those of the description.
   */
  read(path: string, origin: NetworkOrigin | null): Promise<NetworkFile>
  /**
   * Whether the runtime takes the file and its inputs and outputs are those that the description says.
   *
   * @throws InputError `network.hash`, `network.not-onnx`, `network.channels`, `network.output-shape`, `network.unsupported`.
   */
  check(file: NetworkFile, options?: NetworkOptions): Promise<void>
  /** @throws InputError as `check` and `segmentByNetwork`, `network.run-failed`; CancelledError within 200 ms. */
  run(task: NetworkRunTask, options?: NetworkOptions): Promise<NetworkRun>
  /** The networks installed in a folder. */
  installed(folder: string): InstalledNetworks
  close(): Promise<void>
}

export interface InstalledNetwork extends NetworkFile {
  /** Made of file and description: the same network is the same wherever it is installed. */
  readonly networkId: string
}

export interface InstalledNetworks {
  /** By name and version. One whose description cannot be read is left out of `networks` and named in `damaged`. */
  list(): Promise<{ readonly networks: readonly InstalledNetwork[]; readonly damaged: readonly string[] }>
  /** @throws InputError `network.unknown`. */
  get(networkId: string): Promise<InstalledNetwork>
  /** Copies the files; they appear when complete. @throws InputError `network.hash` where the copy is not what was read, `output.cannot-write`. */
  add(file: NetworkFile): Promise<{ readonly network: InstalledNetwork; readonly isNew: boolean }>
  /** @throws InputError `network.unknown`. */
  remove(networkId: string): Promise<InstalledNetwork>
}

/** One job for a network worker; `control` as in `ComputeJob`. */
export interface NetworkJob {
  readonly control: Int32Array
  readonly threads: number
  readonly file: NetworkFile
  /** null: only look whether it can be used. */
  readonly task: NetworkTask | null
}

export type NetworkWorkerAnswer = WorkerAnswer<NetworkRun | null>

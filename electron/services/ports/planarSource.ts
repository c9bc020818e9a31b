/** What the use cases ask of a reader of planar nuclear medicine images. Implemented by adapters/dicom. */
import type { EnergyWindow, PlanarFrame, PlanarView } from '../../../native-core/imaging/planar/index.ts'
import type { Instant, Radiopharmaceutical } from '../../contracts/domain.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { SourceFile } from './dicomSource.ts'

/** One frame: one view in one energy window at one time. */
export interface PlanarImage extends PlanarFrame {
  readonly source: SourceFile
  readonly seriesDescription: string
  /** 1-based in its file. */
  readonly frameNumber: number
  readonly kind: 'static' | 'whole-body' | 'dynamic'
  /** Null where the file does not say it in words that are clear. */
  readonly view: PlanarView | null
  /** As in the file; '' for none. */
  readonly viewText: string
  /** 1-based; null where the file does not tell frames apart by detectors. */
  readonly detector: number | null
  /** Null where the file does not say which window the frame is of. */
  readonly window: { readonly name: string; readonly ranges: readonly EnergyWindow[] } | null
  /** Elapsed time of this frame; for a whole body of the whole sweep. */
  readonly durationS: number | null
  /** Start of this frame. */
  readonly start: Instant | null
  /** Of a whole-body sweep; null where it is none or the file does not say. */
  readonly scanVelocityMmPerS: number | null
  readonly radiopharmaceutical: Radiopharmaceutical | null
}

export interface PlanarScan {
  readonly images: readonly PlanarImage[]
  /** Files that hold no planar counts, with the reason; what was done by rule. */
  readonly problems: readonly ImportProblem[]
}

export interface PlanarSource {
  /**
   * Every planar NM frame below the given folders, files and zip archives, in the order of start, file and frame.
   * Throws InputError where a path does not exist, CancelledError on `signal`; what cannot be used is in `problems`.
   */
  readPlanar(paths: readonly string[], signal?: AbortSignal): Promise<PlanarScan>
  close(): Promise<void>
}

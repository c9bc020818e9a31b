/** Cells of one voxel: where they are, what they hold, what it does to them. Lengths in µm, decays in Bq·s, doses in Gy. */
import type { ClusterSValues, SingleHitSpectrum } from '../../dosimetry/cell/index.ts'

/** Where activity comes from: straight, parallel vessels along z on a square grid (Krogh 1919), or points. */
export type Vessels =
  | { readonly kind: 'parallel'; readonly spacingUm: number }
  | { readonly kind: 'points'; readonly positionsUm: Float64Array }

export interface VoxelUptake {
  /** Decays in a cell, mean over all cells: the activity of the voxel shared out. */
  readonly meanDecaysPerCell: number
  /** Coefficient of variation of receptors between cells, log-normal; 0: all alike. */
  readonly receptorCv: number
  /** Uptake falls by e over `fallOffUm` from the nearest vessel; null: all cells are supplied alike. */
  readonly supply: { readonly vessels: Vessels; readonly fallOffUm: number } | null
  /** Cells without a receptor, as a share; they hold nothing. */
  readonly negativeShare: number
  readonly seed: number
}

/**
 * What lies around the cells that are modelled: `alike` is tissue with the same mean uptake, evenly spread, on the same lattice out to the range of the
 * radiation (a voxel within a tumour); `none` is a free cluster.
 */
export type Surroundings = 'alike' | 'none'

export interface VoxelCells {
  readonly lattice: {
    readonly kind: 'cubic' | 'close-packed'
    readonly spacingUm: number
    readonly radiusUm: number
  }
  readonly surroundings: Surroundings
  readonly uptake: VoxelUptake
  /** Self and cross dose of a cell per decay, for separations up to their reach. */
  readonly s: ClusterSValues
  readonly sensitivity: CellResponse
}

/** Linear–quadratic response of a cell with the Lea–Catcheside factor of the voxel's dose rate, all cells having the same course in time. */
export interface CellResponse {
  readonly alphaPerGy: number
  readonly alphaBetaGy: number
  readonly g: number
  /**
   * Single hits of alphas from the cell itself and from others: survival is then averaged over Poisson numbers of hits of specific energy z with exp(−αz),
   * the quadratic term left out (dense ionisation). Null: the mean dose of each cell counts.
   */
  readonly hits: { readonly self: SingleHitSpectrum; readonly cross: SingleHitSpectrum } | null
}

export interface VoxelEffect {
  readonly cells: number
  readonly totalDecays: number
  /** Of each cell, nearest to the middle first. */
  readonly positionsUm: Float64Array
  readonly decays: Float64Array
  readonly selfGy: Float64Array
  readonly crossGy: Float64Array
  /** Mean survival, and its natural logarithm. */
  readonly survival: number
  readonly logSurvival: number
  readonly meanGy: number
  /** Standard deviation over mean of the dose of cells, and of their decays. */
  readonly doseCv: number
  readonly decaysCv: number
  /** Share of the mean dose that comes from other cells. */
  readonly crossShare: number
  /** −ln(survival)/α: the BED that would do the same to every cell. */
  readonly eubedGy: number
  /** The same where every cell has the mean dose (even uptake, in the middle of the tissue). */
  readonly evenBedGy: number
  readonly evenLogSurvival: number
  /** EUBED over the BED of the even voxel: 1 or less where survival is convex in dose, α² ≥ 2Gβ. */
  readonly effectRatio: number
}

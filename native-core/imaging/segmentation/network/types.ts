/** What a segmentation network expects and answers, as its companion file says. */

/** Numbers for the three tensor axes behind batch and channel, the slowest first. */
export type PerTensorAxis = readonly [number, number, number]

/** A patient direction: left, right, anterior, posterior, superior, inferior. */
export type PatientDirection = 'L' | 'R' | 'A' | 'P' | 'S' | 'I'

/**
 * What is done to the values of a channel before resampling. `window`: clipped to the limits, minus the mean, over the standard deviation (all four of the
 * training set: nnU-Net's CTNormalization, Isensee et al. 2021). `z-score`: by mean and standard deviation of the image itself.
 */
export type Normalisation =
  | {
      readonly kind: 'window'
      readonly lowest: number
      readonly highest: number
      readonly mean: number
      readonly standardDeviation: number
    }
  | { readonly kind: 'z-score' }
  | { readonly kind: 'none' }

export interface NetworkChannel {
  readonly name: string
  /** CT in HU; PT and NM as the image has them; other: not said. */
  readonly modality: 'CT' | 'PT' | 'NM' | 'other'
  readonly normalisation: Normalisation
}

export interface NetworkLabel {
  readonly name: string
  readonly kind: 'organ' | 'lesion' | 'other'
  readonly colourRgb: readonly [number, number, number] | null
  /** Number in a label image; of a region, the number that it gives to its voxels. */
  readonly id: number
  /** Output channel that answers for it. */
  readonly channel: number
  /** Only the largest connected piece counts. */
  readonly largestOnly: boolean
}

export interface NetworkDescription {
  readonly schema: 'theratwin-network/1'
  readonly name: string
  readonly version: string
  /** Where it comes from: publication, address, training data. */
  readonly source: string
  readonly licence: string
  /** SHA-256 of the .onnx file, lower-case hexadecimal. */
  readonly sha256: string
  readonly channels: readonly NetworkChannel[]
  /** The direction in which the index of each tensor axis grows, the slowest axis first: S, A, R for an array z, y, x in RAS orientation. */
  readonly axes: readonly [PatientDirection, PatientDirection, PatientDirection]
  readonly spacingMm: PerTensorAxis
  /** Voxels of the box that it looks at. */
  readonly patchSize: PerTensorAxis
  /** Distance of neighbouring boxes as part of their size, 0 (excluded) to 1. */
  readonly step: number
  /** Of the image on its way to the network's spacing. */
  readonly resampling: {
    readonly interpolation: 'cubic' | 'linear'
    /**
     * Where the largest spacing (of the image or of the network) is more than so many times the smallest one, the nearest plane is taken along that axis; null: never.
     */
    readonly nearestPlaneAboveRatio: number | null
  }
  /** Whether what lies outside the box of all voxels that are not 0 is cut off first. */
  readonly cropToNonzero: boolean
  readonly output: {
    readonly channels: number
    /** What makes probabilities of the output: softmax over the channels, sigmoid of each, or nothing (they are probabilities). */
    readonly activation: 'softmax' | 'sigmoid' | 'none'
    /** exclusive: the most probable channel has the voxel. regions: each channel is a body of its own where it is above one half; they may overlap. */
    readonly decision: 'exclusive' | 'regions'
  }
  /** Tensor axes (0 to 2) along which it was trained with mirror images: answers of all mirror images are averaged. */
  readonly mirrorAxes: readonly number[]
  /** Without background. */
  readonly labels: readonly NetworkLabel[]
}

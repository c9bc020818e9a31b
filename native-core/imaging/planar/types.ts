/** Planar scintigrams: what a camera head counted, and regions drawn on it. */

/**
 * One view of one energy window. `counts` has one number for each pixel, the column fastest. Positions on it are in mm from the centre of
 * the first pixel: x along a row (to the right), y along a column (down).
 */
export interface PlanarFrame {
  readonly columns: number
  readonly rows: number
  /** Along x and along y. */
  readonly pixelSpacingMm: readonly [number, number]
  readonly counts: Float32Array
}

/** From which side a camera head looks at the patient. */
export type PlanarView = 'anterior' | 'posterior'

/** Limits of an energy window, keV. */
export interface EnergyWindow {
  readonly lowKev: number
  readonly highKev: number
}

/** Closed polygons on a frame, x and y in mm; a polygon inside another cuts a hole (even-odd). */
export interface PlanarRoi {
  readonly name: string
  readonly polygonsMm: readonly (readonly (readonly [number, number])[])[]
}

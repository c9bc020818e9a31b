/** The program's own data files, as parsed JSON. Services ask for them here and never read files. */
export interface Resources {
  /** Decay data: `resources/nuclides/endf-b-viii.1.json`, for `parseNuclideTable`. */
  readonly nuclideTable: () => unknown
  /** CT number to mass density: `resources/materials/hu-density.json`, for `parseHuDensityTable`. */
  readonly huDensityTable: () => unknown
}

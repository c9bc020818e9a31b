/** The program's own data files, as parsed JSON. Services ask for them here and never read files. */
export interface Resources {
  /** Decay data: `resources/nuclides/endf-b-viii.1.json`, for `parseNuclideTable`. */
  readonly nuclideTable: () => unknown
  /** Lines and spectra of the same nuclides: `resources/nuclides/endf-b-viii.1-emissions.json`, for `parseEmissions`. */
  readonly nuclideEmissions: () => unknown
  /** CT number to mass density: `resources/materials/hu-density.json`, for `parseHuDensityTable`. */
  readonly huDensityTable: () => unknown
  /**
   * `resources/dosimetry/<name>.json`.
   *
   * @throws InputError `resources.name` for a name that is none (small letters, digits, dots, hyphens), `resources.missing` where
   * there is no such table, `resources.damaged` where it is no JSON.
   */
  readonly dosimetryTable: (name: string) => unknown
  /** `resources/materials/<name>.json`. Errors as `dosimetryTable`. */
  readonly materialTable: (name: string) => unknown
  /** All of `resources/models/kinetics/*.json` in the order of their names, for `readPopulations`. Errors as `dosimetryTable`. */
  readonly kineticPopulations: () => readonly unknown[]
  /** All of `resources/models/biology/*.json` in the order of their names, for `parseBiologySets`. Errors as `dosimetryTable`. */
  readonly biologySets: () => readonly unknown[]
  /** All of `resources/models/suborgan/*.json` in the order of their names, for `parseSuborganModels`. Errors as `dosimetryTable`. */
  readonly suborganModels: () => readonly unknown[]
}

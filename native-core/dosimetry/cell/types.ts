/** Cells as two concentric spheres. Lengths in µm, energies in MeV, S values in Gy/(Bq·s), masses in kg. */

/** N nucleus, Cy cytoplasm, CS cell surface (source only: it has no mass), C whole cell (Goddu et al., MIRD Cellular S Values, 1997). */
export const CELL_REGIONS = ['N', 'Cy', 'CS', 'C'] as const
export type CellRegion = (typeof CELL_REGIONS)[number]
export type CellTarget = Exclude<CellRegion, 'CS'>

export interface CellGeometry {
  readonly cellRadiusUm: number
  readonly nucleusRadiusUm: number
  /** Of the cell and of what surrounds it; ranges of water scale with it. */
  readonly densityGPerMl: number
}

export type ElectronModelId = 'csda-icru37' | 'cole-1969'

/** Relation of energy and range in continuous slowing down; paths in µm at 1 g/mL. `stopping` is dE/dx at the energy, MeV/µm. */
export interface RangeModel {
  readonly rangeUm: (energyMev: number) => number
  /** Energy whose range is `rangeUm`; 0 for ranges of 0 and below. */
  readonly energyMev: (rangeUm: number) => number
  readonly stoppingMevPerUm: (energyMev: number) => number
  /** Energies above are refused. */
  readonly maxEnergyMev: number
}

export interface CellStopping {
  readonly electron: RangeModel
  readonly alpha: RangeModel
  readonly electronModel: ElectronModelId
  /** Names and versions of tables and relations, for the record. */
  readonly sources: readonly string[]
}

/** S values in Gy/(Bq·s) = Gy per decay. */
export interface CellSValue {
  readonly sGyPerBqS: number
  readonly byRadiation: {
    /** Betas, positrons, conversion and Auger electrons. */
    readonly electron: number
    readonly alpha: number
    readonly recoil: number
  }
}

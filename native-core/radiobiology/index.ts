/**
 * From dose in time and space to effect. `doseRate/`: courses of dose rates; `repair/`: the Lea–Catcheside factor; `bed/`: BED, EQD2, repopulation, maps;
 * `volume/`: gEUD and EUBED of uneven doses, down to the cell; `quality/`: RBE, microdosimetry; `oxygen/`: enhancement; `cycle/`: phases of the cell cycle; `outcome/`: TCP and NTCP;
 * `response/`: growth and kill in time, fitted to volumes; `cells/`: uneven uptake below a voxel, cell by cell.
 */
export * from './bed/index.ts'
export * from './cells/index.ts'
export * from './cycle/index.ts'
export * from './doseRate/index.ts'
export * from './outcome/index.ts'
export * from './oxygen/index.ts'
export * from './parameterSets.ts'
export * from './quality/index.ts'
export * from './repair/index.ts'
export * from './response/index.ts'
export * from './volume/index.ts'

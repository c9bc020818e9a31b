/**
 * From dose in time and space to effect. `doseRate/`: courses of dose rates; `repair/`: the Lea–Catcheside factor; `bed/`: BED, EQD2, repopulation, maps;
 * `volume/`: gEUD and EUBED of uneven doses; `outcome/`: TCP and NTCP.
 */
export * from './bed/index.ts'
export * from './doseRate/index.ts'
export * from './outcome/index.ts'
export * from './repair/index.ts'
export * from './volume/index.ts'

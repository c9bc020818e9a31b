/** Few scans as a use case: the populations that are known, and which is meant. */
export { populationCurves } from './populationCurves.ts'
export type { PopulationDefinition } from './populationCurves.ts'
export { populationFields, populationOf } from './populationInput.ts'
export type { PopulationInput } from './populationInput.ts'
export { findPopulation, readPopulations } from './populationTable.ts'
export type { Evidence, KnownPopulation, PopulationEntry } from './populationTable.ts'
export { storedPopulations } from './storedPopulations.ts'

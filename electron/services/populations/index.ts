/** Populations of time–activity curves: gathered from the site's analyses, fitted on a worker, stored in versions, brought to a patient. */
export { fitStoredPopulation } from './fitStoredPopulation.ts'
export type { PopulationPorts } from './fitStoredPopulation.ts'
export { gatherCurves } from './gatherCurves.ts'
export { curveOf, runPopulationTask } from './populationTask.ts'
export { populationUses } from './populationUses.ts'
export type { CurveSetting, PopulationAnswer, PopulationTask } from './populationTask.ts'
export { patientPrior, priorContent } from './priorContent.ts'
export type { PatientPrior } from './priorContent.ts'
export { sitePopulation } from './sitePopulation.ts'
export {
  addPopulation,
  exportPopulation,
  importPopulation,
  listPopulations,
  populationView,
  retirePopulation,
} from './storedPopulations.ts'

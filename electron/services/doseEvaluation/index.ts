/** Looking at dose: histograms and statistics of structures, comparison of two doses, as JSON and CSV. */
export { compareDoses } from './compare.ts'
export type { DoseComparison, NamedDose } from './compare.ts'
export { evaluateStructure, evaluateStructures } from './structures.ts'
export type { EvaluationRequest, NamedStructure, StructureEvaluation, StructureResult } from './structures.ts'
export { histogramCsv, statisticsCsv } from './csv.ts'
export { doseTableText, comparisonText } from './text.ts'

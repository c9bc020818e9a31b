/**
 * Tracer kinetics of dynamic PET: `analyseCurve` for one curve, `scanSources` and `analyseStructures` for a scan, `parametricImages` for its voxels,
 * with the fields of their requests.
 */
import type { DecayReference } from '../../../../native-core/imaging/pet/index.ts'

export { analyseCurve, METHODS } from './analyse.ts'
export type { AnalysisSources } from './analyse.ts'
export { analysisSchema } from './answer.ts'
export type { AnalysisAnswer } from './answer.ts'
export {
  curveField,
  decayStateField,
  framesField,
  GRAPHICAL_METHODS,
  inputField,
  optionFields,
  optionsSchema,
  scanInputField,
  TISSUE_MODELS,
} from './fields.ts'
export type { AnalysisMethod, AnalysisOptions, InputField, ScanInputField } from './fields.ts'
export { checkVoxelwise, parametricImages } from './images.ts'
export { arterialInput } from './input.ts'
export { analyseStructures, scanSources } from './structures.ts'
export type { ScanAnalysisRequest, ScanSources, StructureAnalysis } from './structures.ts'

const DECAY_STATES = {
  'frame-average': { kind: 'average' },
  'frame-start': { kind: 'frame-start' },
  administration: { kind: 'time', timeS: 0 },
} as const

/** A state of decay correction as requests name it. */
export const decayReferenceOf = (state: keyof typeof DECAY_STATES): DecayReference => DECAY_STATES[state]

/** PET: standardised uptake values (`suvScale`, `suvOf`, `concentrationOfSuv`, body size), dynamic frames (`dynamicCurve`, `sumOfFrames`). */
export { bodySurfaceM2, leanBodyMass } from './bodySize.ts'
export type { BodySize, LeanMass, LeanMassFormula, SurfaceFormula } from './bodySize.ts'
export {
  decayFactor,
  decayWeightedTimeS,
  dynamicCurve,
  frameAverageFactor,
  midFrameTimeS,
  sumOfFrames,
} from './dynamic.ts'
export type { DecayReference, DynamicCurve, FrameSum, FrameTime, FrameValue } from './dynamic.ts'
export { concentrationOfSuv, suvOf, suvScale } from './suv.ts'
export type { SuvNormalisation, SuvPatient, SuvScale } from './suv.ts'

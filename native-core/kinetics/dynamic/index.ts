/**
 * Dynamic PET: inputs (`inputFromSamples`, `imageDerivedInput`, `fitBolus`), plots (`loganPlot`, `patlakPlot` and with a reference), multilinear models,
 * compartment models (`fitCompartments`, `compareCompartments`), reference tissue models (`fitSrtm`, `fitSrtm2`), parametric images (`voxel…`).
 */
export { BLOOD_AS_PLASMA, imageDerivedInput, inputFromSamples, overTime } from './blood.ts'
export type { BloodDescription, OverTime, ParentFraction, SampledInputOptions } from './blood.ts'
export { voxelsWithoutBlood, withoutBlood } from './bloodCorrection.ts'
export { fitBolus } from './bolusFit.ts'
export type { BolusFit } from './bolusFit.ts'
export { agentRemarks } from './caveats.ts'
export type { ModelKind } from './caveats.ts'
export { compareCompartments } from './compartmentComparison.ts'
export type { CompartmentComparison } from './compartmentComparison.ts'
export { DEFAULT_COMPARTMENT_OPTIONS, fitCompartments } from './compartmentFit.ts'
export type { CompartmentFit, CompartmentOptions } from './compartmentFit.ts'
export { COMPARTMENT_MODELS, frameInput, modelCurve } from './compartments.ts'
export type { CompartmentModelId, FramedInput, ModelCurve, RateConstants } from './compartments.ts'
export { convolve, frameCurve } from './convolution.ts'
export type { FramedConvolution, FramedCurve } from './convolution.ts'
export type { FitQuality } from './fitQuality.ts'
export {
  loganPlot,
  loganReferencePlot,
  patlakPlot,
  patlakReferencePlot,
  plasmaOnFrames,
  referenceOnFrames,
} from './graphical.ts'
export type { FramedReference, GraphicalFit, GraphicalMethod } from './graphical.ts'
export { multilinearAnalysis, multilinearReference, multilinearReference2 } from './multilinear.ts'
export type { MultilinearFit, MultilinearMethod, MultilinearOptions } from './multilinear.ts'
export { fitSrtm, fitSrtm2, globalK2Reference, referenceCurve } from './simplifiedReference.ts'
export type { ReferenceModelFit, ReferenceModelOptions } from './simplifiedReference.ts'
export { DEFAULT_STRAIGHT_FROM } from './straightPart.ts'
export type { PlotPoint, StraightFrom, StraightPart } from './straightPart.ts'
export { curveOfFrames, delayed, exponentialCurve, sampledCurve, undoDispersion, valueAt } from './timeCurve.ts'
export type { FrameInterpolation, Samples, SamplingOptions } from './timeCurve.ts'
export type * from './types.ts'
export { voxelSrtm, voxelSrtm2 } from './voxelBasis.ts'
export type { BasisOptions } from './voxelBasis.ts'
export { fitCompartmentRange, prepareCompartments, voxelCompartments } from './voxelCompartments.ts'
export type { CompartmentMapsPlan, VoxelCompartmentOptions } from './voxelCompartments.ts'
export { voxelLogan, voxelMultilinear, voxelPatlak } from './voxelLinear.ts'
export { madeMaps, meanCurve } from './voxels.ts'
export type { ParametricMap, ParametricMaps, VoxelCounts, VoxelFrames } from './voxels.ts'

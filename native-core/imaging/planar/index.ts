/**
 * Planar imaging: regions (`roiMask`, `roiCounts`), mirrored views and their shift, scatter from energy windows, background, transmission of
 * the body (flood source, thickness, CT), `conjugateViewActivity`, overlapping organs, `hybridSeries` scaled by a SPECT/CT, `scaleToImages` by several. The whole
 * body relative to its first scan is `relativeToFirst` of `kinetics/samples`.
 */
export { conjugateShift } from './align.ts'
export type { ConjugateShift } from './align.ts'
export { effectiveMuPerMm, transmissionOfScan, transmissionOfThickness } from './attenuation.ts'
export type { Transmission } from './attenuation.ts'
export { backgroundShare, subtractBackground } from './background.ts'
export type { BackgroundMethod, BackgroundShare } from './background.ts'
export { conjugateViewActivity, geometricMean, sourceSelfAttenuation } from './conjugateView.ts'
export type { ConjugateViewActivity, ConjugateViewBudget } from './conjugateView.ts'
export { attenuationMap, attenuationOfRegion } from './ctPaths.ts'
export type { AttenuationMap, RegionAttenuation } from './ctPaths.ts'
export { frameCounts, mirrorFrame, roiCounts, roiMask, shiftRoi } from './frame.ts'
export type { RoiMask } from './frame.ts'
export { attenuationOfHu, bilinearAttenuation, CT_ENERGY_MEV } from './huToMu.ts'
export type { BilinearAttenuation } from './huToMu.ts'
export { hybridSeries } from './hybrid.ts'
export type { HybridScale } from './hybrid.ts'
export { scaleToImages } from './imageScale.ts'
export type { ImageActivity, ImageScale, ScalePair } from './imageScale.ts'
export { ellipseOutline, rectangleOutline } from './outlines.ts'
export { overlapCorrected } from './overlap.ts'
export type { FreeShare } from './overlap.ts'
export { dualEnergyWindow, tripleEnergyWindow } from './scatter.ts'
export type { ScatterCorrection, ScatterInterpolation, WindowCounts } from './scatter.ts'
export type * from './types.ts'

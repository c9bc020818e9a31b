/** Radiation quality. */
export { mkmAlphaPerGy, mkmSurvival } from './microdosimetricKinetic.ts'
export type { MicrodosimetricKinetic } from './microdosimetricKinetic.ts'
export { mixedBed, rbeAtDose } from './rbe.ts'
export type { MixedDose, MixedEffect, RbeChoice } from './rbe.ts'
export { poissonHitsSurvival, spectrumSurvival } from './spectrumSurvival.ts'
export type { SpecificEnergySpectrum } from './spectrumSurvival.ts'

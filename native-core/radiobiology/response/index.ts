/** Response in time: growth and kill, markers, clones. */
export { eradicationProbability } from './clones.ts'
export type { Clone } from './clones.ts'
export { drawResponses, responseBand } from './draws.ts'
export type { ResponseBand, ResponseDraw, ResponseSpread } from './draws.ts'
export { fitTumourResponse } from './fit.ts'
export { fitTumourModels, predictResponse } from './fitModels.ts'
export type { PredictedVolume, RankedResponse, ResponseCandidate } from './fitModels.ts'
export { FREE_PARAMETERS } from './fitTypes.ts'
export type {
  FittedParameter,
  FreeParameter,
  FreeParameterName,
  MeasuredVolume,
  ModelParameterName,
  OwnParameterName,
  ResponseFit,
  ResponseFitProblem,
} from './fitTypes.ts'
export { growthPerS } from './growth.ts'
export type { GrowthLaw, OwnGrowth } from './growth.ts'
export { markerResponse } from './marker.ts'
export type { MarkerModel, MarkerState } from './marker.ts'
export { fitMarker, MARKER_PARAMETERS, predictMarker } from './markerFit.ts'
export type { MarkerFit, MarkerFitProblem, MarkerParameterName, MarkerValue } from './markerFit.ts'
export { scheduleOutcome } from './schedules.ts'
export type { ScheduleOutcome } from './schedules.ts'
export { simulateClones } from './simulateClones.ts'
export type { CloneGrowth, CloneRun, CloneSimulation, SimulationOptions } from './simulateClones.ts'
export { sublethalResponse } from './sublethal.ts'
export type { SublethalModel, SublethalState } from './sublethal.ts'
export { tumourResponse } from './tumour.ts'
export type { TumourModel, TumourState } from './tumour.ts'

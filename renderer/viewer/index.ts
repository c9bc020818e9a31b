/**
 * Images on screen. Slices are made in a worker (sliceEngine) along the axes of patient space and drawn on 2D canvases, so that they
 * need no WebGL and never hold up the window; projections are vtk.js. Only this folder imports vtk.js.
 */
export { default as SliceView, type Tool } from './SliceView.vue'
export { default as ProjectionView } from './ProjectionView.vue'
export { sliceClient } from './sliceClient.ts'
export { boundsOf, compose, fromMatrix4, identity, indexToPatient, invert, apply, type Affine } from './affine.ts'
export {
  patientToView,
  planes,
  planeAxes,
  fitMmPerPx,
  slicePlane,
  viewToPatient,
  type Plane,
  type SlicePlane,
  type ViewFrame,
} from './planes.ts'
export { pathOf, strokeRimmed } from './drawOverlay.ts'
export { samplesPerPx } from './useSlice.ts'
export type { Polyline } from './outline.ts'
export { colourMap, colourMapLabels, type ColourMapName, type SequentialMapName } from './colourMaps.ts'
export { ctPresets, roundUp } from './windows.ts'
export type { Window } from './composite.ts'
export type { ComparisonMode } from './comparison.ts'
export type { Comparison, ImageLayer, LevelLine, Picture, Sight, StructureLayer } from './picture.ts'

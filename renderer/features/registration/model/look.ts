/** How the two images are looked at together: from what is chosen to what the views show. */
import type { MaskRef, RegistrationPreview, TimePointView, VolumeRef } from '../../../../electron/contracts/index.ts'
import type { Mat4 } from '../../../../native-core/imaging/types.ts'
import {
  fromMatrix4,
  identity,
  type Affine,
  type Comparison,
  type ComparisonMode,
  type ImageLayer,
  type Picture,
  type StructureLayer,
  type Window,
} from '../../../viewer/index.ts'
import { layerOf } from '../../images/index.ts'

export type LookMode = 'blend' | 'checkerboard' | 'flicker' | 'difference' | 'jacobian'

export interface Look {
  readonly mode: LookMode
  readonly images: 'ct' | 'emission' | 'both'
  /** Of the moving image, 0 to 1. */
  readonly share: number
  readonly cellMm: number
  /** CT difference at both ends of the colours. */
  readonly reachHu: number
  /** Emission difference at both ends, as a part of the fixed image's scale. */
  readonly reachShare: number
  /** The Jacobian's distance from 1 at both ends. */
  readonly reachJacobian: number
  readonly showGrid: boolean
  readonly gridStepMm: number
  readonly showFixedLines: boolean
  readonly showMovingLines: boolean
  /** Upper end of the emission scales, as a part of each image's maximum. */
  readonly scaleShare: number
}

export const firstLook: Look = {
  mode: 'blend',
  images: 'ct',
  share: 0.5,
  cellMm: 40,
  reachHu: 300,
  reachShare: 0.5,
  reachJacobian: 0.5,
  showGrid: false,
  gridStepMm: 20,
  showFixedLines: true,
  showMovingLines: true,
  scaleShare: 0.4,
}

/** The layers of a time point in given coordinates. */
export interface Layers {
  readonly ct: ImageLayer | null
  readonly emission: ImageLayer | null
}

export function layersAt(point: TimePointView, toWorld: Affine): Layers {
  const at = (volume: VolumeRef | null): ImageLayer | null => {
    const layer = layerOf(point, volume)
    return layer && { ...layer, toWorld }
  }
  return { ct: at(point.ct), emission: at(point.emission) }
}

/** The moving images on the fixed ones: by a matrix, or as they were carried through a deformation. */
export function movingLayers(point: TimePointView, matrix: Mat4 | null, carried: RegistrationPreview | null): Layers {
  const own = layersAt(point, matrix ? fromMatrix4(matrix) : identity)
  if (!carried) return own
  const on = (layer: ImageLayer | null, id: string | null): ImageLayer | null =>
    layer && id !== null ? { ...layer, id, grid: carried.grid, toWorld: identity } : null
  return { ct: on(own.ct, carried.ctId), emission: on(own.emission, carried.emissionId) }
}

/** From 0 to that part of the image's largest value: each image has its own scale, because uptake falls from one time point to the next. */
export function scaleOf(volume: VolumeRef | null, share: number): Window {
  return { low: 0, high: Math.max(volume?.maximum ?? 0, Number.MIN_VALUE) * share }
}

export interface Seen {
  readonly fixed: TimePointView
  readonly moving: TimePointView
  readonly fixedLayers: Layers
  readonly movingLayers: Layers
  readonly carried: RegistrationPreview | null
  readonly ctWindow: Window
  readonly map: Picture['map']
  readonly blend: number
  readonly structures: readonly StructureLayer[]
  /** 0 or 1 where one of the two images is to be seen alone, whatever the look. */
  readonly alone: 0 | 1 | null
}

/** The mode of the views; flicker shows one of the two at a time. */
export function comparisonMode(look: Look, fixedScale: Window, alone: 0 | 1 | null): ComparisonMode {
  if (alone !== null) return { kind: 'blend', share: alone }
  switch (look.mode) {
    case 'checkerboard':
      return { kind: 'checkerboard', cellMm: look.cellMm }
    case 'difference':
      return look.images === 'emission'
        ? { kind: 'difference', of: 'emission', reach: look.reachShare * fixedScale.high }
        : { kind: 'difference', of: 'ct', reach: look.reachHu }
    default:
      return { kind: 'blend', share: look.mode === 'flicker' ? 0 : look.share }
  }
}

export function pictureOf(look: Look, seen: Seen): Picture {
  const { fixed, moving, carried, ctWindow, structures, alone } = seen
  const chosen = ({ ct, emission }: Layers): Layers => ({
    ct: look.images === 'emission' && emission ? null : ct,
    emission: look.images === 'ct' && ct ? null : emission,
  })
  const fixedScale = scaleOf(fixed.emission, look.scaleShare)
  const common = { ctWindow, structures, fill: 0, field: fieldOf(look, carried) }
  if (look.mode === 'jacobian' && carried?.jacobianId && alone === null)
    return {
      ...common,
      ct: seen.fixedLayers.ct,
      emission: { id: carried.jacobianId, grid: carried.grid, toWorld: identity, unit: 'Jacobian', perUnit: 1 },
      emissionWindow: { low: 1 - look.reachJacobian, high: 1 + look.reachJacobian },
      map: 'difference',
      blend: 0.8,
      levels: [{ value: 0, label: 'folded', colour: '#ffffff', dash: [2, 2] }],
      comparison: null,
    }
  const images = chosen(seen.fixedLayers)
  const comparison: Comparison = {
    ...chosen(seen.movingLayers),
    emissionWindow: scaleOf(moving.emission, look.scaleShare),
    mode: comparisonMode(look, fixedScale, alone),
    names: ['fixed', 'moving'],
  }
  return {
    ...common,
    ...images,
    emissionWindow: fixedScale,
    map: seen.map,
    blend: images.ct ? seen.blend : 1,
    levels: [],
    comparison,
  }
}

function fieldOf(
  { showGrid, gridStepMm }: Look,
  carried: RegistrationPreview | null,
): { id: string; stepMm: number } | null {
  return showGrid && carried?.displacementId ? { id: carried.displacementId, stepMm: gridStepMm } : null
}

export interface LineStyle {
  readonly onDark: string
  readonly dash: readonly number[]
}

/** Lines of the fixed structures, and dashed ones of the moving structures as the registration carries them. */
export function linesOf(
  look: Pick<Look, 'showFixedLines' | 'showMovingLines'>,
  fixed: readonly MaskRef[],
  moving: readonly MaskRef[],
  matrix: Mat4 | null,
  carried: RegistrationPreview | null,
  styleOf: (name: string) => LineStyle,
  emphasised: (name: string) => boolean,
): StructureLayer[] {
  const line = (id: string, name: string, toWorld: Affine, isMoving: boolean): StructureLayer => {
    const style = styleOf(name)
    const dash = isMoving ? [6, 4] : []
    return {
      id,
      name: isMoving ? `${name} (moving)` : name,
      toWorld,
      colour: style.onDark,
      dash,
      emphasised: emphasised(name),
    }
  }
  const toWorld = matrix ? fromMatrix4(matrix) : identity
  const carriedLines = carried
    ? carried.structures.map(({ id, name }) => line(id, name, identity, true))
    : moving.map(({ id, name }) => line(id, name, toWorld, true))
  return [
    ...(look.showFixedLines ? fixed.map(({ id, name }) => line(id, name, identity, false)) : []),
    ...(look.showMovingLines ? carriedLines : []),
  ]
}

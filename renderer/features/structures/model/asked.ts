/** What the tools ask for with the options as they are. Shown numbers become the images' own units here. */
import type { Vec3 } from '../../../../native-core/imaging/types.ts'
import type { useDrawOptions } from '../options.ts'
import { beginsAtPoint } from './tools.ts'
import type { DrawRules, FindMethod, ImageFwhm, ImageRole, Operation } from './protocol.ts'

export type Options = Omit<ReturnType<typeof useDrawOptions>, `$${string}` | '_customProperties'>

/** What is known of the views and images besides the options. */
export interface Scene {
  /** Divide a value of the image by this to show it; 1 where the time point has no such image. */
  readonly perUnit: Readonly<Record<ImageRole, number>>
  /** Where was clicked, for tools that begin at a point. */
  readonly pointMm: Vec3 | null
  /** The crosshair: a mirror plane goes through it. */
  readonly crosshairMm: Vec3
  /** Normal of the view that was worked in last. */
  readonly normal: Vec3
}

const SAGITTAL: Vec3 = [1, 0, 0]

/** The edit that a tool previews as soon as it is chosen or clicked; null where it needs a hand, a click or another structure first. */
export function askedOperation(options: Options, scene: Scene): Operation | null {
  switch (options.tool) {
    case 'threshold':
    case 'region':
      return threshold(options, scene)
    case 'find':
      return find(options, scene)
    case 'walk':
      return options.outsideId === ''
        ? null
        : {
            kind: 'walk',
            image: options.image,
            outsideId: options.outsideId,
            beta: options.beta,
            ...resolution(options),
          }
    case 'between':
      return { kind: 'between', normal: scene.normal }
    case 'grow':
      return { kind: 'grow', distanceMm: options.growMm }
    case 'smooth':
      return { kind: 'smooth', sdMm: options.smoothMm }
    case 'islands':
      return { kind: 'islands', keep: options.keep, minimumMl: options.minimumMl }
    case 'fill':
      return { kind: 'fill', normal: options.fillBySlice ? scene.normal : null }
    case 'combine':
      return options.otherId === '' ? null : { kind: 'combine', operation: options.operation, otherId: options.otherId }
    case 'mirror':
      return { kind: 'mirror', atMm: scene.crosshairMm, normal: SAGITTAL, intoId: options.mirrorIntoId || null }
    case 'look':
    case 'brush':
    case 'eraser':
    case 'polygon':
    case 'freehand':
      return null
  }
}

function threshold(options: Options, { pointMm, perUnit }: Scene): Operation | null {
  if (pointMm === null) return null
  const { image } = options
  const per = perUnit[image]
  const common = {
    kind: 'threshold',
    mode: options.thresholdMode,
    image,
    pointMm,
    halfSideMm: options.boxSideMm / 2,
    ...resolution(options),
  } as const
  if (options.tool === 'region') {
    return { ...common, rule: { kind: 'near', tolerance: options.toleranceShown[image] * per }, isConnected: true }
  }
  const high = options.highShown[image]
  return {
    ...common,
    rule:
      options.thresholdKind === 'relative'
        ? { kind: 'relative', part: options.partPercent / 100 }
        : { kind: 'fixed', low: options.lowShown[image] * per, high: high === null ? null : high * per },
    isConnected: options.isConnected,
  }
}

function find(options: Options, { pointMm }: Scene): Operation | null {
  const method = findMethod(options)
  if (pointMm === null || method === null) return null
  const { thresholdMode: mode, image, boxSideMm } = options
  return { kind: 'find', mode, image, method, pointMm, halfSideMm: boxSideMm / 2, ...resolution(options) }
}

const resolution = ({ image, fwhmMm }: Options): { readonly fwhmMm?: ImageFwhm } =>
  image === 'emission' ? { fwhmMm: fwhmMm > 0 ? fwhmMm : null } : {}

/** null where the resolution is needed and was not given. */
function findMethod({ findMethod: kind, fwhmMm, standardDeviations, startRadiusMm }: Options): FindMethod | null {
  switch (kind) {
    case 'adaptive-threshold':
      return fwhmMm > 0 ? { kind, fwhmMm } : null
    case 'gradient':
      return { kind, fwhmMm: fwhmMm > 0 ? fwhmMm : null }
    case 'statistics':
      return { kind, standardDeviations, startRadiusMm }
    case 'level-set':
      return { kind, startRadiusMm }
  }
}

/** The rules that drawing keeps to; `structures` are those there are: one that is gone limits nothing. */
export function askedRules(options: Options, { perUnit }: Scene, ids: readonly string[]): DrawRules {
  const { image } = options
  const high = options.highShown[image]
  // A threshold has a range of its own.
  const isThreshold = beginsAtPoint(options.tool)
  return {
    overlap: options.overlap,
    insideId: ids.includes(options.insideId) ? options.insideId : null,
    value:
      options.limitsValue && !isThreshold
        ? {
            image,
            low: options.lowShown[image] * perUnit[image],
            high: high === null ? Number.MAX_VALUE : high * perUnit[image],
          }
        : null,
  }
}

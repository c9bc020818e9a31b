/** Regions on planar images while they are drawn: what is typed stays text until a request is made of it (`planarForm.ts`). */
import type { PlanarAcquisition } from '../../../../electron/contracts/index.ts'
import { moved, type PointMm, type Shape } from './shapes.ts'

/** Text of fields by their names in the request. */
export type Texts = Readonly<Record<string, string>>

export type AttenuationKind = 'none' | 'thickness' | 'transmission' | 'ct'
export type BackgroundMethod = 'full' | 'thickness' | 'attenuated'
export type ShareKind = 'area' | 'thickness' | 'contralateral'
export type ScatterMethod = 'none' | 'triple' | 'dual'

export interface AttenuationForm {
  /** none: of a region, as for all regions. */
  readonly kind: AttenuationKind
  readonly texts: Texts
}

export interface WorkScan {
  readonly images: string
  /** h p.i. */
  readonly timeH: string
  readonly description: string
  /** Detector of the anterior view; null where the files name the views. */
  readonly anteriorDetector: number | null
  readonly detectors: readonly number[]
  readonly shiftMm: PointMm
  /** By hand; null: as the alignment says, or none. */
  readonly posteriorShiftMm: PointMm | null
}

export interface WorkRegion {
  readonly name: string
  readonly shape: Shape | null
  readonly attenuation: AttenuationForm
  /** `sourceThicknessMm` and `sourceMuPerCm`. */
  readonly texts: Texts
  readonly background: { readonly shape: Shape | null; readonly method: BackgroundMethod; readonly texts: Texts } | null
  readonly overlap: {
    readonly free: Shape | null
    readonly kind: ShareKind
    readonly texts: Texts
    readonly part: Shape | null
    readonly whole: Shape | null
  } | null
}

export interface PlanarWork {
  /** `peakKev`, `sensitivityCpsPerMbq`, `alignReachPixels`, `fieldOfViewLengthMm`, `ratio`. */
  readonly texts: Texts
  readonly interpolation: 'ogawa' | 'linear'
  readonly scatter: ScatterMethod
  readonly posteriorMirrored: boolean
  readonly attenuation: AttenuationForm
  readonly ctPath: string
  /** In the order of time. */
  readonly scans: readonly WorkScan[]
  readonly regions: readonly WorkRegion[]
  /** Of the request, what the page does not show: it is kept. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** What of a region is drawn. `part` and `whole` are of the other organ of a pair. */
export type Part = 'source' | 'background' | 'free' | 'part' | 'whole'

export const PART_WORDS: Readonly<Record<Part, string>> = {
  source: 'source',
  background: 'background',
  free: 'part that nothing overlaps',
  part: 'same part of the other organ',
  whole: 'the other organ',
}

export const emptyWork: PlanarWork = {
  texts: {},
  interpolation: 'ogawa',
  scatter: 'none',
  posteriorMirrored: true,
  attenuation: { kind: 'thickness', texts: {} },
  ctPath: '',
  scans: [],
  regions: [],
  rest: {},
}

export const newRegion = (name: string): WorkRegion => ({
  ...{ name, shape: null, attenuation: { kind: 'none', texts: {} }, texts: {}, background: null, overlap: null },
})

/** The parts of a region that it has, or is to have. */
export const partsOf = ({ background, overlap }: WorkRegion): readonly Part[] => [
  'source',
  ...(background ? (['background'] as const) : []),
  ...(overlap ? (['free'] as const) : []),
  ...(overlap?.kind === 'contralateral' ? (['part', 'whole'] as const) : []),
]

export function shapeOf({ shape, background, overlap }: WorkRegion, part: Part): Shape | null {
  if (part === 'source') return shape
  return part === 'background' ? (background?.shape ?? null) : (overlap?.[part] ?? null)
}

/** The region with another shape of one of its parts; it is given a background or an overlap where it has none. */
export function withShape(region: WorkRegion, part: Part, shape: Shape | null): WorkRegion {
  if (part === 'source') return { ...region, shape }
  if (part === 'background') return { ...region, background: { ...(region.background ?? noBackground), shape } }
  return { ...region, overlap: { ...(region.overlap ?? noOverlap), [part]: shape } }
}
export const noBackground: NonNullable<WorkRegion['background']> = { shape: null, method: 'full', texts: {} }
export const noOverlap: NonNullable<WorkRegion['overlap']> = {
  ...{ free: null, kind: 'area', texts: {}, part: null, whole: null },
}

export const withRegion = (work: PlanarWork, name: string, change: (region: WorkRegion) => WorkRegion): PlanarWork => ({
  ...work,
  regions: work.regions.map((one) => (one.name === name ? change(one) : one)),
})

export const withScan = (work: PlanarWork, images: string, change: (scan: WorkScan) => WorkScan): PlanarWork => ({
  ...work,
  scans: work.scans.map((one) => (one.images === images ? change(one) : one)),
})

/** A name that no region has: "region 2". */
export function freeName(work: PlanarWork, wanted: string): string {
  const isTaken = (name: string): boolean => work.regions.some((one) => one.name === name)
  if (!isTaken(wanted)) return wanted
  let number = 2
  while (isTaken(`${wanted} ${number}`)) number++
  return `${wanted} ${number}`
}

/** A copy of a region beside it, in another place: the other organ of a pair. */
export function withCopy(work: PlanarWork, region: WorkRegion, name: string, byMm: PointMm): PlanarWork {
  const shifted = (shape: Shape | null): Shape | null => shape && moved(shape, byMm)
  const { background, overlap } = region
  const copy: WorkRegion = {
    ...{ ...region, name, shape: shifted(region.shape) },
    background: background && { ...background, shape: shifted(background.shape) },
    overlap: overlap && {
      ...overlap,
      ...{ free: shifted(overlap.free), part: shifted(overlap.part), whole: shifted(overlap.whole) },
    },
  }
  return { ...work, regions: [...work.regions, copy] }
}

/** Acquisitions as scans beside those that are there, in the order of time; what is there already is left as it is. */
export function withAcquisitions(work: PlanarWork, found: readonly PlanarAcquisition[]): PlanarWork {
  const fresh = found
    .filter(({ images }) => !work.scans.some((one) => one.images === images))
    .map(({ images, timeH, description, namesViews, detectors, startLocal }): WorkScan => ({
      ...{ images, detectors, shiftMm: [0, 0], posteriorShiftMm: null },
      description: [description, startLocal?.slice(0, 16).replace('T', ' ') ?? '']
        .filter((one) => one !== '')
        .join(', '),
      timeH: timeH === null ? '' : String(Number(timeH.toFixed(4))),
      // Which of two detectors looks from the front is for a person to say.
      anteriorDetector: namesViews ? null : (detectors[0] ?? null),
    }))
  const windows = found[0]?.windowsKev ?? []
  const [only] = windows
  const texts =
    only && windows.length === 1 && !work.texts['peakKev']
      ? { ...work.texts, peakKev: String((only.lowKev + only.highKev) / 2) }
      : work.texts
  const hours = ({ timeH }: WorkScan): number => (timeH === '' ? Infinity : Number(timeH))
  return { ...work, texts, scans: [...work.scans, ...fresh].sort((a, b) => hours(a) - hours(b)) }
}

/** The request that a drawing stands for, and the drawing that a request stands for. */
import type { PlanarOrigin, PlanarRequestInput } from '../../../../electron/contracts/index.ts'
import { planarRequestSchema } from '../../../../electron/contracts/index.ts'
import { numberCell } from './cells.ts'
import type { AttenuationForm, PlanarWork, Texts, WorkRegion } from './planarWork.ts'
import { emptyWork, newRegion } from './planarWork.ts'
import type { Shape } from './shapes.ts'
import type { Made } from './typed.ts'

export interface PlanarField {
  readonly id: string
  readonly label: string
  /** A value and its standard uncertainty may be given. */
  readonly isMeasured: boolean
  readonly isOptional?: boolean
  readonly hint?: string
}
const measured = (id: string, label: string, hint = ''): PlanarField => ({ id, label, isMeasured: true, hint })
const exact = (id: string, label: string, isOptional = false, hint = ''): PlanarField => ({
  ...{ id, label, isMeasured: false, isOptional, hint },
})

export const ATTENUATION_FIELDS: Readonly<Record<Exclude<AttenuationForm['kind'], 'none'>, readonly PlanarField[]>> = {
  thickness: [
    measured('muPerCm', 'Effective μ (1/cm)', 'Broad-beam where scatter is not corrected'),
    measured('bodyThicknessMm', 'Thickness of the body (mm)'),
  ],
  transmission: [
    measured('openCounts', 'Counts without the patient'),
    exact('openDurationS', 'Counted for (s)'),
    measured('attenuatedCounts', 'Counts through the patient'),
    exact('attenuatedDurationS', 'Counted for (s)'),
    exact('sourceDecayFactor', 'Decay of the source between', true, 'Empty: 1'),
    exact('muRatio', 'μ at the emission energy over that of the source', true, 'Empty: 1'),
  ],
  ct: [
    exact('firstPixelX', 'x of the first pixel in the patient (mm)'),
    exact('firstPixelZ', 'z of the first pixel in the patient (mm)'),
    exact('ctEnergyKev', 'Effective energy of the CT (keV)', true, 'Empty: the program’s, unverified'),
    exact('relativeUncertainty', 'Relative standard uncertainty of ∫μ', true, 'Empty: not included'),
  ],
}
export const BACKGROUND_FIELDS: Readonly<Record<'full' | 'thickness' | 'attenuated', readonly PlanarField[]>> = {
  full: [],
  thickness: [
    measured('sourceThicknessMm', 'Thickness of the source (mm)'),
    measured('bodyThicknessMm', 'Thickness of the body (mm)'),
  ],
  attenuated: [
    measured('sourceThicknessMm', 'Thickness of the source (mm)'),
    measured('bodyThicknessMm', 'Thickness of the body (mm)'),
    measured('depthMm', 'Depth of its front (mm)'),
    exact('muPerCm', 'μ (1/cm)'),
  ],
}
export const OVERLAP_FIELDS: Readonly<Record<'area' | 'thickness' | 'contralateral', readonly PlanarField[]>> = {
  area: [exact('relativeUncertainty', 'Relative standard uncertainty')],
  thickness: [
    measured('freeVolumeMl', 'Volume of the free part (mL)'),
    measured('wholeVolumeMl', 'Volume of the organ (mL)'),
  ],
  contralateral: [],
}
export const SOURCE_FIELDS: readonly PlanarField[] = [
  { ...measured('sourceThicknessMm', 'Thickness of the source (mm)'), isOptional: true },
  { ...measured('sourceMuPerCm', 'μ of the source (1/cm)'), isOptional: true },
]

/** The page's own fields. */
const PEAK = exact('peakKev', 'Photopeak')
const SENSITIVITY = measured('sensitivityCpsPerMbq', 'Sensitivity')
const REACH = exact('alignReachPixels', 'Reach', true)
const LENGTH = exact('fieldOfViewLengthMm', 'Length', true)
const RATIO = measured('ratio', 'Ratio')

type Value = number | { readonly value: number; readonly standardUncertainty: number }
type Errors = Record<string, string>

/** "12.3" or "12.3 ± 0.4"; undefined where there is none or it is wrong, which `errors` says at the field. */
function valueOf(texts: Texts, field: PlanarField, errors: Errors, at: string): Value | undefined {
  const text = (texts[field.id] ?? '').trim()
  const key = `${at}${field.id}`
  if (text === '' && field.isOptional) return undefined
  const [first = '', second, ...more] = text.split(/±|\+\/?-/)
  const value = numberCell(first)
  if (!value.ok || more.length > 0) {
    errors[key] = value.ok ? `"${text}" has two uncertainties.` : value.message
    return undefined
  }
  if (second === undefined) return value.value
  if (!field.isMeasured) {
    errors[key] = 'No uncertainty is taken into account here.'
    return undefined
  }
  const u = numberCell(second)
  if (u.ok && u.value >= 0) return { value: value.value, standardUncertainty: u.value }
  errors[key] = u.ok ? 'An uncertainty is 0 or more.' : u.message
  return undefined
}

const valuesOf = (texts: Texts, fields: readonly PlanarField[], errors: Errors, at: string): Record<string, Value> =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const value = valueOf(texts, field, errors, at)
      return value === undefined ? [] : [[field.id, value] as const]
    }),
  )

function shapeField(shape: Shape | null, errors: Errors, at: string): object {
  if (!shape) {
    errors[`${at}shape`] = 'It is not drawn.'
    return {}
  }
  if (shape.kind === 'polygon') return { polygonMm: shape.pointsMm }
  return shape.kind === 'rectangle' ? { rectangleMm: shape.edgesMm } : { ellipseMm: shape.edgesMm }
}

function attenuationField({ kind, texts }: AttenuationForm, errors: Errors, at: string): object {
  if (kind === 'none') return {}
  const values = valuesOf(texts, ATTENUATION_FIELDS[kind], errors, at)
  if (kind !== 'ct') return { attenuation: { kind, ...values } }
  const { firstPixelX, firstPixelZ, ...others } = values
  return { attenuation: { kind, firstPixelMm: [firstPixelX, firstPixelZ], ...others } }
}

function regionField(region: WorkRegion, errors: Errors): object {
  const { name, shape, attenuation, texts, background, overlap } = region
  const at = `${name}.`
  return {
    name,
    ...shapeField(shape, errors, `${at}source.`),
    ...attenuationField(attenuation, errors, at),
    ...valuesOf(texts, SOURCE_FIELDS, errors, at),
    ...(background && {
      background: {
        ...shapeField(background.shape, errors, `${at}background.`),
        method: background.method,
        ...valuesOf(background.texts, BACKGROUND_FIELDS[background.method], errors, `${at}background.`),
      },
    }),
    ...(overlap && {
      overlap: {
        free: shapeField(overlap.free, errors, `${at}free.`),
        share: {
          kind: overlap.kind,
          ...valuesOf(overlap.texts, OVERLAP_FIELDS[overlap.kind], errors, `${at}overlap.`),
          ...(overlap.kind === 'contralateral' && {
            part: shapeField(overlap.part, errors, `${at}part.`),
            whole: shapeField(overlap.whole, errors, `${at}whole.`),
          }),
        },
      },
    }),
  }
}

/**
 * The request of a drawing.
 *
 * @param names regions that it shall hold; null: all
 * @returns the request, or what is missing or wrong by field: "peakKev", "LIVER.background.shape", "scans.0.timeH", "attenuation.muPerCm"
 */
export function requestOf(
  work: PlanarWork,
  nuclide: string,
  names: readonly string[] | null,
): Made<PlanarRequestInput> {
  const errors: Errors = {}
  const own = (field: PlanarField) => valueOf(work.texts, field, errors, '')
  if (work.scans.length === 0) errors['scans'] = 'Add the images of a time point.'
  const scatter =
    work.scatter === 'dual'
      ? { method: 'dual', ratio: own(RATIO) }
      : work.scatter === 'triple'
        ? { method: 'triple', interpolation: work.interpolation }
        : { method: 'none' }
  const json = {
    ...work.rest,
    ...{ nuclide, peakKev: own(PEAK), scatter, sensitivityCpsPerMbq: own(SENSITIVITY) },
    posteriorMirrored: work.posteriorMirrored,
    alignReachPixels: own(REACH),
    fieldOfViewLengthMm: own(LENGTH),
    ...attenuationField(work.attenuation, errors, 'attenuation.'),
    regions: work.regions
      .filter(({ name }) => names === null || names.includes(name))
      .map((region) => regionField(region, errors)),
    scans: work.scans.map(({ images, timeH, anteriorDetector, shiftMm, posteriorShiftMm }, i) => ({
      timeH: valueOf({ timeH }, exact('timeH', 'Time'), errors, `scans.${i}.`),
      images,
      ...(anteriorDetector !== null && { anteriorDetector }),
      ...(shiftMm.some((mm) => mm !== 0) && { shiftMm }),
      ...(posteriorShiftMm && { posteriorShiftMm }),
    })),
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const parsed = planarRequestSchema.safeParse(json)
  if (parsed.success) return { ok: true, value: parsed.data }
  const refused = parsed.error.issues.map(({ path, message }) => [path.map(String).join('.'), message] as const)
  return { ok: false, errors: Object.fromEntries(refused) }
}

const textOf = (value: unknown): string =>
  typeof value === 'number'
    ? String(value)
    : typeof value === 'object' && value !== null && 'value' in value && 'standardUncertainty' in value
      ? `${String(value.value)} ± ${String(value.standardUncertainty)}`
      : ''
const textsOf = (values: object, fields: readonly PlanarField[]): Texts =>
  Object.fromEntries(
    fields.flatMap(({ id }) => {
      const text = textOf((values as Record<string, unknown>)[id])
      return text === '' ? [] : [[id, text]]
    }),
  )

type Request = ReturnType<typeof planarRequestSchema.parse>
type Drawn = Pick<Request['regions'][number], 'polygonMm' | 'rectangleMm' | 'ellipseMm'>

function drawnShape({ polygonMm, rectangleMm, ellipseMm }: Drawn): Shape | null {
  if (polygonMm) return { kind: 'polygon', pointsMm: polygonMm }
  if (rectangleMm) return { kind: 'rectangle', edgesMm: rectangleMm }
  return ellipseMm ? { kind: 'ellipse', edgesMm: ellipseMm } : null
}

function attenuationForm(attenuation: Request['attenuation']): AttenuationForm {
  if (!attenuation) return { kind: 'none', texts: {} }
  const texts = textsOf(attenuation, ATTENUATION_FIELDS[attenuation.kind])
  if (attenuation.kind !== 'ct') return { kind: attenuation.kind, texts }
  const [x, z] = attenuation.firstPixelMm
  return { kind: 'ct', texts: { ...texts, firstPixelX: String(x), firstPixelZ: String(z) } }
}

function drawnRegion(region: Request['regions'][number]): WorkRegion {
  const { name, background, overlap, attenuation } = region
  const share = overlap?.share
  return {
    ...newRegion(name),
    shape: drawnShape(region),
    attenuation: attenuationForm(attenuation),
    texts: textsOf(region, SOURCE_FIELDS),
    background: background
      ? {
          ...{ shape: drawnShape(background), method: background.method },
          texts: textsOf(background, BACKGROUND_FIELDS[background.method]),
        }
      : null,
    overlap:
      overlap && share
        ? {
            ...{ free: drawnShape(overlap.free), kind: share.kind, texts: textsOf(share, OVERLAP_FIELDS[share.kind]) },
            part: share.kind === 'contralateral' ? drawnShape(share.part) : null,
            whole: share.kind === 'contralateral' ? drawnShape(share.whole) : null,
          }
        : null,
  }
}

/** The drawing that a kept series was made of; null where its request is of another version of the program. */
export function workOf({ request, folder, ctPath }: PlanarOrigin): PlanarWork | null {
  const parsed = planarRequestSchema.safeParse(request)
  if (!parsed.success) return null
  const { scatter, posteriorMirrored, attenuation, regions, scans, wholeBody, fit } = parsed.data
  const isAbsolute = (path: string): boolean => /^([/\\]|[A-Za-z]:)/.test(path)
  return {
    ...emptyWork,
    texts: {
      ...textsOf(parsed.data, [PEAK, SENSITIVITY, REACH, LENGTH]),
      ...(scatter.method === 'dual' ? textsOf(scatter, [RATIO]) : {}),
    },
    scatter: scatter.method,
    ...(scatter.method === 'triple' ? { interpolation: scatter.interpolation } : {}),
    posteriorMirrored,
    attenuation: attenuationForm(attenuation),
    ctPath: ctPath ?? '',
    regions: regions.map(drawnRegion),
    scans: scans.map(({ images, timeH, anteriorDetector, shiftMm, posteriorShiftMm }) => ({
      images: folder === '' || isAbsolute(images) ? images : `${folder}/${images}`,
      ...{ timeH: String(timeH), description: '', detectors: anteriorDetector === undefined ? [] : [1, 2] },
      ...{ anteriorDetector: anteriorDetector ?? null, shiftMm: shiftMm ?? [0, 0] },
      posteriorShiftMm: posteriorShiftMm ?? null,
    })),
    rest: { ...(wholeBody && { wholeBody }), ...(fit && { fit }) },
  }
}

/** What of a patient's protocol turns counts into activity, as it is typed, applied and taken off. */
import { partialVolumeSchema, type PartialVolume, type Protocol } from '../../../../electron/contracts/index.ts'
import { nuclideNameOf } from '../../../../native-core/physics/nuclideTable.ts'
import { formatUncertain } from '../../../ui/index.ts'
import type { Errors } from './entry.ts'
import { fieldText, neededNumber, typedPercent, typedTriple } from './typed.ts'

export type Method = PartialVolume['method']

export const METHODS: readonly { readonly value: Method; readonly label: string; readonly does: string }[] = [
  {
    value: 'none',
    label: 'None',
    does: 'Means are taken as the image has them: small structures look colder than they are.',
  },
  {
    value: 'recovery-curve',
    label: 'Recovery curve',
    does: 'The mean of each structure is divided by the recovery of its volume. Meant for compact structures: the curve was measured with spheres.',
  },
  {
    value: 'gtm',
    label: 'Geometric transfer matrix',
    does: 'What structures and background spill into each other is computed from their outlines and the point spread function, and all means are solved for together. Each structure is taken as uniform.',
  },
  {
    value: 'richardson-lucy',
    label: 'Richardson–Lucy',
    does: 'The image is sharpened by the point spread function, step by step, before structures are measured. More iterations sharpen further and raise the noise; edges can overshoot.',
  },
]

export const methodLabel = (method: Method): string => METHODS.find(({ value }) => value === method)?.label ?? method

export interface PartialVolumeDraft {
  method: Method
  fwhmMm: string
  uncertaintyPercent: string
  iterations: string
  background: PartialVolume['background']
}

export const partialVolumeDraft = (partialVolume: PartialVolume): PartialVolumeDraft => ({
  method: partialVolume.method,
  fwhmMm: partialVolume.fwhmMm?.map(fieldText).join(' × ') ?? '',
  uncertaintyPercent: fieldText(100 * partialVolume.fwhmRelativeUncertainty),
  iterations: String(partialVolume.iterations),
  background: partialVolume.background,
})

/** Whether a choice needs the width of the point spread function. */
export const needsWidths = ({ method, background }: Pick<PartialVolumeDraft, 'method' | 'background'>): boolean =>
  method === 'gtm' || method === 'richardson-lucy' || (method === 'recovery-curve' && background === 'surroundings')

export type PartialVolumeResult =
  { readonly ok: true; readonly partialVolume: PartialVolume } | { readonly ok: false; readonly errors: Errors }

/** Widths that are typed take the place of a stored point spread function; its copy stays only where its numbers do. */
export function partialVolumeOf(
  draft: PartialVolumeDraft,
  { partialVolume: before, recoveryCurve }: Pick<Protocol, 'partialVolume' | 'recoveryCurve'>,
): PartialVolumeResult {
  const shown = partialVolumeDraft(before)
  const sameWidths = draft.fwhmMm === shown.fwhmMm && draft.uncertaintyPercent === shown.uncertaintyPercent
  const errors: Record<string, string> = {}
  const fwhmMm = sameWidths ? before.fwhmMm : typedTriple(draft.fwhmMm)
  if (fwhmMm !== null && (fwhmMm.length !== 3 || !fwhmMm.every((width) => width > 0)))
    errors['fwhmMm'] = 'Three widths in mm, along columns × rows × slices: 12.5 × 12.5 × 12.0.'
  if (fwhmMm === null && needsWidths(draft))
    errors['fwhmMm'] = 'This needs the point spread function: use a stored one below, or give its widths.'
  if (draft.method === 'recovery-curve' && recoveryCurve === null)
    errors['method'] = 'This needs a recovery curve: use a stored one below.'
  const iterations = neededNumber(draft.iterations)
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > 500)
    errors['iterations'] = 'A whole number from 1 to 500.'
  const relative = sameWidths ? before.fwhmRelativeUncertainty : typedPercent(draft.uncertaintyPercent)
  if (relative === undefined || !(relative >= 0 && relative <= 1)) errors['uncertaintyPercent'] = 'From 0 to 100 %.'
  const parsed = partialVolumeSchema.safeParse({
    ...before,
    method: draft.method,
    background: draft.background,
    iterations,
    fwhmMm,
    fwhmRelativeUncertainty: relative,
    psf: sameWidths ? before.psf : null,
  })
  return parsed.success && Object.keys(errors).length === 0
    ? { ok: true, partialVolume: parsed.data }
    : { ok: false, errors }
}

/** The factor of one series, or that of all images that hold counts where `seriesUid` is null. */
export function withoutCameraFactor(protocol: Protocol, seriesUid: string | null): Protocol {
  if (seriesUid === null) {
    const { calibration: _calibration, ...rest } = protocol
    return rest
  }
  const { [seriesUid]: _own, ...calibrationBySeries } = protocol.calibrationBySeries
  return { ...protocol, calibrationBySeries }
}

/** Without its curve the correction by a curve is none. */
export function withoutCurve(protocol: Protocol): Protocol {
  const { partialVolume } = protocol
  const method = partialVolume.method === 'recovery-curve' ? 'none' : partialVolume.method
  return { ...protocol, recoveryCurve: null, partialVolume: { ...partialVolume, method } }
}

/** Without widths what needs them is none. */
export function withoutWidths(protocol: Protocol): Protocol {
  const { partialVolume } = protocol
  const { fwhmRelativeUncertainty } = partialVolumeSchema.parse({})
  const method = partialVolume.method === 'recovery-curve' ? partialVolume.method : 'none'
  return {
    ...protocol,
    partialVolume: { ...partialVolume, method, background: 'none', fwhmMm: null, fwhmRelativeUncertainty, psf: null },
  }
}

export const withoutDeadTime = (protocol: Protocol): Protocol => ({ ...protocol, deadTime: null })

export type RatesResult =
  | { readonly ok: true; readonly rates: Record<string, number | number[]> }
  | { readonly ok: false; readonly errors: Errors }

/** Observed rates by series as they are typed: one number, or one for each projection or frame. Empty: not corrected. */
export function ratesOf(typed: Readonly<Record<string, string>>): RatesResult {
  const rates: Record<string, number | number[]> = {}
  const errors: Record<string, string> = {}
  for (const [seriesUid, text] of Object.entries(typed)) {
    const values = text
      .split(/[;\s]+/)
      .filter((part) => part !== '')
      .map(neededNumber)
    const [first] = values
    if (first === undefined) continue
    if (values.some((value) => !(value > 0) || !Number.isFinite(value)))
      errors[seriesUid] = 'Rates above 0 in cps, several with spaces between them.'
    else rates[seriesUid] = values.length === 1 ? first : values
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, rates }
}

export const ratesText = (rate: number | readonly number[] | undefined): string =>
  rate === undefined ? '' : [rate].flat().map(fieldText).join(' ')

/**
 * What to tell of a calibration in use that was measured with another nuclide than that of the patient; '' where they are the same or one is
 * not known. The store refuses such a one when it is chosen, but the patient's nuclide can become known, or be changed, afterwards.
 */
export function otherNuclide(measuredWith: string, ofPatient: string): string {
  if (measuredWith === '' || ofPatient === '' || nuclideNameOf(measuredWith) === nuclideNameOf(ofPatient)) return ''
  return `Measured with ${measuredWith}; the images are of ${ofPatient}. Take it off, and use one of the same nuclide.`
}

export interface UsedFactor {
  /** null: for all images that hold counts. */
  readonly seriesUid: string | null
  readonly name: string
  readonly value: string
  readonly date: string
  /** False where it was typed into the protocol. */
  readonly isStored: boolean
  /** '' where it is not known. */
  readonly nuclide: string
}

/** Camera factors that the protocol uses, that for all images first. */
export function usedFactors({ calibration, calibrationBySeries }: Protocol): UsedFactor[] {
  const all = [...(calibration ? [[null, calibration] as const] : []), ...Object.entries(calibrationBySeries)]
  return all.map(([seriesUid, { sensitivityCpsPerMbq: value, relativeUncertainty, date, stored, note }]) => ({
    seriesUid,
    name: stored?.content.name ?? (note || 'entered in the protocol'),
    value: formatUncertain(value, value * relativeUncertainty, 'cps/MBq'),
    date,
    isStored: stored !== undefined,
    nuclide: stored?.content.conditions.nuclide ?? '',
  }))
}

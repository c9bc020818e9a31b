/** What a protocol says of corrections, in sentences for the report. */
import type { Protocol } from '../../contracts/protocol.ts'

export interface CorrectionSentences {
  readonly recoveryCurve: string
  readonly partialVolume: string
  readonly deadTime: string
}

/** One sentence for each field; '' where the field is at its default of nothing. Numbers with units and one standard deviation. */
export function correctionSentences(
  protocol: Pick<Protocol, 'recoveryCurve' | 'partialVolume' | 'deadTime'>,
): CorrectionSentences {
  const { recoveryCurve, partialVolume, deadTime } = protocol
  return {
    recoveryCurve: recoveryCurve === null ? '' : `Recovery curve: ${curveWords(recoveryCurve)}.`,
    partialVolume: `Partial-volume correction: ${partialVolumeWords(partialVolume, recoveryCurve !== null)}.`,
    deadTime: deadTime === null ? '' : `Lost counts: ${deadTimeWords(deadTime)}.`,
  }
}

function curveWords({ content, calibrationId }: NonNullable<Protocol['recoveryCurve']>): string {
  const { name, date, form, parameters, covariance, volumeRangeMl } = content
  const u = parameters.map((_, n) => Math.sqrt(Math.max(0, covariance[n]?.[n] ?? 0)))
  const withU = (n: number): string => `${(parameters[n] ?? NaN).toPrecision(4)} ± ${(u[n] ?? NaN).toPrecision(2)}`
  const formula = {
    gear: `R = 1 − 1/(1 + (v/β)^γ), β = ${withU(0)} mL, γ = ${withU(1)}`,
    hyperbolic: `R = v/(v + β), β = ${withU(0)} mL`,
    'gaussian-sphere': `sphere in a Gaussian point spread function, FWHM ${withU(0)} mm`,
  }[form]
  return `"${name}" of ${date}${stored(calibrationId)}, ${formula}, measured from ${volumeRangeMl[0].toPrecision(3)} to ${volumeRangeMl[1].toPrecision(3)} mL`
}

function partialVolumeWords(
  { method, fwhmMm, fwhmRelativeUncertainty, psf, iterations, background }: Protocol['partialVolume'],
  hasCurve: boolean,
): string {
  const width =
    fwhmMm === null
      ? 'without a width of the point spread function'
      : `with a point spread function of ${fwhmMm.join(' × ')} mm FWHM ± ${percent(fwhmRelativeUncertainty)} %${psf === null ? '' : ` ("${psf.content.name}" of ${psf.content.date}${stored(psf.calibrationId)})`}`
  switch (method) {
    case 'none':
      return fwhmMm === null ? 'none' : `none, ${width}`
    case 'recovery-curve':
      return `by the recovery of each structure's volume${hasCurve ? '' : ', without a curve'}${background === 'surroundings' ? ', with the activity around it taken out first' : ''}`
    case 'gtm':
      return `geometric transfer matrix, ${width}`
    case 'richardson-lucy':
      return `Richardson–Lucy, ${iterations} iterations, ${width}`
  }
}

function deadTimeWords({ content, calibrationId, observedCpsBySeries }: NonNullable<Protocol['deadTime']>): string {
  const { name, date, losses, at } = content
  const model =
    losses.model === 'table'
      ? `measured table ± ${percent(losses.relativeUncertainty)} %`
      : `${losses.model}, τ = ${(losses.tauS * 1e6).toPrecision(4)} µs ± ${percent(losses.relativeUncertainty)} %`
  const series = Object.entries(observedCpsBySeries).map(([uid, rate]) => {
    const rates = [rate].flat()
    return `series ${uid} at ${rates.length === 1 ? `${rates[0]} cps` : `${Math.min(...rates)} to ${Math.max(...rates)} cps in ${rates.length} frames`}`
  })
  return `"${name}" of ${date}${stored(calibrationId)}, ${model} (${at}); ${series.length > 0 ? series.join(', ') : 'no series has an observed rate, so none is corrected'}`
}

const stored = (calibrationId: string | null): string => (calibrationId === null ? '' : ` (stored, ${calibrationId})`)
const percent = (relative: number): string => Number((100 * relative).toPrecision(3)).toString()

/** A stored calibration in words and numbers of the field. */
import type { CalibrationConditions, StoredCalibration } from '../../../../electron/contracts/index.ts'
import { formatNumber, formatUncertain } from '../../../ui/index.ts'

export type CalibrationKind = StoredCalibration['kind']

export const KIND_LABELS: Readonly<Record<CalibrationKind, string>> = {
  'camera-factor': 'Camera factor',
  'recovery-curve': 'Recovery curve',
  psf: 'Point spread function',
  'dead-time': 'Dead time',
}
export const KINDS = Object.keys(KIND_LABELS) as readonly CalibrationKind[]

const SOURCES: Readonly<Record<string, string>> = {
  'point-source': 'point source',
  'uniform-phantom': 'uniform phantom',
  'sphere-phantom': 'spheres, fitted together with a recovery curve',
  entered: 'entered by hand',
  spheres: 'widths fitted to spheres',
  edge: 'edge spread',
}

export const FORM_LABELS: Readonly<Record<Extract<StoredCalibration, { kind: 'recovery-curve' }>['form'], string>> = {
  gear: 'R = 1 − 1/(1 + (v/β)^γ)',
  hyperbolic: 'R = v/(v + β)',
  'gaussian-sphere': 'sphere in a Gaussian point spread function',
}

const percent = (relative: number): string => `${formatNumber(100 * relative, 2)} %`
const MICROSECOND = 1e-6

/** The number that matters, ± one standard deviation, in the field's unit. */
export function valueText(content: StoredCalibration): string {
  switch (content.kind) {
    case 'camera-factor': {
      const { sensitivityCpsPerMbq: value, relativeUncertainty } = content
      return formatUncertain(value, value * relativeUncertainty, 'cps/MBq')
    }
    case 'recovery-curve':
      return curveParameters(content)
        .map(({ name, text }) => `${name} = ${text}`)
        .join(', ')
    case 'psf':
      return `${content.fwhmMm.map((width) => formatNumber(width, 3)).join(' × ')} mm ± ${percent(content.relativeUncertainty)}`
    case 'dead-time': {
      const { losses } = content
      if (losses.model === 'table')
        return `table of ${losses.observedCps.length} rates ± ${percent(losses.relativeUncertainty)}`
      const tau = losses.tauS / MICROSECOND
      return `τ = ${formatUncertain(tau, tau * losses.relativeUncertainty, 'µs')}, ${losses.model}`
    }
  }
}

export interface NamedText {
  readonly name: string
  readonly text: string
}

export function curveParameters(content: Extract<StoredCalibration, { kind: 'recovery-curve' }>): NamedText[] {
  const names =
    content.form === 'gaussian-sphere' ? [['FWHM', 'mm'] as const] : [['β', 'mL'] as const, ['γ', ''] as const]
  return content.parameters.map((value, index) => {
    const [name, unit] = names[index] ?? ['', '']
    const variance = content.covariance[index]?.[index] ?? 0
    return { name, text: formatUncertain(value, Math.sqrt(Math.max(0, variance)), unit) }
  })
}

/** What the sheet of one lists beside its value. Nothing that is not known is shown as if it were. */
export function facts(content: StoredCalibration): NamedText[] {
  const all: (NamedText | null)[] = [{ name: KIND_LABELS[content.kind], text: valueText(content) }]
  switch (content.kind) {
    case 'camera-factor':
      all.push({ name: 'Standard uncertainty', text: percent(content.relativeUncertainty) })
      all.push({ name: 'From', text: SOURCES[content.source] ?? content.source })
      break
    case 'recovery-curve':
      all.push({ name: 'Form', text: FORM_LABELS[content.form] })
      all.push({
        name: 'Measured from',
        text: `${content.volumeRangeMl.map((volume) => formatNumber(volume, 3)).join(' to ')} mL, ${content.spheres.length} spheres`,
      })
      all.push({
        name: 'χ²/ν',
        text:
          content.reducedChiSquare === null
            ? 'none: as many parameters as spheres'
            : formatNumber(content.reducedChiSquare, 3),
      })
      break
    case 'psf':
      all.push({ name: 'Axes', text: 'full width at half maximum along columns × rows × slices' })
      all.push({ name: 'From', text: SOURCES[content.source] ?? content.source })
      break
    case 'dead-time':
      all.push({ name: 'Holds for', text: content.at || 'not said' })
      break
  }
  return [...all.filter((one) => one !== null), { name: 'Measured on', text: content.date }]
}

/** What is known of it: parts that are empty are left out. */
export const joined = (between: string, ...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(between)

export function conditionFacts(conditions: CalibrationConditions): NamedText[] {
  const { camera, collimator, device, nuclide, energyWindows, reconstruction, matrix, voxelMm } = conditions
  const said = (text: string): string => text || 'not said'
  return [
    { name: 'Camera', text: said(camera) },
    { name: 'Collimator', text: said(collimator) },
    ...(device ? [{ name: 'Named by the image', text: said(deviceText(device)) }] : []),
    { name: 'Radionuclide', text: said(nuclide) },
    {
      name: 'Energy windows',
      text: said(energyWindows.map(({ lowKev, highKev }) => `${lowKev}–${highKev} keV`).join(', ')),
    },
    { name: 'Reconstruction', text: said(reconstruction) },
    { name: 'Matrix', text: said(matrix?.join(' × ') ?? '') },
    { name: 'Voxel', text: said(voxelMm ? `${voxelMm.map((size) => formatNumber(size, 3)).join(' × ')} mm` : '') },
  ]
}

/** What later images are compared with, beside what was written. */
function deviceText(device: NonNullable<CalibrationConditions['device']>): string {
  const { manufacturer, model, serialNumber, stationName, collimatorName, collimatorType } = device
  const collimator = joined(', ', collimatorName, collimatorType)
  return joined(
    '; ',
    joined(' ', manufacturer, model),
    serialNumber && `serial number ${serialNumber}`,
    stationName && `station ${stationName}`,
    collimator && `collimator ${collimator}`,
  )
}

/** "NM870 · MEHRS · Lu-177": what tells one from the next in a list of choices. */
export const madeWith = ({ camera, collimator, nuclide }: CalibrationConditions): string =>
  joined(' · ', camera, collimator, nuclide)

export const choiceLabel = (content: StoredCalibration): string =>
  [content.name, valueText(content), madeWith(content.conditions), content.date]
    .filter((part) => part !== '')
    .join(' · ')

/** From stored values to physical ones: Modality LUT (rescale) and real-world value mappings (PS3.3 C.11.1, C.7.6.16.2.11). */
import { at, has, num, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { codeOf } from './codes.ts'
import { TAG } from './tags.ts'

/** value = stored · slope + intercept. */
export interface Rescale {
  readonly slope: number
  readonly intercept: number
  /** Rescale Type; '' if none. */
  readonly type: string
}

export type RescaleReading =
  | { readonly kind: 'given'; readonly rescale: Rescale }
  /** No slope and no intercept. */
  | { readonly kind: 'absent' }
  /** One of the two is missing, or is no usable number: in words. */
  | { readonly kind: 'bad'; readonly why: string }

/** The rescale of a file, or of one frame's Pixel Value Transformation functional group. */
export function readRescale(dataSet: DicomDataSet): RescaleReading {
  if (seq(dataSet, TAG.modalityLutSequence).length > 0)
    return { kind: 'bad', why: 'it has a Modality LUT table instead of slope and intercept' }
  const hasSlope = has(dataSet, TAG.rescaleSlope)
  const hasIntercept = has(dataSet, TAG.rescaleIntercept)
  const emptySlope = hasSlope && isEmpty(dataSet, TAG.rescaleSlope)
  const emptyIntercept = hasIntercept && isEmpty(dataSet, TAG.rescaleIntercept)
  if ((!hasSlope || emptySlope) && (!hasIntercept || emptyIntercept)) return { kind: 'absent' }
  const slope = num(dataSet, TAG.rescaleSlope)
  const intercept = num(dataSet, TAG.rescaleIntercept)
  if (slope === null) return { kind: 'bad', why: 'Rescale Slope (0028,1053) is missing or no number' }
  if (slope === 0) return { kind: 'bad', why: 'Rescale Slope (0028,1053) is 0' }
  if (intercept === null) return { kind: 'bad', why: 'Rescale Intercept (0028,1052) is missing or no number' }
  return { kind: 'given', rescale: { slope, intercept, type: str(dataSet, TAG.rescaleType) ?? '' } }
}

function isEmpty(dataSet: DicomDataSet, tag: string): boolean {
  return str(dataSet, tag) === null
}

/** A linear real-world value mapping. */
export interface RealWorldMapping {
  readonly slope: number
  readonly intercept: number
  /** UCUM code, as in the file. */
  readonly unit: string
  readonly label: string
  /** Stored values it is valid for. */
  readonly firstStored: number | null
  readonly lastStored: number | null
}

/** All linear mappings of a data set or functional group; items with a table or without slope are left out. */
export function readRealWorldMappings(dataSet: DicomDataSet): RealWorldMapping[] {
  return seq(dataSet, TAG.realWorldValueMappingSequence).flatMap((item) => {
    const slope = num(item, TAG.realWorldSlope)
    if (slope === null || slope === 0) return []
    const unitCode = codeOf(item, TAG.measurementUnitsCodeSequence)
    return [
      {
        slope,
        intercept: num(item, TAG.realWorldIntercept) ?? 0,
        unit: unitCode?.value ?? '',
        label: str(item, TAG.lutLabel) ?? str(item, TAG.lutExplanation) ?? unitCode?.meaning ?? '',
        firstStored: num(item, TAG.realWorldFirstValueDouble) ?? num(item, TAG.realWorldFirstValue),
        lastStored: num(item, TAG.realWorldLastValueDouble) ?? num(item, TAG.realWorldLastValue),
      },
    ]
  })
}

/** Whether a mapping is given as a table, which this program does not apply. */
export function hasRealWorldTable(dataSet: DicomDataSet): boolean {
  return seq(dataSet, TAG.realWorldValueMappingSequence).some((item) => at(item, TAG.realWorldLut) !== undefined)
}

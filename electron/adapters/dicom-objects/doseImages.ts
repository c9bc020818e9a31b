/** RTDOSE files as images in Gy. */
import { makeDraft } from './drafts.ts'
import { isFinding } from './planes.ts'
import { readDose } from './rtdose.ts'
import type { DicomFile, ImageDraft } from './types.ts'
import type { Finding } from './problems.ts'

/** The dose image of a file, or why it is refused. */
export function doseImage(file: DicomFile, isOnlyVolume: boolean): ImageDraft | Finding {
  const reading = readDose(file)
  if (isFinding(reading)) return reading
  return makeDraft({
    modality: 'RTDOSE',
    grid: reading.grid,
    slices: reading.frames.map((frame) => ({ file, frame, slope: reading.slope, intercept: 0 })),
    quantity: reading.quantity,
    timing: { start: null, durationS: null, findings: [] },
    radiopharmaceutical: null,
    distinction: '',
    isOnlyVolume,
    findings: reading.findings,
    directionDoubt: null,
  })
}

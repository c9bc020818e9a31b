/** A scan as plain JSON for scripts: what was found, how it was understood, and every problem. No voxels, no file bytes. */
import type { ScannedFolder, ScannedObject } from '../ports/dicomSource.ts'
import { verdictOf } from './verdict.ts'

export function describeScan(scan: ScannedFolder): object {
  const common = ({ seriesUid, seriesDescription, frameOfReferenceUid, files }: ScannedObject): object => ({
    seriesUid,
    description: seriesDescription,
    frameOfReferenceUid,
    files: files.length,
  })
  return {
    schema: 'theratwin-scan/1',
    verdict: verdictOf(scan),
    filesSeen: scan.filesSeen,
    bytesSeen: scan.bytesSeen,
    patients: scan.patients.map(({ patient, images, structureSets, registrations, kept }) => ({
      patient,
      images: images.map((image) => ({
        ...common(image),
        modality: image.modality,
        verdict: image.verdict,
        grid: image.grid,
        quantity: image.quantity,
        acquisitionStart: image.acquisitionStart,
        acquisitionDurationS: image.acquisitionDurationS,
        radiopharmaceutical: image.radiopharmaceutical,
        lossyCompressed: image.lossyCompressed,
        camera: image.camera && { manufacturer: image.manufacturer, ...image.camera },
      })),
      structureSets: structureSets.map((set) => ({
        ...common(set),
        origin: set.origin,
        label: set.label,
        referencedSeriesUid: set.referencedSeriesUid,
        structures: set.structures.map(({ number, name, type }) => ({ number, name, type })),
      })),
      registrations: registrations.map((registration) => ({
        ...common(registration),
        transforms: registration.transforms,
      })),
      kept: kept.map((object) => ({ ...common(object), modality: object.modality, reason: object.reason })),
    })),
    problems: scan.problems,
  }
}

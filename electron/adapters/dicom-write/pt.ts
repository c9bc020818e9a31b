import type { DicomVisit, PtToWrite } from '../../services/ports/dicomWriter.ts'
import type { Dataset } from './dataset.ts'
import { imageOrientation, imagePosition, pixelSpacing, slicePosition } from './geometry.ts'
import { acquisitionTimes, commonModules, patientOrientation, radiopharmaceutical } from './modules.ts'
import { ds, dsMm } from './values.ts'

/** PET Image Storage: one dataset a slice, BQML, 15 bits with a slope of its own. */
export function* ptDatasets(visit: DicomVisit, pt: PtToWrite): Generator<Dataset> {
  const [nx, ny, nz] = pt.grid.dimensions
  for (let k = 0; k < nz; k++) {
    const values = pt.concentrationBqPerMl.subarray(k * nx * ny, (k + 1) * nx * ny)
    const largest = values.reduce((a, b) => Math.max(a, b), 0)
    // The slope as the file will say it, so that what is read back is what was meant.
    const slope = Number(ds(Number(((largest > 0 ? largest : 1) / 32000).toPrecision(9))))
    const pixels = new Int16Array(nx * ny)
    for (let i = 0; i < pixels.length; i++) pixels[i] = Math.max(0, Math.min(32767, Math.round(values[i]! / slope)))
    yield {
      ...commonModules('PT', visit, pt.series, pt.instanceUids[k]!),
      ...acquisitionTimes(pt.series.start),
      ImageType: ['ORIGINAL', 'PRIMARY'],
      BodyPartExamined: visit.bodyPart,
      SliceThickness: ds(pt.grid.spacingMm[2]),
      CollimatorType: 'NONE',
      ActualFrameDuration: String(Math.round(pt.acquisitionS * 1000)),
      InstanceNumber: String(k + 1),
      ImagePositionPatient: imagePosition(pt.grid, k),
      ImageOrientationPatient: imageOrientation(pt.grid),
      SliceLocation: dsMm(slicePosition(pt.grid, k)[2]),
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: ny,
      Columns: nx,
      PixelSpacing: pixelSpacing(pt.grid),
      CorrectedImage: [...(pt.decayCorrection === 'NONE' ? [] : ['DECY']), 'ATTN', 'SCAT', 'NORM'],
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 1,
      WindowCenter: ds(Number((largest / 2).toPrecision(7))),
      WindowWidth: ds(Number(Math.max(1, largest).toPrecision(7))),
      RescaleIntercept: '0',
      RescaleSlope: ds(slope),
      ...radiopharmaceutical('PT', pt.radiopharmaceutical, visit.timezoneOffset),
      NumberOfSlices: nz,
      ...patientOrientation(visit.patientPosition),
      SeriesType: ['WHOLE BODY', 'IMAGE'],
      Units: 'BQML',
      CountsSource: 'EMISSION',
      RandomsCorrectionMethod: 'NONE',
      AttenuationCorrectionMethod: 'CT',
      DecayCorrection: pt.decayCorrection,
      ReconstructionMethod: 'Simulated image',
      ScatterCorrectionMethod: 'Simulated image',
      FrameReferenceTime: '0',
      ...(pt.decayCorrection === 'NONE' ? {} : { DecayFactor: ds(pt.decayFactor) }),
      ImageIndex: k + 1,
      PixelData: pixels.buffer,
      _vrMap: { PixelData: 'OW' },
    }
  }
}

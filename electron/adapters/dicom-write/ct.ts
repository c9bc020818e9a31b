import type { CtToWrite, DicomVisit } from '../../services/ports/dicomWriter.ts'
import type { Dataset } from './dataset.ts'
import { imageOrientation, imagePosition, pixelSpacing, slicePosition } from './geometry.ts'
import { acquisitionTimes, commonModules } from './modules.ts'
import { ds, dsMm } from './values.ts'

/** CT Image Storage: one dataset a slice, 12 bits, −1024 as zero. */
export function* ctDatasets(visit: DicomVisit, ct: CtToWrite): Generator<Dataset> {
  const [nx, ny, nz] = ct.grid.dimensions
  for (let k = 0; k < nz; k++) {
    const pixels = new Uint16Array(nx * ny)
    for (let i = 0; i < pixels.length; i++) pixels[i] = ct.hounsfield[k * nx * ny + i]! + 1024
    yield {
      ...commonModules('CT', visit, ct.series, ct.instanceUids[k]!),
      ...acquisitionTimes(ct.series.start),
      ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      BodyPartExamined: visit.bodyPart,
      SliceThickness: ds(ct.grid.spacingMm[2]),
      KVP: ds(ct.kvp),
      DataCollectionDiameter: '500',
      ReconstructionDiameter: ds(nx * ct.grid.spacingMm[0]),
      GantryDetectorTilt: '0',
      TableHeight: '150',
      RotationDirection: 'CW',
      ExposureTime: '500',
      XRayTubeCurrent: '40',
      Exposure: '20',
      ConvolutionKernel: 'SMOOTH',
      PatientPosition: visit.patientPosition,
      AcquisitionNumber: '1',
      InstanceNumber: String(k + 1),
      ImagePositionPatient: imagePosition(ct.grid, k),
      ImageOrientationPatient: imageOrientation(ct.grid),
      SliceLocation: dsMm(slicePosition(ct.grid, k)[2]),
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: ny,
      Columns: nx,
      PixelSpacing: pixelSpacing(ct.grid),
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      WindowCenter: '40',
      WindowWidth: '400',
      RescaleIntercept: '-1024',
      RescaleSlope: '1',
      RescaleType: 'HU',
      PixelData: pixels.buffer,
      _vrMap: { PixelData: 'OW' },
    }
  }
}

import type { DicomVisit, NmToWrite } from '../../services/ports/dicomWriter.ts'
import type { Dataset } from './dataset.ts'
import { imageOrientation, imagePosition, pixelSpacing, stepAlongNormalMm } from './geometry.ts'
import { acquisitionTimes, commonModules, patientOrientation, radiopharmaceutical } from './modules.ts'
import { code, ds } from './values.ts'

/**
 * NM Image Storage of a reconstruction (RECON TOMO). Units and DecayCorrection are PT attributes that recon stations add to NM
 * (a Standard Extended SOP Class); with counts neither they nor a scale is written.
 */
export function nmDataset(visit: DicomVisit, nm: NmToWrite): Dataset {
  const [nx, ny, nz] = nm.grid.dimensions
  const projections = 120
  const isCounts = nm.scale === null
  const half = (nm.energyWindow.keV * nm.energyWindow.width) / 2
  const largest = nm.stored.reduce((a, b) => Math.max(a, b), 0)
  return {
    ...commonModules('NM', visit, nm.series, nm.instanceUid),
    ...acquisitionTimes(nm.series.start),
    ImageType: ['DERIVED', 'PRIMARY', 'RECON TOMO', 'EMISSION'],
    BodyPartExamined: visit.bodyPart,
    SliceThickness: ds(nm.grid.spacingMm[2]),
    CountsAccumulated: String(Math.round(nm.countsTotal)),
    AcquisitionTerminationCondition: 'TIME',
    SpacingBetweenSlices: ds(stepAlongNormalMm(nm.grid)),
    InstanceNumber: '1',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(nz),
    FrameIncrementPointer: [0x00540080],
    Rows: ny,
    Columns: nx,
    PixelSpacing: pixelSpacing(nm.grid),
    CorrectedImage: isCounts ? ['ATTN', 'SCAT', 'UNIF'] : ['DECY', 'ATTN', 'SCAT', 'UNIF'],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    WindowCenter: ds(Math.max(1, Math.round(largest / 4))),
    WindowWidth: ds(Math.max(1, Math.round(largest / 2))),
    ...scale(nm),
    NumberOfEnergyWindows: 1,
    EnergyWindowInformationSequence: [
      {
        EnergyWindowRangeSequence: [
          {
            EnergyWindowLowerLimit: ds(nm.energyWindow.keV - half),
            EnergyWindowUpperLimit: ds(nm.energyWindow.keV + half),
          },
        ],
        EnergyWindowName: nm.energyWindow.name,
      },
    ],
    ...radiopharmaceutical('NM', nm.radiopharmaceutical, visit.timezoneOffset),
    NumberOfDetectors: 1,
    DetectorInformationSequence: [
      {
        RadialPosition: '260',
        FieldOfViewShape: 'RECTANGLE',
        FieldOfViewDimensions: ['533', '387'],
        CollimatorGridName: 'MELP',
        CollimatorType: 'PARA',
        FocalDistance: '0',
        ImagePositionPatient: imagePosition(nm.grid, 0),
        ImageOrientationPatient: imageOrientation(nm.grid),
        ZoomFactor: ['1', '1'],
        StartAngle: '180',
      },
    ],
    NumberOfRotations: 1,
    RotationInformationSequence: [
      {
        TableHeight: '150',
        RotationDirection: 'CW',
        ScanArc: '360',
        AngularStep: '3',
        ActualFrameDuration: String(Math.round((nm.acquisitionS * 1000) / projections)),
        NumberOfFramesInRotation: projections,
        StartAngle: '180',
      },
    ],
    SliceVector: Array.from({ length: nz }, (_, k) => k + 1),
    NumberOfSlices: nz,
    TypeOfDetectorMotion: 'STEP AND SHOOT',
    ImageID: 'SPECT RECON',
    ...patientOrientation(visit.patientPosition),
    PixelData: nm.stored.slice().buffer,
    _vrMap: { PixelData: 'OW' },
  }
}

/** What a stored value means: real-world value mapping (UCUM Bq/ml), rescale with units, both, or nothing for counts. */
function scale({ scale: s }: NmToWrite): Dataset {
  if (!s) return {}
  return {
    ...(s.byRescale ? { RescaleIntercept: '0', RescaleSlope: ds(s.bqPerMlPerUnit), Units: 'BQML' } : {}),
    DecayCorrection: 'START',
    ...(s.byMapping
      ? {
          RealWorldValueMappingSequence: [
            {
              LUTExplanation: 'Activity concentration at acquisition start',
              MeasurementUnitsCodeSequence: [code('Bq/ml', 'UCUM', 'Becquerels/milliliter')],
              LUTLabel: 'BQML',
              RealWorldValueFirstValueMapped: 0,
              RealWorldValueLastValueMapped: 65535,
              RealWorldValueIntercept: 0,
              RealWorldValueSlope: s.bqPerMlPerUnit,
              _vrMap: { RealWorldValueFirstValueMapped: 'US', RealWorldValueLastValueMapped: 'US' },
            },
          ],
        }
      : {}),
  }
}

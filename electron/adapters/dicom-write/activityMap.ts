import { voxelCount } from '../../../native-core/imaging/index.ts'
import type { ActivityMapToWrite } from '../../services/ports/dicomObjects.ts'
import type { Dataset } from './dataset.ts'
import { BY_POSITION, derivedFrom, dimensions, sharedGeometry, slicePlane, slicesAlongNormal } from './frames.ts'
import { commonReferences, contentIdentification, objectModules } from './objectModules.ts'
import { code, dt, shortened } from './values.ts'

/**
 * Parametric Map Storage (PS3.3 A.75, C.8.32): activity concentration as 32-bit floats with a real-world value mapping of slope 1 to
 * Bq/ml, frames along the normal of the slices.
 *
 * @throws RangeError where a value is not finite.
 */
export function activityMapDataset(object: ActivityMapToWrite): Dataset {
  const { grid, context, concentrationBqPerMl: values } = object
  const [columns, rows] = grid.dimensions
  if (values.length !== voxelCount(grid))
    throw new RangeError(`${values.length} values for a grid of ${voxelCount(grid)} voxels`)
  let [smallest, largest] = [Infinity, -Infinity]
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`An activity concentration of ${value} cannot be written`)
    if (value < smallest) smallest = value
    if (value > largest) largest = value
  }
  const slices = slicesAlongNormal(grid)
  const perFrame = rows * columns
  const pixels = new Float32Array(values.length)
  slices.forEach((slice, place) =>
    pixels.set(values.subarray(slice * perFrame, (slice + 1) * perFrame), place * perFrame),
  )
  const imageType = ['DERIVED', 'PRIMARY', object.modality === 'PT' ? 'PET' : 'EMISSION', 'QUANTITY']
  const { acquisitionStart: start } = object
  return {
    ...objectModules('PARAMETRIC_MAP', object.modality, context),
    ImageType: imageType,
    ...commonReferences(context.study.uid, [object.references]),
    ...dimensions(context.instanceUid, [BY_POSITION]),
    ...(start === null ? {} : { AcquisitionDateTime: dt(start, null) }),
    ...contentIdentification(object.label, context.series.description),
    ContentQualification: 'RESEARCH',
    DerivationDescription: shortened(object.derivation, 1024),
    AcquisitionContextSequence: [],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PresentationLUTShape: 'IDENTITY',
    NumberOfFrames: String(slices.length),
    Rows: rows,
    Columns: columns,
    BitsAllocated: 32,
    LossyImageCompression: '00',
    BurnedInAnnotation: 'NO',
    RecognizableVisualFeatures: 'NO',
    SharedFunctionalGroupsSequence: [
      {
        ...sharedGeometry(grid),
        ...derivedFrom(object.references, code('113053', 'DCM', 'Pixel by pixel multiplication')),
        FrameAnatomySequence: [
          { AnatomicRegionSequence: [code('38266002', 'SCT', 'Entire body')], FrameLaterality: 'U' },
        ],
        ParametricMapFrameTypeSequence: [{ FrameType: imageType }],
        FrameVOILUTSequence: [{ WindowCenter: middle(smallest, largest), WindowWidth: width(smallest, largest) }],
        PixelValueTransformationSequence: [{ RescaleIntercept: '0', RescaleSlope: '1', RescaleType: 'US' }],
        RealWorldValueMappingSequence: [
          {
            LUTExplanation: 'Activity concentration at the start of the acquisition',
            LUTLabel: 'ACTIVITY',
            DoubleFloatRealWorldValueFirstValueMapped: smallest,
            DoubleFloatRealWorldValueLastValueMapped: largest,
            RealWorldValueIntercept: 0,
            RealWorldValueSlope: 1,
            MeasurementUnitsCodeSequence: [code('Bq/ml', 'UCUM', 'Becquerels/milliliter')],
            QuantityDefinitionSequence: [
              {
                ValueType: 'CODE',
                ConceptNameCodeSequence: [code('246205007', 'SCT', 'Quantity')],
                ConceptCodeSequence: [code('110821', 'DCM', 'Nuclear Medicine Tomographic Activity')],
              },
            ],
          },
        ],
      },
    ],
    PerFrameFunctionalGroupsSequence: slices.map((slice, place) => ({
      FrameContentSequence: [{ DimensionIndexValues: [place + 1] }],
      ...slicePlane(grid, slice),
    })),
    FloatPixelData: pixels.buffer,
  }
}

const middle = (low: number, high: number): string => String(Math.round((low + high) / 2))
const width = (low: number, high: number): string => String(Math.max(1, Math.ceil(high - low)))

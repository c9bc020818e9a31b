import type { DoseToWrite } from '../../services/ports/dicomWriter.ts'
import { voxelCount } from '../../../native-core/imaging/index.ts'
import type { Dataset } from './dataset.ts'
import { imageOrientation, imagePosition, pixelSpacing, slicePosition, stepAlongNormalMm } from './geometry.ts'
import { SOP_CLASS } from './modules.ts'
import { da, ds, dsMm, tm } from './values.ts'

const DOSE_TYPES = { physical: 'PHYSICAL', effective: 'EFFECTIVE', error: 'ERROR' } as const
/** Of a value representation LT. */
const LONGEST_TEXT = 10_240
const GRID_FRAME_OFFSET_VECTOR = 0x3004000c

/**
 * RT Dose Storage: one multi-frame grid of 32-bit values times Dose Grid Scaling (PS3.3 A.18, C.8.8.3). Frames run along the normal
 * of the rows and columns; those of a left-handed grid are turned round, which changes no voxel's place. An error has signed values,
 * as the standard wants for Dose Type ERROR. The values are within max/2³² (error: max/2³¹) of what was given.
 *
 * Throws RangeError where a value is not finite or, for a physical dose, negative.
 */
export function rtDoseDataset(dose: DoseToWrite): Dataset {
  const [nx, ny, nz] = dose.grid.dimensions
  const { pixels, scaling } = storedDose(dose)
  const reversed = stepAlongNormalMm(dose.grid) < 0
  const frame = nx * ny
  if (reversed)
    for (let low = 0, high = nz - 1; low < high; low++, high--) {
      const kept = pixels.slice(low * frame, (low + 1) * frame)
      pixels.copyWithin(low * frame, high * frame, (high + 1) * frame)
      pixels.set(kept, high * frame)
    }
  const { patient, study, series } = dose
  const first = reversed ? nz - 1 : 0
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: SOP_CLASS.RTDOSE,
    SOPInstanceUID: dose.instanceUid,
    StudyDate: study.start === null ? '' : da(study.start),
    StudyTime: study.start === null ? '' : tm(study.start),
    AccessionNumber: '',
    Modality: 'RTDOSE',
    Manufacturer: dose.equipment.manufacturer,
    ReferringPhysicianName: '',
    StudyDescription: study.description,
    SeriesDescription: series.description,
    OperatorsName: '',
    ManufacturerModelName: dose.equipment.model,
    PatientName: patient.name,
    PatientID: patient.id,
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    SoftwareVersions: dose.equipment.software,
    StudyInstanceUID: study.uid,
    SeriesInstanceUID: series.uid,
    StudyID: study.id,
    SeriesNumber: String(series.number),
    InstanceNumber: '1',
    ImagePositionPatient: imagePosition(dose.grid, first),
    ImageOrientationPatient: imageOrientation(dose.grid),
    FrameOfReferenceUID: dose.frameOfReferenceUid,
    PositionReferenceIndicator: '',
    SliceThickness: ds(dose.grid.spacingMm[2]),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    ...(nz === 1 ? {} : { NumberOfFrames: String(nz), FrameIncrementPointer: [GRID_FRAME_OFFSET_VECTOR] }),
    Rows: ny,
    Columns: nx,
    PixelSpacing: pixelSpacing(dose.grid),
    BitsAllocated: 32,
    BitsStored: 32,
    HighBit: 31,
    PixelRepresentation: dose.kind === 'error' ? 1 : 0,
    DoseUnits: 'GY',
    DoseType: DOSE_TYPES[dose.kind],
    DoseComment: dose.comment,
    ...(dose.description ? { ImageComments: dose.description.slice(0, LONGEST_TEXT) } : {}),
    // The dose of all the activity that was given. PLAN asks for a plan to refer to; it need not be at hand.
    DoseSummationType: 'PLAN',
    ...(nz === 1 ? {} : { GridFrameOffsetVector: offsets(dose, first) }),
    DoseGridScaling: scaling,
    ReferencedRTPlanSequence: [
      { ReferencedSOPClassUID: SOP_CLASS.RTPLAN, ReferencedSOPInstanceUID: dose.planInstanceUid },
    ],
    PixelData: pixels.buffer as ArrayBuffer,
    _vrMap: { PixelData: 'OW' },
  }
}

/** Distances of the frames from the first one along the normal, mm. */
function offsets({ grid }: DoseToWrite, first: number): string[] {
  const start = slicePosition(grid, first)
  return Array.from({ length: grid.dimensions[2] }, (_, n) => {
    const at = slicePosition(grid, Math.abs(first - n))
    return dsMm(Math.hypot(at[0] - start[0], at[1] - start[1], at[2] - start[2]))
  })
}

/** The stored numbers and their scale, as a decimal string of at most 16 characters whose value the numbers were made with. */
function storedDose(dose: DoseToWrite): { pixels: Uint32Array | Int32Array; scaling: string } {
  const { values, kind, grid } = dose
  if (values.length !== voxelCount(grid))
    throw new RangeError(`${values.length} values for a grid of ${voxelCount(grid)} voxels`)
  let largest = 0
  for (const value of values) {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`A dose of ${value} Gy cannot be written`)
    if (value > largest) largest = value
  }
  const top = kind === 'error' ? 2 ** 31 - 1 : 2 ** 32 - 1
  // A decimal string rounds: a part in 10⁸ more keeps the largest value below the top.
  const scaling = largest > 0 ? ds(Number(((largest / top) * (1 + 1e-8)).toPrecision(10))) : '1'
  const perUnit = Number(scaling)
  const pixels = kind === 'error' ? new Int32Array(values.length) : new Uint32Array(values.length)
  for (let n = 0; n < values.length; n++) pixels[n] = Math.round(values[n]! / perUnit)
  return { pixels, scaling }
}

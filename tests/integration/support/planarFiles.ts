/** Planar NM and dynamic PET files with numbers that are known, for tests. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeFile } from '../../../electron/adapters/dicom-write/dataset.ts'
import type { Dataset } from '../../../electron/adapters/dicom-write/dataset.ts'

export interface PlanarView {
  readonly name: string
  /** Counts of each window, column fastest; as the camera head sees them. */
  readonly windows: readonly Uint16Array[]
}

/** One static NM file with both views in all windows: frames by window, then view. */
export function writePlanar(
  folder: string,
  name: string,
  options: {
    readonly columns: number
    readonly rows: number
    readonly spacingMm: number
    readonly durationS: number
    readonly windowsKev: readonly (readonly [number, number])[]
    readonly views: readonly PlanarView[]
    /** Day and time of day of the scan, YYYYMMDD and HHMMSS. */
    readonly acquired?: readonly [string, string]
  },
): void {
  const { columns, rows, spacingMm, durationS, windowsKev, views, acquired = ['20260112', '130000'] } = options
  const frames = windowsKev.flatMap((_, window) => views.map((view, detector) => ({ window, detector, view })))
  const pixels = new Uint16Array(columns * rows * frames.length)
  frames.forEach(({ window, view }, f) => pixels.set(view.windows[window] as Uint16Array, f * columns * rows))
  write(folder, name, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.20',
    SOPInstanceUID: `2.25.7001${name.length}${[...name].map((c) => c.charCodeAt(0)).join('')}`,
    StudyInstanceUID: '2.25.7002',
    SeriesInstanceUID: `2.25.7003${[...name].map((c) => c.charCodeAt(0)).join('')}`,
    Modality: 'NM',
    SeriesDescription: `Planar ${name}`,
    PatientName: 'Planar^Test',
    PatientID: 'PLANAR',
    ImageType: ['ORIGINAL', 'PRIMARY', 'STATIC', 'EMISSION'],
    AcquisitionDate: acquired[0],
    AcquisitionTime: acquired[1],
    ActualFrameDuration: String(durationS * 1000),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: String(frames.length),
    FrameIncrementPointer: [0x00540010, 0x00540020],
    Rows: rows,
    Columns: columns,
    PixelSpacing: [String(spacingMm), String(spacingMm)],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    EnergyWindowVector: frames.map(({ window }) => window + 1),
    NumberOfEnergyWindows: windowsKev.length,
    EnergyWindowInformationSequence: windowsKev.map(([low, high]) => ({
      EnergyWindowName: `${low} to ${high}`,
      EnergyWindowRangeSequence: [{ EnergyWindowLowerLimit: String(low), EnergyWindowUpperLimit: String(high) }],
    })),
    DetectorVector: frames.map(({ detector }) => detector + 1),
    NumberOfDetectors: views.length,
    DetectorInformationSequence: views.map((view) => ({
      ViewCodeSequence: [{ CodeValue: 'V', CodingSchemeDesignator: '99TEST', CodeMeaning: view.name }],
    })),
    PixelData: pixels.buffer,
    _vrMap: { PixelData: 'OW' },
  })
}

/** A dynamic PET: one file a slice and frame, Bq/mL decay-corrected to the start of the series. */
export function writeDynamicPet(
  folder: string,
  frames: readonly { readonly startS: number; readonly durationS: number; readonly values: Uint16Array }[],
  options: { readonly columns: number; readonly rows: number; readonly slices: number; readonly halfLifeS: number },
): void {
  const { columns, rows, slices, halfLifeS } = options
  const size = columns * rows
  // What the average over the frame was multiplied with to be the activity at the start of the series.
  const decayFactor = (startS: number, durationS: number): number => {
    const x = (Math.LN2 * durationS) / halfLifeS
    return (2 ** (startS / halfLifeS) * x) / (1 - Math.exp(-x))
  }
  // All on one day, from 09:00:00, the injection at 08:59:00.
  const clock = (s: number): string =>
    [9 * 3600 + s].map((t) =>
      [Math.floor(t / 3600), Math.floor((t % 3600) / 60), t % 60].map((n) => String(n).padStart(2, '0')).join(''),
    )[0] as string
  frames.forEach(({ startS, durationS, values }, f) => {
    for (let k = 0; k < slices; k++)
      write(folder, `f${f}s${k}.dcm`, {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.128',
        SOPInstanceUID: `2.25.8001${f}0${k}`,
        StudyInstanceUID: '2.25.8002',
        SeriesInstanceUID: '2.25.8003',
        FrameOfReferenceUID: '2.25.8004',
        Modality: 'PT',
        SeriesDescription: 'Dynamic',
        PatientName: 'Dynamic^Test',
        PatientID: 'DYNAMIC',
        PatientSex: 'M',
        PatientWeight: '80',
        PatientSize: '1.8',
        ImageType: ['ORIGINAL', 'PRIMARY'],
        SeriesDate: '20260112',
        SeriesTime: clock(0),
        AcquisitionDate: '20260112',
        AcquisitionTime: clock(startS),
        ActualFrameDuration: String(durationS * 1000),
        FrameReferenceTime: String((startS + durationS / 2) * 1000),
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        Rows: rows,
        Columns: columns,
        PixelSpacing: ['4', '4'],
        SliceThickness: '4',
        ImagePositionPatient: ['0', '0', String(4 * k)],
        ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: 0,
        RescaleIntercept: '0',
        RescaleSlope: '1',
        CorrectedImage: ['DECY', 'ATTN', 'SCAT'],
        Units: 'BQML',
        CountsSource: 'EMISSION',
        DecayCorrection: 'START',
        DecayFactor: String(decayFactor(startS, durationS).toPrecision(10)),
        SeriesType: ['DYNAMIC', 'IMAGE'],
        NumberOfSlices: slices,
        NumberOfTimeSlices: frames.length,
        RadiopharmaceuticalInformationSequence: [
          {
            Radiopharmaceutical: 'Test',
            RadiopharmaceuticalStartDateTime: '20260112085900',
            RadionuclideTotalDose: '200000000',
            RadionuclideHalfLife: String(halfLifeS),
            RadionuclideCodeSequence: [
              { CodeValue: 'C-111A1', CodingSchemeDesignator: 'SRT', CodeMeaning: '^18^Fluorine' },
            ],
          },
        ],
        PixelData: values.slice(k * size, (k + 1) * size).buffer,
        _vrMap: { PixelData: 'OW' },
      })
  })
}

function write(folder: string, name: string, dataset: Dataset): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), encodeFile(dataset))
}

/** NM series: reconstructed volumes become images, everything else is kept. */
import type { DicomDataSet } from '../dicom-files/index.ts'
import { has, seq } from '../dicom-files/index.ts'
import { makeDraft } from './drafts.ts'
import { checkInjectionBeforeScan } from './emission.ts'
import { nmDuration, nmQuantity } from './nm.ts'
import { nmKind, nmVolumeFrames } from './nmFrames.ts'
import { nmGeometry } from './nmGeometry.ts'
import type { HalfLifeLookup } from './nuclide.ts'
import { isFinding } from './planes.ts'
import { isRefused, refused } from './problems.ts'
import type { Finding } from './problems.ts'
import type { QuantityReading } from './quantity.ts'
import { readRadiopharmaceutical } from './radiopharmaceutical.ts'
import { TAG } from './tags.ts'
import { acquisitionStart } from './times.ts'
import { timingOf } from './timing.ts'
import type { Timing } from './timing.ts'
import type { Radiopharmaceutical } from '../../contracts/domain.ts'
import type { DicomFile, ImageDraft, SeriesResult } from './types.ts'
import { readVolumes } from './volumes.ts'

/** Reads one series of NM files. */
export function readNmSeries(files: readonly DicomFile[], knownHalfLifeS: HalfLifeLookup): SeriesResult {
  const images: ImageDraft[] = []
  const findings: Finding[] = []
  const kept: SeriesResult['kept'][number][] = []
  const volumes: DicomFile[] = []
  for (const file of files) {
    const kind = nmKind(file.header)
    if (kind.kind === 'volume') {
      volumes.push(file)
      findings.push(...kind.findings)
    } else kept.push({ files: [file], keySuffix: file.sopInstanceUid, reason: kind.reason })
  }
  const single = volumes.filter((file) => file.pixel?.frames === 1)
  const multi = volumes.filter((file) => file.pixel?.frames !== 1)
  const refuse = (members: readonly DicomFile[], why: readonly Finding[]): void => {
    findings.push(...why.map((finding) => ({ filePaths: members.map(({ read }) => read.displayPath), ...finding })))
    kept.push({
      files: members,
      keySuffix: 'refused',
      reason: why.find(({ severity }) => severity === 'refused')?.message ?? 'refused',
    })
  }
  const isOnly = multi.length + (single.length > 0 ? 1 : 0) === 1
  for (const file of multi) {
    const made = readMultiFrame(file, isOnly, knownHalfLifeS)
    for (const one of made)
      if (Array.isArray(one)) refuse([file], one)
      else images.push(one)
  }
  if (single.length > 0) readSingleFrames(single, isOnly, knownHalfLifeS, images, refuse)
  return { images, kept, findings }
}

interface Emission {
  readonly given: Radiopharmaceutical | null
  readonly timing: Timing
  readonly quantity: QuantityReading
  readonly findings: readonly Finding[]
}

function emissionOf(file: DicomFile, knownHalfLifeS: HalfLifeLookup): Emission {
  const { header } = file
  const injection = readRadiopharmaceutical(header, 'NM', knownHalfLifeS)
  const timing = timingOf([{ acquisition: acquisitionStart(header), durationS: nmDuration(header) }], true)
  const quantity = nmQuantity(file, injection.value, timing)
  return {
    given: injection.value,
    timing,
    quantity,
    findings: [...injection.findings, ...checkInjectionBeforeScan(injection.value, timing.start), ...quantity.findings],
  }
}

function readMultiFrame(
  file: DicomFile,
  isOnlyFile: boolean,
  knownHalfLifeS: HalfLifeLookup,
): (ImageDraft | Finding[])[] {
  const { header, pixel } = file
  if (!pixel) return [[refused('pixel.missing', 'The file has no pixel data.', 'Export the file again.')]]
  if (pixel.samplesPerPixel !== 1)
    return [
      [refused('pixel.colour', 'The file holds a colour picture, not measured values.', 'Import the original series.')],
    ]
  const groups = nmVolumeFrames(header, pixel.frames)
  if (isFinding(groups)) return [[groups]]
  const emission = emissionOf(file, knownHalfLifeS)
  return groups.map((group) => {
    const geometry = nmGeometry(header, pixel, group.frames, group.detector)
    if (isFinding(geometry)) return [geometry]
    const { quantity } = emission
    const findings = [...geometry.findings, ...emission.findings]
    if (quantity.kind === 'refused' || isRefused(findings)) return findings
    const scaling = quantity.scalings[0]!
    return makeDraft({
      modality: 'NM',
      grid: geometry.grid,
      slices: geometry.frames.map((frame) => ({ file, frame, slope: scaling.slope, intercept: scaling.intercept })),
      quantity: quantity.quantity,
      timing: emission.timing,
      radiopharmaceutical: emission.given,
      distinction: group.distinction,
      isOnlyVolume: isOnlyFile && groups.length === 1,
      findings,
      directionDoubt: geometry.directionDoubt,
    })
  })
}

/** Reconstructions written one slice a file: stacked by position, as CT is; each file has its own scaling. */
function readSingleFrames(
  files: readonly DicomFile[],
  isOnly: boolean,
  knownHalfLifeS: HalfLifeLookup,
  images: ImageDraft[],
  refuse: (members: readonly DicomFile[], why: readonly Finding[]) => void,
): void {
  const original = new Map(files.map((file) => [file.sopInstanceUid, file]))
  const reading = readVolumes(files.map(withPlaceInRoot))
  if (reading.findings.length > 0) refuse(files, reading.findings)
  for (const volume of reading.volumes) {
    const members = volume.slices.map(({ file }) => original.get(file.sopInstanceUid)!)
    const emissions = members.map((file) => emissionOf(file, knownHalfLifeS))
    const first = emissions[0]!
    const broken = emissions.find(({ quantity }) => quantity.kind === 'refused')
    const kinds = new Set(
      emissions.map(({ quantity }) =>
        quantity.kind === 'read' ? JSON.stringify({ ...quantity.quantity, factorToAcquisitionStart: 0 }) : '',
      ),
    )
    const findings: Finding[] = [...volume.findings, ...first.findings]
    if (broken) findings.push(...broken.findings)
    else if (kinds.size > 1)
      findings.push(
        refused(
          'quantity.units-differ',
          'The slices of the series differ in unit or decay correction.',
          'Import the series as one reconstruction wrote it.',
        ),
      )
    if (isRefused(findings) || first.quantity.kind === 'refused') {
      refuse(members, findings)
      continue
    }
    images.push(
      makeDraft({
        modality: 'NM',
        grid: volume.grid,
        slices: members.map((file, i) => {
          const { quantity } = emissions[i]!
          const scaling =
            quantity.kind === 'read' ? quantity.scalings[0]! : { slope: Number.NaN, intercept: Number.NaN }
          return { file, frame: 0, slope: scaling.slope, intercept: scaling.intercept }
        }),
        quantity: first.quantity.quantity,
        timing: first.timing,
        radiopharmaceutical: first.given,
        distinction: volume.distinction,
        isOnlyVolume: isOnly && reading.volumes.length === 1,
        findings,
        directionDoubt: null,
      }),
    )
  }
}

/** NM files state position and orientation in the detector sequence; slices are read from the root. */
function withPlaceInRoot(file: DicomFile): DicomFile {
  const place = seq(file.header, TAG.detectorInformationSequence).find((item: DicomDataSet) =>
    has(item, TAG.imagePosition),
  )
  if (!place) return file
  const { elements } = file.header
  const moved = Object.fromEntries(
    [TAG.imagePosition, TAG.imageOrientation].flatMap((tag) =>
      place.elements[tag] && !elements[tag] ? [[tag, place.elements[tag]]] : [],
    ),
  )
  return { ...file, header: { ...file.header, elements: { ...elements, ...moved } } }
}

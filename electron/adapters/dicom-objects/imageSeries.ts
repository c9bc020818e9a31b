/** CT, MR and PET series: from slices to images with physical values. */
import type { Instant, Radiopharmaceutical } from '../../contracts/domain.ts'
import { num, seq, str, strs } from '../dicom-files/index.ts'
import { codeOf } from './codes.ts'
import { makeDraft } from './drafts.ts'
import { dynamicReference } from './dynamicReference.ts'
import type { DynamicReference } from './dynamicReference.ts'
import { checkInjectionBeforeScan } from './emission.ts'
import type { HalfLifeLookup } from './nuclide.ts'
import { isRefused, question, shortList } from './problems.ts'
import type { Finding } from './problems.ts'
import { ptQuantity } from './pt.ts'
import { ctQuantity, mrQuantity } from './quantity.ts'
import type { QuantityReading } from './quantity.ts'
import { readRadiopharmaceutical } from './radiopharmaceutical.ts'
import { TAG } from './tags.ts'
import { timingOf } from './timing.ts'
import type { Timing } from './timing.ts'
import type { DicomFile, ImageDraft, SeriesResult } from './types.ts'
import { readVolumes } from './volumes.ts'
import type { Volume } from './volumes.ts'

type Kept = SeriesResult['kept'][number]

/** Reads one series of CT, MR or PET files. With `dynamicFrames` each time frame of a dynamic PET is an image, else they are kept. */
export function readImageSeries(
  files: readonly DicomFile[],
  modality: 'CT' | 'MR' | 'PT',
  knownHalfLifeS: HalfLifeLookup,
  dynamicFrames = false,
): SeriesResult {
  const kept: Kept[] = []
  const usable: DicomFile[] = []
  const reasons = new Map<string, DicomFile[]>()
  for (const file of files) {
    const reason = whyNotAVolume(file, modality, dynamicFrames)
    if (reason === null) usable.push(file)
    else reasons.set(reason, [...(reasons.get(reason) ?? []), file])
  }
  for (const [reason, members] of reasons) kept.push({ files: members, keySuffix: reason, reason })
  if (usable.length === 0) return { images: [], kept, findings: [] }

  const reading = readVolumes(usable)
  const findings: Finding[] = [...reading.findings]
  const images: ImageDraft[] = []
  const common = dynamicFrames ? commonReference(reading.volumes, knownHalfLifeS) : { reference: null, findings: [] }
  findings.push(...common.findings)
  for (const volume of reading.volumes) {
    const draft = readVolume(volume, modality, reading.volumes.length === 1, knownHalfLifeS, common.reference)
    if (Array.isArray(draft)) {
      findings.push(...draft)
      kept.push({
        files: filesOf(volume),
        keySuffix: volume.distinction,
        reason: draft.find(({ severity }) => severity === 'refused')!.message,
      })
    } else images.push(draft)
  }
  const placed = new Set([
    ...images.flatMap(({ recipe }) => recipe.slices.map(({ file }) => file)),
    ...kept.flatMap((one) => one.files),
  ])
  const refusedFiles = usable.filter((file) => !placed.has(file))
  const firstRefusal = findings.find(({ severity }) => severity === 'refused')
  if (refusedFiles.length > 0 && firstRefusal)
    kept.push({ files: refusedFiles, keySuffix: 'refused', reason: firstRefusal.message })
  return { images, kept, findings }
}

/** The image, or the findings of a volume that was refused. */
function readVolume(
  volume: Volume,
  modality: 'CT' | 'MR' | 'PT',
  isOnlyVolume: boolean,
  knownHalfLifeS: HalfLifeLookup,
  reference: Instant | null,
): ImageDraft | Finding[] {
  const timing = timingOf(volume.slices, modality === 'PT')
  const findings: Finding[] = [...volume.findings]
  let given: Radiopharmaceutical | null = null
  if (modality === 'PT') {
    const files = filesOf(volume)
    const reading = readRadiopharmaceutical(files[0]!.header, 'PT', knownHalfLifeS)
    given = reading.value
    findings.push(...reading.findings, ...injectionsDiffer(files), ...checkInjectionBeforeScan(given, timing.start))
  }
  const quantity = quantityOf(volume, modality, given, timing, reference)
  findings.push(...quantity.findings)
  if (quantity.kind === 'refused' || isRefused(findings)) return findings
  return makeDraft({
    modality,
    grid: volume.grid,
    slices: volume.slices.map((slice, i) => ({
      file: slice.file,
      frame: slice.frame,
      ...coefficients(quantity.scalings[i]!),
    })),
    quantity: quantity.quantity,
    timing,
    radiopharmaceutical: given,
    distinction: volume.distinction,
    isOnlyVolume,
    findings,
    directionDoubt: null,
  })
}

function coefficients({ slope, intercept }: { readonly slope: number; readonly intercept: number }): {
  slope: number
  intercept: number
} {
  return { slope, intercept }
}

function quantityOf(
  volume: Volume,
  modality: 'CT' | 'MR' | 'PT',
  given: Radiopharmaceutical | null,
  timing: Timing,
  reference: Instant | null,
): QuantityReading {
  if (modality === 'CT') return ctQuantity(volume.slices)
  return modality === 'MR' ? mrQuantity(volume.slices) : ptQuantity(volume.slices, given, timing, reference)
}

/** What the time frames of a dynamic PET are corrected to, judged over all of them; one volume says it itself. */
function commonReference(volumes: readonly Volume[], knownHalfLifeS: HalfLifeLookup): DynamicReference {
  const slices = volumes.flatMap((volume) => volume.slices)
  const [first] = slices
  const isDynamic = first && str(first.file.header, TAG.seriesType)?.toUpperCase() === 'DYNAMIC'
  if (volumes.length < 2 || !isDynamic) return { reference: null, findings: [] }
  const { value } = readRadiopharmaceutical(first.file.header, 'PT', knownHalfLifeS)
  return dynamicReference(slices, value?.halfLifeS ?? null)
}

function filesOf(volume: Volume): DicomFile[] {
  return [...new Set(volume.slices.map(({ file }) => file))]
}

/** Why a file of an image class is no part of a volume; null where it is. */
function whyNotAVolume(file: DicomFile, modality: 'CT' | 'MR' | 'PT', dynamicFrames: boolean): string | null {
  const { header } = file
  const imageType = strs(header, TAG.imageType).map((value) => value.toUpperCase())
  if (modality === 'CT' && imageType[2] === 'LOCALIZER') return 'CT localizer (scout): no volume'
  if (modality !== 'PT') return null
  const [type = '', content = ''] = strs(header, TAG.seriesType).map((value) => value.toUpperCase())
  if (content === 'REPROJECTION') return 'projection of a PET volume (MIP): no volume'
  if (str(header, TAG.countsSource)?.toUpperCase() === 'TRANSMISSION') return 'PET transmission image, not emission'
  const numberOfTimeSlices = num(header, '00540101') ?? 1
  if (type === 'DYNAMIC' && numberOfTimeSlices > 1 && !dynamicFrames)
    return `dynamic PET with ${numberOfTimeSlices} time frames: not used yet`
  if (type === 'GATED') return 'gated PET: one volume for each phase; not used yet'
  return null
}

/** The slices of one PET volume must tell of one injection. */
function injectionsDiffer(files: readonly DicomFile[]): Finding[] {
  const told = new Map<string, string[]>()
  for (const file of files) {
    const item = seq(file.header, TAG.radiopharmaceuticalInformationSequence)[0]
    const parts = item
      ? [
          codeOf(item, TAG.radionuclideCodeSequence)?.meaning ?? 'no radionuclide',
          `${num(item, TAG.radionuclideTotalDose) ?? '?'} Bq`,
          str(item, TAG.radiopharmaceuticalStartDateTime) ?? str(item, TAG.radiopharmaceuticalStartTime) ?? 'no start',
          `half-life ${num(item, TAG.radionuclideHalfLife) ?? '?'} s`,
        ]
      : ['nothing']
    const key = parts.join(', ')
    told.set(key, [...(told.get(key) ?? []), file.read.displayPath])
  }
  if (told.size < 2) return []
  const shown = [...told].map(([what, paths]) => `${what} (${paths.length} files)`)
  return [
    question(
      'administration.differs-within-series',
      `The slices of one series tell of different injections: ${shortList(shown, 4)}.`,
      'Find out which is right; accept it if the first one is.',
    ),
  ]
}

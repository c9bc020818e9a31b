/** Everything of one patient: series read one by one, then checked against each other. */
import type { ImportProblem } from '../../contracts/problems.ts'
import type {
  ScannedImage,
  ScannedKept,
  ScannedPatient,
  ScannedRegistration,
  ScannedStructureSet,
} from '../../services/ports/dicomSource.ts'
import { doseImage } from './doseImages.ts'
import { objectBase } from './drafts.ts'
import { readImageSeries } from './imageSeries.ts'
import type { InterpretOptions } from './interpret.ts'
import { checkNmDirections } from './nmDirection.ts'
import { readNmSeries } from './nmSeries.ts'
import type { PatientGroup } from './patients.ts'
import { isFinding } from './planes.ts'
import { note, toProblem, verdictOf } from './problems.ts'
import type { Finding } from './problems.ts'
import { readDeformableRegistration } from './deformableReg.ts'
import { readParametricMaps } from './parametricMap.ts'
import { readRegistration } from './reg.ts'
import { seriesName } from './seriesNames.ts'
import { kindOfSopClass } from './sopClasses.ts'
import type { ObjectKind } from './sopClasses.ts'
import { structureSetOfRtstruct, structureSetOfSeg } from './structureSets.ts'
import { checkStudies } from './studyChecks.ts'
import type { DicomFile, ImageDraft, SeriesResult, VoxelRecipe } from './types.ts'

export interface PatientResult {
  readonly patient: ScannedPatient
  readonly problems: readonly ImportProblem[]
  readonly recipes: ReadonlyMap<string, VoxelRecipe>
}

/** Reads one patient's files. `known` are problems that were found before and concern series of this patient. */
export async function readPatient(
  group: PatientGroup,
  options: InterpretOptions,
  doubtedSeries: ReadonlyMap<string, ImportProblem>,
  known: readonly ImportProblem[],
): Promise<PatientResult> {
  const patientKey = group.identity.key
  const problems: ImportProblem[] = [...known]
  const drafts: ImageDraft[] = []
  const kept: ScannedKept[] = []
  const structureSets: ScannedStructureSet[] = []
  const registrations: ScannedRegistration[] = []

  const report = (files: readonly DicomFile[], findings: readonly Finding[]): void => {
    const subject = {
      item: seriesName(files),
      seriesUid: files[0]!.seriesUid,
      filePaths: files.map(({ read }) => read.displayPath),
    }
    for (const finding of findings) problems.push(toProblem(finding, subject))
  }
  const keep = (files: readonly DicomFile[], keySuffix: string, reason: string): void => {
    const [first] = files
    const key = [first!.seriesUid, keySuffix].filter((part) => part !== '').join('#')
    kept.push({
      ...objectBase(first!),
      patientKey,
      key,
      files: files.map(({ source }) => source),
      modality: first!.modality,
      reason,
    })
  }
  const series = seriesByKind(group.files)
  for (const { files } of series) {
    const doubt = doubtedSeries.get(files[0]!.seriesUid)
    if (doubt) problems.push({ ...doubt, item: seriesName(files) })
    report(files, encodingNotes(files))
  }

  for (const { kind, reason, files } of series) {
    if (kind === null) {
      report(files, [note('object.kept', `Kept unchanged, not computed with: ${reason}.`)])
      keep(files, reason, reason)
    } else if (
      kind === 'CT' ||
      kind === 'MR' ||
      kind === 'PT' ||
      kind === 'NM' ||
      kind === 'RTDOSE' ||
      kind === 'PARAMETRIC_MAP'
    ) {
      const result = readImages(kind, files, options)
      report(files, result.findings)
      for (const one of result.kept) {
        keep(one.files, one.keySuffix, one.reason)
        if (!result.findings.some(({ message }) => message === one.reason))
          report(one.files, [note('object.kept', `Kept unchanged, not computed with: ${one.reason}.`)])
      }
      drafts.push(...result.images)
    } else if (kind === 'REG' || kind === 'DEFORMABLE_REG')
      for (const file of files) {
        const reading =
          kind === 'REG'
            ? { ...readRegistration(file), deformations: [] }
            : { ...readDeformableRegistration(file), transforms: [] }
        const { transforms, deformations, label, frameOfReferenceUid, findings } = reading
        report([file], findings)
        const base = objectBase(file)
        if (transforms.length + deformations.length > 0)
          registrations.push({
            ...base,
            seriesDescription: base.seriesDescription || label,
            frameOfReferenceUid,
            patientKey,
            key: file.sopInstanceUid,
            files: [file.source],
            transforms,
            deformations,
          })
        else keep([file], file.sopInstanceUid, findings[0]?.message ?? 'registration without transforms')
      }
  }
  checkNmDirections(drafts)
  checkStudies(drafts)

  for (const { kind, files } of series) {
    if (kind !== 'RTSTRUCT' && kind !== 'SEG') continue
    for (const file of files) {
      const result =
        kind === 'RTSTRUCT'
          ? structureSetOfRtstruct(file, drafts)
          : await structureSetOfSeg(file, drafts, options.loadPixels)
      report([file], result.findings)
      structureSets.push(...result.sets.map((set) => ({ ...set, patientKey })))
      if (result.keptReason !== null) {
        keep([file], file.sopInstanceUid, result.keptReason)
        if (result.findings.length === 0)
          report([file], [note('object.kept', `Kept unchanged, not computed with: ${result.keptReason}.`)])
      }
    }
  }

  const recipes = new Map<string, VoxelRecipe>()
  const images: ScannedImage[] = []
  for (const draft of drafts) {
    const { image } = draft
    const files = [...new Set(draft.recipe.slices.map(({ file }) => file))]
    report(files, draft.findings)
    images.push({ ...image, patientKey, verdict: 'accept' })
    recipes.set(image.key, draft.recipe)
  }
  images.sort(inTime)
  const judgedImages = images.map((image) => judged(image, problems))
  return {
    patient: { patient: group.identity, images: judgedImages, structureSets, registrations, kept },
    problems,
    recipes,
  }
}

/** The image with what the problems of its series mean for it. What was refused of the series is no part of the image. */
function judged(image: ScannedImage, problems: readonly ImportProblem[]): ScannedImage {
  const own = problems.filter(({ seriesUid, severity }) => seriesUid === image.seriesUid && severity !== 'refused')
  return { ...image, verdict: verdictOf(own) }
}

function inTime(a: ScannedImage, b: ScannedImage): number {
  const order = [a, b].map((image) => `${image.acquisitionStart?.local ?? '9999'} ${image.modality} ${image.key}`)
  return order[0]! < order[1]! ? -1 : 1
}

interface KindSeries {
  /** null: to be kept. */
  readonly kind: ObjectKind | null
  readonly reason: string
  readonly files: readonly DicomFile[]
}

/** Files by series and kind, in an order that does not depend on names: objects of different kinds under one series UID are parted. */
function seriesByKind(files: readonly DicomFile[]): KindSeries[] {
  const groups = new Map<string, { kind: ObjectKind | null; reason: string; files: DicomFile[] }>()
  for (const file of [...files].sort((a, b) => (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1))) {
    const sop = kindOfSopClass(file.sopClassUid)
    const kind = sop.kind === 'KEPT' ? null : sop.kind
    const reason = sop.kind === 'KEPT' ? sop.reason : ''
    // A series belongs to one study; under two, the same UID was used twice.
    const key = [file.seriesUid, file.studyUid, kind ?? reason].join(' ')
    const group = groups.get(key)
    if (group) group.files.push(file)
    else groups.set(key, { kind, reason, files: [file] })
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

function readImages(
  kind: 'CT' | 'MR' | 'PT' | 'NM' | 'RTDOSE' | 'PARAMETRIC_MAP',
  files: readonly DicomFile[],
  options: InterpretOptions,
): SeriesResult {
  if (kind === 'NM') return readNmSeries(files, options.knownHalfLifeS)
  if (kind === 'PARAMETRIC_MAP') return readParametricMaps(files, options.knownHalfLifeS)
  if (kind !== 'RTDOSE') return readImageSeries(files, kind, options.knownHalfLifeS, options.dynamicFrames)
  const images: ImageDraft[] = []
  const findings: Finding[] = []
  const kept: SeriesResult['kept'][number][] = []
  for (const file of files) {
    const made = doseImage(file, files.length === 1)
    if (isFinding(made)) {
      findings.push({ filePaths: [file.read.displayPath], ...made })
      kept.push({ files: [file], keySuffix: file.sopInstanceUid, reason: made.message })
    } else images.push(made)
  }
  return { images, kept, findings }
}

/** What the reader of files did by a rule of its own, once for each rule. */
function encodingNotes(files: readonly DicomFile[]): Finding[] {
  const byCode = new Map<string, { message: string; paths: string[] }>()
  for (const { header, read } of files)
    for (const { code, message } of header.notes) {
      const entry = byCode.get(code) ?? { message, paths: [] }
      entry.paths.push(read.displayPath)
      byCode.set(code, entry)
    }
  return [...byCode].map(([code, { message, paths }]) =>
    note(code, paths.length > 1 ? `${message} (${paths.length} files)` : message, '', [...new Set(paths)]),
  )
}

/** From read files to patients with images, structures and registrations: the order in which the rules of this folder are applied. */
import type { ImportProblem } from '../../contracts/problems.ts'
import type { ScannedFolder, ScannedPatient } from '../../services/ports/dicomSource.ts'
import type { ReadFile } from '../dicom-files/index.ts'
import { removeDuplicates } from './duplicates.ts'
import { sortFiles } from './files.ts'
import type { HalfLifeLookup } from './nuclide.ts'
import { readPatient } from './patient.ts'
import { groupPatients, patientIdOf } from './patients.ts'
import type { PatientGroup } from './patients.ts'
import { shortList } from './problems.ts'
import type { PixelLoader } from './seg.ts'
import { seriesName } from './seriesNames.ts'
import type { DicomFile, VoxelRecipe } from './types.ts'

export interface InterpretOptions {
  readonly knownHalfLifeS: HalfLifeLookup
  /** For segmentations, whose voxels are their meaning, and for files under one UID. */
  readonly loadPixels: PixelLoader
  /** Whether the time frames of a dynamic PET become images, one each; else the series is kept unchanged. */
  readonly dynamicFrames?: boolean
  /** 0 to 1. */
  readonly progress?: (fraction: number) => void
}

export interface Interpretation {
  readonly folder: Pick<ScannedFolder, 'patients' | 'problems'>
  /** How to load the voxels of each image, by its key. */
  readonly recipes: ReadonlyMap<string, VoxelRecipe>
}

/** Interprets everything that was read below one choice of folders. The result does not depend on the order or names of the files. */
export async function interpret(read: readonly ReadFile[], options: InterpretOptions): Promise<Interpretation> {
  const sorted = sortFiles(read)
  const unique = await removeDuplicates(sorted.files, options.loadPixels)
  const problems: ImportProblem[] = [...sorted.problems, ...unique.problems]
  const files = dropMixedSeries(unique.files, problems)

  const groups = groupPatients(files)
  problems.push(...sharedStudies(groups))
  const patients: ScannedPatient[] = []
  const recipes = new Map<string, VoxelRecipe>()
  let done = 0
  for (const group of groups) {
    const result = await readPatient(group, options, unique.doubtedSeries, identityProblems(group))
    problems.push(...result.problems)
    for (const [key, recipe] of result.recipes) recipes.set(key, recipe)
    const { images, structureSets, registrations, kept } = result.patient
    if (images.length + structureSets.length + registrations.length + kept.length > 0) patients.push(result.patient)
    done += group.files.length
    options.progress?.(done / files.length)
  }
  patients.sort((a, b) => (a.patient.key < b.patient.key ? -1 : 1))
  return { folder: { patients, problems }, recipes }
}

/** Series with slices of two patients are refused as a whole: it is not known whose they are. */
function dropMixedSeries(files: readonly DicomFile[], problems: ImportProblem[]): DicomFile[] {
  const bySeries = new Map<string, DicomFile[]>()
  for (const file of files) {
    const members = bySeries.get(file.seriesUid)
    if (members) members.push(file)
    else bySeries.set(file.seriesUid, [file])
  }
  const kept: DicomFile[] = []
  for (const [seriesUid, members] of bySeries) {
    const ids = new Map<string, number>()
    for (const file of members) ids.set(patientIdOf(file), (ids.get(patientIdOf(file)) ?? 0) + 1)
    if (ids.size === 1) {
      kept.push(...members)
      continue
    }
    problems.push({
      severity: 'refused',
      code: 'patient.mixed-in-series',
      item: seriesName(members),
      message: `One series holds files of ${ids.size} patients: ${shortList([...ids].map(([id, count]) => `"${id}" (${count} files)`))}. It is not known whose it is.`,
      hint: 'Have the patient IDs corrected in the archive, and import the series again.',
      seriesUid,
      filePaths: members.map(({ read }) => read.displayPath),
    })
  }
  return kept
}

/** One study is of one patient: under two, an ID was changed for a part of it. */
function sharedStudies(groups: readonly PatientGroup[]): ImportProblem[] {
  const patientsOf = new Map<string, Map<string, DicomFile[]>>()
  for (const { identity, files } of groups)
    for (const file of files) {
      if (file.studyUid === '') continue
      const patients = patientsOf.get(file.studyUid) ?? new Map<string, DicomFile[]>()
      patients.set(identity.key, [...(patients.get(identity.key) ?? []), file])
      patientsOf.set(file.studyUid, patients)
    }
  return [...patientsOf.values()].flatMap((patients): ImportProblem[] => {
    if (patients.size < 2) return []
    const shown = [...patients].map(([key, files]) => `"${key}" (${files.length} files)`)
    const files = [...patients.values()].flat()
    return [
      {
        severity: 'warning',
        code: 'patient.study-of-several',
        item: seriesName(files),
        message: `One study has files of ${patients.size} patients: ${shortList(shown)}. They were kept apart.`,
        hint: 'If they are one patient, have the Patient ID corrected in the archive: images and structures of different IDs are not used together.',
        seriesUid: null,
        filePaths: files.map(({ read }) => read.displayPath),
      },
    ]
  })
}

/** Contradictions of identity, one problem for each series concerned. */
function identityProblems(group: PatientGroup): ImportProblem[] {
  const problems: ImportProblem[] = []
  for (const { what, message, seriesUids } of group.contradictions)
    for (const seriesUid of seriesUids) {
      const members = group.files.filter((file) => file.seriesUid === seriesUid)
      problems.push({
        severity: what === 'sex' ? 'warning' : 'question',
        code: 'patient.identity-contradiction',
        item: seriesName(members),
        message,
        hint: "Make sure that the series is this patient's; accept it if it is, else have the identity corrected in the archive.",
        seriesUid,
        filePaths: members.map(({ read }) => read.displayPath),
      })
    }
  if (group.isNameless)
    problems.push({
      severity: 'warning',
      code: 'patient.no-identity',
      item: group.files[0]!.read.displayPath,
      message: 'The files name no patient (neither Patient ID nor name); they are kept together by study.',
      hint: 'Make sure whose images these are before using them.',
      seriesUid: null,
      filePaths: group.files.map(({ read }) => read.displayPath),
    })
  else if (group.identity.mrn === '')
    problems.push({
      severity: 'warning',
      code: 'patient.no-id',
      item: group.identity.name,
      message: `The files of "${group.identity.name}" have no Patient ID; they are kept together by name and birth date.`,
      hint: 'Have the Patient ID added in the archive: names are not unique.',
      seriesUid: null,
      filePaths: group.files.map(({ read }) => read.displayPath),
    })
  return problems
}

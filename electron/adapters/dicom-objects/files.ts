/** From what was read of each file to DICOM files that name their object, and to the problems of the others. */
import { str } from '../dicom-files/index.ts'
import type { NotDicomKind, ReadFile } from '../dicom-files/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import { shortList } from './problems.ts'
import { TAG } from './tags.ts'
import type { DicomFile } from './types.ts'

export interface SortedFiles {
  readonly files: readonly DicomFile[]
  readonly problems: readonly ImportProblem[]
}

const NOT_DICOM: Readonly<Record<NotDicomKind, string>> = {
  empty: 'empty file',
  dicomdir: 'DICOMDIR index; the files themselves are read',
  'zip-inside-zip': 'archive inside an archive',
  archive: 'archive of another kind',
  image: 'picture',
  document: 'document',
  text: 'text',
  special: 'not a regular file',
  other: 'not DICOM',
}

/** Parts the read files. Each one that is not used gets its reason: alike reasons of many files are one problem. */
export function sortFiles(read: readonly ReadFile[]): SortedFiles {
  const files: DicomFile[] = []
  const problems: ImportProblem[] = []
  const ignored = new Map<NotDicomKind, ReadFile[]>()
  const nameless: ReadFile[] = []
  for (const file of read) {
    const { outcome } = file
    if (outcome.kind === 'not-dicom') push(ignored, outcome.what, file)
    else if (outcome.kind === 'broken')
      problems.push({
        severity: 'refused',
        code: outcome.code,
        item: file.displayPath,
        message: outcome.message,
        hint: outcome.hint,
        seriesUid: null,
        filePaths: [file.displayPath],
      })
    else {
      const made = dicomFileOf(file)
      if (made) files.push(made)
      else nameless.push(file)
    }
  }
  for (const [what, members] of ignored) problems.push(ignoredProblem(what, members))
  if (nameless.length > 0)
    problems.push({
      severity: 'ignored',
      code: 'file.no-object',
      item: shortList(
        nameless.map(({ displayPath }) => displayPath),
        3,
      ),
      message: `${nameless.length} DICOM file(s) do not say what they hold (no SOP Class or SOP Instance UID).`,
      hint: 'Nothing to do, unless an image is missing: then export it again.',
      seriesUid: null,
      filePaths: nameless.map(({ displayPath }) => displayPath),
    })
  return { files, problems }
}

function ignoredProblem(what: NotDicomKind, members: readonly ReadFile[]): ImportProblem {
  const { outcome } = members[0]!
  const detail =
    members.length === 1 && outcome.kind === 'not-dicom' && outcome.message !== '' ? ` (${outcome.message})` : ''
  return {
    severity: 'ignored',
    code: `file.${what}`,
    item: shortList(
      members.map(({ displayPath }) => displayPath),
      3,
    ),
    message: `${members.length === 1 ? 'Left aside' : `${members.length} files left aside`}: ${NOT_DICOM[what]}${detail}.`,
    hint: '',
    seriesUid: null,
    filePaths: members.map(({ displayPath }) => displayPath),
  }
}

function dicomFileOf(read: ReadFile): DicomFile | null {
  if (read.outcome.kind !== 'dicom') return null
  const { header, pixel } = read.outcome
  const sopClassUid = str(header, TAG.sopClassUid) ?? str(header, '00020002') ?? ''
  const sopInstanceUid = str(header, TAG.sopInstanceUid) ?? str(header, '00020003') ?? ''
  if (sopClassUid === '' || sopInstanceUid === '') return null
  const studyUid = str(header, TAG.studyInstanceUid) ?? ''
  const modality = str(header, TAG.modality) ?? ''
  const { path, displayPath, sizeBytes, sha256 } = read
  return {
    read,
    header,
    pixel,
    sopClassUid,
    sopInstanceUid,
    modality,
    studyUid,
    // Without a series UID a file stands for itself: files without one cannot be known to belong together.
    seriesUid: str(header, TAG.seriesInstanceUid) ?? `without-series:${sopInstanceUid}`,
    source: { path, displayPath, sizeBytes, sha256, sopInstanceUid, sopClassUid },
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const members = map.get(key)
  if (members) members.push(value)
  else map.set(key, [value])
}

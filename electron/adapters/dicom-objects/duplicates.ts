/** Files that hold the same object twice. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { DicomDataSet, DicomElement } from '../dicom-files/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { PixelLoader } from './seg.ts'
import type { DicomFile } from './types.ts'

export interface UniqueFiles {
  readonly files: readonly DicomFile[]
  readonly problems: readonly ImportProblem[]
  /** Series with an object whose two files differ. */
  readonly doubtedSeries: ReadonlyMap<string, ImportProblem>
}

/**
 * Keeps one file of each SOP Instance UID: the first by name. Same bytes, or same content in another encoding, is worth a note; different
 * content under one UID is a question for the whole series, since one of the two was changed after it was made.
 */
export async function removeDuplicates(files: readonly DicomFile[], loadPixels: PixelLoader): Promise<UniqueFiles> {
  const byUid = new Map<string, DicomFile[]>()
  const sorted = [...files].sort((a, b) => compare(a.read.displayPath, b.read.displayPath))
  for (const file of sorted) {
    const known = byUid.get(file.sopInstanceUid)
    if (known) known.push(file)
    else byUid.set(file.sopInstanceUid, [file])
  }
  const kept: DicomFile[] = []
  const repeats: DicomFile[] = []
  const doubtedSeries = new Map<string, ImportProblem>()
  for (const same of byUid.values()) {
    const [first, ...others] = same as [DicomFile, ...DicomFile[]]
    kept.push(first)
    for (const other of others) {
      if (await isSameContent(first, other, loadPixels)) repeats.push(other)
      else addDoubt(doubtedSeries, first, other)
    }
  }
  const problems: ImportProblem[] = []
  if (repeats.length > 0)
    problems.push({
      severity: 'note',
      code: 'file.duplicate',
      item: `${repeats.length} file(s)`,
      message: `${repeats.length} file(s) hold objects that are there already; each object was taken once.`,
      hint: '',
      seriesUid: null,
      filePaths: repeats.map(({ read }) => read.displayPath),
    })
  return { files: kept, problems, doubtedSeries }
}

function addDoubt(doubted: Map<string, ImportProblem>, first: DicomFile, other: DicomFile): void {
  for (const uid of new Set([first.seriesUid, other.seriesUid])) {
    const known = doubted.get(uid)
    const paths = [first.read.displayPath, other.read.displayPath]
    doubted.set(uid, {
      severity: 'question',
      code: 'file.same-uid-different-content',
      item: known?.item ?? first.read.displayPath,
      message:
        known?.message ??
        `"${first.read.displayPath}" and "${other.read.displayPath}" have one SOP Instance UID (${first.sopInstanceUid}) but differ. The first one was taken.`,
      hint: 'Find out which file is the original and import only that one; accept it if the first one is.',
      seriesUid: uid,
      filePaths: [...new Set([...(known?.filePaths ?? []), ...paths])],
    })
  }
}

async function isSameContent(a: DicomFile, b: DicomFile, loadPixels: PixelLoader): Promise<boolean> {
  if (a.read.sha256 !== '' && a.read.sha256 === b.read.sha256) return true
  if (!sameDataSet(a.header, b.header, true)) return false
  if (!a.pixel || !b.pixel) return a.pixel === b.pixel
  if (a.pixel.lossy || b.pixel.lossy) return false
  try {
    const [x, y] = [await loadPixels(a.read), await loadPixels(b.read)]
    return x.data.length === y.data.length && x.data.every((value, i) => value === y.data[i])
  } catch (error) {
    if (error instanceof InputError) return false
    throw error
  }
}

/** Elements that an encoding changes: the meta group, pixel data, lengths, and the written derivation of a compression. */
const ENCODING = /^(0002|7fe0)|0000$|^(00082111|00282110|00282112|00282114|00280004|00280006)$/

function sameDataSet(a: DicomDataSet, b: DicomDataSet, isRoot: boolean): boolean {
  const counts = (tag: string): boolean => !isRoot || !ENCODING.test(tag)
  const tags = new Set([...Object.keys(a.elements), ...Object.keys(b.elements)].filter(counts))
  for (const tag of tags) if (!sameElement(a.elements[tag], b.elements[tag])) return false
  return true
}

function sameElement(a: DicomElement | undefined, b: DicomElement | undefined): boolean {
  if (!a || !b) return false
  if (a.items || b.items)
    return (
      a.items?.length === b.items?.length && (a.items ?? []).every((item, i) => sameDataSet(item, b.items![i]!, false))
    )
  if (a.omittedBytes !== undefined || b.omittedBytes !== undefined) return a.omittedBytes === b.omittedBytes
  return flat(a) === flat(b)
}

function flat(element: DicomElement): string {
  const parts = element.values ?? element.array ?? element.bytes ?? []
  return Array.from(parts as ArrayLike<unknown>, String).join('\\')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

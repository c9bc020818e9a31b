/** The system's dialogs: choosing what to import, and where to save a report or exported files. */
import { BrowserWindow, dialog } from 'electron'
import type { WebContents } from 'electron'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnswerOf, BlobPiece, ExportAsk, RequestOf, Result } from '../contracts/index.ts'
import type { ReadBlob } from './appProtocol.ts'

type Chosen = RequestOf<'dialog.chooseImport'>['kind']

const IMPORT_DIALOGS: Readonly<Record<Chosen, Electron.OpenDialogOptions>> = {
  folder: { title: 'Import a folder of DICOM files', properties: ['openDirectory', 'multiSelections'] },
  files: { title: 'Import DICOM files or zip archives', properties: ['openFile', 'multiSelections'] },
  phantom: {
    title: 'Choose the folder of the phantom’s reconstruction',
    buttonLabel: 'Choose',
    properties: ['openDirectory'],
  },
  planar: {
    title: 'Choose the folder of the images',
    buttonLabel: 'Choose',
    properties: ['openDirectory'],
  },
  network: {
    title: 'Choose the file of a network',
    buttonLabel: 'Add',
    properties: ['openFile'],
    filters: [{ name: 'Networks', extensions: ['onnx'] }],
  },
}

export async function chooseImport(
  sender: WebContents,
  kind: Chosen,
): Promise<Result<AnswerOf<'dialog.chooseImport'>>> {
  const window = BrowserWindow.fromWebContents(sender)
  const options = IMPORT_DIALOGS[kind]
  const chosen = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return { ok: true, value: { paths: chosen.canceled ? [] : chosen.filePaths } }
}

/** Asks for a folder and writes the report's files into it, each under a temporary name first. */
export async function saveReport(
  sender: WebContents,
  reportId: string,
  formats: readonly ('pdf' | 'csv' | 'json')[],
  readBlob: ReadBlob,
): Promise<Result<AnswerOf<'report.save'>>> {
  const window = BrowserWindow.fromWebContents(sender)
  const options: Electron.OpenDialogOptions = {
    title: 'Save the report in a folder',
    buttonLabel: 'Save here',
    properties: ['openDirectory', 'createDirectory'],
  }
  const chosen = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  const folder = chosen.filePaths[0]
  if (chosen.canceled || folder === undefined) return { ok: true, value: { savedTo: [] } }
  const savedTo: string[] = []
  for (const format of formats) {
    const whole = await readWhole(`${reportId}.${format}`, readBlob)
    if (!whole.ok) return whole
    const target = join(folder, whole.value.fileName)
    try {
      await writeDurably(target, whole.value.bytes)
    } catch (error) {
      return {
        ok: false,
        error: {
          kind: 'input',
          code: 'report.cannot-write',
          message: `The report could not be written to ${target}: ${error instanceof Error ? error.message : String(error)}`,
          hint: 'Choose a folder that you may write to and that has space.',
        },
      }
    }
    savedTo.push(target)
  }
  return { ok: true, value: { savedTo } }
}

const EXPORTED: Readonly<Record<ExportAsk['kind'], string>> = {
  dose: 'dose',
  'bed-map': 'BED map',
  'bed-sum': 'BED of several cycles',
  structures: 'structures',
  registration: 'registration',
  activity: 'activity map',
  population: 'population',
}

/** Asks for a folder to write into; null where the person thought better of it. */
export async function chooseExportFolder(sender: WebContents, kind: ExportAsk['kind']): Promise<string | null> {
  const window = BrowserWindow.fromWebContents(sender)
  const options: Electron.OpenDialogOptions = {
    title: `Save the ${EXPORTED[kind]} in a folder`,
    buttonLabel: 'Save here',
    properties: ['openDirectory', 'createDirectory'],
  }
  const chosen = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null)
}

async function readWhole(key: string, readBlob: ReadBlob): Promise<Result<BlobPiece>> {
  const pieceBytes = 4 * 1024 * 1024
  const first = await readBlob('report', key, 0, pieceBytes)
  if (!first.ok) return first
  const bytes = new Uint8Array(first.value.totalBytes)
  bytes.set(first.value.bytes)
  for (let offset = first.value.bytes.byteLength; offset < bytes.byteLength;) {
    const piece = await readBlob('report', key, offset, pieceBytes)
    if (!piece.ok) return piece
    if (piece.value.bytes.byteLength === 0) break
    bytes.set(piece.value.bytes, offset)
    offset += piece.value.bytes.byteLength
  }
  return { ok: true, value: { ...first.value, bytes } }
}

async function writeDurably(target: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${target}.part`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, target)
}

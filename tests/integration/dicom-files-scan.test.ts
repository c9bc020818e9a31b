/** Finding DICOM files in folders and archives: links, pipes, bombs, slow files, cancelling. Needs nothing but what it makes. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDicomFiles, str } from '../../electron/adapters/dicom-files/index.ts'
import type { DicomFiles, ReadFile } from '../../electron/adapters/dicom-files/index.ts'
import { element, file, image, uint16 } from '../../electron/adapters/dicom-files/handMade.test-support.ts'
import { CancelledError, InputError } from '../../native-core/errors/index.ts'

const root = mkdtempSync(join(tmpdir(), 'theratwin-scan-'))
const temporaryRoot = join(root, 'temporary')
mkdirSync(temporaryRoot)
const LE = '1.2.840.10008.1.2.1'
const slice = (number: number): Buffer =>
  file(
    LE,
    Buffer.concat([
      element('00080018', 'UI', `1.2.3.${number}`),
      image({}, element('7fe00010', 'OW', uint16([number, 2, 3, 4]))),
    ]),
  )

let reader: DicomFiles
beforeAll(() => {
  reader = createDicomFiles({ threads: 2, temporaryRoot })
})
afterAll(async () => {
  await reader.close()
  rmSync(root, { recursive: true, force: true })
})

let folders = 0
/** A new folder with the given files. */
function folderWith(files: { readonly [name: string]: Uint8Array | string }): string {
  const path = join(root, `case${(folders += 1)}`)
  mkdirSync(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

function summary(files: readonly ReadFile[]): Record<string, string> {
  return Object.fromEntries(
    files.map(({ displayPath, outcome }) => [
      displayPath,
      outcome.kind === 'broken' ? outcome.code : outcome.kind === 'not-dicom' ? outcome.what : 'dicom',
    ]),
  )
}

describe('folders', () => {
  it('are searched to the bottom, whatever the names, with each kind of file told apart', async () => {
    const path = folderWith({
      'a/b/c/no suffix': slice(1),
      '.hidden/.IM2': slice(2),
      'notes.txt': 'Patient was late.',
      'empty.dcm': '',
      'picture.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      DICOMDIR: file(LE, Buffer.concat([element('00041220', 'SQ', Buffer.alloc(0))])),
      'half.dcm': slice(3).subarray(0, -4),
      'letter.docx': zipSync({ 'word/document.xml': Buffer.from('<xml/>') }),
    })
    expect(summary(await reader.scanFiles([path]))).toEqual({
      '.hidden/.IM2': 'dicom',
      DICOMDIR: 'dicomdir',
      'a/b/c/no suffix': 'dicom',
      'empty.dcm': 'empty',
      'half.dcm': 'dicom.pixels-truncated',
      'letter.docx': 'archive',
      'notes.txt': 'text',
      'picture.png': 'image',
    })
  })

  it('give sizes, hashes and absolute paths', async () => {
    const path = folderWith({ 'x/1.dcm': slice(1) })
    const [found] = await reader.scanFiles([path])
    expect(found).toMatchObject({
      path: join(path, 'x/1.dcm'),
      displayPath: 'x/1.dcm',
      sizeBytes: slice(1).length,
      sha256: createHash('sha256').update(slice(1)).digest('hex'),
    })
  })

  it('with links in circles and to nowhere come to an end', async () => {
    const path = folderWith({ 'study/1.dcm': slice(1) })
    symlinkSync(path, join(path, 'study/up'))
    symlinkSync(join(path, 'study'), join(path, 'again'))
    symlinkSync(join(path, 'gone'), join(path, 'broken'))
    symlinkSync(join(path, 'broken-loop'), join(path, 'broken-loop'))
    const found = summary(await reader.scanFiles([path]))
    expect(Object.values(found).filter((what) => what === 'dicom')).toHaveLength(1)
    expect(found).toMatchObject({ broken: 'file.unreadable', 'broken-loop': 'file.unreadable' })
  })

  it.skipIf(process.platform === 'win32')('with pipes do not hang', async () => {
    const path = folderWith({ '1.dcm': slice(1) })
    expect(spawnSync('mkfifo', [join(path, 'pipe.dcm')]).status).toBe(0)
    expect(summary(await reader.scanFiles([path]))).toEqual({ '1.dcm': 'dicom', 'pipe.dcm': 'special' })
  })

  it('that are given twice, or one in the other, are read once', async () => {
    const path = folderWith({ 'a/1.dcm': slice(1), 'b/2.dcm': slice(2) })
    const found = await reader.scanFiles([path, join(path, 'a'), join(path, 'b/2.dcm')])
    expect(found.map(({ outcome }) => outcome.kind)).toEqual(['dicom', 'dicom'])
  })

  it('that do not exist are an error that names them', async () => {
    await expect(reader.scanFiles([join(root, 'nowhere')])).rejects.toMatchObject({ code: 'import.no-such-path' })
    await expect(reader.scanFiles([join(root, 'nowhere')])).rejects.toBeInstanceOf(InputError)
  })
})

describe('pixels on demand', () => {
  it('come for many files in their order', async () => {
    const path = folderWith(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.dcm`, slice(i)])))
    const files = await reader.scanFiles([path])
    const progress: number[] = []
    const loaded = await reader.loadManyPixels(files, { progress: (fraction) => progress.push(fraction) })
    expect(loaded.map(({ data }) => data[0])).toEqual(files.map(({ displayPath }) => parseInt(displayPath)))
    expect(progress).toHaveLength(30)
    expect(progress.at(-1)).toBe(1)
  })

  it('are refused where the file has changed since the scan, is gone, or has none', async () => {
    const path = folderWith({
      'changed.dcm': slice(1),
      'gone.dcm': slice(2),
      'header.dcm': file(LE, element('00080060', 'CS', 'SR')),
    })
    const [changed, gone, header] = await reader.scanFiles([path])
    writeFileSync(changed!.path, slice(9))
    rmSync(gone!.path)
    await expect(reader.loadPixels(changed!)).rejects.toMatchObject({
      code: 'file.changed',
      message: expect.stringContaining('changed.dcm') as string,
    })
    await expect(reader.loadPixels(gone!)).rejects.toMatchObject({ code: 'file.unreadable' })
    await expect(reader.loadPixels(header!)).rejects.toMatchObject({ code: 'pixel.none' })
  })
})

describe('zip archives', () => {
  /** Changes a byte of the local or central head (or both) of the first entry. */
  function patched(zip: Uint8Array, local: number | null, central: number | null, value: number): Buffer {
    const bytes = Buffer.from(zip)
    if (local !== null) bytes[local] = value
    if (central !== null) bytes[bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + central] = value
    return bytes
  }

  it('are opened, with or without the suffix, and their pixels read', async () => {
    const archive = zipSync({
      'study/1.dcm': slice(1),
      'study/2': [slice(2), { level: 0 }],
      'readme.txt': Buffer.from('hello'),
    })
    const path = folderWith({ 'case.zip': archive, download: archive })
    const files = await reader.scanFiles([path])
    expect(summary(files)).toEqual({
      'case.zip!study/1.dcm': 'dicom',
      'case.zip!study/2': 'dicom',
      'case.zip!readme.txt': 'text',
      'download!study/1.dcm': 'dicom',
      'download!study/2': 'dicom',
      'download!readme.txt': 'text',
    })
    for (const found of files.filter(({ outcome }) => outcome.kind === 'dicom')) {
      expect(found.path.startsWith(temporaryRoot)).toBe(true)
      expect(statSync(found.path).mode & 0o077).toBe(0)
      expect(readFileSync(found.path).length).toBe(found.sizeBytes)
      const { data } = await reader.loadPixels(found)
      expect([1, 2]).toContain(data[0])
    }
  })

  it('cannot write outside of the temporary folder', async () => {
    const archive = zipSync({ '../../../evil.dcm': slice(1), '/etc/evil.dcm': slice(2), 'C:\\evil.dcm': slice(3) })
    const path = folderWith({ 'slip.zip': archive })
    const files = await reader.scanFiles([join(path, 'slip.zip')])
    expect(files.map(({ outcome }) => outcome.kind)).toEqual(['dicom', 'dicom', 'dicom'])
    for (const found of files) expect(found.path).toMatch(/theratwin-unpacked-[\w-]+\/\d+$/)
    expect(existsSync(join(root, 'evil.dcm')) || existsSync('/etc/evil.dcm')).toBe(false)
  })

  it('inside another are named, not opened', async () => {
    const inner = zipSync({ '1.dcm': slice(1) })
    const path = folderWith({ 'outer.zip': zipSync({ 'inner.zip': inner, '2.dcm': slice(2) }) })
    expect(summary(await reader.scanFiles([path]))).toEqual({
      'outer.zip!inner.zip': 'zip-inside-zip',
      'outer.zip!2.dcm': 'dicom',
    })
  })

  it('that are encrypted, cut off, wrong or far too large are refused once, and the rest goes on', async () => {
    const archive = zipSync({ '1.dcm': slice(1) })
    const crcWrong = patched(archive, null, 16, archive[14]! ^ 0xff)
    const path = folderWith({
      'encrypted.zip': patched(patched(archive, 6, null, 1), null, 8, 1),
      'method.zip': patched(patched(archive, 8, null, 93), null, 10, 93),
      'cut.zip': archive.subarray(0, archive.length - 30),
      'garbage.zip': Buffer.from('This is no archive at all, whatever its name says.'),
      // The sizes that the central directory claims: 0xf0000000 bytes from a hundred.
      'bomb.zip': patched(archive, null, 27, 0xf0),
      'crc.zip': crcWrong,
      'fine.dcm': slice(2),
    })
    expect(summary(await reader.scanFiles([path]))).toEqual({
      'encrypted.zip': 'zip.encrypted',
      'method.zip': 'zip.method',
      'cut.zip': 'zip.damaged',
      'garbage.zip': 'zip.damaged',
      'bomb.zip': 'zip.bomb',
      'crc.zip!1.dcm': 'zip.damaged',
      'fine.dcm': 'dicom',
    })
  })

  it('that unpack to more, or less, than their directory says are refused', async () => {
    const archive = zipSync({ '1.dcm': slice(1) })
    const central = Buffer.from(archive).indexOf(Buffer.from('PK\x01\x02', 'latin1'))
    const size = archive[central + 24]!
    const path = folderWith({
      'more.zip': patched(archive, null, 24, size - 2),
      'less.zip': patched(archive, null, 24, size + 2),
    })
    const found = summary(await reader.scanFiles([path]))
    expect(Object.values(found)).toEqual(['zip.damaged', 'zip.damaged'])
  })

  it('leave nothing behind when the reader is closed', async () => {
    const place = join(root, 'closing')
    mkdirSync(join(place, 'theratwin-unpacked-999999999-abcdef'), { recursive: true })
    const path = folderWith({ 'case.zip': zipSync({ '1.dcm': slice(1) }) })
    const own = createDicomFiles({ threads: 1, temporaryRoot: place })
    const [found] = await own.scanFiles([path])
    // The folder of a process that is no more was removed, ours is there.
    expect(readdirSync(place)).toHaveLength(1)
    expect(existsSync(found!.path)).toBe(true)
    await own.close()
    expect(readdirSync(place)).toEqual([])
    await expect(own.scanFiles([path])).rejects.toThrow('closed')
  })
})

describe('time and cancelling', () => {
  it('a file that takes too long is given up, and the rest is read', async () => {
    // Texts that switch their character set at each character, deflated: little on disk, much to decode.
    const text = Buffer.from('\x1b$B;3\x1b(B'.repeat(400_000), 'latin1')
    const slow = Buffer.concat([
      element('00080005', 'CS', '\\ISO 2022 IR 87'),
      ...Array.from({ length: 12 }, (_, i) =>
        Buffer.concat([Buffer.from([0x10, 0, 0x10 + i, 0x40]), Buffer.from('UT\0\0'), lengthOf(text), text]),
      ),
    ])
    const files: Record<string, Buffer> = {
      'slow.dcm': file('1.2.840.10008.1.2.1.99', deflateRawSync(slow, { level: 1 })),
    }
    for (let i = 0; i < 20; i++) files[`${i}.dcm`] = slice(i)
    const path = folderWith(files)
    const impatient = createDicomFiles({ threads: 2, fileTimeLimitMs: 1500 })
    const found = summary(await impatient.scanFiles([path]))
    await impatient.close()
    expect(found['slow.dcm']).toBe('dicom.too-slow')
    expect(Object.values(found).filter((what) => what === 'dicom')).toHaveLength(20)
  }, 60_000)

  it('a cancelled scan ends with CancelledError and the reader can be used again', async () => {
    const path = folderWith(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.dcm`, slice(i)])))
    const controller = new AbortController()
    const scan = reader.scanFiles([path], {
      signal: controller.signal,
      progress: (fraction) => {
        if (fraction > 0.2) controller.abort()
      },
    })
    await expect(scan).rejects.toBeInstanceOf(CancelledError)
    await expect(reader.scanFiles([path], { signal: controller.signal })).rejects.toBeInstanceOf(CancelledError)
    const files = await reader.scanFiles([path])
    expect(files).toHaveLength(60)
    await expect(reader.loadPixels(files[0]!, controller.signal)).rejects.toBeInstanceOf(CancelledError)
    await expect(reader.loadManyPixels(files, { signal: controller.signal })).rejects.toBeInstanceOf(CancelledError)
    expect((await reader.loadPixels(files[0]!)).data).toHaveLength(4)
  })

  it('a header with far too many elements is refused', async () => {
    // A million empty elements are refused by their number before they are too many for the memory.
    const many = Buffer.alloc(8 * 1_000_100)
    for (let i = 0; i < 1_000_100; i++) {
      many.writeUInt16LE(0x0009 + 2 * Math.floor(i / 57_344), 8 * i)
      many.writeUInt16LE(0x1000 + (i % 57_344), 8 * i + 2)
      many.write('LO', 8 * i + 4, 'latin1')
    }
    const path = folderWith({ 'many.dcm': file(LE, many), 'fine.dcm': slice(1) })
    const patient = createDicomFiles({ threads: 1, fileTimeLimitMs: 50_000 })
    const found = summary(await patient.scanFiles([path]))
    await patient.close()
    expect(found['fine.dcm']).toBe('dicom')
    expect(found['many.dcm']).toBe('dicom.too-many-elements')
  }, 60_000)
})

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return length
}

describe('headers', () => {
  it('come through the worker as they are', async () => {
    const path = folderWith({ '1.dcm': slice(5) })
    const [found] = await reader.scanFiles([path])
    const { outcome } = found!
    expect(outcome.kind === 'dicom' && str(outcome.header, '00080018')).toBe('1.2.3.5')
    expect(outcome.kind === 'dicom' && outcome.pixel).toMatchObject({
      rows: 2,
      columns: 2,
      frames: 1,
      bitsStored: 16,
      lossy: false,
    })
  })
})

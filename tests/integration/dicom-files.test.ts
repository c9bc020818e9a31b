/** Real and made-up DICOM files of ../shared, read in worker threads and compared with independent readers (pydicom, DCMTK). */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDicomFiles, parseNumber, str } from '../../electron/adapters/dicom-files/index.ts'
import type {
  DicomDataSet,
  DicomElement,
  DicomFiles,
  LoadedPixels,
  ReadFile,
} from '../../electron/adapters/dicom-files/index.ts'
import { decodePixels } from '../../electron/adapters/dicom-files/decode/index.ts'
import { readDicom } from '../../electron/adapters/dicom-files/readDicom.ts'
import { InputError } from '../../native-core/errors/index.ts'

const shared = resolve(import.meta.dirname, '../../../shared')
const corpus = join(shared, 'dicom-corpus')
const variants = join(shared, 'dicom-variants')
const cases = join(shared, 'cases')
const oracle = join(import.meta.dirname, 'dicom-files.oracle.py')
const python = '/usr/bin/python3'
const hasPydicom = existsSync(python) && spawnSync(python, ['-c', 'import pydicom, numpy']).status === 0
const hasDcmtk = ['dcmdjpeg', 'dcmdjpls', 'dcmcjpeg', 'dcmcjpls', 'dcmcrle', 'dcmconv'].every(
  (tool) => spawnSync(tool, ['--version']).status === 0,
)
const noCorpus = existsSync(corpus) ? '' : ' (skipped: ../shared/dicom-corpus is missing)'
const noOracle = hasPydicom && hasDcmtk ? '' : ' (skipped: python3-pydicom or dcmtk is missing)'
const noVariants = existsSync(variants) && existsSync(cases) ? '' : ' (skipped: ../shared/dicom-variants is missing)'

/** Corpus files that must be refused, with the code; by base name. */
const BROKEN: { readonly [name: string]: string } = {
  'MR_truncated.dcm': 'dicom.pixels-truncated',
  // Number of Frames is "1A".
  'badVR.dcm': 'pixel.attributes',
}
/** Transfer syntaxes without a bit of loss that neither pydicom 2.3 nor DCMTK 3.6 decodes, or not with these images: compared with siblings. */
const NO_ORACLE = new Set([
  'emri_small_jpeg_2k_lossless_too_short.dcm',
  'liver_deflate.dcm',
  'liver_nonbyte_aligned_rle.dcm',
  'liver_nonbyte_aligned_j2k.dcm',
])

let reader: DicomFiles
beforeAll(() => {
  reader = createDicomFiles({ threads: 2 })
})
afterAll(async () => {
  await reader.close()
})

interface OracleHeader {
  readonly path: string
  readonly elements: OracleDataSet
  readonly error?: string
}
interface OracleDataSet {
  readonly [tag: string]: readonly [vr: string, values: readonly (string | number | OracleDataSet)[]]
}
interface OraclePixels {
  readonly path: string
  readonly count: number
  readonly sha256: string
  readonly error?: string
}

function askOracle<T>(what: 'headers' | 'pixels', paths: readonly string[]): T[] {
  const { stdout } = spawnSync(python, [oracle, what], {
    input: JSON.stringify(paths),
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

/** SHA-256 of the values as doubles, as the oracle computes it. */
function hashOf({ data }: LoadedPixels): string {
  const wide = Float64Array.from(data)
  return createHash('sha256').update(new Uint8Array(wide.buffer)).digest('hex')
}

function uidOf(file: ReadFile): string {
  return file.outcome.kind === 'dicom' ? file.outcome.header.transferSyntaxUid : ''
}

function hasPixels(file: ReadFile): boolean {
  return file.outcome.kind === 'dicom' && file.outcome.pixel !== null
}

describe.skipIf(noCorpus !== '')(`the corpus of real files${noCorpus}`, () => {
  let files: ReadFile[] = []
  let pixels = new Map<string, LoadedPixels>()

  beforeAll(async () => {
    const progress: number[] = []
    files = await reader.scanFiles([corpus], { progress: (fraction) => progress.push(fraction) })
    expect(progress.at(-1)).toBe(1)
    expect([...progress].sort((a, b) => a - b)).toEqual(progress)
    const images = files.filter(hasPixels)
    const loaded = await reader.loadManyPixels(images)
    pixels = new Map(images.map((file, i) => [file.path, loaded[i]!]))
  }, 120_000)

  it('has every file read, refused with a reason, or named as something else', () => {
    const manifest = readFileSync(join(corpus, 'MANIFEST.tsv'), 'utf8').trim().split('\n').slice(1)
    const byPath = new Map(files.map((file) => [file.displayPath, file]))
    expect(files).toHaveLength(manifest.length + 1)
    for (const line of manifest) {
      const [path, size, , sopClass] = line.split('\t') as [string, string, string, string]
      const sha256 = line.split('\t')[8]!
      const file = byPath.get(path)!
      const { outcome } = file
      expect(file.sizeBytes, path).toBe(Number(size))
      const broken = BROKEN[basename(path)]
      if (broken) expect(outcome, path).toMatchObject({ kind: 'broken', code: broken })
      else if (/\.(dcm|seg)$|\/wave_dfl$|\.dcm_/.test(path) || sopClass !== '') expect(outcome.kind, path).toBe('dicom')
      else expect(outcome.kind, path).toBe('not-dicom')
      if (outcome.kind === 'dicom') expect(file.sha256, path).toBe(sha256)
      else expect(outcome.message.length, path).toBeGreaterThan(10)
    }
  })

  it('has the pixels of every image decoded completely', () => {
    for (const file of files) {
      if (file.outcome.kind !== 'dicom' || !file.outcome.pixel) continue
      const { rows, columns, frames, samplesPerPixel, data } = pixels.get(file.path)!
      expect(data.length, file.displayPath).toBe(rows * columns * frames * samplesPerPixel)
      expect(data.buffer).toBeInstanceOf(SharedArrayBuffer)
    }
    expect(pixels.size).toBeGreaterThan(270)
  })

  it('has the same voxels in all lossless encodings of one image', () => {
    const groups = [
      /CTImage\.dcm(_(BigEndian|Deflated|JPEG2000LosslessOnly|LittleEndianImplicit|RLE).*)?$/,
      /CT0012\.(explicit|fragmented_no_bot_jpeg_l|not_fragmented)/,
      /emri_small_/,
      /(segmentations__liver|liver_expb|liver_deflate)\.dcm$/,
      /liver_nonbyte_aligned/,
    ]
    const sizes = groups.map((pattern) => {
      const hashes = [...pixels].filter(([path]) => pattern.test(path)).map(([, loaded]) => hashOf(loaded))
      expect(new Set(hashes).size, String(pattern)).toBe(1)
      return hashes.length
    })
    expect(sizes).toEqual([6, 5, 3, 3, 3])
  })

  it.skipIf(noOracle !== '')(`agrees with pydicom on every standard element${noOracle}`, () => {
    const read = files.filter(({ outcome }) => outcome.kind === 'dicom')
    const byPath = new Map(read.map((file) => [file.path, file]))
    let compared = 0
    for (const { path, elements, error } of askOracle<OracleHeader>('headers', [...byPath.keys()])) {
      expect(error, path).toBeUndefined()
      const { outcome } = byPath.get(path)!
      if (outcome.kind === 'dicom') compared += compareDataSets(outcome.header, elements, basename(path))
    }
    expect(compared).toBeGreaterThan(30_000)
  })

  it.skipIf(noOracle !== '')(`agrees with pydicom and DCMTK on every voxel of lossless images${noOracle}`, () => {
    const lossy = /1\.2\.4\.(50|51|55)$/
    const images = files.filter(
      (file) => hasPixels(file) && !lossy.test(uidOf(file)) && !NO_ORACLE.has(basename(file.path)),
    )
    // A grey image that says JPEG Lossless and holds a DCT codestream: compared below.
    const exact = images.filter((file) => basename(file.path) !== 'sample-op.dcm')
    for (const { path, count, sha256, error } of askOracle<OraclePixels>(
      'pixels',
      exact.map((file) => file.path),
    )) {
      expect(error, path).toBeUndefined()
      expect(count, path).toBe(pixels.get(path)!.data.length)
      expect(sha256, path).toBe(hashOf(pixels.get(path)!))
    }
    expect(exact.length).toBeGreaterThan(260)
  })

  it.skipIf(noOracle !== '')(`is within one grey value of DCMTK for lossy JPEG of 8 and 12 bits${noOracle}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'theratwin-dcmtk-'))
    const lossy = files.filter(
      (file) => /1\.2\.4\.(50|51|55)$/.test(uidOf(file)) || basename(file.path) === 'sample-op.dcm',
    )
    expect(lossy).toHaveLength(4)
    for (const file of lossy) {
      const native = join(folder, 'native.dcm')
      expect(spawnSync('dcmdjpeg', [file.path, native]).status).toBe(0)
      const theirs = decodedByUs(native)
      const ours = pixels.get(file.path)!.data
      expect(pixels.get(file.path)!.lossy).toBe(true)
      expect(largestDifference(ours, theirs), file.displayPath).toBeLessThanOrEqual(1)
    }
    rmSync(folder, { recursive: true })
  })

  it('is read or refused with a reason, whatever is cut off or changed', async () => {
    let seed = 20240229
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * below)
    }
    const small = files.filter(({ sizeBytes }) => sizeBytes > 0 && sizeBytes < 150_000)
    for (const file of small) {
      const whole = readFileSync(file.path)
      for (let trial = 0; trial < 4; trial++) {
        const bytes = Buffer.from(trial < 2 ? whole.subarray(0, random(whole.length)) : whole)
        for (let change = 0; trial >= 2 && change < 4; change++)
          bytes[random(trial === 2 ? Math.min(2000, bytes.length) : bytes.length)] = random(256)
        await readOrRefuse(bytes, file.displayPath)
      }
    }
  }, 120_000)
})

/** Voxels of an uncompressed file on disk, through the reader under test. */
function decodedByUs(path: string): ArrayLike<number> {
  const read = readDicom(readFileSync(path))
  if (!read || read === 'dicomdir' || !read.location) throw new Error('not read')
  const { offset, length } = read.location
  const bytes = new Uint8Array(read.bytes.subarray(offset, offset + length))
  return read.pixel!.bitsAllocated === 8 ? bytes : new Uint16Array(bytes.buffer)
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - (b[i] ?? Number.POSITIVE_INFINITY)))
  return largest
}

async function readOrRefuse(bytes: Buffer, name: string): Promise<void> {
  try {
    const read = readDicom(bytes)
    if (!read || read === 'dicomdir' || !read.pixel) return
    const { rows, columns, frames } = read.pixel
    if (rows * columns * frames < 2 ** 24) await decodePixels(read)
  } catch (error) {
    expect(error, name).toBeInstanceOf(InputError)
  }
}

/** Compares everything that the oracle knows; gives the number of elements. Private VRs are pydicom's own knowledge. */
function compareDataSets(ours: DicomDataSet, theirs: OracleDataSet, where: string): number {
  let compared = 0
  for (const [tag, [vr, values]] of Object.entries(theirs)) {
    const name = `${where} ${tag}`
    const element = ours.elements[tag]
    expect(element, name).toBeDefined()
    const isPrivate = parseInt(tag.slice(3, 4), 16) % 2 === 1
    if (isPrivate && element!.vr === 'UN') continue
    expect(element!.vr, name).toBe(vr)
    compared += 1
    if (vr === 'SQ') {
      expect(element!.items, name).toHaveLength(values.length)
      values.forEach(
        (item, i) => (compared += compareDataSets(element!.items![i]!, item as OracleDataSet, `${name}[${i}]`)),
      )
    } else {
      expect(comparable(vr, componentsOf(element!)), name).toEqual(comparable(vr, values as (string | number)[]))
    }
  }
  return compared
}

function componentsOf(element: DicomElement): (string | number)[] {
  if (element.array) return Array.from(element.array as ArrayLike<number>)
  return [...(element.values ?? [])]
}

function comparable(vr: string, values: readonly (string | number)[]): (string | number)[] {
  const result = values.map((value) => {
    // pydicom takes the empty last groups of a name away.
    const text = String(value).replace(/^[\s\0]+|[\s\0]+$/g, '')
    if (vr === 'PN') return text.replace(/=+$/, '')
    if (typeof value === 'number') return value
    return vr === 'DS' || vr === 'IS' ? (parseNumber(text) ?? text) : text
  })
  return result.length === 1 && result[0] === '' ? [] : result
}

describe.skipIf(noVariants !== '')(`the variants with traps${noVariants}`, () => {
  let byVariant: (name: string) => ReadFile[]
  let originals: ReadFile[] = []

  beforeAll(async () => {
    const files = await reader.scanFiles([variants])
    byVariant = (name) =>
      files.filter(({ displayPath }) => displayPath.startsWith(`${name}/`) && displayPath.endsWith('.dcm'))
    originals = await reader.scanFiles([cases])
  }, 120_000)

  const headerText = (file: ReadFile, tag: string): string | null =>
    file.outcome.kind === 'dicom' ? str(file.outcome.header, tag) : null

  it.each([
    ['enc_ct_deflated', 8],
    ['enc_ct_implicit_vr_le', 8],
    ['enc_ct_jpeg_ls_lossless', 8],
    ['enc_nm_deflated', 1],
    ['enc_nm_implicit_vr_le', 1],
    ['enc_nm_jpeg_lossless_sv1', 1],
    ['enc_nm_rle', 1],
    ['no_preamble', 1],
  ])('%s has the voxels of the original with the same SOP Instance UID in ../shared/cases', async (name, atLeast) => {
    const files = byVariant(name)
    expect(files.length).toBeGreaterThanOrEqual(atLeast)
    for (const file of files) {
      const uid = headerText(file, '00080018')
      const original = originals.find((candidate) => headerText(candidate, '00080018') === uid)
      const [changed, expected] = await reader.loadManyPixels([file, original!])
      expect(changed!.data, file.displayPath).toEqual(expected!.data)
      expect(changed!.lossy).toBe(false)
    }
  })

  it('enc_ct_jpeg_extended_lossy says that it is lossy', async () => {
    const files = byVariant('enc_ct_jpeg_extended_lossy')
    expect(files).toHaveLength(8)
    for (const loaded of await reader.loadManyPixels(files)) expect(loaded.lossy).toBe(true)
  })

  it.skipIf(noOracle !== '')(`enc_ct_jpeg_extended_lossy is within one grey value of DCMTK${noOracle}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'theratwin-dcmtk-'))
    for (const file of byVariant('enc_ct_jpeg_extended_lossy')) {
      const native = join(folder, basename(file.path))
      expect(spawnSync('dcmdjpeg', [file.path, native]).status).toBe(0)
      const { data } = await reader.loadPixels(file)
      expect(largestDifference(data, decodedByUs(native)), file.displayPath).toBeLessThanOrEqual(1)
    }
    rmSync(folder, { recursive: true })
  })

  it('broken files are refused or ignored, each with its reason', () => {
    expect(byVariant('broken_deep_nesting')[0]!.outcome).toMatchObject({ kind: 'broken', code: 'dicom.nesting' })
    expect(byVariant('broken_trunc_half')[0]!.outcome).toMatchObject({ kind: 'broken', code: 'dicom.pixels-truncated' })
    const foreign = byVariant('broken_not_dicom')
    expect(foreign.map(({ outcome }) => outcome.kind)).toEqual(foreign.map(() => 'not-dicom'))
  })

  it('a Japanese name is decoded', () => {
    expect(headerText(byVariant('id_charset_japanese')[0]!, '00100010')).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう')
  })

  it('everything else is read', () => {
    const names = [
      'geom_gantry_tilt',
      'geom_shuffled_names',
      'id_two_patients_in_series',
      'q_pt_units_differ',
      'rs_odd_point_count',
    ]
    for (const name of names) {
      const files = byVariant(name)
      expect(files.length).toBeGreaterThan(0)
      for (const file of files) expect(file.outcome.kind, file.displayPath).toBe('dicom')
    }
  })
})

describe.skipIf(noCorpus !== '' || noOracle !== '')(`images re-encoded by DCMTK${noCorpus}${noOracle}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'theratwin-reencoded-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const sources = [
    ['signed CT of 16 bits', join(corpus, 'transfer-syntaxes/cornerstonejs+cornerstoneWADOImageLoader/CTImage.dcm')],
    [
      'CT of 12 bits, two frames',
      join(corpus, 'transfer-syntaxes/cornerstonejs+dicomParser/CT0012.explicit_little_endian.dcm'),
    ],
    ['PET', join(corpus, 'pt/suyashkumar+dicom/1.dcm')],
  ] as const
  const encodings: (readonly [name: string, command: readonly string[]])[] = [
    ...[1, 2, 3, 4, 5, 6, 7].map(
      (sv) => [`JPEG lossless, predictor ${sv}`, ['dcmcjpeg', '+el', '+sv', String(sv)]] as const,
    ),
    ['JPEG lossless, first-order', ['dcmcjpeg', '+e1']],
    ['JPEG lossless in small fragments', ['dcmcjpeg', '+e1', '+fs', '8']],
    ['JPEG-LS', ['dcmcjpls', '+el']],
    ['JPEG-LS in small fragments', ['dcmcjpls', '+el', '+fs', '8']],
    ['RLE', ['dcmcrle']],
    ['implicit VR', ['dcmconv', '+ti']],
    ['big-endian', ['dcmconv', '+tb']],
    ['deflated', ['dcmconv', '+td']],
    ['open lengths', ['dcmconv', '+te', '-e']],
  ]

  it.each(sources)(
    '%s has the same voxels in each encoding',
    async (name, source) => {
      const into = join(folder, name.replace(/\W/g, ''))
      mkdirSync(into)
      encodings.forEach(([, [tool, ...options]], i) => {
        const made = spawnSync(tool!, [...options, source, join(into, `${i}.dcm`)], { encoding: 'utf8' })
        expect(made.status, `${encodings[i]![0]}: ${made.stderr}`).toBe(0)
      })
      const [original] = await reader.scanFiles([source])
      const files = await reader.scanFiles([into])
      expect(files).toHaveLength(encodings.length)
      const expected = await reader.loadPixels(original!)
      for (const file of files) {
        const loaded = await reader.loadPixels(file)
        const encoding = encodings[Number(basename(file.path, '.dcm'))]![0]
        expect(hashOf(loaded), encoding).toBe(hashOf(expected))
        expect(loaded.lossy, encoding).toBe(false)
      }
    },
    60_000,
  )
})

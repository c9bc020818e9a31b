/** The command line as scripts use it: outputs, exit codes, errors for people and for machines. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysisSchema } from '../../electron/contracts/index.ts'
import { sharedPhantomCase } from '../phantoms/shared.ts'

const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'theratwin-cli-'))
const phantom = join(root, 'phantom')

function theratwin(words: readonly string[], input = '', environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...words], {
    input,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: 1e8,
  })
  return { status, stdout, stderr }
}

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

beforeAll(async () => {
  await sharedPhantomCase({ seed: 8, sizes: 'tiny', outDir: phantom })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('theratwin run', () => {
  const date = ['--date', '2026-02-01T09:00:00.000Z']

  it('writes summary, PDF and CSV with the same numbers, and the same bytes when run again', () => {
    const first = theratwin(['run', phantom, '--out', join(root, 'a'), ...date])
    expect(first.stderr).toBe('')
    expect(first.status).toBe(0)
    const summary = JSON.parse(readFileSync(join(root, 'a', 'summary.json'), 'utf8')) as unknown
    const analysis = analysisSchema.parse(summary)
    expect(analysis.cycles[0]?.timePoints).toHaveLength(4)
    // Nobody has looked at the registrations of the files: the one who runs the command answers for them.
    const moved = analysis.cycles[0]?.timePoints.filter(({ registration }) => registration.kind !== 'reference') ?? []
    expect(moved.map(({ registration }) => registration.source)).toEqual(
      moved.map(() => expect.stringContaining('accepted by the one who ran the command, not looked at here') as string),
    )
    expect(readFileSync(join(root, 'a', 'report.csv'), 'utf8')).toContain('KIDNEY')
    expect(
      readFileSync(join(root, 'a', 'report.pdf'))
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    expect(theratwin(['run', phantom, '--out', join(root, 'b'), ...date]).status).toBe(0)
    for (const file of ['summary.json', 'biology.json', 'report.csv', 'report.pdf'])
      expect(sha256(join(root, 'b', file)), file).toBe(sha256(join(root, 'a', file)))
  })

  it('says that it cannot write where the output folder is a file', () => {
    const { status, stderr } = theratwin(['run', phantom, '--out', join(phantom, 'truth.json'), ...date])
    expect(stderr).toContain('cannot be written')
    expect(status).toBe(2)
  })

  it('obeys a protocol with units as people write them, and counts no registration of the files where it is told so', () => {
    const protocol = join(root, 'protocol.json')
    writeFileSync(protocol, JSON.stringify({ administrations: [{ cycle: 1, activityBq: '3.7 GBq' }] }))
    const words = ['run', phantom, '--out', join(root, 'c'), '--protocol', protocol, '--json']
    const { status, stdout } = theratwin([...words, '--registrations', 'only-accepted'])
    expect(status).toBe(0)
    const analysis = analysisSchema.parse(JSON.parse(stdout))
    expect(analysis.cycles[0]?.administration.activityBq.value).toBeCloseTo(3.7e9, 0)
    expect(analysis.cycles[0]?.timePoints.map(({ registration }) => registration.kind).sort()).toEqual([
      'missing',
      'missing',
      'missing',
      'reference',
    ])
    expect(analysis.problems).toContainEqual(
      expect.objectContaining({ severity: 'question', code: 'registration.not-accepted' }),
    )
  })

  it('names the wrong field of a protocol', () => {
    const protocol = join(root, 'bad.json')
    writeFileSync(protocol, JSON.stringify({ recoveryCoefficients: [{ structure: 'KIDNEY_L', coefficient: -1 }] }))
    const { status, stderr } = theratwin(['run', phantom, '--out', join(root, 'd'), '--protocol', protocol])
    expect(status).toBe(2)
    expect(stderr).toContain('recoveryCoefficients.0.coefficient')

    writeFileSync(protocol, JSON.stringify({ calibration: { sensitivityCpsPerMbq: 9, relativeUncertainty: 0.02 } }))
    const undated = theratwin(['run', phantom, '--out', join(root, 'd'), '--protocol', protocol])
    expect(undated.stderr).toContain('"calibration.date" is missing.')
  })

  it('refuses a correction for a structure that is not there, instead of ignoring it', () => {
    const protocol = join(root, 'typo.json')
    writeFileSync(protocol, JSON.stringify({ recoveryCoefficients: [{ structure: 'KINDEY', coefficient: 0.9 }] }))
    const { status, stderr } = theratwin(['run', phantom, '--out', join(root, 'e'), '--protocol', protocol, '--json'])
    expect(status).toBe(2)
    expect(JSON.parse(stderr)).toMatchObject({ error: { kind: 'input', code: 'protocol.unknown-structure' } })
  })

  it('refuses a date that is none, and a word for registrations that is none', () => {
    expect(theratwin(['run', phantom, '--out', join(root, 'g'), '--date', 'yesterday']).status).toBe(2)
    expect(theratwin(['run', phantom, '--out', join(root, 'g'), '--registrations', 'all']).status).toBe(2)
  })

  it('says what is missing in a folder without images', () => {
    const empty = join(root, 'empty')
    mkdirSync(empty)
    writeFileSync(join(empty, 'readme.txt'), 'nothing here')
    const { status, stderr } = theratwin(['run', empty, '--out', join(root, 'f')])
    expect(status).toBe(2)
    expect(stderr).toContain('→')
    expect(theratwin(['run', join(root, 'missing'), '--out', join(root, 'f')]).status).toBe(2)
  })
})

describe('theratwin import', () => {
  it('needs a passphrase, imports into an encrypted store, and adds nothing the second time', () => {
    const store = join(root, 'store')
    expect(theratwin(['import', phantom, '--store', store], '', { THERATWIN_PASSPHRASE: '' }).status).toBe(2)
    const environment = { THERATWIN_PASSPHRASE: 'correct horse battery' }
    const first = theratwin(['import', phantom, '--store', store, '--json'], '', environment)
    expect(first.status).toBe(0)
    expect(JSON.parse(first.stdout)).toMatchObject({ imagesAdded: 8, imagesKnown: 0 })
    expect(JSON.parse(first.stdout)).toMatchObject({ registrations: 3, registrationsAccepted: 0 })
    const again = ['import', phantom, '--store', store, '--accept-registrations', '--json']
    const second = theratwin(again, '', environment)
    expect(JSON.parse(second.stdout)).toMatchObject({ imagesAdded: 0, imagesKnown: 8, registrationsAccepted: 3 })
    const checked = theratwin(['check', store, '--json'], '', environment)
    expect(checked.status).toBe(0)
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, database: 'ok', audit: { ok: true }, badVolumes: [] })
    expect(theratwin(['check', join(root, 'no-store')], '', environment).status).toBe(2)
    const wrong = theratwin(['import', phantom, '--store', store, '--json'], '', {
      THERATWIN_PASSPHRASE: 'wrong passphrase',
    })
    expect(wrong.status).toBe(2)
    expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: 'store.wrong-key' } })
  })
})

describe('theratwin inspect', () => {
  it('describes a folder without storing anything', () => {
    const { status, stdout } = theratwin(['inspect', phantom, '--json'])
    expect(status).toBe(0)
    const scan = JSON.parse(stdout) as { verdict: string; patients: { images: unknown[] }[] }
    expect(scan.patients[0]?.images).toHaveLength(8)
    expect(['accept', 'warn']).toContain(scan.verdict)
  })
})

describe('theratwin calc and verify', () => {
  it('computes from JSON to JSON', () => {
    const { status, stdout } = theratwin(['calc', 'nuclide-info'], JSON.stringify({ nuclide: '177Lu' }))
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ nuclide: { name: 'Lu-177' } })
  })

  it('names a wrong field and where to find the right ones', () => {
    const { status, stderr } = theratwin(['calc', 'decay'], JSON.stringify({ nuclide: 'Lu-177', wrong: 1 }))
    expect(status).toBe(2)
    expect(stderr).toContain('--schema')
    expect(theratwin(['calc', 'decay'], 'not json').status).toBe(2)
    expect(theratwin(['calc', 'no-such']).status).toBe(2)
  })

  it('lists every model with a schema for input and output', () => {
    const list = JSON.parse(theratwin(['calc', '--list', '--json']).stdout) as { name: string }[]
    expect(list.length).toBeGreaterThan(8)
    for (const { name } of list.slice(0, 3)) {
      const schema = JSON.parse(theratwin(['calc', name, '--schema']).stdout) as { input: object; output: object }
      expect(schema.input).toMatchObject({ type: 'object' })
      expect(schema.output).toHaveProperty('type')
    }
  })

  it('verifies itself', () => {
    const { status, stdout } = theratwin(['verify'])
    expect(status).toBe(0)
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^\d+ passed, 0 failed$/)
  })

  it('knows its commands', () => {
    expect(theratwin([]).stdout).toContain('theratwin run')
    expect(theratwin(['nonsense']).status).toBe(2)
  })
})

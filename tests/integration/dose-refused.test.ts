/** What `theratwin dose` refuses before work starts. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { writeNifti } from '../../electron/adapters/nifti/index.ts'
import { cube, image, makeVolumes, refusal } from './support/doseCommand.ts'

const root = await makeVolumes()
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => join(root, name)

describe('theratwin dose refuses', () => {
  const base = ['--engine', 'local-energy', '--activity', at('tia.nii'), '--nuclide', 'Lu-177', '--out', at('bad')]
  const cases: [string, string, () => string[] | Promise<string[]>][] = [
    ['no CT without --water', 'cli.arguments', () => base],
    ['both', 'cli.arguments', () => [...base, '--water', '--ct', at('ct.nii.gz')]],
    ['no output folder', 'cli.arguments', () => ['--engine', 'local-energy', '--water']],
    ['an unknown engine', 'dose.engine', () => ['--engine', 'mcnp', '--out', at('bad')]],
    ['an engine for tables', 'dose.engine', () => ['--engine', 'cell', '--out', at('bad')]],
    ['parameters of another engine', 'dose.parameter', () => [...base, '--water', '--decays', '1e6']],
    ['words for numbers', 'cli.arguments', () => [...base, '--water', '--decays', 'many']],
    ['an unknown nuclide', 'nuclide', () => [...base.slice(0, 4), '--nuclide', 'Xx-1', '--water', '--out', at('bad')]],
    ['no nuclide', 'dose.nuclide', () => [...base.slice(0, 4), '--water', '--out', at('bad')]],
    ['daughters that are none', 'nuclide', () => [...base, '--water', '--daughters', 'Foo=0.5']],
    ['a grid too large for memory', 'dose.too-large', () => [...base, '--water', '--grid', '0.2']],
    ['the CT’s grid without a CT', 'dose.grid-choice', () => [...base, '--water', '--grid', 'ct']],
    [
      'a file that is no NIfTI',
      'nifti.format',
      () => {
        writeFileSync(at('wrong.nii'), Buffer.alloc(400))
        return [...base, '--ct', at('wrong.nii')]
      },
    ],
    [
      'a folder without images',
      'dose.ct-choice',
      () => {
        mkdirSync(at('empty'))
        return [...base, '--ct', at('empty')]
      },
    ],
    ['a path that is not there', 'nifti.cannot-read', () => [...base, '--ct', at('none.nii')]],
    [
      'a mask that is none',
      'dose.mask',
      async () => {
        await writeNifti(
          at('mask.nii'),
          image(cube(8), ([x]) => x),
        )
        return [...base, '--water', '--structures', at('mask.nii')]
      },
    ],
    [
      'NaN in the activity',
      'dose.activity-voxel',
      async () => {
        await writeNifti(
          at('nan.nii'),
          image(cube(8), ([x]) => (x > 40 ? NaN : 1)),
        )
        return [...base.slice(0, 3), at('nan.nii'), ...base.slice(4), '--water']
      },
    ],
    [
      'activity that is mostly negative',
      'dose.negative-activity',
      async () => {
        await writeNifti(
          at('negative.nii'),
          image(cube(8), ([x]) => (x > 0 ? 1 : -1)),
        )
        return [...base.slice(0, 3), at('negative.nii'), ...base.slice(4), '--water']
      },
    ],
    [
      'activity outside the CT',
      'dose.activity-outside',
      async () => {
        await writeNifti(
          at('small.nii'),
          image({ ...cube(4), dimensions: [24, 24, 12] }, () => 0),
        )
        return [...base, '--ct', at('small.nii')]
      },
    ],
    ['an older half-life', 'dose.quantity', () => [...base, '--water', '--effective-half-life-hours', '400']],
  ]
  it.each(cases)('%s (%s)', async (_, code, words) => {
    expect((await refusal(...(await words()))).code).toContain(code)
    expect(existsSync(join(at('bad'), 'summary.json'))).toBe(false)
  })

  it('with the exit codes of all commands', () => {
    const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
    const run = (...words: string[]) => spawnSync(process.execPath, [entry, 'dose', ...words], { encoding: 'utf8' })
    const bad = run(...base, '--json')
    expect(bad.status).toBe(2)
    expect(JSON.parse(bad.stderr)).toMatchObject({ error: { kind: 'input', code: 'cli.arguments' } })
    const list = run('--list')
    expect(list.status).toBe(0)
    expect(list.stdout).toContain('smallestDensityGPerMl = 0.1 g/mL')
    expect((JSON.parse(run('--list', '--json').stdout) as { id: string }[]).map(({ id }) => id)).toContain(
      'local-energy',
    )
  })
})

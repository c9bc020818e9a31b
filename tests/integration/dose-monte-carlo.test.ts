/** `theratwin dose` by Monte Carlo, and dose workers: stop rules, cancel, going on. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkbench } from '../../electron/backend/compose.ts'
import { computeVoxelDose } from '../../electron/services/dose/index.ts'
import { CancelledError } from '../../native-core/errors/index.ts'
import { cube, dose, image, makeVolumes, refusal, sha256 } from './support/doseCommand.ts'

const root = await makeVolumes()
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => join(root, name)

describe('theratwin dose by Monte Carlo', () => {
  const words = [
    '--engine',
    'monte-carlo',
    '--water',
    '--activity',
    at('tia.nii'),
    '--nuclide',
    'Lu-177',
    '--structures',
    at('ball.nii.gz'),
  ]

  it('writes uncertainty too, the same bytes on one and on two threads, another dose for another seed', async () => {
    const one = await dose(...words, '--decays', '2e4', '--seed', '7', '--threads', '1', '--out', at('mc1'))
    await dose(...words, '--decays', '2e4', '--seed', '7', '--threads', '2', '--out', at('mc2'))
    const files = ['dose.dcm', 'dose.nii.gz', 'summary.json', 'uncertainty.dcm', 'uncertainty.nii.gz']
    expect(readdirSync(at('mc1')).sort()).toEqual(files)
    expect(one.files).toEqual(files)
    for (const file of files) expect(sha256(join(at('mc2'), file)), file).toBe(sha256(join(at('mc1'), file)))
    const other = await dose(...words, '--decays', '2e4', '--seed', '8', '--out', at('mc3'))
    const [a, b] = [one.structures[0]!, other.structures[0]!]
    expect(b.doseGy).not.toBe(a.doseGy)
    expect(Math.abs(b.doseGy - a.doseGy)).toBeLessThan(5 * Math.SQRT2 * a.statisticalSdGy!)
    expect(one.facts['decaysSimulated']).toBe(20000)
    // What is not deposited has left; electrons stay in a ball of 60 mm but for its rind.
    expect(one.energy.depositedShare).toBeGreaterThan(0.8)
    expect(one.energy.depositedShare).toBeLessThan(1)
    const local = await dose('--engine', 'local-energy', ...words.slice(2), '--out', at('local'))
    expect(a.byRadiationGy['electron']! / local.structures[0]!.doseGy).toBeGreaterThan(0.97)
    expect(a.byRadiationGy['electron']! / local.structures[0]!.doseGy).toBeLessThan(1.03)
  })

  it('stops at an uncertainty in a structure, and knows its parameters from a file', async () => {
    writeFileSync(at('parameters.json'), JSON.stringify({ seed: 3, decays: 1e6 }))
    const summary = await dose(
      ...words,
      '--parameters',
      at('parameters.json'),
      '--uncertainty-percent',
      '2',
      '--in',
      'ball',
      '--out',
      at('mc4'),
    )
    expect(summary.engine.parameters).toMatchObject({
      seed: 3,
      decays: 1e6,
      uncertaintyPercent: 2,
      uncertaintyStructure: 'ball',
    })
    expect(summary.facts['stoppedBy']).toBe('uncertainty')
    const [ball] = summary.structures
    expect(ball!.statisticalSdGy! / ball!.doseGy).toBeLessThan(0.02)
    expect(
      (await refusal(...words, '--parameters', at('parameters.json'), '--seed', '4', '--out', at('bad'))).message,
    ).toContain('seed is in the parameters file')
    expect((await refusal(...words, '--uncertainty-percent', '2', '--in', 'LIVER', '--out', at('bad'))).hint).toContain(
      'ball',
    )
    expect((await refusal(...words, '--in', 'ball', '--out', at('bad'))).code).toBe('cli.arguments')
  })

  it('goes on from a file with more decays, to the bytes of one run; not from other images or another engine', async () => {
    const state = at('state.bin')
    await dose(...words, '--decays', '16384', '--keep-state', state, '--out', at('first'))
    await dose(...words, '--decays', '4e4', '--resume', state, '--out', at('rest'))
    await dose(...words, '--decays', '4e4', '--out', at('whole'))
    for (const file of ['dose.nii.gz', 'uncertainty.nii.gz'])
      expect(sha256(join(at('rest'), file)), file).toBe(sha256(join(at('whole'), file)))
    const refused = await refusal(...words, '--seed', '2', '--resume', state, '--out', at('bad'))
    expect(refused.code).toBe('monte-carlo.resume')
    const local = words.with(1, 'local-energy')
    expect((await refusal(...local, '--resume', state, '--out', at('bad'))).message).toContain('is of monte-carlo')
    expect((await refusal(...local, '--keep-state', state, '--out', at('bad'))).code).toBe('dose.resume')
    expect((await refusal(...words, '--resume', at('tia.nii'), '--out', at('bad'))).code).toBe('dose.resume')
  })

  it('answers to cancel at once and can go on with the next', async () => {
    const bench = createWorkbench({ threads: 1 })
    try {
      const ports = { ...bench.data, emissions: bench.emissions(), compute: bench.compute }
      const request = {
        engine: 'monte-carlo',
        quantity: 'dose',
        activity: image(cube(8), () => 1e6),
        ct: null,
        nuclide: 'Lu-177',
        threads: 1,
      } as const
      const stop = new AbortController()
      const shown: number[] = []
      // Days of work if it were not cancelled.
      const work = computeVoxelDose({ ...request, parameters: { decays: 6e10 } }, ports, {
        signal: stop.signal,
        onIntermediate: ({ doseGy }) => {
          shown.push(doseGy.length)
          stop.abort()
        },
      })
      await expect(work).rejects.toBeInstanceOf(CancelledError)
      expect(shown[0]).toBe(12 ** 3)
      const small = await computeVoxelDose({ ...request, parameters: { decays: 2000 }, keepState: true }, ports)
      expect(small.dose.resumeState).toBeDefined()
      const more = { ...request, parameters: { decays: 4000 } }
      const resumed = await computeVoxelDose({ ...more, resumeFrom: small.dose.resumeState }, ports)
      expect(resumed.dose.doseGy).toEqual((await computeVoxelDose(more, ports)).dose.doseGy)
    } finally {
      await bench.close()
    }
  })
})

describe('dose workers', () => {
  it('stop when cancelled, tell progress, and hand errors over with their code', async () => {
    const bench = createWorkbench({ threads: 1 })
    try {
      const ports = { ...bench.data, emissions: bench.emissions(), compute: bench.compute }
      const activity = image(cube(8), () => 1e6)
      const request = {
        engine: 'local-energy',
        quantity: 'dose',
        activity,
        ct: null,
        nuclide: 'Lu-177',
        threads: 1,
      } as const
      const seen: number[] = []
      const { dose: found } = await computeVoxelDose(request, ports, { progress: (fraction) => seen.push(fraction) })
      expect(found.doseGy).toHaveLength(12 ** 3)
      expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true)
      await expect(computeVoxelDose(request, ports, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
        CancelledError,
      )
      const zero = { ...request, activity: image(cube(8), () => 0) }
      await expect(computeVoxelDose(zero, ports)).rejects.toMatchObject({
        name: 'InputError',
        code: 'dose.no-activity',
      })
      // The worker is as good as before.
      expect((await computeVoxelDose(request, ports)).dose.doseGy).toEqual(found.doseGy)
    } finally {
      await bench.close()
    }
  })
})

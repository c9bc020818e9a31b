/** The command line: biological effect of an analysis. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { biologyResultSchema } from '../../electron/contracts/biology.ts'
import type { BiologyResult } from '../../electron/contracts/biology.ts'
import { exampleAnalysis } from '../phantoms/index.ts'

const entry = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'theratwin-cli-biology-'))
const at = (name: string): string => join(root, name)

function biology(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, 'biology', ...words], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

beforeAll(() => {
  const analysis = structuredClone(exampleAnalysis())
  const [first] = analysis.cycles[0]?.structures ?? []
  if (first) first.name = 'KIDNEY_L'
  // As the window's report has it, with more beside the analysis.
  writeFileSync(at('summary.json'), JSON.stringify({ ...analysis, voxelDoses: [], biology: {} }))
  writeFileSync(
    at('settings.json'),
    JSON.stringify({
      byStructure: { KIDNEY_L: { alphaBetaGy: 2, repairHalfTimeH: 2, reason: 'own' } },
      externalBeam: [{ structure: 'KIDNEY_L', fractions: 10, dosePerFractionGy: 2 }],
    }),
  )
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('theratwin biology', () => {
  it('writes JSON and CSV with the same numbers, by the defaults, and marks what is not verified', () => {
    const { status, stdout, stderr } = biology(at('summary.json'), '--out', at('out'))
    expect([status, stderr]).toEqual([0, ''])
    const result = biologyResultSchema.parse(JSON.parse(readFileSync(at('out/biology.json'), 'utf8')))
    const kidney = result.structures.find(({ name }) => name === 'KIDNEY_L')
    // 6.1634 Gy with an effective half-life of 50 h; α/β 2.6 Gy, repair 2.8 h.
    expect(kidney?.totalBedGy.value).toBeCloseTo(6.1634 * (1 + ((2.8 / 52.8) * 6.1634) / 2.6), 10)
    expect(readFileSync(at('out/biology.csv'), 'utf8')).toContain(
      `,KIDNEY_L,,BED in all,${kidney?.totalBedGy.value},${kidney?.totalBedGy.standardUncertainty},Gy,unverified\r\n`,
    )
    expect(stdout).toMatch(/KIDNEY_L .*BED 6\.9 ± 0\.4 Gy.*\(unverified\)/)
    expect(stdout).toContain('biology.csv')
  })

  it('obeys settings: own parameters and earlier external beam', () => {
    const { status, stdout } = biology(at('summary.json'), '--settings', at('settings.json'), '--json')
    expect(status).toBe(0)
    const { structures } = JSON.parse(stdout) as BiologyResult
    const kidney = structures.find(({ name }) => name === 'KIDNEY_L')
    expect(kidney?.externalBeamBedGy).toBeCloseTo(40, 12)
    expect(kidney?.bedGy.value).toBeCloseTo(6.1634 * (1 + ((2 / 52) * 6.1634) / 2), 10)
    expect(kidney?.evidence).toBe('given')
  })

  it('takes local formulas of growth for a response, tests them, and marks what rests on them', () => {
    const analysis = structuredClone(exampleAnalysis())
    const [structure] = analysis.cycles[0]?.structures ?? []
    if (structure) Object.assign(structure, { name: 'TUMOUR_1', kind: 'lesion' })
    writeFileSync(at('lesion.json'), JSON.stringify(analysis))
    const formula = {
      ...{ kind: 'growth', name: 'mine', title: 'Mine', expression: 'r*(1 - V/K)', source: 'a paper' },
      parameters: [
        { name: 'r', unit: '1/d', value: 0.02, source: 'a paper' },
        { name: 'K', unit: 'L', value: 1, source: 'a paper' },
      ],
      testedMl: [0.1, 2000],
    }
    const lesion = {
      laws: ['local:mine@1'],
      parameters: { alphaPerGy: { value: 0.3 }, clearanceHalfTimeS: { value: 0 } },
    }
    const request = { byLesion: { TUMOUR_1: lesion }, formulas: [formula] }
    writeFileSync(at('response.json'), JSON.stringify(request))
    const { status, stdout, stderr } = biology(at('lesion.json'), '--response', at('response.json'))
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/TUMOUR_1: prediction, local:mine@1 growth/)
    expect(stdout).toMatch(/r +0\.0200 1\/d \(given\)/)
    expect(stdout).toMatch(/local formula that a person of this site wrote: “Mine”, version 1/)
    const wrong = { ...request, formulas: [{ ...formula, expression: 'r*K' }] }
    writeFileSync(at('response.json'), JSON.stringify(wrong))
    expect(biology(at('lesion.json'), '--response', at('response.json')).stderr).toContain('it must be 1/time')
  })

  it('says which field is wrong, which file is none, and writes nothing then', () => {
    writeFileSync(at('wrong.json'), JSON.stringify({ byStructure: { KIDNEY_L: { alphaBetaGy: -1 } } }))
    const wrong = biology(at('summary.json'), '--settings', at('wrong.json'), '--out', at('nothing'))
    expect(wrong.status).toBe(2)
    expect(wrong.stderr).toContain('byStructure.KIDNEY_L.alphaBetaGy')
    expect(existsSync(at('nothing'))).toBe(false)
    writeFileSync(at('none.json'), JSON.stringify({ byStructure: { KIDNEY_L: { sensitivity: 'none-such' } } }))
    expect(biology(at('summary.json'), '--settings', at('none.json')).stderr).toContain('none-such')
    const notOne = biology(at('settings.json'), '--json')
    expect(notOne.status).toBe(2)
    expect(JSON.parse(notOne.stderr)).toMatchObject({ error: { code: 'biology.input' } })
    expect(biology(at('missing.json')).stderr).toContain('cannot be read')
  })

  it('adds doses from other organs, parts of an organ and further cycles where asked, in all of its files', () => {
    writeFileSync(
      at('parts.json'),
      JSON.stringify({ byStructure: { KIDNEY_L: { parts: { model: 'kidney-cortex' } } } }),
    )
    const words = ['--settings', at('parts.json'), '--cross-dose', 'organ-s-values', '--further-cycles', 'x0.5@+42d']
    const { status, stdout, stderr } = biology(at('summary.json'), ...words, '--out', at('more'))
    expect([status, stderr]).toEqual([0, ''])
    const result = biologyResultSchema.parse(JSON.parse(readFileSync(at('more/biology.json'), 'utf8')))
    const kidney = result.structures.find(({ name }) => name === 'KIDNEY_L')
    const dose = kidney?.doseGy.value ?? 0
    expect(dose).toBeGreaterThan(6.1634)
    expect(kidney?.parts?.meanDoseGy).toBeCloseTo(dose, 9)
    expect(kidney?.further?.cycles).toMatchObject([{ start: '2026-02-23T09:00', activityBq: 3.7e9 }])
    expect(kidney?.further?.doseGy.value).toBeCloseTo(1.5 * dose, 9)
    expect(stdout).toMatch(/Cortex +100 % of the activity/)
    expect(readFileSync(at('more/biology.csv'), 'utf8')).toContain(',KIDNEY_L,,absorbed dose of Cortex,')
    const wrong = biology(at('summary.json'), '--further-cycles', 'soon', '--json')
    expect(wrong.status).toBe(2)
    expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: 'cli.further-cycles' } })
  })
})

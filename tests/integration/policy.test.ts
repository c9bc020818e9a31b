/** The rules on structures through the whole chain: overlap priority, hollow organs, left and right. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Analysis } from '../../electron/contracts/index.ts'
import type { ProtocolInput } from '../../electron/contracts/protocol.ts'
import { reportDocument } from '../../electron/services/report/index.ts'
import type { ScannedPatient, ScannedStructure } from '../../electron/services/ports/dicomSource.ts'
import { maskVolumeMl, rasteriseShape, uniteMasks } from '../../native-core/imaging/index.ts'
import type { ImageGrid, StructureShape } from '../../native-core/imaging/index.ts'
import { makePhantomCase } from '../phantoms/index.ts'
import { analyseFolder } from './support/pipeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'theratwin-policy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The body of a structure, 25 mm further to the patient's left. */
function shifted(shape: StructureShape): StructureShape {
  if (shape.kind !== 'contours') throw new Error('the phantom has contours')
  const contours = shape.contours.map(({ pointsMm }) => ({
    pointsMm: pointsMm.map((value, at) => (at % 3 === 0 ? value + 25 : value)),
  }))
  return { kind: 'contours', contours }
}

const eachSet = (patient: ScannedPatient, change: (all: readonly ScannedStructure[]) => ScannedStructure[]) => ({
  ...patient,
  structureSets: patient.structureSets.map((set) => ({ ...set, structures: change(set.structures) })),
})

/** With a second organ that lies halfway over the spleen, and nothing else. */
const withNeighbour = (patient: ScannedPatient): ScannedPatient =>
  eachSet(patient, (all) => {
    const spleen = all.find(({ name }) => name === 'SPLEEN')
    if (!spleen) throw new Error('the phantom has a spleen')
    return [spleen, { ...spleen, number: 99, name: 'NEIGHBOUR', shape: shifted(spleen.shape) }]
  })

const swap: Readonly<Record<string, string>> = { KIDNEY_L: 'KIDNEY_R', KIDNEY_R: 'KIDNEY_L' }
const withSwappedKidneys = (patient: ScannedPatient): ScannedPatient =>
  eachSet(patient, (all) => all.map((structure) => ({ ...structure, name: swap[structure.name] ?? structure.name })))

const structure = (analysis: Analysis, name: string) => {
  const found = analysis.cycles[0]?.structures.find((one) => one.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}
const warnings = (analysis: Analysis, code: string) => analysis.problems.filter((problem) => problem.code === code)
const words = (analysis: Analysis): string =>
  JSON.stringify(reportDocument(analysis, { printedAt: '2026-11-27T12:00:00Z', operator: '' }).blocks)

beforeAll(async () => {
  await makePhantomCase({ seed: 41, outDir: folder, timesH: [24, 72], referenceSession: 1 })
})

describe('overlap priority', () => {
  let analyses: Analysis[]
  let unionMl: number

  beforeAll(async () => {
    const protocols: ProtocolInput[] = [
      {},
      { overlapPriority: ['SPLEEN', 'neigh.*'] },
      { overlapPriority: ['NEIGHBOUR', 'SPLEEN'] },
    ]
    analyses = await analyseFolder(folder, protocols, (patient) => {
      const changed = withNeighbour(patient)
      const set = changed.structureSets.find(({ origin }) => origin === 'RTSTRUCT')
      const [one, other] = (set?.structures ?? []).map(({ shape }) => rasteriseShape(shape, around(shape)))
      if (!one || !other) throw new Error('both are there')
      unionMl = maskVolumeMl(uniteMasks(one, other))
      return changed
    })
  })

  /** Voxels of 1.5 mm: on them it hardly matters how parts of voxels are put together. */
  function around(shape: StructureShape): ImageGrid {
    if (shape.kind !== 'contours') throw new Error('the phantom has contours')
    const points = shape.contours.flatMap(({ pointsMm }) => [...pointsMm])
    const range = [0, 1, 2].map((axis) => {
      const along = points.filter((_, at) => at % 3 === axis)
      return [Math.min(...along) - 70, Math.max(...along) + 70] as const
    })
    return fixedGrid ?? (fixedGrid = gridOf(range))
  }
  let fixedGrid: ImageGrid | null = null
  const gridOf = (range: readonly (readonly [number, number])[]): ImageGrid => ({
    dimensions: range.map(([low, high]) => Math.ceil((high - low) / 1.5)) as unknown as ImageGrid['dimensions'],
    spacingMm: [1.5, 1.5, 1.5],
    originMm: range.map(([low]) => low) as unknown as ImageGrid['originMm'],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  })

  it('is not set: both count what they share, and a warning says how much', () => {
    const [none] = analyses as [Analysis]
    const sum = structure(none, 'SPLEEN').volumeMl + structure(none, 'NEIGHBOUR').volumeMl
    const [warning, ...others] = warnings(none, 'structures.overlap')
    expect(others).toEqual([])
    const said = Number(/overlap by ([\d.]+) mL/.exec(warning?.message ?? '')?.[1])
    expect(sum - unionMl).toBeGreaterThan(10)
    // What is sure to be shared leaves out a part of the voxels on the rim.
    expect(said / (sum - unionMl)).toBeGreaterThan(0.85)
    expect(said / (sum - unionMl)).toBeLessThan(1.03)
    expect(words(none)).toContain('each count what they share')
  })

  it('divides them: the volumes add up to the union, the higher one keeps all of its own', () => {
    const [none, spleenFirst, neighbourFirst] = analyses as [Analysis, Analysis, Analysis]
    for (const analysis of [spleenFirst, neighbourFirst]) {
      const sum = structure(analysis, 'SPLEEN').volumeMl + structure(analysis, 'NEIGHBOUR').volumeMl
      expect(Math.abs(sum / unionMl - 1)).toBeLessThan(0.01)
      expect(warnings(analysis, 'structures.overlap')).toEqual([])
    }
    expect(structure(spleenFirst, 'SPLEEN').volumeMl).toBe(structure(none, 'SPLEEN').volumeMl)
    expect(structure(spleenFirst, 'SPLEEN').doses).toEqual(structure(none, 'SPLEEN').doses)
    expect(structure(neighbourFirst, 'NEIGHBOUR').volumeMl).toBe(structure(none, 'NEIGHBOUR').volumeMl)
    expect(structure(spleenFirst, 'NEIGHBOUR').policy).toBe('without SPLEEN (higher priority)')
    expect(words(spleenFirst)).toContain('belongs to the first of: SPLEEN, neigh.*')
  })
})

describe('the structures as they are', () => {
  let plain: Analysis
  let hollow: Analysis
  let both: Analysis

  beforeAll(async () => {
    const hollowOrgans = {
      SPLEEN: { wallThicknessMm: 4, source: 'made up for the test' },
      TUMOUR_3: { wallThicknessMm: 25, source: 'made up' },
    }
    const analyses = await analyseFolder(folder, [{}, { hollowOrgans }, { pairedOrgans: 'both' }])
    ;[plain, hollow, both] = analyses as [Analysis, Analysis, Analysis]
  })

  it('hollow: the activity is in the content; volume, mass and dose are those of the wall', () => {
    const [before, after] = [structure(plain, 'SPLEEN'), structure(hollow, 'SPLEEN')]
    expect(after.hollow?.outlineMl).toBe(before.volumeMl)
    expect((after.hollow?.contentMl ?? 0) + after.volumeMl).toBeCloseTo(before.volumeMl, 1)
    expect(after.fit?.tiaBqS).toEqual(before.fit?.tiaBqS)
    // The same decays and energy, over twice the mass of the content.
    const ratio = before.massKg.value / (2 * (after.hollow?.contentMassKg.value ?? NaN))
    expect((after.doses[0]?.doseGy.value ?? NaN) / (before.doses[0]?.doseGy.value ?? NaN)).toBeCloseTo(ratio, 9)
    expect(after.policy).toMatch(/^hollow: activity in .* mL of content.*wall of 4 mm, made up for the test/)
    expect(words(hollow)).toContain('SPLEEN (wall of 4 mm, made up for the test)')
    expect(structure(hollow, 'LIVER')).toEqual(structure(plain, 'LIVER'))
  })

  it('solid where the wall fills the organ, and the problem says so', () => {
    expect(structure(hollow, 'TUMOUR_3').hollow).toBeUndefined()
    expect(structure(hollow, 'TUMOUR_3').doses).toEqual(structure(plain, 'TUMOUR_3').doses)
    expect(warnings(hollow, 'structures.not-hollow')[0]?.message).toMatch(/wall of 25 mm fills it.*treated as solid/)
  })

  it('paired organs are reported together where asked for: activities added, dose by mass', () => {
    expect(plain.cycles[0]?.pairs).toBeUndefined()
    expect(both.cycles[0]?.structures).toEqual(plain.cycles[0]?.structures)
    const [left, right] = [structure(both, 'KIDNEY_L'), structure(both, 'KIDNEY_R')]
    const pair = both.cycles[0]?.pairs?.[0]
    expect(both.cycles[0]?.pairs?.map(({ name }) => name)).toEqual(['kidneys'])
    // Energy over mass: the dose of both is all energy over all mass.
    const energy = [left, right].reduce((sum, one) => sum + (one.doses[0]?.doseGy.value ?? NaN) * one.massKg.value, 0)
    expect(pair?.doseGy?.value).toBeCloseTo(energy / (left.massKg.value + right.massKg.value), 9)
    expect(pair?.tiaBqS?.value).toBeCloseTo((left.fit?.tiaBqS.value ?? 0) + (right.fit?.tiaBqS.value ?? 0), 0)
    expect(pair?.points).toHaveLength(2)
    expect(both.cumulativeDose.find((one) => one.structure === 'kidneys')?.doseGy.value).toBe(pair?.doseGy?.value)
    expect(words(both)).toContain('KIDNEY_L and KIDNEY_R')
  })

  it('left and right lie on their sides, and a swap of names is noticed', async () => {
    expect(warnings(plain, 'structures.sides-swapped')).toEqual([])
    const [wrong] = (await analyseFolder(folder, [{}], withSwappedKidneys)) as [Analysis]
    expect(warnings(wrong, 'structures.sides-swapped').map(({ item }) => item)).toEqual(['KIDNEY_L, KIDNEY_R'])
  })
})

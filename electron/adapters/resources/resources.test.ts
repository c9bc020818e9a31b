import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { parseHuDensityTable } from '../../../native-core/imaging/index.ts'
import { parseNuclideTable } from '../../../native-core/physics/index.ts'
import { fileResources } from './index.ts'

const folders: string[] = []
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'theratwin-resources-'))
  folders.push(path)
  return path
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true })
})

describe('fileResources', () => {
  it('finds the data of the project, and the core accepts them', () => {
    const resources = fileResources()
    expect(parseNuclideTable(resources.nuclideTable()).nuclides.size).toBeGreaterThan(100)
    expect(parseHuDensityTable(resources.huDensityTable()).segments.length).toBeGreaterThan(2)
  })

  it('says which file is missing or damaged', () => {
    const path = folder()
    expect(() => fileResources(path).nuclideTable()).toThrow(/endf-b-viii\.1\.json cannot be read/)
    mkdirSync(join(path, 'nuclides'))
    writeFileSync(join(path, 'nuclides', 'endf-b-viii.1.json'), '{"half')
    expect(() => fileResources(path).nuclideTable()).toThrow(InputError)
    expect(() => fileResources(path).nuclideTable()).toThrow(/damaged/)
  })
})

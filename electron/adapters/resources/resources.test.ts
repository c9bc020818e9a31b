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

  it('reads tables of dosimetry and materials by name, and nothing outside their folders', () => {
    const path = folder()
    mkdirSync(join(path, 'dosimetry'))
    mkdirSync(join(path, 'materials'))
    writeFileSync(join(path, 'dosimetry', 'a.b-1.json'), '{"of":"dosimetry"}')
    writeFileSync(join(path, 'materials', 'a.b-1.json'), '{"of":"materials"}')
    writeFileSync(join(path, 'secret.json'), '{}')
    const resources = fileResources(path)
    expect(resources.dosimetryTable('a.b-1')).toEqual({ of: 'dosimetry' })
    expect(resources.materialTable('a.b-1')).toEqual({ of: 'materials' })
    expect(resources.materialTable('a.b-1')).toBe(resources.materialTable('a.b-1'))
    expect(() => resources.dosimetryTable('none')).toThrow(/none\.json cannot be read/)
    for (const name of ['../secret', 'A', '', 'a/b', 'a\\b']) {
      expect(() => resources.dosimetryTable(name), name).toThrow(/no name of a data table/)
    }
  })
})

import { describe, expect, it } from 'vitest'
import type { Connection } from '../open.ts'
import { allStrict, databaseAt, tablesOf, zeroHash } from '../testing/index.ts'

function withArtifact(): Connection {
  const db = databaseAt(6)
  db.exec(`
    INSERT INTO artifacts VALUES ('${zeroHash}', 'fit', 'fit/1', '{}', '{"doseGy":1}', 'cycle', 'c', '', 't');
    INSERT INTO artifact_inputs VALUES ('${zeroHash}', 0, 'emission', 'image', 'i', '${zeroHash}');
    INSERT INTO volumes VALUES ('${zeroHash}', 4, 't');
    INSERT INTO artifact_volumes VALUES ('${zeroHash}', 'doseMap', '${zeroHash}');
  `)
  return db
}

describe('migration 6, artifacts', () => {
  it('makes its strict tables', () => {
    const db = databaseAt(6)
    expect(tablesOf(db)).toEqual(
      expect.arrayContaining(['artifact_inputs', 'artifact_latest', 'artifact_volumes', 'artifacts']),
    )
    expect(allStrict(db)).toBe(true)
  })

  it.each([
    `UPDATE artifacts SET payload = '{"doseGy":2}'`,
    'DELETE FROM artifacts',
    `INSERT OR REPLACE INTO artifacts VALUES ('${zeroHash}', 'fit', 'fit/1', '{}', '{}', 'cycle', 'c', '', 't')`,
    `UPDATE artifact_inputs SET hash = '${'1'.repeat(64)}'`,
    'DELETE FROM artifact_inputs',
    `UPDATE artifact_volumes SET name = 'x'`,
    'DELETE FROM artifact_volumes',
  ])('never changes an artifact: %s', (sql) => {
    const db = withArtifact()
    expect(() => db.exec(sql)).toThrow('cannot be')
    expect(db.prepare('SELECT payload FROM artifacts').pluck().get()).toBe('{"doseGy":1}')
  })

  it('refuses a payload that is not JSON, and a latest artifact that does not exist', () => {
    const db = withArtifact()
    expect(() =>
      db.exec(`INSERT INTO artifacts VALUES ('${'1'.repeat(64)}', 'fit', 'f', '{}', 'NaN', 'cycle', 'c', '', 't')`),
    ).toThrow('CHECK')
    expect(() =>
      db.exec(`INSERT INTO artifact_latest VALUES ('fit', 'cycle', 'c', '', '${'1'.repeat(64)}', 't')`),
    ).toThrow('FOREIGN KEY')
  })
})

import { describe, expect, it } from 'vitest'
import { allStrict, databaseAt, tablesOf, zeroHash } from '../testing/index.ts'

const insertAudit = `INSERT INTO audit VALUES (?, 't', 'a', 'b', '{}', ?, ?)`
const one = '1'.repeat(64)
const two = '2'.repeat(64)

describe('migration 1, foundation', () => {
  it('makes strict tables for volumes, settings, history and audit', () => {
    const db = databaseAt(1)
    expect(tablesOf(db)).toEqual(['audit', 'history', 'schema_migrations', 'settings', 'volumes'])
    expect(allStrict(db)).toBe(true)
  })

  it('takes audit rows in their order only', () => {
    const db = databaseAt(1)
    const insert = db.prepare(insertAudit)
    expect(() => insert.run(2, zeroHash, one)).toThrow('must follow')
    expect(() => insert.run(1, two, one)).toThrow('must follow')
    insert.run(1, zeroHash, one)
    expect(() => insert.run(3, one, two)).toThrow('must follow')
    insert.run(2, one, two)
    expect(db.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(2)
  })

  it.each([
    ['an update', `UPDATE audit SET actor = 'x'`],
    ['a deletion', 'DELETE FROM audit'],
    ['INSERT OR REPLACE', `INSERT OR REPLACE INTO audit VALUES (1, 't', 'x', 'b', '{}', '${zeroHash}', '${two}')`],
    ['an update of history', `UPDATE history SET content = '[]'`],
    ['a deletion from history', 'DELETE FROM history'],
    ['INSERT OR REPLACE into history', `INSERT OR REPLACE INTO history VALUES (1, 'e', 'i', 'h', '[]', 't')`],
  ])('refuses %s', (_name, sql) => {
    const db = databaseAt(1)
    db.prepare(insertAudit).run(1, zeroHash, one)
    db.exec(`INSERT INTO history VALUES (1, 'cycle', 'c', '${one}', '{}', 't')`)
    expect(() => db.exec(sql)).toThrow(/cannot be|must follow/)
    expect(db.prepare('SELECT actor FROM audit').pluck().get()).toBe('a')
    expect(db.prepare('SELECT content FROM history').pluck().get()).toBe('{}')
  })

  it.each([
    ['a volume id that is no SHA-256', `INSERT INTO volumes VALUES ('AB${'0'.repeat(62)}', 1, 't')`],
    ['a negative size', `INSERT INTO volumes VALUES ('${zeroHash}', -1, 't')`],
    ['a text as size', `INSERT INTO volumes VALUES ('${zeroHash}', 'big', 't')`],
    ['a setting that is not JSON', `INSERT INTO settings VALUES ('n', '{', '${zeroHash}', 't')`],
  ])('refuses %s', (_name, sql) => {
    expect(() => databaseAt(1).exec(sql)).toThrow(/constraint|cannot store/)
  })
})

import { describe, expect, it } from 'vitest'
import { allStrict, databaseAt, tablesOf, upgradeTo, zeroHash } from '../testing/index.ts'

const PATIENT = `INSERT INTO patients VALUES ('p', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL)`

describe('migration 9, measured series', () => {
  it('makes its strict table, and keeps what a store of version 8 holds', () => {
    const db = databaseAt(8)
    db.exec(PATIENT)
    db.exec(
      `INSERT INTO populations VALUES ('a', 'kidney', 1, 'population/1', '{"mu":1}', 't', 'me', '${zeroHash}', NULL)`,
    )
    db.exec(`INSERT INTO calibrations VALUES ('c', 'k', 'psf/1', '{}', 't', 'me', '${zeroHash}', 't2')`)
    const before = ['patients', 'populations', 'calibrations'].map((table) =>
      db.prepare(`SELECT * FROM ${table}`).all(),
    )
    upgradeTo(db, 9)
    expect(tablesOf(db)).toContain('measured_series')
    expect(allStrict(db)).toBe(true)
    expect(
      ['patients', 'populations', 'calibrations'].map((table) => db.prepare(`SELECT * FROM ${table}`).all()),
    ).toEqual(before)
  })

  it('holds series of the two kinds, of patients that are there', () => {
    const db = databaseAt(9)
    db.exec(PATIENT)
    const insert = db.prepare(`INSERT INTO measured_series VALUES (?, ?, ?, ?, 't', 'me', '${zeroHash}', NULL)`)
    insert.run('a', 'p', 'activity', '{}')
    insert.run('b', 'p', 'marker', '{}')
    expect(() => insert.run('c', 'p', 'mood', '{}')).toThrow('CHECK')
    expect(() => insert.run('d', 'p', 'marker', 'no json')).toThrow('CHECK')
    expect(() => insert.run('e', 'nobody', 'marker', '{}')).toThrow('FOREIGN KEY')
  })
})

import { describe, expect, it } from 'vitest'
import { allStrict, databaseAt, tablesOf, upgradeTo, zeroHash } from '../testing/index.ts'

describe('migration 8, populations', () => {
  it('makes its strict table, beside what a store of version 7 holds', () => {
    const db = databaseAt(7)
    db.exec(`INSERT INTO calibrations VALUES ('c', 'k', 'psf/1', '{}', 't', 'me', '${zeroHash}', NULL)`)
    upgradeTo(db, 8)
    expect(tablesOf(db)).toContain('populations')
    expect(allStrict(db)).toBe(true)
    expect(db.prepare('SELECT count(*) AS n FROM calibrations').get()).toEqual({ n: 1 })
  })

  it('holds each version of a name once, from 1 on', () => {
    const db = databaseAt(8)
    const insert = db.prepare(
      `INSERT INTO populations VALUES (?, 'kidney', ?, 'population/1', ?, 't', 'me', '${zeroHash}', NULL)`,
    )
    insert.run('a', 1, '{}')
    insert.run('b', 2, '{}')
    expect(() => insert.run('c', 2, '{}')).toThrow('UNIQUE')
    expect(() => insert.run('d', 0, '{}')).toThrow('CHECK')
    expect(() => insert.run('e', 3, 'no json')).toThrow('CHECK')
  })
})

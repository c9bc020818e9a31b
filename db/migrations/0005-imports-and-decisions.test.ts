import { describe, expect, it } from 'vitest'
import { allStrict, databaseAt, tablesOf } from '../testing/index.ts'

const decide = `INSERT INTO decisions VALUES (?, 'cycle', 'c', 'time.injection', '{"a":1}', '', 'me', 't')`

describe('migration 5, imports and decisions', () => {
  it('makes its strict tables', () => {
    const db = databaseAt(5)
    expect(tablesOf(db)).toEqual(expect.arrayContaining(['decisions', 'import_batches', 'import_problems']))
    expect(allStrict(db)).toBe(true)
  })

  it('takes decisions in their order only, and never changes one', () => {
    const db = databaseAt(5)
    const insert = db.prepare(decide)
    expect(() => insert.run(2)).toThrow('must follow')
    insert.run(1)
    insert.run(2)
    expect(() => db.exec(`UPDATE decisions SET value = 'null'`)).toThrow('cannot be changed')
    expect(() => db.exec('DELETE FROM decisions WHERE sequence = 2')).toThrow('cannot be deleted')
    expect(() => db.prepare(decide.replace('INSERT', 'INSERT OR REPLACE')).run(1)).toThrow('must follow')
    expect(db.prepare('SELECT count(*) FROM decisions').pluck().get()).toBe(2)
  })

  it('refuses a problem of unknown severity or batch', () => {
    const db = databaseAt(5)
    db.exec(`INSERT INTO import_batches VALUES ('b', 1, 't', '[]', '', 0, 0)`)
    const insert = db.prepare(`INSERT INTO import_problems VALUES (?, 0, NULL, ?, 'c', '', '', '', NULL, '[]')`)
    expect(() => insert.run('b', 'fatal')).toThrow('CHECK')
    expect(() => insert.run('x', 'warning')).toThrow('FOREIGN KEY')
    insert.run('b', 'warning')
  })
})

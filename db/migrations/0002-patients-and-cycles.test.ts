import { describe, expect, it } from 'vitest'
import type { Connection } from '../open.ts'
import { allStrict, databaseAt, tablesOf, zeroHash } from '../testing/index.ts'

function withCourse(): Connection {
  const db = databaseAt(2)
  db.exec(`INSERT INTO patients VALUES ('p', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL)`)
  db.exec(`INSERT INTO courses VALUES ('c', 'p', 'k', 'agent', 'Lu-177', '${zeroHash}', NULL)`)
  return db
}

function insertCycle(db: Connection, columns: Record<string, string | number | null>): void {
  const row = { id: 'y', course_id: 'c', key: 'k', number: 1, content_hash: zeroHash, ...columns }
  const names = Object.keys(row)
  db.prepare(`INSERT INTO cycles (${names.join()}) VALUES (${names.map(() => '?').join()})`).run(...Object.values(row))
}

describe('migration 2, patients and cycles', () => {
  it('makes its strict tables', () => {
    const db = databaseAt(2)
    expect(tablesOf(db)).toEqual(expect.arrayContaining(['patients', 'courses', 'cycles']))
    expect(allStrict(db)).toBe(true)
  })

  it('takes an ordinary cycle, and one of which nothing is known yet', () => {
    const db = withCourse()
    insertCycle(db, {
      net_activity_bq: 7.4e9,
      ligand_amount_mol: 1.2e-7,
      administration_start_local: '2024-03-01T10:00:00',
      administration_start_utc_offset_min: 60,
    })
    insertCycle(db, { id: 'z', key: 'k2', number: 2 })
    expect(db.prepare('SELECT count(*) FROM cycles').pluck().get()).toBe(2)
  })

  it.each([
    ['7400 MBq stored as Bq', { net_activity_bq: 7400 }],
    ['a negative activity', { net_activity_bq: -7.4e9 }],
    ['an activity in µBq', { net_activity_bq: 7.4e15 }],
    ['an infinite activity', { net_activity_bq: Infinity }],
    ['an amount in nmol', { ligand_amount_mol: 120 }],
    ['an amount of nothing', { ligand_amount_mol: 0 }],
    ['cycle number 0', { number: 0 }],
    [
      'an impossible time zone',
      { administration_start_local: '2024-03-01T10:00:00', administration_start_utc_offset_min: 900 },
    ],
    ['a time zone without a time', { administration_start_utc_offset_min: 60 }],
    ['an unknown course', { course_id: 'nobody' }],
  ])('refuses %s', (_name, columns) => {
    const db = withCourse()
    expect(() => {
      insertCycle(db, columns)
    }).toThrow(/constraint/)
  })

  it('refuses the same patient key, course key or cycle key twice', () => {
    const db = withCourse()
    insertCycle(db, {})
    expect(() => {
      insertCycle(db, { id: 'z' })
    }).toThrow('UNIQUE')
    expect(() => db.exec(`INSERT INTO courses VALUES ('d', 'p', 'k', 'a', NULL, '${zeroHash}', NULL)`)).toThrow(
      'UNIQUE',
    )
    expect(() =>
      db.exec(`INSERT INTO patients VALUES ('q', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL)`),
    ).toThrow('UNIQUE')
  })
})

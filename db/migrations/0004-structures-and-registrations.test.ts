import { describe, expect, it } from 'vitest'
import type { Connection } from '../open.ts'
import { allStrict, databaseAt, tablesOf, zeroHash } from '../testing/index.ts'

function withPatient(): Connection {
  const db = databaseAt(4)
  db.exec(`
    INSERT INTO patients VALUES ('p', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL);
    INSERT INTO volumes VALUES ('${zeroHash}', 4, 't');
  `)
  return db
}

function insertRegistration(db: Connection, columns: Record<string, string | null>): void {
  const row = {
    id: 'r',
    patient_id: 'p',
    key: 'k',
    from_frame_of_reference_uid: '1.1',
    to_frame_of_reference_uid: '1.2',
    type: 'RIGID',
    matrix: '[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1]',
    origin: 'REG',
    status: 'proposed',
    content_hash: zeroHash,
    ...columns,
  }
  const names = Object.keys(row)
  db.prepare(`INSERT INTO registrations (${names.join()}) VALUES (${names.map(() => '?').join()})`).run(
    ...Object.values(row),
  )
}

describe('migration 4, structures and registrations', () => {
  it('makes its strict tables', () => {
    const db = databaseAt(4)
    expect(tablesOf(db)).toEqual(
      expect.arrayContaining([
        'registration_sources',
        'registrations',
        'structure_set_sources',
        'structure_sets',
        'structures',
      ]),
    )
    expect(allStrict(db)).toBe(true)
  })

  it('takes a proposed and an accepted registration', () => {
    const db = withPatient()
    insertRegistration(db, {})
    insertRegistration(db, { id: 'r2', key: 'k2', status: 'accepted', decided_by: 'me', decided_at: 't' })
    expect(db.prepare('SELECT count(*) FROM registrations').pluck().get()).toBe(2)
  })

  it.each([
    ['a matrix of 15 numbers', { matrix: '[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0]' }],
    ['an unknown type', { type: 'DEFORMABLE' }],
    ['a judgement by nobody', { status: 'accepted' }],
    ['a judge without a judgement', { decided_by: 'me', decided_at: 't' }],
    ['a judge without a time', { status: 'rejected', decided_by: 'me' }],
    ['no frame of reference', { to_frame_of_reference_uid: '' }],
  ])('refuses a registration with %s', (_name, columns) => {
    const db = withPatient()
    expect(() => {
      insertRegistration(db, columns)
    }).toThrow('CHECK')
  })

  it('refuses two structures of one number, and a structure without stored geometry', () => {
    const db = withPatient()
    db.exec(`INSERT INTO structure_sets VALUES ('s', 'p', NULL, 'k', 'drawn', '', NULL, NULL, '${zeroHash}', NULL)`)
    const insert = db.prepare(
      `INSERT INTO structures VALUES (?, 's', ?, 'liver', '', '[1,2,3]', ?, '${zeroHash}', NULL)`,
    )
    insert.run('a', 1, zeroHash)
    expect(() => insert.run('b', 1, zeroHash)).toThrow('UNIQUE')
    expect(() => insert.run('c', 2, '1'.repeat(64))).toThrow('FOREIGN KEY')
  })
})

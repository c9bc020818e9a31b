import { describe, expect, it } from 'vitest'
import { migrate, migrations } from './index.ts'
import { allStrict, databaseAt, tablesOf, zeroHash } from '../testing/index.ts'

const matrix = '[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1]'

describe('migration 7, segmentation and calibration', () => {
  it('makes its strict tables', () => {
    const db = databaseAt(7)
    expect(tablesOf(db)).toEqual(expect.arrayContaining(['calibrations', 'registrations', 'registration_sources']))
    expect(tablesOf(db).filter((name) => name.endsWith('_new'))).toEqual([])
    expect(allStrict(db)).toBe(true)
  })

  it('keeps registrations with their sources, and structures, as they were', () => {
    const db = databaseAt(6)
    db.exec(`
      INSERT INTO patients VALUES ('p', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL);
      INSERT INTO volumes VALUES ('${zeroHash}', 4, 't');
      INSERT INTO studies VALUES ('st', 'p', '1', '', '${zeroHash}', NULL);
      INSERT INTO series VALUES ('se', 'st', '1.1', 'REG', '', '', NULL, NULL, '${zeroHash}', NULL);
      INSERT INTO source_files VALUES ('${zeroHash}', 'se', '1.1.1', '1', 'f');
      INSERT INTO registrations VALUES
        ('r', 'p', 'k', '1.1', '1.2', 'RIGID', '${matrix}', 'REG', 'accepted', 'me', 't', '${zeroHash}', NULL);
      INSERT INTO registration_sources VALUES ('r', '${zeroHash}');
      INSERT INTO structure_sets VALUES ('s', 'p', NULL, 'k', 'drawn', '', NULL, NULL, '${zeroHash}', NULL);
      INSERT INTO structures VALUES ('a', 's', 1, 'liver', '', NULL, '${zeroHash}', '${zeroHash}', NULL);
    `)
    migrate(db, { migrations, now: 't2', programVersion: '1', backup: () => undefined })
    expect(db.prepare('SELECT id, status, decided_by, deformation, method FROM registrations').all()).toEqual([
      { id: 'r', status: 'accepted', decided_by: 'me', deformation: null, method: null },
    ])
    expect(db.prepare('SELECT * FROM registration_sources').all()).toEqual([{ registration_id: 'r', sha256: zeroHash }])
    expect(db.prepare('SELECT name, method, review, identity FROM structures').all()).toEqual([
      { name: 'liver', method: null, review: 'none', identity: null },
    ])
  })

  it('refuses a deformable registration without displacements, and displacements of a rigid one', () => {
    const db = databaseAt(7)
    db.exec(`
      INSERT INTO patients VALUES ('p', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL);
      INSERT INTO volumes VALUES ('${zeroHash}', 4, 't');
    `)
    const insert = db.prepare(
      `INSERT INTO registrations VALUES (?, 'p', ?, '1.1', '1.2', ?, '${matrix}', ?, ?, 'computed', NULL, 'proposed', NULL, NULL,
         '${zeroHash}', NULL)`,
    )
    insert.run('a', 'a', 'DEFORMABLE', '{}', zeroHash)
    expect(() => insert.run('b', 'b', 'DEFORMABLE', null, null)).toThrow('CHECK')
    expect(() => insert.run('c', 'c', 'RIGID', '{}', zeroHash)).toThrow('CHECK')
    expect(() => insert.run('d', 'd', 'DEFORMABLE', '{}', '1'.repeat(64))).toThrow('FOREIGN KEY')
  })
})

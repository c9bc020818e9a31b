import { describe, expect, it } from 'vitest'
import { allStrict, databaseAt, upgradeTo, zeroHash } from '../testing/index.ts'

describe('migration 10, cameras of images', () => {
  it('leaves the images that are there without one, and takes JSON only', () => {
    const db = databaseAt(9)
    db.exec(`
      INSERT INTO patients VALUES ('p', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL);
      INSERT INTO volumes VALUES ('${zeroHash}', 4, 't');
      INSERT INTO studies VALUES ('st', 'p', '1', '', '${zeroHash}', NULL);
      INSERT INTO series VALUES ('se', 'st', '1.1', 'NM', '', '', NULL, NULL, '${zeroHash}', NULL);
      INSERT INTO images VALUES ('i', 'se', 'k', 'NM', '{"dimensions":[1,1,1]}', '{"kind":"counts"}', NULL, NULL, NULL, NULL, NULL,
        0, 'accept', '${zeroHash}', '${zeroHash}', NULL);
    `)
    upgradeTo(db, 10)
    expect(allStrict(db)).toBe(true)
    expect(db.prepare('SELECT id, camera FROM images').all()).toEqual([{ id: 'i', camera: null }])
    const name = db.prepare('UPDATE images SET camera = ?')
    name.run('{"model":"A"}')
    expect(() => name.run('no json')).toThrow('CHECK')
  })
})

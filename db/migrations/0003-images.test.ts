import { describe, expect, it } from 'vitest'
import type { Connection } from '../open.ts'
import { allStrict, databaseAt, tablesOf, zeroHash } from '../testing/index.ts'

const grid = '{"dimensions":[1,1,1]}'

function withSeries(): Connection {
  const db = databaseAt(3)
  db.exec(`
    INSERT INTO patients VALUES ('p', 'k', 'm', '', 'n', 'n', NULL, NULL, NULL, NULL, '${zeroHash}', NULL);
    INSERT INTO studies VALUES ('t', 'p', '1.2', '', '${zeroHash}', NULL);
    INSERT INTO series VALUES ('s', 't', '1.2.3', 'NM', '', '', NULL, NULL, '${zeroHash}', NULL);
    INSERT INTO volumes VALUES ('${zeroHash}', 4, 't');
  `)
  return db
}

function insertImage(db: Connection, columns: Record<string, string | number | null>): void {
  const row = {
    id: 'i',
    series_id: 's',
    key: 'k',
    modality: 'NM',
    grid,
    quantity: '{"kind":"HU"}',
    lossy_compressed: 0,
    verdict: 'accept',
    voxels_sha256: zeroHash,
    content_hash: zeroHash,
    ...columns,
  }
  const names = Object.keys(row)
  db.prepare(`INSERT INTO images (${names.join()}) VALUES (${names.map(() => '?').join()})`).run(...Object.values(row))
}

describe('migration 3, images', () => {
  it('makes its strict tables', () => {
    const db = databaseAt(3)
    const made = ['image_sources', 'images', 'series', 'source_files', 'studies', 'time_point_images', 'time_points']
    expect(tablesOf(db)).toEqual(expect.arrayContaining(made))
    expect(allStrict(db)).toBe(true)
  })

  it('takes an image', () => {
    const db = withSeries()
    insertImage(db, {})
    expect(db.prepare('SELECT key FROM images').pluck().get()).toBe('k')
  })

  it.each([
    ['an unknown modality', { modality: 'US' }],
    ['a grid of two dimensions', { grid: '{"dimensions":[1,1]}' }],
    ['a quantity without a kind', { quantity: '{}' }],
    ['a duration of nothing', { acquisition_duration_s: 0 }],
    ['voxels that are not stored', { voxels_sha256: '1'.repeat(64) }],
    ['an unknown series', { series_id: 'x' }],
    ['an unknown verdict', { verdict: 'maybe' }],
  ])('refuses an image with %s', (_name, columns) => {
    const db = withSeries()
    expect(() => {
      insertImage(db, columns)
    }).toThrow(/constraint/)
  })

  it('refuses an original file whose bytes are not stored', () => {
    const db = withSeries()
    db.exec(`INSERT INTO source_files VALUES ('${zeroHash}', 's', '1.2.3.4', '1', 'a.dcm')`)
    expect(() => db.exec(`INSERT INTO source_files VALUES ('${'1'.repeat(64)}', 's', '1', '1', 'b.dcm')`)).toThrow(
      'FOREIGN KEY',
    )
  })

  it('refuses an image twice at one time point, and an unknown role', () => {
    const db = withSeries()
    insertImage(db, {})
    db.exec(`
      INSERT INTO courses VALUES ('c', 'p', 'k', 'a', NULL, '${zeroHash}', NULL);
      INSERT INTO cycles (id, course_id, key, number, content_hash) VALUES ('y', 'c', 'k', 1, '${zeroHash}');
      INSERT INTO time_points (id, cycle_id, key, label, content_hash) VALUES ('tp', 'y', 'k', '24 h', '${zeroHash}');
    `)
    expect(() => db.exec(`INSERT INTO time_point_images VALUES ('tp', 'i', 'both')`)).toThrow('CHECK')
    db.exec(`INSERT INTO time_point_images VALUES ('tp', 'i', 'emission')`)
    expect(() => db.exec(`INSERT INTO time_point_images VALUES ('tp', 'i', 'anatomy')`)).toThrow('UNIQUE')
  })
})

import type { Migration } from './types.ts'

/**
 * Deformable registrations and how registrations and structures were made and reviewed; calibrations of the site's cameras. The tables of
 * registrations are made anew, since a CHECK cannot be changed.
 */
export const segmentationAndCalibration: Migration = {
  version: 7,
  name: 'segmentation-and-calibration',
  sql: `
    ALTER TABLE structures ADD COLUMN method TEXT CHECK (json_valid(method));
    ALTER TABLE structures ADD COLUMN review TEXT NOT NULL DEFAULT 'none' CHECK (review IN ('none', 'to-review', 'reviewed'));
    ALTER TABLE structures ADD COLUMN identity TEXT CHECK (identity <> '');

    CREATE TABLE registrations_new (
      id TEXT PRIMARY KEY,
      patient_id TEXT NOT NULL REFERENCES patients (id),
      key TEXT NOT NULL CHECK (key <> ''),
      from_frame_of_reference_uid TEXT NOT NULL CHECK (from_frame_of_reference_uid <> ''),
      to_frame_of_reference_uid TEXT NOT NULL CHECK (to_frame_of_reference_uid <> ''),
      type TEXT NOT NULL CHECK (type IN ('RIGID', 'RIGID_SCALE', 'AFFINE', 'DEFORMABLE')),
      matrix TEXT NOT NULL CHECK (json_array_length(matrix) = 16),
      deformation TEXT CHECK (json_valid(deformation)),
      displacement_sha256 TEXT REFERENCES volumes (sha256),
      origin TEXT NOT NULL CHECK (origin IN ('REG', 'same-frame-of-reference', 'computed', 'manual')),
      method TEXT CHECK (json_valid(method)),
      status TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'rejected')),
      decided_by TEXT,
      decided_at TEXT,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (patient_id, key),
      CHECK ((status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
      CHECK ((type = 'DEFORMABLE') = (deformation IS NOT NULL) AND (deformation IS NULL) = (displacement_sha256 IS NULL))
    ) STRICT, WITHOUT ROWID;
    INSERT INTO registrations_new
      SELECT id, patient_id, key, from_frame_of_reference_uid, to_frame_of_reference_uid, type, matrix, NULL, NULL, origin, NULL,
        status, decided_by, decided_at, content_hash, retired_at
      FROM registrations;
    CREATE TABLE registration_sources_new (
      registration_id TEXT NOT NULL REFERENCES registrations_new (id),
      sha256 TEXT NOT NULL REFERENCES source_files (sha256),
      PRIMARY KEY (registration_id, sha256)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO registration_sources_new SELECT registration_id, sha256 FROM registration_sources;
    DROP TABLE registration_sources;
    DROP TABLE registrations;
    ALTER TABLE registrations_new RENAME TO registrations;
    ALTER TABLE registration_sources_new RENAME TO registration_sources;

    CREATE TABLE calibrations (
      id TEXT PRIMARY KEY,
      key TEXT NOT NULL UNIQUE CHECK (key <> ''),
      kind TEXT NOT NULL CHECK (kind <> ''),
      content TEXT NOT NULL CHECK (json_valid(content)),
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT
    ) STRICT, WITHOUT ROWID;
  `,
}

import type { Migration } from './types.ts'

/** Structure sets with their structures, and spatial registrations with the person's judgement on them. */
export const structuresAndRegistrations: Migration = {
  version: 4,
  name: 'structures-and-registrations',
  sql: `
    CREATE TABLE structure_sets (
      id TEXT PRIMARY KEY,
      patient_id TEXT NOT NULL REFERENCES patients (id),
      series_id TEXT REFERENCES series (id),
      key TEXT NOT NULL CHECK (key <> ''),
      origin TEXT NOT NULL CHECK (origin IN ('RTSTRUCT', 'SEG', 'drawn', 'computed')),
      label TEXT NOT NULL,
      frame_of_reference_uid TEXT,
      referenced_series_uid TEXT,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (patient_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE structure_set_sources (
      structure_set_id TEXT NOT NULL REFERENCES structure_sets (id),
      sha256 TEXT NOT NULL REFERENCES source_files (sha256),
      PRIMARY KEY (structure_set_id, sha256)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE structures (
      id TEXT PRIMARY KEY,
      structure_set_id TEXT NOT NULL REFERENCES structure_sets (id),
      number INTEGER NOT NULL CHECK (number >= 0),
      name TEXT NOT NULL,
      type TEXT NOT NULL,
      colour_rgb TEXT CHECK (json_array_length(colour_rgb) = 3),
      geometry_sha256 TEXT NOT NULL REFERENCES volumes (sha256),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (structure_set_id, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE registrations (
      id TEXT PRIMARY KEY,
      patient_id TEXT NOT NULL REFERENCES patients (id),
      key TEXT NOT NULL CHECK (key <> ''),
      from_frame_of_reference_uid TEXT NOT NULL CHECK (from_frame_of_reference_uid <> ''),
      to_frame_of_reference_uid TEXT NOT NULL CHECK (to_frame_of_reference_uid <> ''),
      type TEXT NOT NULL CHECK (type IN ('RIGID', 'RIGID_SCALE', 'AFFINE')),
      matrix TEXT NOT NULL CHECK (json_array_length(matrix) = 16),
      origin TEXT NOT NULL CHECK (origin IN ('REG', 'same-frame-of-reference', 'computed', 'manual')),
      status TEXT NOT NULL CHECK (status IN ('proposed', 'accepted', 'rejected')),
      decided_by TEXT,
      decided_at TEXT,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (patient_id, key),
      CHECK ((status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE registration_sources (
      registration_id TEXT NOT NULL REFERENCES registrations (id),
      sha256 TEXT NOT NULL REFERENCES source_files (sha256),
      PRIMARY KEY (registration_id, sha256)
    ) STRICT, WITHOUT ROWID;
  `,
}

import type { Migration } from './types.ts'

/** Studies, series, the original files, the images made from them, and the time points that gather images. */
export const images: Migration = {
  version: 3,
  name: 'images',
  sql: `
    CREATE TABLE studies (
      id TEXT PRIMARY KEY,
      patient_id TEXT NOT NULL REFERENCES patients (id),
      study_uid TEXT NOT NULL CHECK (study_uid <> ''),
      description TEXT NOT NULL,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (patient_id, study_uid)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE series (
      id TEXT PRIMARY KEY,
      study_id TEXT NOT NULL REFERENCES studies (id),
      series_uid TEXT NOT NULL CHECK (series_uid <> ''),
      modality TEXT NOT NULL,
      description TEXT NOT NULL,
      manufacturer TEXT NOT NULL,
      frame_of_reference_uid TEXT,
      kept_because TEXT,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (study_id, series_uid)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE source_files (
      sha256 TEXT PRIMARY KEY REFERENCES volumes (sha256),
      series_id TEXT NOT NULL REFERENCES series (id),
      sop_instance_uid TEXT NOT NULL,
      sop_class_uid TEXT NOT NULL,
      display_path TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX source_files_of_series ON source_files (series_id);
    CREATE INDEX source_files_by_sop ON source_files (sop_instance_uid);

    CREATE TABLE images (
      id TEXT PRIMARY KEY,
      series_id TEXT NOT NULL REFERENCES series (id),
      key TEXT NOT NULL CHECK (key <> ''),
      modality TEXT NOT NULL CHECK (modality IN ('CT', 'NM', 'PT', 'MR', 'RTDOSE')),
      grid TEXT NOT NULL CHECK (json_valid(grid) AND json_array_length(grid, '$.dimensions') = 3),
      quantity TEXT NOT NULL CHECK (json_valid(quantity) AND json_extract(quantity, '$.kind') IS NOT NULL),
      frame_of_reference_uid TEXT,
      acquisition_start_local TEXT,
      acquisition_start_utc_offset_min INTEGER CHECK (acquisition_start_utc_offset_min BETWEEN -720 AND 840),
      acquisition_duration_s REAL CHECK (acquisition_duration_s > 0),
      radiopharmaceutical TEXT CHECK (json_valid(radiopharmaceutical)),
      lossy_compressed INTEGER NOT NULL CHECK (lossy_compressed IN (0, 1)),
      verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'warn', 'ask')),
      voxels_sha256 TEXT NOT NULL REFERENCES volumes (sha256),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (series_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE image_sources (
      image_id TEXT NOT NULL REFERENCES images (id),
      sha256 TEXT NOT NULL REFERENCES source_files (sha256),
      PRIMARY KEY (image_id, sha256)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE time_points (
      id TEXT PRIMARY KEY,
      cycle_id TEXT NOT NULL REFERENCES cycles (id),
      key TEXT NOT NULL CHECK (key <> ''),
      label TEXT NOT NULL,
      acquisition_start_local TEXT,
      acquisition_start_utc_offset_min INTEGER CHECK (acquisition_start_utc_offset_min BETWEEN -720 AND 840),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (cycle_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE time_point_images (
      time_point_id TEXT NOT NULL REFERENCES time_points (id),
      image_id TEXT NOT NULL REFERENCES images (id),
      role TEXT NOT NULL CHECK (role IN ('emission', 'anatomy', 'other')),
      PRIMARY KEY (time_point_id, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX time_points_of_image ON time_point_images (image_id);
  `,
}

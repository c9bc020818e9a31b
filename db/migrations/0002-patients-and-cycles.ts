import type { Migration } from './types.ts'

/**
 * Patients, their courses and the administrations. The limits are those of the physically possible, wide enough for every real case and
 * narrow enough to catch a wrong unit: no administration is below 0.01 MBq (which a value in MBq stored as Bq would be) or above
 * 1000 GBq; no ligand amount reaches 1 mmol (which a value in nmol or µmol stored as mol would).
 */
export const patientsAndCycles: Migration = {
  version: 2,
  name: 'patients-and-cycles',
  sql: `
    CREATE TABLE patients (
      id TEXT PRIMARY KEY,
      key TEXT NOT NULL UNIQUE CHECK (key <> ''),
      mrn TEXT NOT NULL,
      issuer TEXT NOT NULL,
      name TEXT NOT NULL,
      dicom_name TEXT NOT NULL,
      birth_date TEXT CHECK (birth_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
      sex TEXT CHECK (sex IN ('M', 'F', 'O')),
      weight_kg REAL CHECK (weight_kg > 0 AND weight_kg < 700),
      height_m REAL CHECK (height_m > 0 AND height_m < 3),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE courses (
      id TEXT PRIMARY KEY,
      patient_id TEXT NOT NULL REFERENCES patients (id),
      key TEXT NOT NULL CHECK (key <> ''),
      agent TEXT NOT NULL,
      nuclide TEXT CHECK (nuclide GLOB '[A-Z]*-[0-9]*'),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (patient_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE cycles (
      id TEXT PRIMARY KEY,
      course_id TEXT NOT NULL REFERENCES courses (id),
      key TEXT NOT NULL CHECK (key <> ''),
      number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 100),
      net_activity_bq REAL CHECK (net_activity_bq BETWEEN 1e4 AND 1e12),
      administration_start_local TEXT,
      administration_start_utc_offset_min INTEGER
        CHECK (administration_start_utc_offset_min BETWEEN -720 AND 840),
      administration_stop_local TEXT,
      administration_stop_utc_offset_min INTEGER
        CHECK (administration_stop_utc_offset_min BETWEEN -720 AND 840),
      ligand_amount_mol REAL CHECK (ligand_amount_mol > 0 AND ligand_amount_mol < 1e-3),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (course_id, key),
      CHECK (administration_start_local IS NOT NULL OR administration_start_utc_offset_min IS NULL),
      CHECK (administration_stop_local IS NOT NULL OR administration_stop_utc_offset_min IS NULL)
    ) STRICT, WITHOUT ROWID;
  `,
}

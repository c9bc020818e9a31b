import type { Migration } from './types.ts'

/** Time courses of a patient that are not read from the course's images, and markers. */
export const measuredSeries: Migration = {
  version: 9,
  name: 'measured series',
  sql: `
    CREATE TABLE measured_series (
      id TEXT PRIMARY KEY,
      patient_id TEXT NOT NULL REFERENCES patients (id),
      kind TEXT NOT NULL CHECK (kind IN ('activity', 'marker')),
      content TEXT NOT NULL CHECK (json_valid(content)),
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX measured_series_patient ON measured_series (patient_id);
  `,
}

import type { Migration } from './types.ts'

/** What each import found wrong, and what people answered. Answers are only ever added; the newest of a question counts. */
export const importsAndDecisions: Migration = {
  version: 5,
  name: 'imports-and-decisions',
  sql: `
    CREATE TABLE import_batches (
      id TEXT PRIMARY KEY,
      ordinal INTEGER NOT NULL UNIQUE,
      imported_at TEXT NOT NULL,
      sources TEXT NOT NULL CHECK (json_valid(sources)),
      program_version TEXT NOT NULL,
      files_seen INTEGER NOT NULL CHECK (files_seen >= 0),
      bytes_seen INTEGER NOT NULL CHECK (bytes_seen >= 0)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE import_problems (
      batch_id TEXT NOT NULL REFERENCES import_batches (id),
      position INTEGER NOT NULL CHECK (position >= 0),
      patient_id TEXT REFERENCES patients (id),
      severity TEXT NOT NULL CHECK (severity IN ('refused', 'question', 'warning', 'ignored', 'note')),
      code TEXT NOT NULL CHECK (code <> ''),
      item TEXT NOT NULL,
      message TEXT NOT NULL,
      hint TEXT NOT NULL,
      series_uid TEXT,
      file_paths TEXT NOT NULL CHECK (json_valid(file_paths)),
      PRIMARY KEY (batch_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX import_problems_of_patient ON import_problems (patient_id);

    CREATE TABLE decisions (
      sequence INTEGER PRIMARY KEY,
      subject_entity TEXT NOT NULL,
      subject_id TEXT NOT NULL CHECK (subject_id <> ''),
      code TEXT NOT NULL CHECK (code <> ''),
      value TEXT NOT NULL CHECK (json_valid(value)),
      reason TEXT NOT NULL,
      decided_by TEXT NOT NULL CHECK (decided_by <> ''),
      decided_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX decisions_on ON decisions (subject_entity, subject_id, code, sequence);

    CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
      BEGIN SELECT RAISE(ABORT, 'a decision cannot be changed, only followed by another'); END;
    CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
      BEGIN SELECT RAISE(ABORT, 'a decision cannot be deleted'); END;
    CREATE TRIGGER decisions_in_order BEFORE INSERT ON decisions
      WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM decisions)
      BEGIN SELECT RAISE(ABORT, 'a decision must follow the last one'); END;
  `,
}

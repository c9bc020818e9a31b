import type { Migration } from './types.ts'

/**
 * Derived things. An artifact never changes; which one counts for a subject is in artifact_latest. The inputs are edges with the hash the
 * input had when the artifact was made, so that staleness is a comparison and not a flag that could be forgotten.
 */
export const artifacts: Migration = {
  version: 6,
  name: 'artifacts',
  sql: `
    CREATE TABLE artifacts (
      key TEXT NOT NULL PRIMARY KEY CHECK (length(key) = 64),
      kind TEXT NOT NULL CHECK (kind <> ''),
      algorithm_version TEXT NOT NULL CHECK (algorithm_version <> ''),
      parameters TEXT NOT NULL CHECK (json_valid(parameters)),
      payload TEXT NOT NULL CHECK (json_valid(payload)),
      subject_entity TEXT NOT NULL,
      subject_id TEXT NOT NULL CHECK (subject_id <> ''),
      slot TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE artifact_inputs (
      artifact_key TEXT NOT NULL REFERENCES artifacts (key),
      position INTEGER NOT NULL CHECK (position >= 0),
      role TEXT NOT NULL CHECK (role <> ''),
      entity TEXT NOT NULL,
      entity_id TEXT NOT NULL CHECK (entity_id <> ''),
      hash TEXT NOT NULL CHECK (length(hash) = 64),
      PRIMARY KEY (artifact_key, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX artifact_inputs_from ON artifact_inputs (entity, entity_id);

    CREATE TABLE artifact_volumes (
      artifact_key TEXT NOT NULL REFERENCES artifacts (key),
      name TEXT NOT NULL CHECK (name <> ''),
      sha256 TEXT NOT NULL REFERENCES volumes (sha256),
      PRIMARY KEY (artifact_key, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE artifact_latest (
      kind TEXT NOT NULL,
      subject_entity TEXT NOT NULL,
      subject_id TEXT NOT NULL,
      slot TEXT NOT NULL,
      artifact_key TEXT NOT NULL REFERENCES artifacts (key),
      set_at TEXT NOT NULL,
      PRIMARY KEY (kind, subject_entity, subject_id, slot)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX artifact_latest_of ON artifact_latest (artifact_key);

    CREATE TRIGGER artifacts_no_update BEFORE UPDATE ON artifacts
      BEGIN SELECT RAISE(ABORT, 'an artifact cannot be changed'); END;
    CREATE TRIGGER artifacts_no_delete BEFORE DELETE ON artifacts
      BEGIN SELECT RAISE(ABORT, 'an artifact cannot be deleted'); END;
    CREATE TRIGGER artifact_inputs_no_update BEFORE UPDATE ON artifact_inputs
      BEGIN SELECT RAISE(ABORT, 'an artifact cannot be changed'); END;
    CREATE TRIGGER artifact_inputs_no_delete BEFORE DELETE ON artifact_inputs
      BEGIN SELECT RAISE(ABORT, 'an artifact cannot be changed'); END;
    CREATE TRIGGER artifact_volumes_no_update BEFORE UPDATE ON artifact_volumes
      BEGIN SELECT RAISE(ABORT, 'an artifact cannot be changed'); END;
    CREATE TRIGGER artifact_volumes_no_delete BEFORE DELETE ON artifact_volumes
      BEGIN SELECT RAISE(ABORT, 'an artifact cannot be changed'); END;
  `,
}

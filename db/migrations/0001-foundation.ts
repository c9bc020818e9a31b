import type { Migration } from './types.ts'

/**
 * What every other table stands on: which volumes are referred to, the settings, the history of replaced content, and the audit
 * chain. Audit and history can only grow: triggers refuse everything else, also INSERT OR REPLACE, because the next sequence number is the
 * only one allowed.
 */
export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  sql: `
    CREATE TABLE volumes (
      sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
      added_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE settings (
      name TEXT PRIMARY KEY CHECK (name <> ''),
      value TEXT NOT NULL CHECK (json_valid(value)),
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      changed_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE history (
      sequence INTEGER PRIMARY KEY,
      entity TEXT NOT NULL,
      entity_id TEXT NOT NULL,
      content_hash TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      replaced_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX history_of ON history (entity, entity_id);

    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      actor TEXT NOT NULL CHECK (actor <> ''),
      action TEXT NOT NULL CHECK (action <> ''),
      detail TEXT NOT NULL CHECK (json_valid(detail)),
      previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64),
      hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
    ) STRICT;

    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be changed'); END;
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be shortened'); END;
    CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
      WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
        OR NEW.previous_hash IS NOT
          coalesce((SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
      BEGIN SELECT RAISE(ABORT, 'an audit row must follow the last one'); END;

    CREATE TRIGGER history_no_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history cannot be changed'); END;
    CREATE TRIGGER history_no_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history cannot be shortened'); END;
    CREATE TRIGGER history_in_order BEFORE INSERT ON history
      WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM history)
      BEGIN SELECT RAISE(ABORT, 'a history row must follow the last one'); END;
  `,
}

import type { Migration } from './types.ts'

/** Populations of time–activity curves, in versions. */
export const populations: Migration = {
  version: 8,
  name: 'populations',
  sql: `
    CREATE TABLE populations (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL CHECK (name <> ''),
      version INTEGER NOT NULL CHECK (version > 0),
      kind TEXT NOT NULL CHECK (kind <> ''),
      content TEXT NOT NULL CHECK (json_valid(content)),
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL,
      content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
      retired_at TEXT,
      UNIQUE (name, version)
    ) STRICT, WITHOUT ROWID;
  `,
}

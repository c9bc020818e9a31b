/** One step of the schema. Once released it is never edited: its checksum is recorded in every store that ran it. */
export interface Migration {
  /** 1, 2, 3, … without gaps; becomes PRAGMA user_version. */
  readonly version: number
  /** The name of its file without the number. */
  readonly name: string
  /** Statements that are run in one transaction. */
  readonly sql: string
}

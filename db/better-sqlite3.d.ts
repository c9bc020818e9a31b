/**
 * The part of better-sqlite3(-multiple-ciphers) that Theratwin uses. The package has types, but its export map hides them from
 * TypeScript, and they are loose where these are strict: parameters are SQLite values, rows are what the statement says.
 */
declare module 'better-sqlite3' {
  namespace Database {
    type SqlValue = string | number | bigint | Uint8Array | null
    type Parameters = readonly SqlValue[] | readonly [Readonly<Record<string, SqlValue>>]

    interface RunResult {
      readonly changes: number
      readonly lastInsertRowid: number | bigint
    }

    interface Statement<P extends Parameters, Row> {
      run(...parameters: P): RunResult
      get(...parameters: P): Row | undefined
      all(...parameters: P): Row[]
      iterate(...parameters: P): IterableIterator<Row>
      /** Rows become the value of their first column. */
      pluck(on?: boolean): this
    }

    interface Options {
      readonly readonly?: boolean
      readonly fileMustExist?: boolean
      /** Milliseconds to wait for a lock. */
      readonly timeout?: number
    }

    interface TransactionFunction<A extends unknown[], R> {
      (...args: A): R
      immediate(...args: A): R
      exclusive(...args: A): R
    }

    type Database = DatabaseConnection
  }

  class DatabaseConnection {
    constructor(path: string, options?: Database.Options)
    readonly open: boolean
    readonly inTransaction: boolean
    prepare<P extends Database.Parameters = Database.SqlValue[], Row = unknown>(sql: string): Database.Statement<P, Row>
    exec(sql: string): this
    pragma(sql: string, options?: { readonly simple?: boolean }): unknown
    transaction<A extends unknown[], R>(work: (...args: A) => R): Database.TransactionFunction<A, R>
    unsafeMode(on?: boolean): this
    close(): this
  }

  interface SqliteError extends Error {
    readonly code: string
  }

  const Database: typeof DatabaseConnection & {
    readonly SqliteError: new (message: string, code: string) => SqliteError
  }
  export default Database
}

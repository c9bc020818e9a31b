/** What a log may say of an error. */
export interface LoggedError {
  readonly type: string
  readonly code: string | undefined
  /** Where it was thrown, line by line; undefined for an InputError, which is no bug. */
  readonly stack: string | undefined
}

/**
 * An error without its words: they may hold a patient's name, as that of a file that could not be read ("ENOENT … '/data/Doe^Jane/1.dcm'").
 * Kind, code and frames of the stack say where a bug is without saying whom it met.
 */
export function errorForLog(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, code: undefined, stack: undefined }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
  return { type: error.name, code, stack: error.name === 'InputError' ? undefined : frames.join('\n') }
}

/** What the bootstrap says to people. All of it goes to stderr: stdout belongs to the command that is asked for. */
const colour = process.stderr.isTTY === true && !process.env['NO_COLOR']
/** @param {number} code An ANSI colour @param {string} text */
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[39m` : text)

/** One line about work that is done now. Steps with nothing to do say nothing. @param {string} text */
export const say = (text) => void process.stderr.write(`${paint(36, '•')} ${text}\n`)

/** Something that is not as it should be, though the work goes on. @param {string} text */
export const warn = (text) => void process.stderr.write(`${paint(33, '!')} ${text}\n`)

/** A state of the machine that the user can mend: shown without a stack. */
export class SetupError extends Error {
  /** @param {string} message What is wrong @param {string} [hint] What to do about it */
  constructor(message, hint) {
    super(message)
    this.name = 'SetupError'
    this.hint = hint
  }
}

/** Milliseconds as a person reads them. @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const s = ms / 1000
  return s < 60 ? `${s.toFixed(1)} s` : `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, '0')} s`
}

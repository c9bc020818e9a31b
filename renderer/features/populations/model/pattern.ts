/** Agents and structures of a population are regular expressions; a person mostly writes, and reads, a part of a name. */

/** A part of a name as the expression that means it letter by letter. */
export const asWritten = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** An expression as it was meant, without what keeps characters from being special. */
export const asRead = (pattern: string): string => pattern.replace(/\\(.)/g, '$1')

/** Whatever the case; null for a text that is no expression. */
function expressionOf(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, 'i')
  } catch {
    return null
  }
}

export const isPattern = (text: string): boolean => expressionOf(text) !== null
export const matches = (pattern: string, text: string): boolean => expressionOf(pattern)?.test(text) ?? false

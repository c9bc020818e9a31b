/** How tables of biology name a structure, and mark what nobody has checked against its source. */
import type { ResponseParameter } from '../../../contracts/biologyResponse.ts'
import type { Column } from '../../ports/reportDocument.ts'

export const STRUCTURE: Column = { title: 'Structure', kind: 'text', stretch: 1.2 }

/** A text with the mark of what is not verified. */
export const marked = (text: string, evidence: ResponseParameter['evidence']): string =>
  evidence === 'unverified' ? `‡\u00A0${text}` : text

/** What the contracts of a response over time share: numbers, names, dates as they are typed. */
import { z } from './schema.ts'

export const finite = z.number()
export const positive = z.number().positive()
export const relative = z.number().positive().max(1)
export const name = z.string().min(1).max(200)
export const text = z.string().max(300).default('')
/** A date, or date and time, by the clock of the patient's site. */
export const local = z.string().regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/)

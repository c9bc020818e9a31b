/** Doses within an organ from the user's own table: `parseSuborganTable`, `suborganDoses`. No table is shipped. */
export { parseSuborganTable, suborganDoses } from './suborgan.ts'
export type * from './types.ts'

/** What the user sees, in units of what is stored: divide by these. The one place of conversion in the window. */
export const MBQ = 1e6
export const GBQ = 1e9
export const KBQ = 1e3
export const HOUR_S = 3600
export const DAY_S = 24 * HOUR_S
/** 1 MBq·h in Bq·s. */
export const MBQ_HOUR = MBQ * HOUR_S
/** 1 g in kg. */
export const GRAM_KG = 1e-3

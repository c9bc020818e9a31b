/** What the re-checks against SciPy share. */
export const LU177_H = 159.528
export const MBQ_H = 3.6e9

/** Relative difference. */
export const off = (found: number | undefined, expected: number): number => Math.abs((found ?? NaN) / expected - 1)

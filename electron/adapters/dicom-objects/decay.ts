/**
 * Bringing voxel values to the activity at acquisition start. PET files say how their values were corrected for decay
 * (PS3.3 C.8.9.1, Decay Correction): START to the start of the acquisition, ADMIN to the administration, NONE not at all.
 */

/** Decay constant in 1/s of a half-life in s. */
export function decayConstantPerS(halfLifeS: number): number {
  return Math.LN2 / halfLifeS
}

/**
 * Activity at the start of a frame over its mean during the frame: λT / (1 − e^(−λT)), for a frame of T s (1 for T = 0).
 *
 * The mean over the frame of A·e^(−λt) is A·(1 − e^(−λT)) / (λT); see e.g. Cherry, Sorenson, Phelps, Physics in Nuclear Medicine,
 * 4th ed., eq. 4-15.
 */
export function frameMeanToStart(halfLifeS: number, durationS: number): number {
  const x = decayConstantPerS(halfLifeS) * durationS
  return x === 0 ? 1 : x / -Math.expm1(-x)
}

/** Part of the activity that is left after so many seconds (more than 1 for a negative span). */
export function decayed(halfLifeS: number, seconds: number): number {
  return Math.exp(-decayConstantPerS(halfLifeS) * seconds)
}

/** Seconds from the start of a frame of T s to the moment when the activity equals its mean over the frame. */
export function meanActivityTimeS(halfLifeS: number, durationS: number): number {
  return Math.log(frameMeanToStart(halfLifeS, durationS)) / decayConstantPerS(halfLifeS)
}

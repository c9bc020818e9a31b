/** Curves for tests: a bolus input in the form of Feng and frames of an hour. */
import { exponentialCurve } from './timeCurve.ts'
import type { ArterialInput, FrameSchedule, TimeCurve } from './types.ts'

const perMin = 1 / 60

/** Feng's bolus in kBq/mL and /min, scaled to Bq/mL; the numbers are of the usual size and of no patient. */
export function bolus(startS: number, scale = 1): TimeCurve {
  const [a1, a2, a3] = [851 * scale * 1e3, 21.9 * scale * 1e3, 20.8 * scale * 1e3]
  return exponentialCurve(
    [
      { ratePerS: 4.1 * perMin, coefficients: [-a2 - a3, a1 * perMin] },
      { ratePerS: 0.119 * perMin, coefficients: [a2] },
      { ratePerS: 0.0104 * perMin, coefficients: [a3] },
    ],
    startS,
    'bolus',
  )
}

export const testInput: ArterialInput = { plasma: bolus(10), wholeBlood: bolus(10, 0.6) }

/** 12×10 s, 6×30 s, 5×60 s, 5×120 s, 8×300 s: one hour. */
export const hourOfFrames: FrameSchedule['frames'] = [
  [12, 10],
  [6, 30],
  [5, 60],
  [5, 120],
  [8, 300],
]
  .flatMap(([count = 0, durationS = 0]) => Array.from({ length: count }, () => durationS))
  .reduce<{ startS: number; durationS: number }[]>((frames, durationS) => {
    const last = frames[frames.length - 1]
    return [...frames, { startS: last ? last.startS + last.durationS : 0, durationS }]
  }, [])

/** Half-life of Ga-68, 67.71 min (DDEP). */
export const ga68Frames: FrameSchedule = { frames: hourOfFrames, halfLifeS: 67.71 * 60 }

/** What the invented analysis says beside its curves: models that were tried, marks of goodness, the uncertainty budget. */
import { recomputeBudget } from '../../native-core/dosimetry/uncertainty/live.ts'
import type { FitAlternative, FitGates, UncertaintyBudget } from '../../electron/contracts/index.ts'

export const fakeGates = (largestCv: number, largestCorrelation: number | null): FitGates => ({
  largestCv,
  cvBelowHalf: largestCv < 0.5,
  largestCorrelation,
  correlationBelow08: (largestCorrelation ?? 0) < 0.8,
  insideBounds: largestCv < 1,
})

/** @param activity of the chosen curve in Bq, at a time in s */
export function fakeAlternatives(
  isBi: boolean,
  tiaBqS: number,
  halfLifeS: number,
  timeS: readonly number[],
  activity: (timeS: number) => number,
): FitAlternative[] {
  const curve = (stretch: number, factor: number) => ({
    timeS: [...timeS],
    activityBq: timeS.map((s) => activity(s * stretch) * factor),
  })
  return [
    {
      model: isBi ? 'mono-exponential' : 'bi-exponential',
      aicc: -9.1,
      weight: 0.16,
      tiaBqS: tiaBqS * 1.04,
      tiaStandardUncertaintyBqS: tiaBqS * 0.07,
      effectiveHalfLifeS: halfLifeS * 1.05,
      gates: fakeGates(0.18, isBi ? null : 0.91),
      reason: 'Fitted, but the chosen model agrees better with the selection rule.',
      curve: curve(0.96, 1.03),
    },
    {
      model: 'uptake-washout',
      aicc: -2.2,
      weight: 0.03,
      tiaBqS: tiaBqS * 0.93,
      tiaStandardUncertaintyBqS: tiaBqS * 0.12,
      effectiveHalfLifeS: halfLifeS * 0.9,
      gates: fakeGates(0.63, 0.72),
      reason: 'Fitted, but the chosen model agrees better with the selection rule.',
      curve: curve(1.1, 1.08),
    },
    {
      model: 'tri-exponential',
      aicc: null,
      weight: null,
      tiaBqS: null,
      reason: 'five parameters need more than four points',
      curve: null,
    },
  ]
}

/** @param relative of the dose by what is not common to all scans */
export function fakeBudget(label: string, relative: number): UncertaintyBudget {
  const budget = recomputeBudget(
    {
      label,
      curveWords: 'sum of exponentials, refitted',
      loadings: [
        { source: 'calibration', term: 'calibration', tia: -0.05, dose: -0.05, dosePerActivity: -0.05 },
        { source: `${label} volume`, term: 'volume', tia: 0.011, dose: -0.062, dosePerActivity: -0.062 },
        { source: `${label} recovery`, term: 'recovery', tia: -0.04, dose: -0.04, dosePerActivity: -0.04 },
        { source: `${label} points`, term: 'points', tia: relative, dose: relative, dosePerActivity: relative },
        { source: 'density', term: 'density', tia: 0, dose: -0.02, dosePerActivity: -0.02 },
      ],
      volumeExponent: { tia: 0.18, dose: -1 },
      validity: { isValid: true, nonlinearRatio: 1, skewness: 0, reasons: [], curveReasons: [] },
    },
    {},
  )
  return {
    ...budget,
    algorithm: { ...budget.algorithm },
    terms: budget.terms.map((term) => ({ ...term })),
    loadings: budget.loadings.map((loading) => ({ ...loading })),
    validity: { ...budget.validity, reasons: [], curveReasons: [] },
    improvements: [
      {
        term: 'volume',
        action:
          'Outline on voxels of 2.4 mm instead of 4.8 mm (volume known to 4.1 %): 8.1 % instead of 9.6 % for the dose.',
        doseRelative: 0.081,
        reduction: 0.156,
        timeS: null,
      },
      {
        term: 'points',
        action: 'A further scan at 110 h p.i., as certain as the others (5 %): 9.0 % instead of 9.6 % for the dose.',
        doseRelative: 0.09,
        reduction: 0.0625,
        timeS: 396_000,
      },
    ],
  }
}

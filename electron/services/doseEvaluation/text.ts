/** Lines for people. */
import type { DoseComparison } from './compare.ts'
import type { StructureResult } from './structures.ts'

const gy = (value: number): string => value.toPrecision(4)

/** A table of statistics, one line a structure. */
export function doseTableText(results: readonly StructureResult[]): string {
  const width = Math.max(9, ...results.map(({ name }) => name.length))
  const head = ['mL', 'mean', 'min', 'D98', 'D50', 'D2', 'max Gy'].map((title) => title.padStart(9)).join('')
  return [
    `${'Structure'.padEnd(width)} ${head}`,
    ...results.flatMap((result) => {
      if ('problem' in result) return [`${result.name.padEnd(width)}   ${result.problem}\n    → ${result.hint}`]
      const { statistics: s, meanUncertaintyGy } = result
      const numbers = [s.meanGy, s.minGy, s.d98Gy, s.d50Gy, s.d2Gy, s.maxGy].map((value) => gy(value).padStart(9))
      return [
        `${result.name.padEnd(width)} ${s.insideMl.toFixed(2).padStart(9)}${numbers.join('')}${meanUncertaintyGy === null ? '' : `   mean ± ${meanUncertaintyGy.toPrecision(2)}`}`,
        ...(s.fractionOutside > 0.001
          ? [`    ${(100 * s.fractionOutside).toFixed(1)} % of it lie outside the dose and are not counted`]
          : []),
        ...(s.negativeSamples > 0 ? ['    some of its dose is below 0 Gy and counts as it is'] : []),
      ]
    }),
  ].join('\n')
}

export function comparisonText({ reference, evaluated, difference, gamma, structures }: DoseComparison): string {
  const { all, aboveCutOff: d } = difference
  const relative = d.relativeMean === null ? '' : ` (${(100 * d.relativeMean).toFixed(2)} % of the mean)`
  return [
    `Reference ${reference}`,
    `Evaluated ${evaluated}`,
    `Difference above ${gamma.cutOffPercent} % of ${gy(gamma.normalisationGy)} Gy, ${d.voxels} voxels: mean ${gy(d.meanGy)} Gy${relative}, SD ${gy(d.sdGy)}, from ${gy(d.minGy)} to ${gy(d.maxGy)}; |difference| median ${gy(d.medianAbsoluteGy)}, 95 % below ${gy(d.percentile95AbsoluteGy)} Gy`,
    ...(all.voxelsOutside > 0 ? [`${all.voxelsOutside} voxels of the reference lie outside the evaluated dose`] : []),
    `Gamma ${gamma.dosePercent} % ${gamma.kind} / ${gamma.distanceMm} mm: ${(100 * gamma.passRate).toFixed(2)} % of ${gamma.evaluated} points pass; mean ${gy(gamma.meanGamma)}, largest ${gy(gamma.largestGamma)}${gamma.largestGamma >= gamma.maximumGamma ? ' or more' : ''}`,
    ...structures.flatMap(({ name, reference: a, evaluated: b, relativeMeanDifference: change }) => [
      '',
      `${name}${change === null ? '' : `: mean ${change < 0 ? '' : '+'}${(100 * change).toFixed(2)} %`}`,
      doseTableText([
        { ...a, name: 'reference' },
        { ...b, name: 'evaluated' },
      ]),
    ]),
  ].join('\n')
}

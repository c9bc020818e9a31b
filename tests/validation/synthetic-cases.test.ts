/**
 * The whole chain on serial 177Lu SPECT/CT cases with known truth. Tolerances are those of the task the program was built for:
 * concentrations within 2 % (3 % below 10 mL) of what a perfect outline sees, doses within 5 %.
 */
import { describe, expect, it } from 'vitest'
import type { Analysis, CycleAnalysis, StructureResult } from '../../electron/contracts/index.ts'
import { analyseFolder } from '../integration/support/pipeline.ts'
import { readTruth, recoveries, recoveryProtocol, sharedCase } from '../integration/support/caseTruth.ts'
import type { CaseTruth } from '../integration/support/caseTruth.ts'

/** Blood and marrow are cut by the field of view and smaller than the resolution; their curves say little about dose. */
const ORGANS_AND_TUMOURS = /^(TUMOUR_\d+|KIDNEY_[LR]|SPLEEN|LIVER)$/

function eachStructure(
  analysis: Analysis,
  truth: CaseTruth,
  check: (structure: StructureResult, cycle: CycleAnalysis, position: number) => void,
): void {
  expect(analysis.cycles).toHaveLength(truth.cycles.length)
  analysis.cycles.forEach((cycle, position) => {
    const wanted = Object.keys(truth.cycles[position]?.regions ?? {}).filter((name) => ORGANS_AND_TUMOURS.test(name))
    const found = cycle.structures.filter((structure) => ORGANS_AND_TUMOURS.test(structure.name))
    expect(found.map((structure) => structure.name).sort()).toEqual(wanted.sort())
    for (const structure of found) check(structure, cycle, position)
  })
}

/** Relative deviations beyond the tolerance, in words, so that a failure names every one. */
class Deviations {
  readonly beyond: string[] = []

  compare(what: string, found: number, expected: number, tolerance: number): void {
    const relative = found / expected - 1
    if (!(Math.abs(relative) <= tolerance)) this.beyond.push(`${what}: ${(relative * 100).toFixed(2)} %`)
  }
}

for (const name of ['synthetic-1cycle', 'synthetic-2cycles']) {
  const folder = sharedCase(name)
  describe.skipIf(folder === null)(`${name} (skipped where ../shared/cases is missing)`, async () => {
    if (folder === null) return
    const truth = readTruth(folder)
    const [plain, corrected] = await analyseFolder(folder, [{}, recoveryProtocol(truth)])

    it('mean concentrations are those a perfect outline sees, within 2 % (3 % below 10 mL)', () => {
      const deviations = new Deviations()
      eachStructure(plain as Analysis, truth, (structure, _, position) => {
        structure.points.forEach((point, at) => {
          const region = truth.cycles[position]?.sessions[at]?.regions[structure.name]
          const tolerance = (region?.volume_ml ?? 0) < 10 ? 0.03 : 0.02
          deviations.compare(
            `cycle ${position + 1} ${structure.name} at point ${at + 1}`,
            point.imageConcentrationBqPerMl,
            region?.voi_mean_image_bq_ml ?? NaN,
            tolerance,
          )
        })
      })
      expect(deviations.beyond).toEqual([])
    })

    it('times, activities and registrations are those of the truth', () => {
      ;(plain as Analysis).cycles.forEach((cycle, position) => {
        const expected = truth.cycles[position]
        expect(cycle.administration.activityBq.value / 1e6).toBeCloseTo(expected?.administered_mbq ?? NaN, 3)
        cycle.timePoints.forEach((timePoint, at) =>
          expect(timePoint.hoursAfterInjection).toBeCloseTo(expected?.sessions[at]?.t_h ?? NaN, 6),
        )
      })
    })

    it('masses are within 3 % of the truth (5 % below 10 mL)', () => {
      const deviations = new Deviations()
      eachStructure(plain as Analysis, truth, (structure, _, position) => {
        const region = truth.cycles[position]?.regions[structure.name]
        const tolerance = (region?.volume_ml ?? 0) < 10 ? 0.05 : 0.03
        deviations.compare(structure.name, structure.massKg.value * 1000, region?.mass_g ?? NaN, tolerance)
      })
      expect(deviations.beyond).toEqual([])
    })

    it('doses are within 5 % of the true dose times the recovery', () => {
      const deviations = new Deviations()
      eachStructure(plain as Analysis, truth, (structure, _, position) => {
        const seen = recoveries(truth, position, structure.name)
        const recovery = weighted(seen, structure)
        const expected = (truth.cycles[position]?.regions[structure.name]?.mean_dose_led_gy ?? NaN) * recovery
        deviations.compare(
          `cycle ${position + 1} ${structure.name}`,
          structure.doses[0]?.doseGy.value ?? NaN,
          expected,
          0.05,
        )
      })
      expect(deviations.beyond).toEqual([])
    })

    it('doses are within 5 % of the true dose with the true recovery coefficients entered', () => {
      const deviations = new Deviations()
      eachStructure(corrected as Analysis, truth, (structure, _, position) => {
        const expected = truth.cycles[position]?.regions[structure.name]?.mean_dose_led_gy ?? NaN
        deviations.compare(
          `cycle ${position + 1} ${structure.name}`,
          structure.doses[0]?.doseGy.value ?? NaN,
          expected,
          0.05,
        )
      })
      expect(deviations.beyond).toEqual([])
    })
  })
}

/** Mean of the recoveries, each weighted by the part of the curve's area around its time point (trapezoids). */
function weighted(values: readonly number[], structure: StructureResult): number {
  const { points } = structure
  const weights = points.map((point, at) => {
    const before = points[at - 1]?.timeS ?? 0
    const after = points[at + 1]?.timeS ?? point.timeS + 100 * 3600
    return (point.activityBq * (after - before)) / 2
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0) / total
}

/** The whole chain on cases of the project's own phantom: many ways to write the same truth, one answer. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePhantomCase } from '../phantoms/index.ts'
import type { Analysis } from '../../electron/contracts/index.ts'
import type { ProtocolInput } from '../../electron/contracts/protocol.ts'

import type { PhantomOptions } from '../../electron/services/demonstration/index.ts'
import { recoveryProtocol } from './support/caseTruth.ts'
import type { CaseTruth } from './support/caseTruth.ts'
import { analyseFolder } from './support/pipeline.ts'

const calibration = { sensitivityCpsPerMbq: 9.2, relativeUncertainty: 0.02, date: '2026-01-05' }

const variants: readonly {
  name: string
  options: Partial<PhantomOptions> & { seed: number }
  protocol?: ProtocolInput
  smallestMl?: number
}[] = [
  { name: 'SPECT with contours at each time point', options: { seed: 21 } },
  { name: 'SPECT, feet first, frames from the head', options: { seed: 22, orientation: 'FFS', nmOrder: 'head-first' } },
  {
    name: 'SPECT in counts with the calibration of the user',
    options: { seed: 23, quantification: 'counts' },
    protocol: { calibration },
  },
  // Labels on 3.4 × 3.4 × 5 mm voxels cannot outline a body below 10 mL to a few per cent: those are not compared.
  { name: 'voxel segmentations only', options: { seed: 24, structures: 'seg' }, smallestMl: 10 },
  { name: 'contours at the reference only, carried over by REG', options: { seed: 25, structuresAt: 'reference' } },
  {
    name: 'PET decay-corrected to the administration',
    options: { seed: 26, emission: 'pt', decayCorrection: 'ADMIN' },
  },
  { name: 'PET without decay correction', options: { seed: 27, emission: 'pt', decayCorrection: 'NONE' } },
  { name: 'two cycles of a large patient', options: { seed: 28, cycles: 2, habitus: 'large' } },
]

describe.each(variants)('$name', ({ options, protocol = {}, smallestMl = 0 }) => {
  const folder = mkdtempSync(join(tmpdir(), 'theratwin-phantom-'))
  let truth: CaseTruth
  let plain: Analysis
  let corrected: Analysis

  beforeAll(async () => {
    truth = (await makePhantomCase({ ...options, outDir: folder })).truth
    const analyses = await analyseFolder(folder, [protocol, { ...protocol, ...recoveryProtocol(truth) }])
    plain = analyses[0] as Analysis
    corrected = analyses[1] as Analysis
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const wanted = (analysis: Analysis) =>
    analysis.cycles.flatMap((cycle, position) =>
      cycle.structures
        .filter((structure) => /KIDNEY|SPLEEN|LIVER|TUMOUR|LESION/.test(structure.name))
        .filter((structure) => (truth.cycles[position]?.regions[structure.name]?.volume_ml ?? 0) >= smallestMl)
        .map((structure) => ({ structure, truth: truth.cycles[position], position })),
    )

  it('sees the concentrations that a perfect outline sees, within 2 % (3 % below 10 mL)', () => {
    const beyond = wanted(plain).flatMap(({ structure, truth: cycle }) =>
      structure.points.flatMap((point, at) => {
        const region = cycle?.sessions[at]?.regions[structure.name]
        const relative = point.imageConcentrationBqPerMl / (region?.voi_mean_image_bq_ml ?? NaN) - 1
        const tolerance = (region?.volume_ml ?? 0) < 10 ? 0.03 : 0.02
        return Math.abs(relative) <= tolerance
          ? []
          : [`${structure.name} point ${at + 1}: ${(relative * 100).toFixed(2)} %`]
      }),
    )
    expect(wanted(plain).length).toBeGreaterThanOrEqual(5)
    expect(beyond).toEqual([])
  })

  it('gives the true doses within 5 % with the true recovery coefficients', () => {
    const beyond = wanted(corrected).flatMap(({ structure, truth: cycle }) => {
      const relative =
        (structure.doses[0]?.doseGy.value ?? NaN) / (cycle?.regions[structure.name]?.mean_dose_led_gy ?? NaN) - 1
      return Math.abs(relative) <= 0.05 ? [] : [`${structure.name}: ${(relative * 100).toFixed(2)} %`]
    })
    expect(beyond).toEqual([])
  })
})

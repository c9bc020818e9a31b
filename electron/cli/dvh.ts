import { join } from 'node:path'
import { InputError } from '../../native-core/errors/index.ts'
import { createWorkbench } from '../backend/compose.ts'
import { doseTableText, evaluateStructures, histogramCsv, statisticsCsv } from '../services/doseEvaluation/index.ts'
import type { EvaluationRequest } from '../services/doseEvaluation/index.ts'
import type { Command } from './context.ts'
import { readDoseMap, withUncertainty } from './doseMaps.ts'
import { readStructures } from './doseStructures.ts'
import { numberOption, parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS =
  'dvh DOSE --structures PATH [--uncertainty SD.nii] [--relative-uncertainty 0.05] [--prescription-gy D] [--bin-gy W] [--sampling voxels|interpolated] [--any-frame] [--out FOLDER]'

/** Histograms and statistics of a dose in structures. False where no structure has any. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      {
        structures: { type: 'string' },
        out: { type: 'string' },
        uncertainty: { type: 'string' },
        'relative-uncertainty': { type: 'string' },
        'prescription-gy': { type: 'string' },
        'bin-gy': { type: 'string' },
        sampling: { type: 'string' },
        'any-frame': { type: 'boolean' },
      },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    if (values.structures === undefined)
      throw new InputError('cli.arguments', 'dvh needs --structures PATH.', `Usage: theratwin ${SYNOPSIS}`)
    const request: EvaluationRequest = {
      ...numberOption('relative-uncertainty', values['relative-uncertainty'], 'relativeUncertainty'),
      ...numberOption('prescription-gy', values['prescription-gy'], 'prescriptionGy'),
      ...numberOption('bin-gy', values['bin-gy'], 'binWidthGy'),
      ...samplingOption(values.sampling),
    }
    const bench = createWorkbench()
    try {
      const plain = await readDoseMap(positionals[0] ?? '', bench, context.signal)
      const dose = values.uncertainty === undefined ? plain : await withUncertainty(plain, values.uncertainty)
      const structures = await readStructures(
        values.structures,
        dose,
        values['any-frame'] === true,
        bench,
        context.signal,
      )
      const results = evaluateStructures(dose, structures, request)
      const answer = {
        schema: 'theratwin-dvh/1',
        program: bench.programVersion,
        dose: dose.label,
        remarks: dose.remarks,
        structures: results,
      }
      const json = `${JSON.stringify(answer, null, 2)}\n`
      if (values.out !== undefined)
        await writeOutputFiles(values.out, [
          ['dvh.json', json],
          ['dvh.csv', histogramCsv(results)],
          ['statistics.csv', statisticsCsv(results)],
        ])
      const written =
        values.out === undefined ? [] : [`Written: ${join(values.out, 'dvh.json')}, dvh.csv, statistics.csv`]
      context.out(
        context.json
          ? json
          : [dose.label, doseTableText(results), ...dose.remarks.map((remark) => `  - ${remark}`), ...written].join(
              '\n',
            ),
      )
      return results.some((result) => !('problem' in result))
    } finally {
      await bench.close()
    }
  },
}

/** @throws InputError `cli.arguments`. */
function samplingOption(given: string | undefined): Pick<EvaluationRequest, 'sampling'> {
  if (given === undefined) return {}
  if (given === 'voxels' || given === 'interpolated') return { sampling: given }
  throw new InputError(
    'cli.arguments',
    `--sampling is "${given}".`,
    'Choose voxels (doses of whole voxels by their part inside) or interpolated (doses of small cells).',
  )
}

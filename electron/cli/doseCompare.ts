import { join } from 'node:path'
import { createWorkbench } from '../backend/compose.ts'
import type { Workbench } from '../backend/compose.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { compareDoses, comparisonText } from '../services/doseEvaluation/index.ts'
import type { DoseMap } from './doseMaps.ts'
import type { Command, CommandContext } from './context.ts'
import { assertSameFrame, readDoseMap } from './doseMaps.ts'
import { readStructures } from './doseStructures.ts'
import { numberOption, parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS =
  'dose-compare REFERENCE EVALUATED [--structures PATH] [--dose-percent 3] [--distance-mm 3] [--local] [--cut-off-percent 10] [--any-frame] [--out FOLDER]'

/** Difference, gamma index and statistics in structures of two doses. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      {
        structures: { type: 'string' },
        'dose-percent': { type: 'string' },
        'distance-mm': { type: 'string' },
        local: { type: 'boolean' },
        'cut-off-percent': { type: 'string' },
        'any-frame': { type: 'boolean' },
        out: { type: 'string' },
      },
      { positionals: 2, synopsis: SYNOPSIS },
    )
    const criteria = {
      dosePercent: 3,
      distanceMm: 3,
      cutOffPercent: 10,
      isLocal: values.local === true,
      ...numberOption('dose-percent', values['dose-percent'], 'dosePercent'),
      ...numberOption('distance-mm', values['distance-mm'], 'distanceMm'),
      ...numberOption('cut-off-percent', values['cut-off-percent'], 'cutOffPercent'),
    }
    const anyFrame = values['any-frame'] === true
    const bench = createWorkbench()
    try {
      const reference = await readDoseMap(positionals[0] ?? '', bench, context.signal)
      const evaluated = await readDoseMap(positionals[1] ?? '', bench, context.signal)
      if (!anyFrame) assertSameFrame(reference, evaluated)
      const structures =
        values.structures === undefined
          ? []
          : await readStructures(values.structures, reference, anyFrame, bench, context.signal)
      const found = compareDoses(reference, evaluated, structures, criteria, {
        isCancelled: () => context.signal.aborted,
      })
      await answer(found, reference, evaluated, values.out, bench, context)
      return true
    } finally {
      await bench.close()
    }
  },
}

async function answer(
  { comparison, gamma, differenceGy }: ReturnType<typeof compareDoses>,
  reference: DoseMap,
  evaluated: DoseMap,
  out: string | undefined,
  bench: Workbench,
  context: CommandContext,
): Promise<void> {
  const remarks = [...reference.remarks, ...evaluated.remarks]
  const json = `${JSON.stringify({ program: bench.programVersion, remarks, ...comparison }, null, 2)}\n`
  const { grid } = reference
  if (out !== undefined) {
    const gzip = { gzip: true }
    await writeOutputFiles(out, [
      [
        'gamma.nii.gz',
        await encodeNifti({ grid, values: gamma }, { ...gzip, description: 'Gamma index; NaN: not evaluated' }),
      ],
      [
        'difference.nii.gz',
        await encodeNifti(
          { grid, values: Float32Array.from(differenceGy) },
          { ...gzip, description: 'Dose difference, evaluated - reference, Gy; NaN: outside' },
        ),
      ],
      ['comparison.json', json],
    ])
  }
  const written = out === undefined ? [] : [`Written: ${join(out, 'comparison.json')}, gamma.nii.gz, difference.nii.gz`]
  context.out(
    context.json
      ? json
      : [comparisonText(comparison), ...remarks.map((remark) => `  - ${remark}`), ...written].join('\n'),
  )
}

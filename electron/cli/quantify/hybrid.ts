import { hybridRequestSchema, quantifyHybrid } from '../../services/planar/index.ts'
import { hybridDraft } from '../../services/measuredSeries/index.ts'
import type { Command } from '../context.ts'
import { parseWords } from '../options.ts'
import { KEEP_OPTIONS, KEEP_SYNOPSIS, keepOf, keepSeries, keptLines, madeFrom } from './keep.ts'
import { answer, nuclideOf, printedSchema, readRequest, shown } from './requestFile.ts'

const SYNOPSIS = `quantify hybrid REQUEST.json [--out FOLDER] ${KEEP_SYNOPSIS} | --schema`

/** Planar time courses scaled by one SPECT/CT. */
export const command: Command = {
  run: async (context) => {
    if (printedSchema(context, hybridRequestSchema)) return true
    const { values, positionals } = parseWords(
      context.arguments,
      { out: { type: 'string' }, ...KEEP_OPTIONS },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const keep = keepOf(values, SYNOPSIS)
    const request = await readRequest(positionals[0] ?? '', hybridRequestSchema)
    const nuclide = nuclideOf(request.nuclide)
    const structures = quantifyHybrid(request, nuclide.halfLifeS)
    const kept =
      keep &&
      (await keepSeries(keep, hybridDraft(structures, request, keep.from, keep.what, madeFrom(nuclide.name, request))))
    await answer(context, {
      schema: 'theratwin-hybrid/1',
      out: values.out,
      file: 'hybrid.json',
      body: { nuclide: nuclide.name, structures, ...(kept ? { kept } : {}) },
      lines: [
        ...structures.flatMap(({ label, points, fit, remarks }) => [
          label,
          ...points.map(({ timeH, activityMbq }) => `  ${timeH.toFixed(2)} h  ${shown(activityMbq)} MBq`),
          ...(fit ? [`  TIA ${shown(fit.tiaMbqH)} MBq·h (${fit.model})`] : []),
          ...remarks.map((remark) => `  - ${remark}`),
        ]),
        ...keptLines(kept),
      ],
    })
    return true
  },
}

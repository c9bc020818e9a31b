import { dirname } from 'node:path'
import type { MediaPack } from '../../../native-core/physics/media/index.ts'
import { createPlanarSource } from '../../adapters/dicom/planar.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { createWorkbench } from '../../backend/compose.ts'
import { chosen, planarDraft } from '../../services/measuredSeries/index.ts'
import type { MadeFrom } from '../../services/measuredSeries/index.ts'
import {
  planarJson,
  planarRequestSchema,
  quantifyPlanar,
  readPlanarScans,
  waterAndBone,
} from '../../services/planar/index.ts'
import type { PlanarPorts, PlanarRequest } from '../../services/planar/index.ts'
import type { Command, CommandContext } from '../context.ts'
import { readCt } from '../doseInputs.ts'
import { parseWords } from '../options.ts'
import { KEEP_OPTIONS, KEEP_SYNOPSIS, keepOf, keepSeries, keptLines, madeFrom } from './keep.ts'
import type { Keep, Kept } from './keep.ts'
import { answer, nuclideOf, printedSchema, readRequest, shown } from './requestFile.ts'

const SYNOPSIS = `quantify planar REQUEST.json [--ct PATH] [--out FOLDER] ${KEEP_SYNOPSIS} | --schema`

/** Activities from anterior and posterior images. Paths in the request are relative to it. */
export const command: Command = {
  run: async (context) => {
    if (printedSchema(context, planarRequestSchema)) return true
    const { values, positionals } = parseWords(
      context.arguments,
      { ct: { type: 'string' }, out: { type: 'string' }, ...KEEP_OPTIONS },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const path = positionals[0] ?? ''
    const keep = keepOf(values, SYNOPSIS)
    const request = await readRequest(path, planarRequestSchema)
    const nuclide = nuclideOf(request.nuclide)
    const ct = values.ct === undefined ? null : await readCtImage(values.ct, context)
    const source = createPlanarSource()
    try {
      const { images, problems, inputHashes } = await readPlanarScans(request, dirname(path), source, context.signal)
      const media = (): MediaPack => waterAndBone(fileResources())
      const found = planarJson(quantifyPlanar(request, images, { halfLifeS: nuclide.halfLifeS, ct, media }))
      const result = { ...found, remarks: [...found.remarks, ...problems] }
      const kept = keep && (await keepPlanar(keep, result, request, madeFrom(nuclide.name, request, inputHashes)))
      await answer(context, {
        schema: 'theratwin-planar/1',
        out: values.out,
        file: 'planar.json',
        body: {
          nuclide: nuclide.name,
          ...result,
          ...(kept ? { kept } : {}),
        },
        lines: [
          ...[...result.regions, ...(result.wholeBody ? [result.wholeBody] : [])].flatMap(({ label, points, fit }) => [
            label,
            ...points.map(({ timeH, activityMbq }) => `  ${timeH.toFixed(2)} h  ${shown(activityMbq)} MBq`),
            ...(fit ? [`  TIA ${shown(fit.tiaMbqH)} MBq·h (${fit.model})`] : []),
          ]),
          ...result.remarks.map((remark) => `  - ${remark}`),
          ...keptLines(kept),
        ],
      })
      return true
    } finally {
      await source.close()
    }
  },
}

async function readCtImage(path: string, context: CommandContext): Promise<PlanarPorts['ct']> {
  const bench = createWorkbench()
  try {
    const { grid, values } = await readCt(path, bench, context)
    return { grid, hu: values }
  } finally {
    await bench.close()
  }
}

/** The region of --from, the one named as the structure or the only one; for a whole body the whole body. */
function keepPlanar(
  keep: Keep,
  result: ReturnType<typeof planarJson>,
  request: PlanarRequest,
  from: MadeFrom,
): Promise<Kept> {
  const labels = result.regions.map(({ label }) => label)
  const isWhole = keep.what.region === 'whole-body' && keep.from === undefined
  const region = isWhole ? null : (chosen(labels, keep.from, keep.what.structure) ?? keep.what.structure)
  return keepSeries(keep, planarDraft(result, request, region, keep.what, from))
}

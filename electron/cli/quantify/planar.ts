import { dirname, resolve } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'
import { buildMediaPack, findMedium, parseMaterialData, parseMedia } from '../../../native-core/physics/media/index.ts'
import type { MediaPack } from '../../../native-core/physics/media/index.ts'
import { createPlanarSource } from '../../adapters/dicom/planar.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { createWorkbench } from '../../backend/compose.ts'
import { planarJson, planarRequestSchema, quantifyPlanar } from '../../services/planar/index.ts'
import type { PlanarPorts } from '../../services/planar/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Command, CommandContext } from '../context.ts'
import { readCt } from '../doseInputs.ts'
import { parseWords } from '../options.ts'
import { answer, nuclideOf, printedSchema, readRequest, shown } from './requestFile.ts'

const SYNOPSIS = 'quantify planar REQUEST.json [--ct PATH] [--out FOLDER] | --schema'

/** Activities from anterior and posterior images. Paths in the request are relative to it. */
export const command: Command = {
  run: async (context) => {
    if (printedSchema(context, planarRequestSchema)) return true
    const { values, positionals } = parseWords(
      context.arguments,
      { ct: { type: 'string' }, out: { type: 'string' } },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const path = positionals[0] ?? ''
    const request = await readRequest(path, planarRequestSchema)
    const nuclide = nuclideOf(request.nuclide)
    const ct = values.ct === undefined ? null : await readCtImage(values.ct, context)
    const source = createPlanarSource()
    try {
      const scans = []
      const problems: ImportProblem[] = []
      for (const { images } of request.scans) {
        const scan = await source.readPlanar([resolve(dirname(path), images)], context.signal)
        const refused = scan.problems.find(({ severity }) => severity === 'refused')
        if (scan.images.length === 0)
          throw new InputError(
            'planar.no-images',
            `There are no planar images in ${images}${refused ? `: ${refused.message}` : '.'}`,
            'Give a folder, file or zip with static or whole-body NM images.',
          )
        scans.push(scan.images)
        problems.push(...scan.problems)
      }
      const result = planarJson(
        quantifyPlanar(request, scans, { halfLifeS: nuclide.halfLifeS, ct, media: waterAndBone }),
      )
      const problemTexts = problems
        .filter(({ severity }) => severity === 'refused' || severity === 'warning')
        .map(({ item, message }) => `${item}: ${message}`)
      await answer(context, {
        schema: 'theratwin-planar/1',
        out: values.out,
        file: 'planar.json',
        body: {
          nuclide: nuclide.name,
          ...result,
          remarks: [...result.remarks, ...new Set(problemTexts)],
        },
        lines: [
          ...[...result.regions, ...(result.wholeBody ? [result.wholeBody] : [])].flatMap(({ label, points, fit }) => [
            label,
            ...points.map(({ timeH, activityMbq }) => `  ${timeH.toFixed(2)} h  ${shown(activityMbq)} MBq`),
            ...(fit ? [`  TIA ${shown(fit.tiaMbqH)} MBq·h (${fit.model})`] : []),
          ]),
          ...[...result.remarks, ...new Set(problemTexts)].map((remark) => `  - ${remark}`),
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

function waterAndBone(): MediaPack {
  const resources = fileResources()
  const media = parseMedia(resources.materialTable('media'))
  const data = parseMaterialData(
    resources.materialTable('photon-elements'),
    resources.materialTable('bremsstrahlung'),
    resources.materialTable('stopping-power'),
  )
  return buildMediaPack([findMedium(media, 'water'), findMedium(media, 'cortical-bone')], data)
}

import { pairRequestSchema, quantifyPair } from '../../services/samples/index.ts'
import type { Command } from '../context.ts'
import { parseWords } from '../options.ts'
import { answer, nuclideOf, printedSchema, readRequest, shown } from './requestFile.ts'

const SYNOPSIS = 'quantify pair REQUEST.json [--out FOLDER] | --schema'

/** A diagnostic series re-decayed to the therapy. False where some structure cannot be integrated. */
export const command: Command = {
  run: async (context) => {
    if (printedSchema(context, pairRequestSchema)) return true
    const { values, positionals } = parseWords(
      context.arguments,
      { out: { type: 'string' } },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const request = await readRequest(positionals[0] ?? '', pairRequestSchema)
    const { unit, structures } = quantifyPair(request, nuclideOf)
    const nuclides = [request.diagnostic, request.therapy].map(({ nuclide }) => nuclideOf(nuclide).name)
    await answer(context, {
      schema: 'theratwin-pair/1',
      out: values.out,
      file: 'pair.json',
      body: { diagnosticNuclide: nuclides[0], therapyNuclide: nuclides[1], unit, structures },
      lines: structures.flatMap(({ name, points, tia, problem, remarks }) => [
        `${name} (${nuclides.join(' → ')})`,
        ...points.map(({ timeH, value }) => `  ${timeH.toFixed(2)} h  ${shown(value)} ${unit}`),
        ...(tia ? [`  TIA ${shown(tia.value)} ${tia.unit} (${tia.model})`] : []),
        ...(problem === null ? [] : [`  no integral: ${problem}`]),
        ...remarks.map((remark) => `  - ${remark}`),
      ]),
    })
    return structures.every(({ problem }) => problem === null)
  },
}

/** A population as a document in a folder, for another site. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PopulationDocument } from '../../contracts/populations.ts'
import { finishedFiles, namePart } from './finishedFiles.ts'

/**
 * Writes the document as JSON, there only when complete; an earlier one of the same version gives way. Answers with its path.
 *
 * @throws InputError `population.cannot-write`
 */
export function writePopulation(document: PopulationDocument, folder: string): Promise<string[]> {
  const name = `theratwin-population-${namePart(document.name)}-v${document.version}.json`
  const refusal = { code: 'population.cannot-write', subject: 'The population' }
  return finishedFiles(folder, refusal, (finish) =>
    finish(name, (temporary) => writeFile(join(folder, temporary), `${JSON.stringify(document, null, 1)}\n`)),
  )
}

/** What tests of transport share: the program's data files, media by name, source terms by nuclide, a block of voxels. */
import { readFileSync } from 'node:fs'
import type { EngineData } from '../dosimetry/engines/types.ts'
import type { ImageGrid } from '../imaging/index.ts'
import { chainEmissions, findNuclide, parseEmissions, parseNuclideTable } from '../physics/index.ts'
import type { ChainEmissions } from '../physics/emissions/types.ts'
import { buildMediaPack, findMedium, parseMaterialData, parseMedia } from '../physics/media/index.ts'
import type { MediaPack, Medium } from '../physics/media/types.ts'

const file = (folder: string, name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../resources/${folder}/${name}.json`, import.meta.url), 'utf8'))

export const engineData: EngineData = {
  dosimetryTable: (name) => file('dosimetry', name),
  materialTable: (name) => file('materials', name),
}

export const mediaTable = parseMedia(engineData.materialTable('media'))
const materials = parseMaterialData(
  engineData.materialTable('photon-elements'),
  engineData.materialTable('bremsstrahlung'),
  engineData.materialTable('stopping-power'),
)
export const mediumOf = (name: string): Medium => findMedium(mediaTable, name)
export const packOfMedia = (media: readonly Medium[]): MediaPack => buildMediaPack(media, materials)
export const packOf = (...names: readonly string[]): MediaPack => packOfMedia(names.map(mediumOf))

const nuclides = parseNuclideTable(file('nuclides', 'endf-b-viii.1'))
const emissions = parseEmissions(file('nuclides', 'endf-b-viii.1-emissions'))
export const sourceOf = (nuclide: string): ChainEmissions =>
  chainEmissions(nuclides, emissions, findNuclide(nuclides, nuclide))

export const blockGrid = (side: number, spacingMm: number): ImageGrid => ({
  dimensions: [side, side, side],
  spacingMm: [spacingMm, spacingMm, spacingMm],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})

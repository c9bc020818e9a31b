/** A draft from a request as the command line takes it. */
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import type { MediaPack } from '../../../native-core/physics/media/index.ts'
import type { ActivitySeries, SeriesFromRequest } from '../../contracts/measuredSeries.ts'
import {
  hybridRequestSchema,
  parseRequest,
  planarJson,
  planarRequestSchema,
  quantifyHybrid,
  quantifyPlanar,
  readPlanarScans,
} from '../planar/index.ts'
import type { PlanarSource } from '../ports/planarSource.ts'
import { hybridDraft, planarDraft } from './drafts.ts'
import type { MadeFrom } from './drafts.ts'
import { samplesDraft } from './sampleDrafts.ts'

export interface DraftPorts {
  readonly nuclides: NuclideTable
  readonly hashOf: (value: unknown) => string
  readonly programVersion: string
  readonly planarSource: () => PlanarSource
  /** The only CT below a path, in HU. */
  readonly loadCt: (
    path: string,
    signal?: AbortSignal,
  ) => Promise<{ readonly grid: ImageGrid; readonly hu: Float32Array }>
  readonly media: () => MediaPack
}

/**
 * Quantifies the request and gives the series of one of its regions; nothing is stored.
 *
 * @throws InputError `request.input`, `nuclide.unknown`, `series.region`, `series.blood`, and those of the quantification; CancelledError.
 */
export async function seriesFromRequest(
  ask: SeriesFromRequest,
  ports: DraftPorts,
  signal?: AbortSignal,
): Promise<ActivitySeries> {
  const made = (nuclide: string, request: unknown, inputHashes: readonly string[] = []): MadeFrom => ({
    nuclide,
    requestHash: ports.hashOf(request),
    inputHashes,
    softwareVersion: ports.programVersion,
  })
  if (ask.from === 'samples') {
    const nuclide = findNuclide(ports.nuclides, ask.nuclide)
    const { table, rows, administeredBq, background, bloodTo } = ask
    const named = rows.map((cells, i) => ({ where: `row ${i + 1}`, cells }))
    const request = { table, rows, nuclide: nuclide.name, administeredBq, background, bloodTo: bloodTo ?? null }
    return samplesDraft(ask, named, nuclide.halfLifeS, ask, made(nuclide.name, request))
  }
  if (ask.from === 'hybrid') {
    const request = parseRequest(hybridRequestSchema, ask.request, 'The request')
    const nuclide = findNuclide(ports.nuclides, request.nuclide)
    const structures = quantifyHybrid(request, nuclide.halfLifeS)
    return hybridDraft(structures, request, ask.hybridStructure, ask, made(nuclide.name, request))
  }
  const request = parseRequest(planarRequestSchema, ask.request, 'The request')
  const nuclide = findNuclide(ports.nuclides, request.nuclide)
  const source = ports.planarSource()
  try {
    const { images, problems, inputHashes } = await readPlanarScans(request, ask.folder, source, signal)
    const ct = ask.ctPath === null ? null : await ports.loadCt(ask.ctPath, signal)
    const found = planarJson(quantifyPlanar(request, images, { halfLifeS: nuclide.halfLifeS, ct, media: ports.media }))
    const result = { ...found, remarks: [...found.remarks, ...problems] }
    const { folder, ctPath, planarRegion: region } = ask
    const from = { ...made(nuclide.name, request, inputHashes), planar: { request, folder, ctPath, region } }
    return planarDraft(result, request, region, ask, from)
  } finally {
    await source.close()
  }
}

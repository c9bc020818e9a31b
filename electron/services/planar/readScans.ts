/** The images of a request's scans. */
import { resolve } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'
import { buildMediaPack, findMedium, parseMaterialData, parseMedia } from '../../../native-core/physics/media/index.ts'
import type { MediaPack } from '../../../native-core/physics/media/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { PlanarImage, PlanarSource } from '../ports/planarSource.ts'
import type { Resources } from '../ports/resources.ts'
import type { PlanarRequest } from './request.ts'

export interface PlanarScans {
  /** Of each scan of the request, in its order. */
  readonly images: readonly (readonly PlanarImage[])[]
  /** What was refused or is doubtful about files, in sentences. */
  readonly problems: readonly string[]
  /** SHA-256 of the files that were read. */
  readonly inputHashes: readonly string[]
}

/**
 * @param folder that the paths of the request are relative to
 * @throws InputError `planar.no-images` for a scan without any; those of the source; CancelledError.
 */
export async function readPlanarScans(
  { scans }: Pick<PlanarRequest, 'scans'>,
  folder: string,
  source: Pick<PlanarSource, 'readPlanar'>,
  signal?: AbortSignal,
): Promise<PlanarScans> {
  const images: (readonly PlanarImage[])[] = []
  const problems: ImportProblem[] = []
  for (const { images: path } of scans) {
    const scan = await source.readPlanar([resolve(folder, path)], signal)
    const refused = scan.problems.find(({ severity }) => severity === 'refused')
    if (scan.images.length === 0)
      throw new InputError(
        'planar.no-images',
        `There are no planar images in ${path}${refused ? `: ${refused.message}` : '.'}`,
        'Give a folder, file or zip with static or whole-body NM images.',
      )
    images.push(scan.images)
    problems.push(...scan.problems)
  }
  const told = problems.filter(({ severity }) => severity === 'refused' || severity === 'warning')
  return {
    images,
    problems: [...new Set(told.map(({ item, message }) => `${item}: ${message}`))],
    inputHashes: [...new Set(images.flat().map(({ source: file }) => file.sha256))].sort(),
  }
}

/** Media for the attenuation along paths through a CT. */
export function waterAndBone(resources: Pick<Resources, 'materialTable'>): MediaPack {
  const media = parseMedia(resources.materialTable('media'))
  const data = parseMaterialData(
    resources.materialTable('photon-elements'),
    resources.materialTable('bremsstrahlung'),
    resources.materialTable('stopping-power'),
  )
  return buildMediaPack([findMedium(media, 'water'), findMedium(media, 'cortical-bone')], data)
}

/** Hollow organs: what is wall and what is content. */
import { InputError } from '../../errors/index.ts'
import { maskVolumeMl } from '../maskStatistics.ts'
import { coverageOfMask, grow, maskOfCoverage } from '../segmentation/manual/index.ts'
import { wordsOfName } from './words.ts'
import { subtractBySurfaces } from './overlap.ts'
import type { FractionalMask } from '../types.ts'

export interface HollowParts {
  readonly wall: FractionalMask
  readonly content: FractionalMask
}

/** What says where the wall of an organ ends. */
export type WallSource =
  | { readonly kind: 'thickness'; readonly wallThicknessMm: number }
  | { readonly kind: 'wall'; readonly wall: FractionalMask }
  | { readonly kind: 'content'; readonly content: FractionalMask }

/** Less than this of the organ is rounding on the rims of voxels, not a part of it. */
const EMPTY_SHARE = 1e-3

/**
 * The wall and the content of an organ that is drawn as a whole: by a wall thickness (content: all that is farther than that from the outer
 * surface, with sub-voxel boundaries, `grow`), by an outline of the wall (content: the organ without it), or by one of the content (wall:
 * the organ without it). All masks on one grid. By thickness and by content, wall and content add up to the organ.
 *
 * Throws InputError `structures.no-content` or `structures.no-wall` where nothing of it is left, `geometry.grids-differ`.
 */
export function hollowParts(organ: FractionalMask, source: WallSource, name: string): HollowParts {
  const parts = split(organ, source)
  const least = EMPTY_SHARE * maskVolumeMl(organ)
  if (maskVolumeMl(parts.content) <= least)
    throw new InputError(
      'structures.no-content',
      source.kind === 'thickness'
        ? `"${name}" has no content: a wall of ${source.wallThicknessMm} mm fills it.`
        : `"${name}" has no content: its wall fills it.`,
      'Correct the wall in hollowOrgans, or leave the organ out of it.',
    )
  if (maskVolumeMl(parts.wall) <= least)
    throw new InputError(
      'structures.no-wall',
      `"${name}" has no wall: its content fills it.`,
      'Outline the organ to the outer surface of its wall, or give a wall thickness in hollowOrgans.',
    )
  return parts
}

function split(organ: FractionalMask, source: WallSource): HollowParts {
  switch (source.kind) {
    case 'thickness': {
      const inner = maskOfCoverage(organ.grid, grow(organ.grid, coverageOfMask(organ), -source.wallThicknessMm))
      return { content: inner, wall: nestedDifference(organ, inner) }
    }
    case 'wall':
      return { wall: source.wall, content: { ...subtractBySurfaces(organ, source.wall), volumeOutsideMl: 0 } }
    case 'content':
      return { content: source.content, wall: subtractBySurfaces(organ, source.content) }
  }
}

/** `outer` without `inner`, which lies inside it: the wall is that much in every voxel. */
function nestedDifference(outer: FractionalMask, inner: FractionalMask): FractionalMask {
  const fractions = Float32Array.from(outer.fractions)
  const { start, size } = inner.box
  const [nx, ny] = outer.box.size
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++) {
        const [x, y, z] = [start[0] + i, start[1] + j, start[2] + k]
        const at = x - outer.box.start[0] + nx * (y - outer.box.start[1] + ny * (z - outer.box.start[2]))
        fractions[at] = Math.max(0, (fractions[at] as number) - (inner.fractions[n] as number))
      }
  return { ...outer, fractions }
}

/** Beginnings of words in English, German, French, Spanish, Italian and Latin. */
const HOLLOW = [
  ['stomach', 'magen', 'estomac', 'estomago', 'stomaco', 'gaster', 'gastric'],
  ['bladder', 'blase', 'harnblase', 'vessie', 'vejiga', 'vescica', 'vesica', 'urinary'],
  ['gallbladder', 'gallenblase', 'vesicule', 'colecist', 'cholecyst', 'cistifellea'],
  ['bowel', 'intestin', 'darm', 'dunndarm', 'dickdarm', 'colon', 'kolon', 'rectum', 'rektum', 'sigma', 'sigmoid'],
  ['duodenum', 'zwolffingerdarm', 'jejunum', 'ileum', 'caecum', 'cecum', 'esophag', 'oesophag', 'speiserohre'],
  ['heart', 'herz', 'coeur', 'corazon', 'cuore', 'atrium', 'ventric', 'ventrik', 'vorhof'],
].flat()

/** Words, or the ends of German compounds, that say which part of the organ is meant. */
const PART = /^(wall|paroi|pared|parete|content|contenu|lumen|blood|pool|myocard)|(wand|inhalt)$/

/** Whether a structure's name is that of an organ with a wall and a content. One that says wall or content is already a part. */
export function isHollowName(name: string): boolean {
  const words = wordsOfName(name)
  if (words.some((word) => PART.test(word))) return false
  return words.some((word) => HOLLOW.some((stem) => word.startsWith(stem)))
}

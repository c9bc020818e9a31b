import type { Medium } from '../../physics/media/types.ts'

/** Only the media that occur, with the map counted through anew: tables are made for no others. */
export function usedMedia(
  mediumIndex: Uint8Array,
  media: readonly Medium[],
): { readonly media: readonly Medium[]; readonly mediumIndex: Uint8Array } {
  const occurs = new Uint8Array(256)
  for (const index of mediumIndex) occurs[index] = 1
  const kept = media.filter((_, index) => occurs[index] === 1)
  const renumbered = new Uint8Array(256)
  kept.forEach((medium, index) => (renumbered[media.indexOf(medium)] = index))
  return { media: kept, mediumIndex: mediumIndex.map((index) => renumbered[index] as number) }
}

/** Changes of the settings of biology, each a function from settings to settings. */
import type { BiologySettings, BiologySetView, StructureBiology } from '../../../../electron/contracts/index.ts'

export type ExternalBeam = BiologySettings['externalBeam'][number]

/** Own parameters of a structure; undefined takes one away, so that the default counts again. */
export type OwnBiology = { readonly [K in keyof StructureBiology]?: StructureBiology[K] | undefined }

export const NO_SETTINGS: BiologySettings = {
  byStructure: {},
  externalBeam: [],
  crossDose: 'none',
  furtherCycles: [],
}

/** A structure without anything of its own is left out, so that settings that mean the same are the same. */
export function withOwn(settings: BiologySettings, name: string, own: OwnBiology): BiologySettings {
  const { reason = '', ...rest } = { ...settings.byStructure[name], ...own }
  const chosen = Object.entries(rest).filter(([, value]) => value !== undefined)
  const others = Object.entries(settings.byStructure).filter(([one]) => one !== name)
  const mine: [string, StructureBiology][] =
    chosen.length > 0 || reason !== '' ? [[name, { ...Object.fromEntries(chosen), reason }]] : []
  return {
    ...settings,
    byStructure: Object.fromEntries([...others, ...mine].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

export const withBeam = (settings: BiologySettings, beam: ExternalBeam): BiologySettings => ({
  ...settings,
  externalBeam: [...settings.externalBeam, beam],
})

export const withoutBeam = (settings: BiologySettings, place: number): BiologySettings => ({
  ...settings,
  externalBeam: settings.externalBeam.filter((_, index) => index !== place),
})

/** Whatever the order of the keys: the store puts them in its own. */
export const sameSettings = <Settings>(a: Settings, b: Settings): boolean =>
  JSON.stringify(a, inOrder) === JSON.stringify(b, inOrder)

const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** Structures whose settings differ, and what else does: "external beam", "doses from other organs", "further cycles". */
export function changedParts(kept: BiologySettings, draft: BiologySettings): string[] {
  const names = [...new Set([...Object.keys(kept.byStructure), ...Object.keys(draft.byStructure)])].sort()
  const changed = names.filter(
    (name) => JSON.stringify(kept.byStructure[name]) !== JSON.stringify(draft.byStructure[name]),
  )
  const differs = (field: 'externalBeam' | 'crossDose' | 'furtherCycles'): boolean =>
    JSON.stringify(kept[field]) !== JSON.stringify(draft[field])
  return [
    ...changed,
    ...(differs('externalBeam') ? ['external beam'] : []),
    ...(differs('crossDose') ? ['doses from other organs'] : []),
    ...(differs('furtherCycles') ? ['further cycles'] : []),
  ]
}

/** Whether the name of a structure says the tissue of a set. */
export const isOfTissue = ({ tissue }: Pick<BiologySetView, 'tissue'>, name: string): boolean =>
  tissue.split(' ').some((word) => word.length > 3 && name.toLowerCase().includes(word.toLowerCase()))

/** Sets of one model that may be chosen for a kind of structure, those of a tissue named alike first. */
export function setsFor(
  sets: readonly BiologySetView[],
  models: readonly string[],
  kind: 'organ' | 'lesion' | 'other',
  name: string,
): BiologySetView[] {
  return sets
    .filter((set) => models.includes(set.model) && (set.kind === 'tumour') === (kind === 'lesion'))
    .sort((a, b) => Number(isOfTissue(b, name)) - Number(isOfTissue(a, name)))
}

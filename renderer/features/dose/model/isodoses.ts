/** Isodose lines of a dose map: levels in a unit or in per cent of a reference, a colour and a dash for each. */
import { colourMap, type ColourMapName, type LevelLine } from '../../../viewer/index.ts'

/** Per cent of the reference dose, as radiotherapy draws them. */
export const RELATIVE_LEVELS: readonly number[] = [95, 80, 60, 40, 20, 10]

/** Levels in the stored unit of the map; `unit` and `per` are what they are shown in. */
export type IsodoseScale =
  | { readonly kind: 'relative'; readonly reference: number; readonly percent: readonly number[] }
  | { readonly kind: 'absolute'; readonly levels: readonly number[]; readonly unit: string; readonly per: number }

/** Lines alternate between solid and dashed, so that neighbours differ in more than their colour. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3]]

/** Only the lighter part of the map is used: dark lines would drown in the image. */
const DARKEST = 0.42

export function isodoseLines(scale: IsodoseScale, map: ColourMapName): LevelLine[] {
  const levels =
    scale.kind === 'relative'
      ? scale.percent.map((percent) => ({
          value: (percent / 100) * scale.reference,
          label: `${percent} %`,
        }))
      : scale.levels.map((value) => ({
          value,
          label: `${Number((value / scale.per).toPrecision(4))} ${scale.unit}`,
        }))
  const usable = levels.filter(({ value }) => value > 0).sort((one, other) => other.value - one.value)
  const table = colourMap(map)
  return usable.map(({ value, label }, index) => {
    const share = usable.length < 2 ? 1 : 1 - index / (usable.length - 1)
    const at = 3 * Math.round(255 * (DARKEST + (1 - DARKEST) * share))
    return {
      value,
      label,
      colour: `rgb(${table[at]} ${table[at + 1]} ${table[at + 2]})`,
      dash: DASHES[index % DASHES.length] as readonly number[],
    }
  })
}

/**
 * Round doses for absolute lines: the `count` largest of 1, 2 and 5 times powers of ten below `maximum`. Doses of organs and tumours lie
 * apart by factors, not by steps.
 */
export function roundLevels(maximum: number, count = 6): number[] {
  if (!(maximum > 0) || !Number.isFinite(maximum)) return []
  const levels: number[] = []
  for (let power = Math.floor(Math.log10(maximum)); levels.length < count; power--)
    for (const digit of [5, 2, 1]) {
      const level = Number((digit * 10 ** power).toPrecision(1))
      if (level < maximum && levels.length < count) levels.unshift(level)
    }
  return levels
}

/** Isodose lines of a dose map: levels in Gy or in per cent of a reference, a colour and a dash for each. */
import { colourMap, type ColourMapName, type LevelLine } from '../../../viewer/index.ts'

/** Per cent of the reference dose, as radiotherapy draws them. */
export const RELATIVE_LEVELS: readonly number[] = [95, 80, 60, 40, 20, 10]

export type IsodoseScale =
  | { readonly kind: 'relative'; readonly referenceGy: number; readonly percent: readonly number[] }
  | { readonly kind: 'absolute'; readonly levelsGy: readonly number[] }

/** Lines alternate between solid and dashed, so that neighbours differ in more than their colour. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3]]

/** Only the lighter part of the map is used: dark lines would drown in the image. */
const DARKEST = 0.42

export function isodoseLines(scale: IsodoseScale, map: ColourMapName): LevelLine[] {
  const levels =
    scale.kind === 'relative'
      ? scale.percent.map((percent) => ({
          value: (percent / 100) * scale.referenceGy,
          label: `${percent} %`,
        }))
      : scale.levelsGy.map((value) => ({ value, label: `${Number(value.toPrecision(4))} Gy` }))
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

/** Round doses for absolute lines: about `count` of them below `maximumGy`, steps of 1, 2 or 5 times a power of ten. */
export function roundLevels(maximumGy: number, count = 6): number[] {
  if (!(maximumGy > 0) || !Number.isFinite(maximumGy)) return []
  const rough = maximumGy / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  const levels: number[] = []
  for (let index = 1; index * step < maximumGy; index++) levels.push(Number((index * step).toPrecision(6)))
  return levels
}

/** What-if sliders: a place from 0 to 100 stands for a value on a logarithmic scale. */
export interface SliderRange {
  readonly least: number
  readonly largest: number
}

/** From late effects of the most sensitive organs to tumours that hardly repair. */
export const ALPHA_BETA_GY: SliderRange = { least: 0.5, largest: 30 }
export const REPAIR_HALF_TIME_H: SliderRange = { least: 0.1, largest: 20 }
export const FURTHER_CYCLE: SliderRange = { least: 0, largest: 2 }

/** The value at a place, to two digits: what a hand can mean. */
export const valueAt = (place: number, { least, largest }: SliderRange): number =>
  Number((least * (largest / least) ** (place / 100)).toPrecision(2))

/** The place of a value; one outside the range is at its end. */
export const placeOf = (value: number, { least, largest }: SliderRange): number =>
  Math.min(100, Math.max(0, (100 * Math.log(value / least)) / Math.log(largest / least)))

/** The pixels of one slice: CT and emission in one, or two pairs of images compared. */
import { colourMap } from './colourMaps.ts'
import { checkerInto, differenceOf, mixInto, needed } from './comparison.ts'
import { composite } from './composite.ts'
import type { Layer, SecondImages, SliceAnswer, SliceAsk } from './sliceEngine.ts'

type Sampled = Float32Array | null

/** CT in grey and the emission above it; what is null is left out. */
export function fused(ask: SliceAsk, ct: Sampled, emission: Sampled, window = ask.emissionWindow): SliceAnswer['rgba'] {
  const rgba = new Uint8ClampedArray(ask.plane.width * ask.plane.height * 4)
  composite(ct, ask.ctWindow, emission, window, colourMap(ask.map), ask.blend, rgba, ask.map === 'difference')
  return rgba
}

/** Two pairs of images as the mode says; `sample` gives the values of a layer in the slice. */
export function compared(
  ask: SliceAsk,
  second: SecondImages,
  sample: (layer: Layer | null) => Sampled,
): SliceAnswer['rgba'] {
  const { mode } = second
  if (mode.kind === 'difference') {
    const [a, b] = [sample(ask[mode.of]), sample(second[mode.of])]
    const rgba = new Uint8ClampedArray(ask.plane.width * ask.plane.height * 4)
    const ends = { low: -mode.reach, high: mode.reach }
    const difference = a && b ? differenceOf(a, b) : null
    composite(null, ask.ctWindow, difference, ends, colourMap('difference'), 1, rgba, true)
    return rgba
  }
  const { first } = needed(mode)
  const others = needed(mode).second
    ? fused(ask, sample(second.ct), sample(second.emission), second.emissionWindow)
    : null
  const rgba = first || !others ? fused(ask, sample(ask.ct), sample(ask.emission)) : others
  if (!first || !others) return rgba
  if (mode.kind === 'blend') mixInto(rgba, others, mode.share)
  else checkerInto(rgba, others, ask.plane, mode.cellMm)
  return rgba
}

/** A round length in mm whose bar is at most `maximumPx` long: 1, 2 or 5 times a power of ten. */
export function scaleBarMm(mmPerPx: number, maximumPx: number): number {
  const most = mmPerPx * maximumPx
  const power = 10 ** Math.floor(Math.log10(most))
  return (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1) * power
}

/** "5 mm", "5 cm". */
export function scaleBarText(lengthMm: number): string {
  return lengthMm >= 10 ? `${lengthMm / 10} cm` : `${lengthMm} mm`
}

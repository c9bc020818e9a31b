/**
 * Photon lines (keV) on which a gamma camera images a nuclide: gamma and K x-ray lines above 50 keV of at least 2 photons per 100 decays,
 * ENDF/B-VIII.1 decay data (tests/validation compares them). Used only to notice that an energy window cannot belong to the nuclide that
 * a file names. Nuclides imaged by bremsstrahlung (Y-90, P-32, Sr-89) or by their daughters (Pb-212, Ra-223, Ac-225) are not in it.
 */
const PHOTOPEAKS_KEV: Readonly<Record<string, readonly number[]>> = {
  'Tc-99m': [140.5],
  'Lu-177': [55.9, 112.9, 208.4],
  'I-131': [80.2, 284.3, 364.5, 637.0],
  'I-123': [159.0],
  'In-111': [171.3, 245.4],
  'Ga-67': [91.3, 93.3, 184.6, 208.9, 300.2, 393.5],
  'Tl-201': [69.1, 71.1, 80.1, 80.5, 82.8, 135.3, 167.4],
  'Sm-153': [69.7, 103.2],
  'Ho-166': [80.6],
  'Re-186': [59.5, 137.2],
  'Re-188': [63.2, 155.0],
  'Xe-133': [81.0],
  'Kr-81m': [190.5],
  'Co-57': [122.1, 136.5],
  'Cu-67': [91.3, 93.3, 184.6],
  'Sn-117m': [156.0, 158.6],
  'Sc-47': [159.4],
  'Tb-161': [52.2, 74.6],
  'Pb-203': [71.1, 73.1, 82.4, 82.9, 85.2, 279.2, 401.3],
}

export interface EnergyWindow {
  readonly lowerKev: number
  readonly upperKev: number
}

/**
 * False where none of the windows holds a line of the nuclide: then the window and the nuclide contradict each other. True where one
 * does, or where nothing can be said (unknown nuclide, no windows).
 */
export function windowsFitNuclide(nuclide: string, windows: readonly EnergyWindow[]): boolean {
  const lines = PHOTOPEAKS_KEV[nuclide]
  if (!lines || windows.length === 0) return true
  return windows.some(({ lowerKev, upperKev }) => lines.some((line) => line >= lowerKev && line <= upperKev))
}

/** Nuclides of which a line lies in one of the windows. */
export function nuclidesOfWindows(windows: readonly EnergyWindow[]): string[] {
  return Object.entries(PHOTOPEAKS_KEV).flatMap(([nuclide, lines]) =>
    lines.some((line) => windows.some(({ lowerKev, upperKev }) => line >= lowerKev && line <= upperKev))
      ? [nuclide]
      : [],
  )
}

/** Names of the table, for its validation. */
export const PHOTOPEAK_TABLE = PHOTOPEAKS_KEV

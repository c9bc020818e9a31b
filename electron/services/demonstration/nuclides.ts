/**
 * The few decay data that the simulation needs, in a table of its own: a truth that read the program's tables could not find an
 * error in them. Half-lives and mean energies (beta of either sign, conversion and Auger electrons): ENDF/B-VIII.1 decay
 * sublibrary; codes: DICOM PS3.16 CID 18 and 4020 (SNOMED CT).
 */
export interface SimulatedNuclide {
  readonly name: string
  readonly halfLifeS: number
  /** Mean energy of all electrons and positrons per decay. */
  readonly electronEnergyMeVPerDecay: number
  readonly positronFraction: number
  readonly snomedCode: string
  readonly snomedMeaning: string
  /** Line that a gamma camera is set to, keV; null where none is used. */
  readonly windowKeV: number | null
}

const NUCLIDES: readonly SimulatedNuclide[] = [
  {
    name: 'Lu-177',
    halfLifeS: 574300.8,
    electronEnergyMeVPerDecay: 0.1349457 + 0.01322828,
    positronFraction: 0,
    snomedCode: '447553000',
    snomedMeaning: '^177^Lutetium',
    windowKeV: 208,
  },
  {
    name: 'I-131',
    halfLifeS: 693377.3,
    electronEnergyMeVPerDecay: 0.1818495 + 0.009841051,
    positronFraction: 0,
    snomedCode: '1368003',
    snomedMeaning: '^131^Iodine',
    windowKeV: 364,
  },
  {
    name: 'Y-90',
    halfLifeS: 230400,
    electronEnergyMeVPerDecay: 0.932814 + 0.0002008361,
    positronFraction: 0.0000318,
    snomedCode: '14691008',
    snomedMeaning: '^90^Yttrium',
    windowKeV: null,
  },
  {
    name: 'Ga-68',
    halfLifeS: 4062.6,
    electronEnergyMeVPerDecay: 0.7394275 + 0.0005591215,
    positronFraction: 0.8914,
    snomedCode: '35337001',
    snomedMeaning: '^68^Gallium',
    windowKeV: null,
  },
]

export const SIMULATED_NUCLIDES: readonly string[] = NUCLIDES.map((n) => n.name)

/** Decay data of a nuclide by its name ("Lu-177"). Throws RangeError for one that the simulation does not know. */
export function simulatedNuclide(name: string): SimulatedNuclide {
  const found = NUCLIDES.find((n) => n.name === name)
  if (!found)
    throw new RangeError(`No simulated patient for ${name}; there is one for ${SIMULATED_NUCLIDES.join(', ')}.`)
  return found
}

/** Mixes the tables of the elements into those of media, as transport takes them. */
import { InputError } from '../../errors/index.ts'
import type { BremsElement, MaterialData } from './data.ts'
import { logGrid, logLog, onLogGrid } from './interpolate.ts'
import { betheCollisionStopping, electronsMolPerG, elementOf } from './stopping.ts'
import type { MediaPack, Medium } from './types.ts'

const AVOGADRO_BARN = 0.602214076 // N_A · 1e-24 cm²

const PHOTON = { min: 1e-3, max: 10, count: 2048 } as const
const ELECTRON = { min: 1e-3, max: 10, count: 256 } as const
const ALPHA = { min: 1e-3, max: 10, count: 256 } as const
/** Energies at which bremsstrahlung spectra are given; between them their logarithms are linear in log T. */
const BREMS_MEV = [0.001, 0.005, 0.0141421, 0.05, 0.1, 0.251487, 0.5, 1, 2, 4, 10]
/** Above this share of its own nominal value a mixture's composition is not one. */
const SUM_TOLERANCE = 2e-3

/**
 * Tables of a list of media (see `MediaPack` for shapes and units). Photon cross sections, form factors and bremsstrahlung add up over
 * the elements (independent atoms). Collision stopping powers are the published ones where a medium has a table (ICRU 37 form), else
 * Bethe's with Bragg's I value. Alphas: the published material of the nearest composition, scaled by electrons per gram.
 *
 * @throws InputError `medium.none` for an empty list, `medium.composition` for fractions that do not sum to 1, `medium.element`.
 */
export function buildMediaPack(media: readonly Medium[], data: MaterialData): MediaPack {
  if (media.length === 0 || media.length > 256) {
    throw new InputError('medium.none', `There are ${media.length} media.`, 'Give one to 256 media.')
  }
  for (const medium of media) {
    const sum = Object.values(medium.massFractions).reduce((a, b) => a + b, 0)
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE) || !(medium.nominalDensityGPerMl > 0)) {
      throw new InputError(
        'medium.composition',
        `The mass fractions of ${medium.name} sum to ${sum}; its density is ${medium.nominalDensityGPerMl} g/mL.`,
        'Fractions must sum to 1, and the density must be positive.',
      )
    }
  }
  const photonEnergies = logGrid(PHOTON.min, PHOTON.max, PHOTON.count)
  const electronEnergies = logGrid(ELECTRON.min, ELECTRON.max, ELECTRON.count)
  const alphaEnergies = logGrid(ALPHA.min, ALPHA.max, ALPHA.count)
  const x = data.momentumTransferPerAngstrom
  const pack = {
    coherent: [] as number[],
    incoherent: [] as number[],
    photoelectric: [] as number[],
    pair: [] as number[],
    formFactorSquared: [] as number[],
    incoherentFunction: [] as number[],
    elementStart: [0],
    elementZ: [] as number[],
    elementAtomicMass: [] as number[],
    elementMassFraction: [] as number[],
    fluorescenceStart: [0],
    fluorescenceZ: [] as number[],
    fluorescenceEdgeMev: [] as number[],
    fluorescenceYield: [] as number[],
    fluorescenceLineMev: [] as number[],
    fluorescenceLineWeight: [] as number[],
    fluorescenceShare: [] as number[],
    collision: [] as number[],
    radiative: [] as number[],
    brems: [] as number[],
    alpha: [] as number[],
  }
  for (const medium of media) {
    const parts = Object.entries(medium.massFractions)
      .filter(([, share]) => share > 0)
      .map(([symbol, share]) => ({ symbol, share, element: elementOf(medium, symbol, data) }))
    for (const { share, element } of parts) {
      pack.elementZ.push(element.z)
      pack.elementAtomicMass.push(element.atomicMass)
      pack.elementMassFraction.push(share)
    }
    pack.elementStart.push(pack.elementZ.length)

    const photoelectric: number[] = []
    for (const energy of photonEnergies) {
      const mixed = { coherent: 0, incoherent: 0, photoelectric: 0, pair: 0 }
      for (const { share, element } of parts) {
        for (const key of ['coherent', 'incoherent', 'photoelectric'] as const)
          mixed[key] += share * logLog(element.energyMev, element[key], energy)
        mixed.pair += share * Math.max(0, logLog(element.energyMev, element.pair, energy))
      }
      pack.coherent.push(mixed.coherent)
      pack.incoherent.push(mixed.incoherent)
      photoelectric.push(mixed.photoelectric)
      pack.pair.push(energy > 1.0219979 ? mixed.pair : 0)
    }
    pack.photoelectric.push(...photoelectric)

    const electrons = parts.reduce((sum, { share, element }) => sum + (share * element.z) / element.atomicMass, 0)
    x.forEach((_, i) => {
      let squared = 0
      let bound = 0
      for (const { share, element } of parts) {
        const moles = share / element.atomicMass
        squared += moles * (element.formFactor[i] as number) ** 2
        bound += moles * (element.incoherentFunction[i] as number)
      }
      pack.formFactorSquared.push(squared)
      pack.incoherentFunction.push(bound / electrons)
    })

    for (const { share, element } of parts) {
      const k = element.kFluorescence
      if (!k) continue
      pack.fluorescenceZ.push(element.z)
      pack.fluorescenceEdgeMev.push(k.edgeMev)
      pack.fluorescenceYield.push(k.yield)
      pack.fluorescenceLineMev.push(...k.lineMev)
      pack.fluorescenceLineWeight.push(k.firstWeight, 1 - k.firstWeight)
      // The K shell's part of the absorption is what the edge adds (1 − 1/jump), taken as constant above it.
      const above = logLog(element.energyMev, element.photoelectric, k.edgeMev * 1.002)
      const below = logLog(element.energyMev, element.photoelectric, k.edgeMev * 0.998)
      const kShare = 1 - below / above
      photonEnergies.forEach((energy, i) => {
        const own = share * logLog(element.energyMev, element.photoelectric, energy)
        pack.fluorescenceShare.push(energy > k.edgeMev ? (kShare * own) / (photoelectric[i] as number) : 0)
      })
    }
    pack.fluorescenceStart.push(pack.fluorescenceZ.length)

    const stopping = collisionStoppingOf(medium, data)
    for (const energy of electronEnergies) {
      pack.collision.push(stopping(energy))
      pack.radiative.push(
        parts.reduce((sum, part) => {
          const { brems, scale } = bremsOf(part.element.z, data)
          const barnMev = scale * logLog(data.bremsEnergyMev, brems.lossBarnMev, energy)
          return sum + ((AVOGADRO_BARN * part.share) / part.element.atomicMass) * barnMev
        }, 0),
      )
    }
    for (const energy of BREMS_MEV) {
      const mixed = data.bremsFraction.map(() => 0)
      for (const { share, element } of parts) {
        const { brems, scale } = bremsOf(element.z, data)
        const perGram = (AVOGADRO_BARN * share * scale) / element.atomicMass
        spectrumAt(brems, energy).forEach((value, j) => (mixed[j] = (mixed[j] as number) + perGram * value))
      }
      pack.brems.push(...mixed)
    }
    const alphas = alphaTableOf(medium, electrons, data)
    for (const energy of alphaEnergies)
      pack.alpha.push(alphas.scale * logLog(data.alphaEnergyMev, alphas.table, energy))
  }
  return {
    mediumCount: media.length,
    nominalDensityGPerMl: Float64Array.from(media, (one) => one.nominalDensityGPerMl),
    electronsMolPerG: Float64Array.from(media, (one) => electronsMolPerG(one, data)),
    elementStart: Int32Array.from(pack.elementStart),
    elementZ: Int32Array.from(pack.elementZ),
    elementAtomicMass: Float64Array.from(pack.elementAtomicMass),
    elementMassFraction: Float64Array.from(pack.elementMassFraction),
    photonMinMev: PHOTON.min,
    photonMaxMev: PHOTON.max,
    photonCount: PHOTON.count,
    coherent: Float64Array.from(pack.coherent),
    incoherent: Float64Array.from(pack.incoherent),
    photoelectric: Float64Array.from(pack.photoelectric),
    pair: Float64Array.from(pack.pair),
    formFactorCount: x.length,
    formFactorX: Float64Array.from(x),
    formFactorSquared: Float64Array.from(pack.formFactorSquared),
    incoherentFunction: Float64Array.from(pack.incoherentFunction),
    fluorescenceStart: Int32Array.from(pack.fluorescenceStart),
    fluorescenceZ: Int32Array.from(pack.fluorescenceZ),
    fluorescenceEdgeMev: Float64Array.from(pack.fluorescenceEdgeMev),
    fluorescenceYield: Float64Array.from(pack.fluorescenceYield),
    fluorescenceLineMev: Float64Array.from(pack.fluorescenceLineMev),
    fluorescenceLineWeight: Float64Array.from(pack.fluorescenceLineWeight),
    fluorescenceShare: Float64Array.from(pack.fluorescenceShare),
    electronMinMev: ELECTRON.min,
    electronMaxMev: ELECTRON.max,
    electronCount: ELECTRON.count,
    collisionStopping: Float64Array.from(pack.collision),
    radiativeStopping: Float64Array.from(pack.radiative),
    bremsEnergyCount: BREMS_MEV.length,
    bremsEnergiesMev: Float64Array.from(BREMS_MEV),
    bremsFractionCount: data.bremsFraction.length,
    bremsFractions: Float64Array.from(data.bremsFraction),
    bremsKDsigmaDk: Float64Array.from(pack.brems),
    alphaMinMev: ALPHA.min,
    alphaMaxMev: ALPHA.max,
    alphaCount: ALPHA.count,
    alphaStopping: Float64Array.from(pack.alpha),
  }
}

/** Reference for the density effect of mixtures: the tabulated tissue that most resembles most of them. */
const REFERENCE: Medium = {
  id: 'icru-soft-tissue-icru4',
  name: 'soft tissue, four components',
  massFractions: { H: 0.101172, C: 0.111, N: 0.026, O: 0.761828 },
  nominalDensityGPerMl: 1,
  meanExcitationEnergyEv: 74.852,
  source: 'ICRU 44 (1989)',
}

/**
 * Collision stopping power of a medium: its published table, or Bethe's formula times the ratio of table to formula for soft tissue, in which
 * the general density effect's error (1.4 % at 5 MeV, 0.3 % below 1.5 MeV) mostly cancels.
 */
function collisionStoppingOf(medium: Medium, data: MaterialData): (energyMev: number) => number {
  const table = data.electronTables[medium.id]
  if (table) return (energy) => logLog(data.electronEnergyMev, table.collision, energy)
  const reference = data.electronTables[REFERENCE.id]
  // Gases have another density effect; soft tissue says nothing of it.
  if (!reference || medium.nominalDensityGPerMl < 0.01) {
    return (energy) => betheCollisionStopping(medium, data, energy)
  }
  return (energy) =>
    (betheCollisionStopping(medium, data, energy) * logLog(data.electronEnergyMev, reference.collision, energy)) /
    betheCollisionStopping(REFERENCE, data, energy)
}

/** The element's own bremsstrahlung, or that of the nearest in Z times (Z/Z')². */
function bremsOf(z: number, data: MaterialData): { brems: BremsElement; scale: number } {
  const all = Object.values(data.bremsElements)
  const brems = all.reduce((best, one) => (Math.abs(one.z - z) < Math.abs(best.z - z) ? one : best))
  return { brems, scale: (z / brems.z) ** 2 }
}

function spectrumAt({ rows }: BremsElement, energyMev: number): number[] {
  const energies = rows.map((row) => row.energyMev)
  const first = rows[0] as BremsElement['rows'][number]
  const inside = Math.min(Math.max(energyMev, first.energyMev), energies.at(-1) as number)
  return first.kDsigmaDkBarn.map((_, j) =>
    logLog(
      energies,
      rows.map((row) => row.kDsigmaDkBarn[j] as number),
      inside,
    ),
  )
}

/** Compositions of the materials that have published alpha stopping powers (NIST ASTAR), as far as tissues resemble them. */
const ALPHA_MATERIALS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  G4_WATER: { H: 0.1119, O: 0.8881 },
  G4_ADIPOSE_TISSUE_ICRP: { H: 0.1195, C: 0.6372, N: 0.008, O: 0.2323 },
  G4_AIR: { N: 0.7553, O: 0.2318, Ar: 0.0128 },
  G4_BONE_COMPACT_ICRU: { H: 0.064, C: 0.278, N: 0.027, O: 0.41, P: 0.07, Ca: 0.147 },
  G4_BONE_CORTICAL_ICRP: { H: 0.0472, C: 0.1443, N: 0.042, O: 0.4461, P: 0.105, Ca: 0.2099 },
  G4_MUSCLE_SKELETAL_ICRP: { H: 0.1006, C: 0.1078, N: 0.0277, O: 0.7548 },
  G4_C: { C: 1 },
  G4_Al: { Al: 1 },
}

function alphaTableOf(
  medium: Medium,
  molPerG: number,
  data: MaterialData,
): { table: readonly number[]; scale: number } {
  const far = (composition: Readonly<Record<string, number>>): number =>
    [...new Set([...Object.keys(composition), ...Object.keys(medium.massFractions)])].reduce(
      (sum, symbol) => sum + Math.abs((composition[symbol] ?? 0) - (medium.massFractions[symbol] ?? 0)),
      0,
    )
  const [name, composition] = Object.entries(ALPHA_MATERIALS).reduce((best, one) =>
    far(one[1]) < far(best[1]) ? one : best,
  )
  const own = Object.entries(composition).reduce((sum, [symbol, share]) => {
    const element = data.elements[symbol]
    return element ? sum + (share * element.z) / element.atomicMass : sum
  }, 0)
  return { table: data.alphaTables[name] as readonly number[], scale: molPerG / own }
}

/** Mass attenuation coefficient, cm²/g, with coherent scattering. */
export function massAttenuation(pack: MediaPack, medium: number, energyMev: number): number {
  return (['coherent', 'incoherent', 'photoelectric', 'pair'] as const).reduce(
    (sum, key) => sum + onLogGrid(pack[key], medium, pack.photonCount, pack.photonMinMev, pack.photonMaxMev, energyMev),
    0,
  )
}

function csda(
  values: Float64Array,
  medium: number,
  count: number,
  min: number,
  max: number,
  energyMev: number,
): number {
  // From rest to the first energy as if the stopping power were constant there.
  const stoppingAt = (energy: number): number => onLogGrid(values, medium, count, min, max, energy)
  let sum = (0.5 * min) / stoppingAt(min)
  const steps = 400
  const width = Math.log(energyMev / min) / steps
  for (let i = 0; i < steps; i++) {
    const energy = min * Math.exp((i + 0.5) * width)
    sum += (width * energy) / stoppingAt(energy)
  }
  return sum
}

/** Range of electrons in continuous slowing down, g/cm². */
export function electronRange(pack: MediaPack, medium: number, energyMev: number): number {
  const total = pack.collisionStopping.map((value, i) => value + (pack.radiativeStopping[i] as number))
  return csda(total, medium, pack.electronCount, pack.electronMinMev, pack.electronMaxMev, energyMev)
}

/** Range of alphas in continuous slowing down, g/cm². */
export function alphaRange(pack: MediaPack, medium: number, energyMev: number): number {
  return csda(pack.alphaStopping, medium, pack.alphaCount, pack.alphaMinMev, pack.alphaMaxMev, energyMev)
}

/**
 * What electrons and alphas leave in organs where there is no table of their own: specific absorbed fractions (1/kg) after the MIRD schema.
 *
 * - In an organ's own tissue: all of it, 1/m. From an organ to another: nothing. In the total body: all of it. From the total body: 1/m of
 *   the total body everywhere.
 * - In the wall of hollow organs from their contents: half of the dose in the contents (ICRP 30 part 1, 1979; MIRD Pamphlet 11, 1975):
 *   1/(2·m_contents); alphas 1 % of that, recoils nothing (ICRP 30: range shorter than the mucus).
 * - Skeleton: the absorbed fractions of ICRP 30 part 1, table 7.4 (written from the publication, evidence `unverified`), or those that the
 *   project computed for electrons, where its table is given.
 */
import type { MarrowFractions } from './marrowFractions.ts'
import { BONE_SURFACES, RED_MARROW, SURFACES_OF_BONE, TOTAL_BODY, WALL_OF_CONTENTS } from './phantom.ts'
import type { OrganPhantom, OrganRegion } from './phantom.ts'
import type { SafOfEnergy } from './interpolate.ts'

/** Absorbed fractions of ICRP 30: in red marrow and bone surfaces. Electrons of a mean energy below 0.2 MeV have their own on surfaces. */
const ICRP30: Readonly<Record<string, Readonly<Record<string, { beta: number; slowBeta: number; alpha: number }>>>> = {
  'Trabecular bone': {
    [RED_MARROW]: { beta: 0.35, slowBeta: 0.35, alpha: 0.05 },
    [BONE_SURFACES]: { beta: 0.025, slowBeta: 0.025, alpha: 0.025 },
  },
  'Trabecular bone surfaces': {
    [RED_MARROW]: { beta: 0.5, slowBeta: 0.5, alpha: 0.5 },
    [BONE_SURFACES]: { beta: 0.025, slowBeta: 0.25, alpha: 0.25 },
  },
  'Cortical bone': {
    [RED_MARROW]: { beta: 0, slowBeta: 0, alpha: 0 },
    [BONE_SURFACES]: { beta: 0.015, slowBeta: 0.015, alpha: 0.01 },
  },
  'Cortical bone surfaces': {
    [RED_MARROW]: { beta: 0, slowBeta: 0, alpha: 0 },
    [BONE_SURFACES]: { beta: 0.015, slowBeta: 0.25, alpha: 0.25 },
  },
}

/** MeV: mean energy below which ICRP 30 gives electrons on bone surfaces the higher fraction there. */
export const SLOW_BETA_MEV = 0.2
/** Share of the half dose that alphas of the contents leave in the wall (ICRP 30 part 1, 1979). */
export const ALPHA_WALL_FACTOR = 0.01

export interface ChargedSaf {
  /** 1/kg for an electron of that energy; betas ask with `mean` set to the mean energy of their spectrum. */
  readonly electron: (energyMev: number, meanMev: number) => number
  readonly alpha: number
  readonly recoil: number
  /** A function of energy for electrons: the project's table, which spectra are integrated over. */
  readonly electronTable: SafOfEnergy | null
  /** Something that is left out for want of data; null: nothing. */
  readonly missing: string | null
}

const constant = (electron: number, alpha = electron, recoil = alpha): ChargedSaf => ({
  electron: () => electron,
  alpha,
  recoil,
  electronTable: null,
  missing: null,
})

const SKELETON_TARGETS = new Set([RED_MARROW, BONE_SURFACES])
const SKELETON_SOURCES = new Set([...SURFACES_OF_BONE.keys(), ...SURFACES_OF_BONE.values(), RED_MARROW])

/** Skeletal pairs; null for any other. */
function skeletal(source: OrganRegion, target: OrganRegion, marrow: MarrowFractions | null): ChargedSaf | null {
  if (!SKELETON_TARGETS.has(target.name) || !SKELETON_SOURCES.has(source.name)) return null
  const own = marrow?.fraction(source.name, target.name) ?? null
  const electronTable = own && ((energyMev: number) => own(energyMev) / target.massKg)
  const icrp = ICRP30[source.name]?.[target.name]
  if (icrp) {
    return {
      electron: (_, mean) => (mean < SLOW_BETA_MEV ? icrp.slowBeta : icrp.beta) / target.massKg,
      alpha: icrp.alpha / target.massKg,
      recoil: icrp.alpha / target.massKg,
      electronTable,
      missing: null,
    }
  }
  if (target.name === source.name) return { ...constant(1 / target.massKg), electronTable }
  return {
    ...constant(0),
    electronTable,
    missing: own
      ? null
      : `Electrons and alphas from ${source.name.toLowerCase()} to ${target.name.toLowerCase()} are not counted: there are no fractions.`,
  }
}

/** How much of what does not penetrate ends in a target, per kg of it. */
export function chargedSaf(
  phantom: OrganPhantom,
  source: OrganRegion,
  target: OrganRegion,
  marrow: MarrowFractions | null,
): ChargedSaf {
  const body = phantom.targets.get(TOTAL_BODY)
  if (target.name === TOTAL_BODY) return constant(1 / target.massKg)
  if (source.name === TOTAL_BODY) return constant(1 / (body ?? source).massKg)
  const bone = skeletal(source, target, marrow)
  if (bone) return bone
  if (target.name === source.name) return constant(1 / target.massKg)
  if (WALL_OF_CONTENTS.get(source.name) === target.name) {
    const half = 1 / (2 * source.massKg)
    return constant(half, ALPHA_WALL_FACTOR * half, 0)
  }
  return constant(0)
}

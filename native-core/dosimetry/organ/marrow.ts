import { InputError } from '../../errors/index.ts'

/** Extracellular fluid as a fraction of the volume of red marrow: 0.19 (Sgouros, J. Nucl. Med. 34 (1993) 689). */
export const RED_MARROW_FLUID_FRACTION = 0.19
/** Density of blood, g/mL: 1.06 (ICRP 89, 2002; ICRU 46, 1992). */
export const BLOOD_DENSITY_G_PER_ML = 1.06
/** Density of red marrow, g/mL: 1.03 (ICRU 46, 1992). */
export const RED_MARROW_DENSITY_G_PER_ML = 1.03

/** Share of the red marrow of an adult in the lumbar vertebrae L2 to L4: 6.7 % (Hindorf et al. 2010, after Cristy 1981); unverified. */
export const LUMBAR_2_TO_4_MARROW_FRACTION = 0.067

const refuse = (what: string, hint: string): InputError => new InputError('dose.marrow', `Red marrow: ${what}.`, hint)

function within(value: number, low: number, high: number, what: string, hint: string): void {
  if (!(value >= low && value <= high)) throw refuse(`${what} is ${value}`, hint)
}

/**
 * How the concentration in red marrow follows from that in blood.
 *
 * - `hematocrit`: what is in plasma and does not enter cells is also in the marrow's extracellular fluid, 0.19/(1 − hematocrit) (Sgouros 1993):
 *   antibodies.
 * - `ratio`: a red marrow to blood ratio of the user's; 1 for peptides and small molecules (Forrer et al., Eur. J. Nucl. Med. Mol. Imaging 36
 *   (2009) 1138; Hindorf et al., EANM guideline, ibid. 37 (2010) 1238).
 */
export type MarrowToBlood =
  { readonly kind: 'hematocrit'; readonly hematocrit: number } | { readonly kind: 'ratio'; readonly ratio: number }

/** Ratio of concentrations red marrow to blood. @throws InputError `dose.marrow`. */
export function marrowToBloodRatio(given: MarrowToBlood): number {
  if (given.kind === 'ratio') {
    within(given.ratio, 0, 100, 'the ratio of marrow to blood', 'Give a ratio of zero or more; 1 for peptides.')
    return given.ratio
  }
  within(given.hematocrit, 0, 0.8, 'the hematocrit', 'Give the hematocrit as a fraction, for instance 0.45.')
  return RED_MARROW_FLUID_FRACTION / (1 - given.hematocrit)
}

export interface MarrowContribution {
  readonly from: string
  readonly doseGy: number
}

export interface MarrowDose {
  readonly doseGy: number
  readonly contributions: readonly MarrowContribution[]
  /** Time-integrated activity in the red marrow, Bq·s. */
  readonly marrowTiaBqS: number
  readonly ratio: number | null
  readonly assumptions: readonly string[]
}

/** Time-integrated activity elsewhere with its S value for red marrow, Gy/(Bq·s). */
export interface MarrowCrossSource {
  readonly name: string
  readonly tiaBqS: number
  readonly sGyPerBqS: number
}

function crossDose(sources: readonly MarrowCrossSource[]): MarrowContribution[] {
  return sources.map((s) => {
    within(s.tiaBqS, 0, Number.MAX_VALUE, `the time-integrated activity of ${s.name}`, 'Give Bq·s, zero or more.')
    within(s.sGyPerBqS, 0, Number.MAX_VALUE, `the S value from ${s.name}`, 'Give Gy/(Bq·s), zero or more.')
    return { from: s.name, doseGy: s.tiaBqS * s.sGyPerBqS }
  })
}

/** Self-dose of a marrow of `marrowMassKg` for an S value of a reference marrow: what counts is energy, so that it falls as the mass. */
interface MarrowSelf {
  /** S value red marrow ← red marrow, Gy/(Bq·s), at `referenceMassKg`: the user's, or of `organSValue`. */
  readonly sSelfGyPerBqS: number
  readonly referenceMassKg: number
}

function selfDose(self: MarrowSelf, tiaBqS: number, massKg: number): number {
  within(self.sSelfGyPerBqS, Number.MIN_VALUE, Number.MAX_VALUE, 'the S value', 'Give a positive S value in Gy/(Bq·s).')
  within(self.referenceMassKg, 1e-6, 100, 'the reference mass in kg', 'Give a positive mass.')
  within(massKg, 1e-6, 100, 'the mass in kg', 'Give a positive mass.')
  return tiaBqS * self.sSelfGyPerBqS * (self.referenceMassKg / massKg)
}

/**
 * Dose of the red marrow from the activity in blood, Gy: D = Ã_blood(per mL)·ratio·(m_rm/ρ)·S(rm←rm) + Σ Ã_h·S(rm←h) (Sgouros 1993;
 * Hindorf et al. 2010, eq. 6 ff.). The marrow's mass cancels in the first term but for the photons in S. The concentration per mL of marrow
 * is that per mL of blood times the ratio.
 *
 * @param input.bloodTiaPerMl time-integrated concentration in whole blood, Bq·s/mL
 * @throws InputError `dose.marrow`.
 */
export function bloodBasedMarrowDose(
  input: MarrowSelf & {
    readonly bloodTiaPerMl: number
    readonly marrowToBlood: MarrowToBlood
    /** Patient's mass of red marrow, kg; the reference where there is none better. */
    readonly marrowMassKg: number
    readonly others: readonly MarrowCrossSource[]
  },
): MarrowDose {
  const { bloodTiaPerMl, marrowMassKg } = input
  within(
    bloodTiaPerMl,
    0,
    Number.MAX_VALUE,
    'the time-integrated concentration in blood',
    'Give Bq·s/mL, zero or more.',
  )
  const ratio = marrowToBloodRatio(input.marrowToBlood)
  const volumeMl = (marrowMassKg * 1e3) / RED_MARROW_DENSITY_G_PER_ML
  const marrowTiaBqS = bloodTiaPerMl * ratio * volumeMl
  const own = selfDose(input, marrowTiaBqS, marrowMassKg)
  const contributions = [{ from: 'Red marrow (blood)', doseGy: own }, ...crossDose(input.others)]
  return {
    doseGy: contributions.reduce((s, c) => s + c.doseGy, 0),
    contributions,
    marrowTiaBqS,
    ratio,
    assumptions: [
      `The concentration in red marrow is ${ratio.toPrecision(3)} of that in blood at all times.`,
      'There is no uptake in marrow or bone beside it: no binding to cells of marrow, no metastases in marrow.',
      'The activity in marrow is uniform.',
    ],
  }
}

/**
 * Dose of the red marrow from an image, Gy: the activity seen in a part of the skeleton, over the share of all red marrow that lies there, is
 * that of the whole marrow; D = Ã_part/share·S(rm←rm)·m_ref/m + Σ Ã_h·S(rm←h) (Hindorf et al. 2010).
 *
 * @param input.partTiaBqS time-integrated activity of the marrow in the part (for instance L2 to L4), Bq·s
 * @param input.share share of the red marrow in it, for instance `LUMBAR_2_TO_4_MARROW_FRACTION`
 * @throws InputError `dose.marrow`.
 */
export function imageBasedMarrowDose(
  input: MarrowSelf & {
    readonly partTiaBqS: number
    readonly share: number
    readonly marrowMassKg: number
    readonly others: readonly MarrowCrossSource[]
  },
): MarrowDose {
  within(input.partTiaBqS, 0, Number.MAX_VALUE, 'the time-integrated activity of the part', 'Give Bq·s, zero or more.')
  within(input.share, 1e-4, 1, 'the share of the marrow in the part', 'Give a fraction; 0.067 for L2 to L4.')
  const marrowTiaBqS = input.partTiaBqS / input.share
  const own = selfDose(input, marrowTiaBqS, input.marrowMassKg)
  const contributions = [{ from: 'Red marrow (image)', doseGy: own }, ...crossDose(input.others)]
  return {
    doseGy: contributions.reduce((s, c) => s + c.doseGy, 0),
    contributions,
    marrowTiaBqS,
    ratio: null,
    assumptions: [
      `The part holds ${(input.share * 100).toPrecision(3)} % of the red marrow, and all marrow takes up alike.`,
      'All activity of the part is in its red marrow, none in bone or around it.',
    ],
  }
}

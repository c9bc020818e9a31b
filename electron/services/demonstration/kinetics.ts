/**
 * How the simulated activity moves: for each compartment a sum of exponentials,
 * A(t) = A0 · Σ c_i · exp(−(ln 2/T_phys + ln 2/T_bio,i) · t), t after the start of administration.
 *
 * The biological half-lives and uptakes are designed: of the size that publications on 177Lu-DOTATATE and 177Lu-PSMA-617 report,
 * so that the curves look like a patient's, but no patient's and no source's.
 */
import { JOULE_PER_MEV } from '../../../native-core/units/index.ts'
import type { Anatomy } from './body.ts'
import type { SimulatedNuclide } from './nuclides.ts'
import type { PhantomOptions } from './options.ts'
import { createRandom } from './random.ts'

export interface TacTerm {
  /** Fraction of the administered activity. */
  readonly coef: number
  readonly bioHalfLifeH: number
  readonly effHalfLifeH: number
}

export interface CompartmentKinetics {
  readonly name: string
  readonly volumeMl: number
  readonly terms: readonly TacTerm[]
}

interface OrganDesign {
  /** Peak-like share of the administered activity (before decay), and its clearance. */
  readonly uptake: number
  readonly clearanceH: number
  /** Half-time of filling for organs that take up slowly; for the others a second, quick clearance with its share of uptake. */
  readonly fillingH?: number
  readonly quick?: { readonly share: number; readonly halfLifeH: number }
}

const DESIGN: Record<PhantomOptions['agent'], Record<string, OrganDesign>> = {
  DOTATATE: {
    KIDNEY: { uptake: 0.0145, clearanceH: 78, quick: { share: 0.4, halfLifeH: 3 } },
    SPLEEN: { uptake: 0.0125, clearanceH: 102, quick: { share: 0.2, halfLifeH: 5 } },
    LIVER: { uptake: 0.045, clearanceH: 106, quick: { share: 0.4, halfLifeH: 6 } },
    BLOOD_POOL: { uptake: 0.0009, clearanceH: 38, quick: { share: 22, halfLifeH: 1.6 } },
    MARROW_SPINE: { uptake: 0.0006, clearanceH: 54, quick: { share: 3, halfLifeH: 3 } },
    LUNGS: { uptake: 0.0008, clearanceH: 47, quick: { share: 6, halfLifeH: 2 } },
    REMAINDER: { uptake: 0.026, clearanceH: 58, quick: { share: 6, halfLifeH: 2.4 } },
    LESION: { uptake: 0, clearanceH: 250, fillingH: 2.3 },
  },
  'PSMA-617': {
    KIDNEY: { uptake: 0.0155, clearanceH: 48, quick: { share: 0.35, halfLifeH: 3 } },
    SPLEEN: { uptake: 0.0055, clearanceH: 62, quick: { share: 0.5, halfLifeH: 4 } },
    LIVER: { uptake: 0.026, clearanceH: 60, quick: { share: 0.9, halfLifeH: 5 } },
    BLOOD_POOL: { uptake: 0.0011, clearanceH: 30, quick: { share: 18, halfLifeH: 1.8 } },
    MARROW_SPINE: { uptake: 0.0007, clearanceH: 44, quick: { share: 3, halfLifeH: 3 } },
    LUNGS: { uptake: 0.0009, clearanceH: 40, quick: { share: 6, halfLifeH: 2 } },
    REMAINDER: { uptake: 0.03, clearanceH: 46, quick: { share: 5, halfLifeH: 2.6 } },
    LESION: { uptake: 0, clearanceH: 95, fillingH: 2.6 },
  },
}

/** Typical share of the administered activity in a mL of liver (1600 mL): what lesion contrasts are counted in. */
const LIVER_REFERENCE_ML = 1600

/**
 * Kinetics of every compartment that is not an extension of another; `volumesMl` by compartment name. Later cycles take up a
 * little differently (a few percent), as patients do.
 */
export function drawKinetics(
  o: PhantomOptions,
  anatomy: Anatomy,
  nuclide: SimulatedNuclide,
  volumesMl: ReadonlyMap<string, number>,
  cycle: number,
): CompartmentKinetics[] {
  const design = DESIGN[o.agent]
  const physicalH = nuclide.halfLifeS / 3600
  const term = (coef: number, bioHalfLifeH: number): TacTerm => ({
    coef,
    bioHalfLifeH,
    effHalfLifeH: (physicalH * bioHalfLifeH) / (physicalH + bioHalfLifeH),
  })
  return anatomy.compartments
    .filter((c) => c.extensionOf === null)
    .map((c): CompartmentKinetics => {
      const random = createRandom(o.seed, `kinetics ${c.name}`)
      const visit = createRandom(o.seed, `kinetics ${c.name} cycle ${cycle}`)
      const vary = (part: number): number => 1 + part * (2 * random.uniform() - 1)
      const volumeMl = volumesMl.get(c.name)!
      const lesion = anatomy.lesions.find((l) => l.name === c.name)
      const d = design[lesion ? 'LESION' : c.name.replace(/_[RL]$/, '')]!
      const clearanceH = d.clearanceH * vary(0.12)
      const own = cycle === 1 ? 1 : 1 + 0.06 * (2 * visit.uniform() - 1)
      if (lesion) {
        const contrast = lesion.contrast ?? 8 * (o.agent === 'PSMA-617' ? 2 : 1) * vary(0.5)
        const uptake = ((contrast * DESIGN[o.agent].LIVER!.uptake) / LIVER_REFERENCE_ML) * volumeMl * own
        // Empty at the start.
        return { name: c.name, volumeMl, terms: [term(uptake, clearanceH), term(-uptake, d.fillingH! * vary(0.1))] }
      }
      const uptake = d.uptake * vary(0.12) * own
      const terms = [term(uptake, clearanceH)]
      if (d.quick) terms.push(term(uptake * d.quick.share, d.quick.halfLifeH * vary(0.1)))
      return { name: c.name, volumeMl, terms }
    })
}

/** Activity in MBq at `hours` after administration of `administeredMbq`. */
export function activityMbq(terms: readonly TacTerm[], administeredMbq: number, hours: number): number {
  return administeredMbq * terms.reduce((sum, t) => sum + t.coef * Math.exp((-Math.LN2 / t.effHalfLifeH) * hours), 0)
}

/** Integral of the activity from administration to infinity, MBq·h: Σ c_i T_eff,i / ln 2. */
export function timeIntegratedMbqH(terms: readonly TacTerm[], administeredMbq: number): number {
  return (administeredMbq * terms.reduce((sum, t) => sum + t.coef * t.effHalfLifeH, 0)) / Math.LN2
}

/** Mean dose in Gy where all electron energy stays in the mass: Ã·E/m, for a TIA in MBq·h and a mass in g. */
export function electronDoseGy(tiaMbqH: number, massG: number, nuclide: SimulatedNuclide): number {
  return (tiaMbqH * 1e6 * 3600 * nuclide.electronEnergyMeVPerDecay * JOULE_PER_MEV) / (massG / 1000)
}

/** Dose in the wall of a hollow organ from what is in it. */
import { localDose } from './local.ts'
import { ALPHA_WALL_FACTOR } from './organ/charged.ts'
import type { EmittedEnergy, LocalDose, LocalDoseRequest } from './types.ts'

/** At the surface of a large content half of the paths are missing: the dose there is half of that inside. */
const SURFACE_SHARE = 0.5

/**
 * Absorbed dose of a wall from the activity of the content, Gy: half of the dose in the content for electrons and positrons, a hundredth of that
 * for alphas, nothing for recoils (ICRP 30 part 1, 1979: v/(2·m) with v 1 and 0.01; the same as `organ/charged.ts`). It is the dose at the inner
 * surface: the mean of a wall that is thicker than the electrons' range is lower.
 *
 * @param request `massKg` is that of the content, `tiaBqS` of all activity in it; photons are not counted, so no `photonLocalFraction`
 * @throws InputError as `localDose`
 */
export function wallDoseFromContent(request: Omit<LocalDoseRequest, 'photonLocalFraction'>): LocalDose {
  const dose = localDose({ ...request, energy: wallEnergy(request.energy) })
  return {
    ...dose,
    assumptions: [
      `${request.label}: all activity is taken to be in the content; its wall gets the dose at the surface of the content, half of that inside (alphas: a hundredth of it; photons: none).`,
    ],
  }
}

/** What of the energy of a decay counts at the surface of the content, MeV. */
function wallEnergy(energy: EmittedEnergy): EmittedEnergy {
  return {
    betaMev: SURFACE_SHARE * energy.betaMev,
    positronMev: SURFACE_SHARE * energy.positronMev,
    conversionAugerMev: SURFACE_SHARE * energy.conversionAugerMev,
    alphaMev: SURFACE_SHARE * ALPHA_WALL_FACTOR * energy.alphaMev,
    recoilMev: 0,
    photonMev: energy.photonMev,
  }
}

/** Writes down the truth of planned cycles and simulated sessions. */
import { ellipsoidVolumeMl } from './lesions.ts'
import { meanOver, voxelMl } from './imaging.ts'
import { electronDoseGy, timeIntegratedMbqH } from './kinetics.ts'
import type { CasePlan, PlannedCycle, PlannedSession } from './plan.ts'
import { invertRigid, movePoint } from './rigid.ts'
import type { SimulatedSession } from './session.ts'
import { TISSUES } from './tissues.ts'
import type {
  PhantomTruth,
  TruthCycle,
  TruthRegion,
  TruthSession,
  TruthSessionRegion,
  TruthSessionRoi,
} from './truth.ts'

const OUT_OF_IMAGES = ['LUNGS', 'REMAINDER']

/** Truth of a whole cycle; its sessions are added as they are simulated. */
export function truthOfCycle(plan: CasePlan, cycle: PlannedCycle): TruthCycle {
  const regions: Record<string, TruthRegion> = {}
  for (const k of cycle.kinetics) {
    const compartment = cycle.anatomy.compartments.find((c) => c.name === k.name)!
    const density = TISSUES[compartment.tissue].densityGPerMl
    const massG = density * k.volumeMl
    const tia = timeIntegratedMbqH(k.terms, cycle.administeredMbq)
    const dose = electronDoseGy(tia, massG, plan.nuclide)
    regions[k.name] = {
      volume_ml: k.volumeMl,
      density_g_ml: density,
      mass_g: massG,
      tac_terms: k.terms.map((t) => ({ coef: t.coef, t_bio_h: t.bioHalfLifeH, t_eff_h: t.effHalfLifeH })),
      tia_mbq_h: tia,
      tia_coefficient_h: tia / cycle.administeredMbq,
      mean_dose_led_gy: dose,
      dose_per_gbq: (dose / cycle.administeredMbq) * 1000,
      equivalent_sphere_diameter_mm: 2 * Math.cbrt(k.volumeMl / ellipsoidVolumeMl([1, 1, 1])),
      whole_in_images: !OUT_OF_IMAGES.includes(k.name),
    }
  }
  return {
    cycle: cycle.number,
    administered_mbq: cycle.administeredMbq,
    injection: cycle.injection,
    infusion_min: plan.options.infusionMin,
    tumour_scale: cycle.lesionScale,
    reference_session: plan.options.referenceSession,
    regions,
    sessions: [],
  }
}

/** Truth of a session, measured in its simulated images; `stored` is the emission image as the files give it, in Bq/mL. */
export function truthOfSession(
  plan: CasePlan,
  cycle: PlannedCycle,
  session: PlannedSession,
  simulated: SimulatedSession,
  stored: Float32Array,
  identity: Pick<TruthSession, 'study_uid' | 'frame_of_reference_uid' | 'nm' | 'pt'>,
): TruthSession {
  const { anatomy, kinetics } = cycle
  const { emission, concentrations, activitiesMbq } = simulated
  const index = (name: string): number => anatomy.compartments.findIndex((c) => c.name === name)
  const ml = voxelMl(plan.grids.emission)
  const regions: Record<string, TruthSessionRegion> = {}
  for (const k of kinetics) {
    const i = index(k.name)
    const filled = emission.occupancy[i]
    const blurredMean = meanOver(emission.blurred, [filled])
    const imageMean = meanOver(stored, [filled])
    if (!filled || blurredMean === null || imageMean === null) continue
    const whole = !OUT_OF_IMAGES.includes(k.name)
    const volumeMl = whole ? k.volumeMl : ml * filled.reduce((a, b) => a + b, 0)
    regions[k.name] = {
      volume_ml: volumeMl,
      density_g_ml: TISSUES[anatomy.compartments[i]!.tissue].densityGPerMl,
      activity_mbq: whole ? activitiesMbq.get(k.name)! : (concentrations[i]! * volumeMl) / 1e6,
      conc_bq_ml: concentrations[i]!,
      voi_mean_blurred_bq_ml: blurredMean,
      recovery_coefficient: blurredMean / concentrations[i]!,
      voi_mean_image_bq_ml: imageMean,
    }
  }
  const rois: Record<string, TruthSessionRoi> = {}
  for (const structure of anatomy.structures) {
    const held = structure.holds.map((name) => emission.occupancy[index(name)])
    const blurredMean = meanOver(emission.blurred, held)
    const imageMean = meanOver(stored, held)
    if (blurredMean === null || imageMean === null) continue
    const inGrid = ml * held.reduce((sum, f) => sum + (f?.reduce((a, b) => a + b, 0) ?? 0), 0)
    const exact =
      structure.type === 'EXTERNAL' ? inGrid : structure.holds.reduce((sum, name) => sum + regions[name]!.volume_ml, 0)
    const activity =
      structure.type === 'EXTERNAL'
        ? emission.activityInGridMbq
        : structure.holds.reduce((sum, name) => sum + regions[name]!.activity_mbq, 0)
    rois[structure.name] = {
      volume_ml: exact,
      activity_mbq: activity,
      voi_mean_blurred_bq_ml: blurredMean,
      voi_mean_image_bq_ml: imageMean,
    }
  }
  const bodyToScanner = invertRigid(session.scannerToBody)
  const m = session.scannerToBody
  return {
    index: session.index,
    dir: session.dir,
    nominal_h: session.nominalH,
    scan_start: session.scanStart,
    t_h: session.hoursAfterInjection,
    acq_duration_s: plan.options.acquisitionS,
    rigid_scanner_to_reference: [m.slice(0, 4), m.slice(4, 8), m.slice(8, 12), m.slice(12, 16)].map((row) => [...row]),
    total_activity_in_fov_mbq: emission.activityInGridMbq,
    emission_image_total_mbq: (stored.reduce((a, b) => a + b, 0) * ml) / 1e6,
    landmarks_mm: Object.fromEntries(
      anatomy.lesions.map((l) => [l.name.toLowerCase(), movePoint(bodyToScanner, [...l.centreMm])]),
    ),
    ...identity,
    regions,
    rois,
  }
}

/** The head of the truth: what holds for the whole case. */
export function truthOfCase(plan: CasePlan): PhantomTruth {
  const { options: o, nuclide, grids } = plan
  const grid = (g: typeof grids.ct) => ({
    n: [...g.dimensions],
    spacing_mm: [...g.spacingMm],
    origin_mm: [...g.originMm],
  })
  const inside: Record<string, string[]> = {}
  for (const s of plan.cycles[0]!.anatomy.structures) {
    if (s.type === 'ORGAN' && s.holds.length > 1) inside[s.name] = s.holds.filter((h) => h !== s.name)
  }
  return {
    generator: 'theratwin demonstration 1',
    anatomy: 'analytic torso (no third-party data)',
    patient_name: o.patientName,
    patient_id: o.patientId,
    seed: o.seed,
    size: o.sizes,
    agent: o.agent,
    nuclide: nuclide.name,
    half_life_s: nuclide.halfLifeS,
    half_life_h: nuclide.halfLifeS / 3600,
    electron_energy_mev_per_decay: nuclide.electronEnergyMeVPerDecay,
    dose_model: 'local energy deposition of electrons only: D = TIA * E_electron / mass',
    psf_fwhm_mm: o.psfFwhmMm,
    noise_level: o.noise,
    motion: o.motion,
    orientation: o.orientation,
    ct_grid: grid(grids.ct),
    emission_grid: { ...grid(grids.emission), voxel_ml: voxelMl(grids.emission) },
    tac_form:
      'A(t) = administered_mbq * sum_i c_i exp(-(ln2/T_phys + ln2/T_bio_i) t), t in h after start of administration',
    lesions_inside: inside,
    cycles: [],
    cumulative_dose_led_gy: {},
  }
}

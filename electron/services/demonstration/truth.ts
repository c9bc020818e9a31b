/** The truth that goes with a simulated case. Names and units are those of truth.json: readable without the program. */

export interface TruthTacTerm {
  coef: number
  t_bio_h: number
  t_eff_h: number
}

/** A compartment over a whole cycle. */
export interface TruthRegion {
  volume_ml: number
  density_g_ml: number
  mass_g: number
  tac_terms: TruthTacTerm[]
  tia_mbq_h: number
  tia_coefficient_h: number
  /** TIA × electron energy / mass. */
  mean_dose_led_gy: number
  dose_per_gbq: number
  equivalent_sphere_diameter_mm: number
  /** False for what reaches out of the images (lungs, remainder): its volume is the part inside at the reference time point. */
  whole_in_images: boolean
}

/** A compartment at one time point. */
export interface TruthSessionRegion {
  volume_ml: number
  density_g_ml: number
  activity_mbq: number
  conc_bq_ml: number
  /** Mean of the blurred image without noise over exactly the region (partial voxels by their fraction). */
  voi_mean_blurred_bq_ml: number
  /** voi_mean_blurred / conc. */
  recovery_coefficient: number
  /** Mean of the image as stored over exactly the region. */
  voi_mean_image_bq_ml: number
}

/** A drawn structure with all that lies in it (the liver with its lesions) at one time point. */
export interface TruthSessionRoi {
  volume_ml: number
  activity_mbq: number
  voi_mean_blurred_bq_ml: number
  voi_mean_image_bq_ml: number
}

export interface TruthSession {
  index: number
  dir: string
  nominal_h: number
  scan_start: string
  t_h: number
  acq_duration_s: number
  study_uid: string
  frame_of_reference_uid: string
  /** Takes points of this session's images to those of the reference session (LPS, mm). */
  rigid_scanner_to_reference: number[][]
  total_activity_in_fov_mbq: number
  emission_image_total_mbq: number
  nm: {
    series: string
    sop: string
    order: 'feet-first' | 'head-first'
    quant: string
    /** Stored value to Bq/mL (for counts: by the calibration). */
    stored_to_bqml: number
    calibration_cps_per_mbq: number
    acq_s: number
  } | null
  pt: { series: string; decay: string; slope: 'slice'; decay_factor: number } | null
  landmarks_mm: Record<string, [number, number, number]>
  regions: Record<string, TruthSessionRegion>
  rois: Record<string, TruthSessionRoi>
}

export interface TruthCycle {
  cycle: number
  administered_mbq: number
  injection: string
  infusion_min: number
  tumour_scale: number
  reference_session: number
  regions: Record<string, TruthRegion>
  sessions: TruthSession[]
}

export interface TruthGrid {
  n: number[]
  spacing_mm: number[]
  origin_mm: number[]
}

export interface PhantomTruth {
  generator: string
  anatomy: string
  patient_name: string
  patient_id: string
  seed: number
  size: string
  agent: string
  nuclide: string
  half_life_s: number
  half_life_h: number
  electron_energy_mev_per_decay: number
  dose_model: string
  psf_fwhm_mm: number
  noise_level: number
  motion: string
  orientation: string
  /** In L, P, S order, before turning to the patient's position. */
  ct_grid: TruthGrid
  emission_grid: TruthGrid & { voxel_ml: number }
  tac_form: string
  /** Which lesions lie inside which drawn organ. */
  lesions_inside: Record<string, string[]>
  cycles: TruthCycle[]
  cumulative_dose_led_gy: Record<string, number>
}

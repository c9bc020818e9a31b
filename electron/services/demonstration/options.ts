/** What can be asked of the simulated patient, with the defaults: a serial 177Lu SPECT/CT of one cycle. */
import { InputError } from '../../../native-core/errors/index.ts'
import { simulatedNuclide, SIMULATED_NUCLIDES } from './nuclides.ts'

export interface LesionRequest {
  /** Where it lies: 'liver' wholly inside the liver, 'abdomen' in the fat between the organs. */
  readonly site: 'liver' | 'abdomen'
  /** Diameter of a ball of the same volume. */
  readonly diameterMm: number
  /** Activity concentration as a multiple of the liver's typical one; drawn around 8 if not given. */
  readonly contrast?: number
}

export interface PhantomOptions {
  /** Everything random follows from it. */
  seed: number
  cycles: number
  /** Voxels of the images: tiny 6.8×6.8×8 mm CT, 13.6 mm SPECT; small 3.4×3.4×5, 6.8; medium 1.7×1.7×3, 4.8 mm. */
  sizes: 'tiny' | 'small' | 'medium'
  emission: 'nm' | 'pt' | 'both'
  structures: 'rtstruct' | 'seg' | 'both'
  /** Whether each time point brings its structures, or only the reference time point. */
  structuresAt: 'each' | 'reference'
  /** Spatial registration objects from each time point to the reference one. */
  reg: boolean
  /** Own frame of reference for each time point, or one for all (only sensible without motion). */
  frameOfReference: 'per-session' | 'shared'
  nmOrder: 'feet-first' | 'head-first'
  /** How NM voxels say what they mean: both mapping and rescale (as common recon stations write), one of them, or counts. */
  quantification: 'both' | 'rwvm' | 'rescale' | 'counts'
  /** Decay correction of PT images. */
  decayCorrection: 'START' | 'ADMIN' | 'NONE'
  motion: 'none' | 'rigid'
  /** 0 none, 1 that of a usual 25 min scan; the counts are divided by its square. */
  noise: number
  psfFwhmMm: number
  /** Nominal hours p.i. of the scans of each cycle. */
  timesH: readonly number[]
  /** Number (from 1) of the scan that the others are registered to. */
  referenceSession: number
  orientation: 'HFS' | 'FFS' | 'HFP' | 'FFP'
  agent: 'DOTATATE' | 'PSMA-617'
  nuclide: string
  administeredMbq: number
  /** Build of the patient: width and organ sizes. */
  habitus: 'slim' | 'average' | 'large'
  lesions: readonly LesionRequest[]
  /** Lesion diameters of a cycle relative to the one before: response to treatment. */
  lesionShrinkage: number
  acquisitionS: number
  calibrationCpsPerMbq: number
  /** Local date and time (ISO, no zone) of the first administration; further cycles follow every eight weeks. */
  firstAdministration: string
  infusionMin: number
  /** "+0100"; null leaves TimezoneOffsetFromUTC out. */
  timezoneOffset: string | null
  patientName: string
  patientId: string
  patientSex: 'M' | 'F'
  weightKg: number
}

export const DEFAULT_LESIONS: readonly LesionRequest[] = [
  { site: 'liver', diameterMm: 42 },
  { site: 'liver', diameterMm: 26 },
  { site: 'liver', diameterMm: 20 },
  { site: 'abdomen', diameterMm: 24 },
]

const DEFAULTS: Omit<PhantomOptions, 'seed'> = {
  cycles: 1,
  sizes: 'small',
  emission: 'nm',
  structures: 'rtstruct',
  structuresAt: 'each',
  reg: true,
  frameOfReference: 'per-session',
  nmOrder: 'feet-first',
  quantification: 'both',
  decayCorrection: 'START',
  motion: 'rigid',
  noise: 1,
  psfFwhmMm: 12,
  timesH: [4, 24, 72, 168],
  referenceSession: 2,
  orientation: 'HFS',
  agent: 'DOTATATE',
  nuclide: 'Lu-177',
  administeredMbq: 7400,
  habitus: 'average',
  lesions: DEFAULT_LESIONS,
  lesionShrinkage: 0.92,
  acquisitionS: 1500,
  calibrationCpsPerMbq: 9.2,
  firstAdministration: '2026-01-12T09:00:00',
  infusionMin: 30,
  timezoneOffset: null,
  patientName: '',
  patientId: '',
  patientSex: 'M',
  weightKg: 74,
}

/**
 * Options with defaults filled in. Throws InputError('phantom.options', …) for values that make no patient: no cycles or times,
 * times not increasing, an unknown nuclide, a camera image of a nuclide without a camera line, sizes of lesions out of range.
 */
export function resolvePhantomOptions(request: Partial<PhantomOptions> & { readonly seed: number }): PhantomOptions {
  const o: PhantomOptions = { ...DEFAULTS, ...request }
  o.referenceSession = Math.min(o.referenceSession, o.timesH.length)
  if (o.patientName === '') o.patientName = `Phantom^Simulated${o.seed}`
  if (o.patientId === '') o.patientId = `TW-PH-${o.seed}`
  const refuse = (what: string): never => {
    throw new InputError('phantom.options', `The simulated patient cannot be made: ${what}.`, 'Correct the option.')
  }
  if (!Number.isInteger(o.seed)) refuse(`seed must be a whole number, not ${o.seed}`)
  if (!Number.isInteger(o.cycles) || o.cycles < 1 || o.cycles > 12) refuse('cycles must be 1 to 12')
  if (o.timesH.length < 1 || o.timesH.some((t, i) => !(t > (o.timesH[i - 1] ?? 0)))) {
    refuse('timesH must be positive and increasing')
  }
  if (!SIMULATED_NUCLIDES.includes(o.nuclide)) refuse(`nuclide must be one of ${SIMULATED_NUCLIDES.join(', ')}`)
  if (o.emission !== 'pt' && simulatedNuclide(o.nuclide).windowKeV === null)
    refuse(`${o.nuclide} has no SPECT here; use emission "pt"`)
  if (o.lesions.some((l) => !(l.diameterMm >= 8 && l.diameterMm <= 60)))
    refuse('lesions must be 8 to 60 mm in diameter')
  if (!(o.noise >= 0) || !(o.psfFwhmMm >= 0) || o.psfFwhmMm > 40) refuse('noise must be ≥ 0 and psfFwhmMm 0 to 40')
  if (!(o.administeredMbq > 0) || !(o.acquisitionS > 0) || !(o.calibrationCpsPerMbq > 0)) {
    refuse('activity, acquisition time and calibration must be positive')
  }
  if (o.referenceSession < 1) refuse('referenceSession counts from 1')
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(o.firstAdministration))
    refuse('firstAdministration must be like 2026-01-12T09:00:00')
  if (o.timezoneOffset !== null && !/^[+-]\d{4}$/.test(o.timezoneOffset)) refuse('timezoneOffset must be like +0100')
  return o
}

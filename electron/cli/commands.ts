/** The commands by name. Each is loaded when it is asked for, so that a quick one does not wait for what it does not use. */
import type { Command } from './context.ts'

export interface CommandEntry {
  readonly summary: string
  /** One line of arguments, for `theratwin help`. */
  readonly synopsis: string
  readonly load: () => Promise<{ readonly command: Command }>
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  import: {
    summary: 'put the DICOM files of a folder or zip into a patient store',
    synopsis: 'import PATH --store STORE [--accept-registrations]',
    load: () => import('./import.ts'),
  },
  inspect: {
    summary: 'say what is in a folder, file or zip, and what is wrong with it',
    synopsis: 'inspect PATH',
    load: () => import('./inspect.ts'),
  },
  run: {
    summary:
      'from a folder to doses: summary.json, biology.json, report.pdf, report.csv (--protocol-schema prints the protocol)',
    synopsis: 'run PATH --out FOLDER [--protocol P.json] [--date ISO] [--registrations from-files|only-accepted]',
    load: () => import('./run.ts'),
  },
  dose: {
    summary: 'a dose map from images by any engine: RT Dose, NIfTI, summary.json (--list says which engines)',
    synopsis: 'dose --engine E --ct PATH --activity PATH --nuclide N --out FOLDER',
    load: () => import('./dose.ts'),
  },
  dvh: {
    summary: 'dose–volume histograms and statistics of a dose (RT Dose, NIfTI) in structures, as JSON and CSV',
    synopsis: 'dvh DOSE --structures PATH [--out FOLDER]',
    load: () => import('./dvh.ts'),
  },
  'dose-compare': {
    summary: 'difference, gamma index and statistics in structures of two doses, on any two grids',
    synopsis: 'dose-compare REFERENCE EVALUATED [--structures PATH] [--out FOLDER]',
    load: () => import('./doseCompare.ts'),
  },
  'bed-map': {
    summary: 'BED and EQD2 of each voxel of one tissue, of one dose or added up over the doses of several cycles',
    synopsis: 'bed-map DOSE [DOSE …] --alpha-beta GY --repair-h H --half-life-h H[,H …] --out FOLDER',
    load: () => import('./bedMap.ts'),
  },
  biology: {
    summary: 'biological effect of the analysis that run wrote: BED, EQD2, limits, NTCP, TCP, as JSON and CSV',
    synopsis:
      'biology ANALYSIS.json [--settings settings.json] [--cross-dose organ-s-values] [--further-cycles CYCLES] [--out FOLDER]',
    load: () => import('./biology.ts'),
  },
  'voxel-kinetics': {
    summary: 'a time–activity curve in each voxel: TIA, effective half-life and uncertainty maps, structures, JSON',
    synopsis: 'voxel-kinetics PATH | IMAGE… --times H,H,… --nuclide N --model M --out FOLDER',
    load: () => import('./voxelKinetics.ts'),
  },
  register: {
    summary:
      'register two images, rigidly, affinely or deformably: matrix, quality, the moving image on the fixed one, REG',
    synopsis: 'register FIXED MOVING [--type T] [--out FOLDER] | --apply REG --image PATH --onto PATH --out FOLDER',
    load: () => import('./register.ts'),
  },
  segment: {
    summary:
      'find a structure in an image by threshold, edge, growing, random walker or level set: mask, SEG, RTSTRUCT, JSON',
    synopsis: 'segment IMAGE --method M [--seed X,Y,Z] [--box X,Y,Z,X,Y,Z] | --network MODEL | --lesions --out FOLDER',
    load: () => import('./segment.ts'),
  },
  'lesion-match': {
    summary: 'which lesions of one set of structures are which of another: same, appeared, disappeared, merged, split',
    synopsis: 'lesion-match PREVIOUS CURRENT [--registration registration.json] [--out FOLDER]',
    load: () => import('./lesionMatch.ts'),
  },
  convert: {
    summary: 'images to NIfTI or a parametric map, structures to SEG, RTSTRUCT or masks, geometry kept',
    synopsis: 'convert PATH --to nifti|masks|seg|rtstruct|parametric-map --out FOLDER [--like DICOM]',
    load: () => import('./convert.ts'),
  },
  quantify: {
    summary: 'from counts to activity: calibration, recovery, corrections (--list says which subcommands)',
    synopsis: 'quantify SUBCOMMAND …',
    load: () => import('./quantify.ts'),
  },
  calc: {
    summary: 'one model of the core: JSON in on stdin, JSON out (--list, NAME --schema)',
    synopsis: 'calc NAME < in.json',
    load: () => import('./calc.ts'),
  },
  verify: {
    summary: 'run the validation set on this workstation: expected, found, tolerance',
    synopsis: 'verify',
    load: () => import('./verify.ts'),
  },
  check: {
    summary: 'check a store: database, audit trail, every volume; --backup copies the database',
    synopsis: 'check STORE [--backup]',
    load: () => import('./check.ts'),
  },
  demo: {
    summary: 'make the demonstration patient and run the whole chain on it',
    synopsis: 'demo --out FOLDER',
    load: () => import('./demo.ts'),
  },
}

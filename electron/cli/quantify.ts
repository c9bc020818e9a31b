/** `theratwin quantify SUBCOMMAND …`: from counts to activity. One file for each subcommand in `quantify/`. */
import { InputError } from '../../native-core/errors/index.ts'
import type { CommandEntry } from './commands.ts'
import type { Command } from './context.ts'

const SYNOPSIS = 'quantify SUBCOMMAND … (quantify --list says which)'

const subcommands: Readonly<Record<string, CommandEntry>> = {
  calibrate: {
    summary: 'camera factor from the image of a phantom or a point source, with its uncertainty budget',
    synopsis: 'quantify calibrate IMAGE --phantom P.json [--out FOLDER]',
    load: () => import('./quantify/calibrate.ts'),
  },
  recovery: {
    summary: 'recovery curve from the image of a sphere phantom, or from a table of volumes and coefficients',
    synopsis: 'quantify recovery IMAGE --phantom P.json | TABLE.csv [--form F] [--out FOLDER]',
    load: () => import('./quantify/recovery.ts'),
  },
  correct: {
    summary: 'an image to Bq/mL with calibration, dead time, decay during acquisition, partial-volume correction',
    synopsis: 'quantify correct IMAGE --settings S.json [--structures PATH] --out FOLDER',
    load: () => import('./quantify/correct.ts'),
  },
  deadtime: {
    summary: 'true count rate from an observed one',
    synopsis: 'quantify deadtime --observed-cps R --model M --dead-time-us T',
    load: () => import('./quantify/deadtime.ts'),
  },
  planar: {
    summary: 'activities of regions and the whole body from anterior and posterior images',
    synopsis: 'quantify planar REQUEST.json [--ct PATH] [--out FOLDER] | --schema',
    load: () => import('./quantify/planar.ts'),
  },
  hybrid: {
    summary: 'a planar time course scaled by one SPECT/CT',
    synopsis: 'quantify hybrid REQUEST.json [--out FOLDER] | --schema',
    load: () => import('./quantify/hybrid.ts'),
  },
  samples: {
    summary: 'blood, urine and probe readings to time–activity series, red marrow by way of blood',
    synopsis: 'quantify samples blood|urine|probe TABLE.csv --nuclide N --administered-mbq A [--model M] | --columns',
    load: () => import('./quantify/samples.ts'),
  },
  suv: {
    summary: 'standardised uptake values of an image, in structures and as NIfTI',
    synopsis: 'quantify suv IMAGE [--structures PATH] [--normalisation weight,janmahasatian] [--out FOLDER]',
    load: () => import('./quantify/suv.ts'),
  },
  pair: {
    summary: 'a diagnostic series with another nuclide re-decayed to the therapy',
    synopsis: 'quantify pair REQUEST.json [--out FOLDER] | --schema',
    load: () => import('./quantify/pair.ts'),
  },
  dynamic: {
    summary: 'curves of structures in a dynamic PET, tracer kinetics of structures and voxels, sums of frames',
    synopsis:
      'quantify dynamic FOLDER|REQUEST.json --structures PATH [--analysis METHOD --input I|--reference STRUCTURE] [--voxelwise] [--out FOLDER] | --schema',
    load: () => import('./quantify/dynamic.ts'),
  },
}

/** Runs a subcommand with the words behind its name. @throws InputError `cli.arguments`. */
export const command: Command = {
  run: async (context) => {
    const [name, ...rest] = context.arguments
    if (name === '--list' || name === 'help' || name === '--help' || name === '-h') {
      context.out(listed(context.json))
      return true
    }
    const entry = name !== undefined && Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
    if (!entry)
      throw new InputError(
        'cli.arguments',
        name === undefined ? 'quantify needs a subcommand.' : `quantify has no subcommand "${name}".`,
        `There are: ${Object.keys(subcommands).join(', ')}. Usage: theratwin ${SYNOPSIS}`,
      )
    const { command: subcommand } = await entry.load()
    return await subcommand.run({ ...context, arguments: rest })
  },
}

function listed(json: boolean): string {
  const entries = Object.entries(subcommands).map(([name, { summary, synopsis }]) => ({ name, summary, synopsis }))
  if (json) return `${JSON.stringify(entries, null, 2)}\n`
  return [
    ...entries.map(({ synopsis, summary }) => `  theratwin ${synopsis}\n      ${summary}`),
    '',
    'quantify SUBCOMMAND --help tells its options; --schema, where it stands above, the fields of the request with their units.',
  ].join('\n')
}

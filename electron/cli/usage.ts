import { PROGRAM_VERSION } from '../backend/version.ts'
import { commands } from './commands.ts'
import type { HelpAsked } from './options.ts'

export function usage(): string {
  const width = Math.max(...Object.values(commands).map((command) => command.synopsis.length))
  return [
    `Theratwin ${PROGRAM_VERSION}: planning of radiopharmaceutical therapy, on the command line.`,
    '',
    ...Object.values(commands).map((command) => `  theratwin ${command.synopsis.padEnd(width)}  ${command.summary}`),
    '',
    'COMMAND --help tells its options and an example; calc NAME --help the fields of a model with their units.',
    'Everywhere: --json for machines. Exit codes: 0 fine, 2 bad input, 3 cancelled, 1 a bug of the program.',
    'The passphrase of a store is asked for, or taken from THERATWIN_PASSPHRASE.',
  ].join('\n')
}

/** Lines that run on what `theratwin demo --out out/demo` makes, as far as they need files. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  import: ['import out/demo/dicom --store my-store'],
  inspect: ['inspect out/demo/dicom'],
  run: ['run out/demo/dicom --out out/run', 'run --protocol-schema'],
  dose: [
    'dose --list',
    'dose --engine local-energy --water 1.04 --activity tia.nii.gz --nuclide Lu-177 --out out/dose',
  ],
  dvh: ['dvh dose.dcm --structures RTSTRUCT.dcm --out out/dvh'],
  'dose-compare': ['dose-compare reference.dcm other.nii.gz --dose-percent 3 --distance-mm 3 --out out/compare'],
  'bed-map': ['bed-map cycle1.nii.gz cycle2.nii.gz --alpha-beta 2.6 --repair-h 2.8 --half-life-h 52,50 --out out/bed'],
  biology: ['biology out/run/summary.json --out out/biology', 'biology --sets'],
  'voxel-kinetics': [
    'voxel-kinetics t1.nii.gz t2.nii.gz t3.nii.gz --times 4,24,96 --nuclide Lu-177 --model mono-exponential --out out/voxels',
  ],
  register: ['register tp1/CT tp2/CT --type deformable --out out/reg'],
  segment: ['segment SPECT --method relative-threshold --percent 41 --seed 20,-150,40 --out out/lesion'],
  'lesion-match': ['lesion-match cycle1/lesions.nii.gz cycle2/lesions.nii.gz --out out/followed'],
  convert: ['convert RTSTRUCT.dcm --to seg --like CT --out out/seg'],
  quantify: ['quantify --list', 'quantify deadtime --observed-cps 52000 --model paralysable --dead-time-us 1.8'],
  calc: ['calc --list', 'calc fit-tac --help', 'calc fit-tac --example | theratwin calc fit-tac'],
  verify: ['verify'],
  check: ['check my-store --backup'],
  demo: ['demo --out out/demo'],
}

/** What a command takes: usage, what it does, its options, examples. `asked` has the options where they are known. */
export function commandHelp(name: string, asked: Pick<HelpAsked, 'synopsis' | 'options'> | null): string {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  const options = Object.entries(asked?.options ?? {})
  const examples = EXAMPLES[name] ?? []
  return [
    `Usage: theratwin ${asked?.synopsis ?? entry?.synopsis ?? name}`,
    '',
    `  ${entry?.summary ?? ''}`,
    '',
    'Options:',
    ...options.map(([option, { type }]) => `  --${option}${type === 'string' ? ' VALUE' : ''}`),
    '  --json  for machines: JSON on stdout, errors as JSON on stderr',
    ...(examples.length > 0 ? ['', 'Example:', ...examples.map((line) => `  theratwin ${line}`)] : []),
    '',
    'The end of an option is its unit (mm, s, h, mL, percent …). What each means is in electron/cli/README.md.',
  ].join('\n')
}

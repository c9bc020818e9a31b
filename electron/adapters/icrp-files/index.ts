/**
 * Files of ICRP publications that a site owns: `readIcrp107` (decay data), `readIcrp133` (specific absorbed fractions) and `readIcrp110`
 * (voxel phantoms) read a folder of them into the types of the program. The program ships none of these files. Their readers were
 * tried on small files made by hand in the published formats, not on the files themselves.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'
import { parseIcrp107 } from './icrp107.ts'
import { parseIcrp110 } from './icrp110.ts'
import { parseIcrp133 } from './icrp133.ts'

export { parseIcrp107 } from './icrp107.ts'
export type { Icrp107Files } from './icrp107.ts'
export { ICRP110_GRIDS, parseIcrp110, phantomMassesKg } from './icrp110.ts'
export type { Icrp110Files, LabelledPhantom, PhantomOrgan } from './icrp110.ts'
export { parseIcrp133 } from './icrp133.ts'
export type { Icrp133Files } from './icrp133.ts'

/** The one file of a folder whose name fits; Latin-1, for the titles have signs outside ASCII. */
function read(folder: string, what: string, name: RegExp): string {
  let names: string[]
  try {
    names = readdirSync(folder).filter((file) => name.test(file))
  } catch (error) {
    throw new InputError(
      'icrp.folder',
      `The folder ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Choose the folder with the unpacked files of the publication.',
    )
  }
  const [first] = names
  if (names.length !== 1 || first === undefined) {
    throw new InputError(
      'icrp.folder',
      names.length === 0
        ? `${what} is not in ${folder}.`
        : `${what} is in ${folder} more than once: ${names.join(', ')}.`,
      'Put the unpacked files of one edition of the publication into one folder.',
    )
  }
  return readFileSync(join(folder, first), 'latin1')
}

/** @throws InputError `icrp.folder`, `icrp.file`. */
export const readIcrp107 = (folder: string, wanted?: readonly string[]): ReturnType<typeof parseIcrp107> =>
  parseIcrp107(
    {
      ndx: read(folder, 'ICRP-07.NDX', /^icrp-07\.ndx$/i),
      rad: read(folder, 'ICRP-07.RAD', /^icrp-07\.rad$/i),
      bet: read(folder, 'ICRP-07.BET', /^icrp-07\.bet$/i),
    },
    wanted,
  )

/** @throws InputError `icrp.folder`, `icrp.file`. */
export function readIcrp133(folder: string, sex: 'male' | 'female'): ReturnType<typeof parseIcrp133> {
  const of = (radiation: string): string =>
    read(
      folder,
      `The ${radiation} SAF file`,
      new RegExp(`^rcp-a${sex === 'male' ? 'm' : 'f'}_${radiation}_.*\\.saf$`, 'i'),
    )
  return parseIcrp133(
    {
      photon: of('photon'),
      electron: of('electron'),
      alpha: of('alpha'),
      sources: read(folder, 'sregions_….NDX', /^sregions_.*\.ndx$/i),
      targets: read(folder, 'torgans_….NDX', /^torgans_.*\.ndx$/i),
    },
    sex,
  )
}

/** @throws InputError `icrp.folder`, `icrp.file`. */
export const readIcrp110 = (folder: string, which: 'AM' | 'AF'): ReturnType<typeof parseIcrp110> =>
  parseIcrp110(
    {
      voxels: read(folder, `${which}.dat`, new RegExp(`^${which}\\.dat$`, 'i')),
      organs: read(folder, `${which}_organs.dat`, new RegExp(`^${which}_organs\\.dat$`, 'i')),
      media: read(folder, `${which}_media.dat`, new RegExp(`^${which}_media\\.dat$`, 'i')),
    },
    which,
  )

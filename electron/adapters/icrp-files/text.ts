import { InputError } from '../../../native-core/errors/index.ts'

/** Error that names file and line (from 1). */
export const wrong = (file: string, line: number, what: string): InputError =>
  new InputError(
    'icrp.file',
    `${file}, line ${line}: ${what}.`,
    'Give the file as the ICRP publishes it with the publication, unchanged.',
  )

export const linesOf = (text: string): string[] => text.split(/\r?\n/)

/** A number that must be there, finite and not negative. */
export function number(text: string, file: string, line: number, what: string): number {
  const value = Number(text.trim())
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw wrong(file, line, `${what} "${text.trim()}" is no number`)
  return value
}

const SYMBOLS = (
  'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd ' +
  'In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu ' +
  'Am Cm Bk Cf Es Fm Md No Lr'
).split(' ')

/** Z and A of "Tc-99m"; null for what is no nuclide. */
export function nuclideNumbers(name: string): { z: number; a: number; level: number } | null {
  const parts = /^([A-Z][a-z]?)-(\d{1,3})(m|n)?$/.exec(name)
  const z = SYMBOLS.indexOf(parts?.[1] ?? '') + 1
  return parts && z > 0 ? { z, a: Number(parts[2]), level: parts[3] === 'm' ? 1 : parts[3] === 'n' ? 2 : 0 } : null
}

import { InputError } from '../../errors/index.ts'
import type { SafOfEnergy } from './interpolate.ts'

/** The project's own absorbed fractions of electrons in the skeleton (Monte Carlo in a trabecular model). */
export interface MarrowFractions {
  /** Absorbed fraction against energy (MeV) for regions as organ tables call them; null where it was not computed. */
  readonly fraction: (source: string, target: string) => SafOfEnergy | null
  readonly about: string
}

/** Regions of organ tables → regions of the trabecular model. */
const NAMES: Readonly<Record<string, string>> = {
  'Red marrow': 'active-marrow',
  'Trabecular bone': 'trabecular-bone-volume',
  'Trabecular bone surfaces': 'trabecular-bone-surface',
  'Cortical bone': 'cortical-bone-volume',
  'Cortical bone surfaces': 'cortical-bone-surface',
  'Bone surfaces': 'bone-surface',
}

const bad = (what: string): InputError =>
  new InputError(
    'dose.marrow-table',
    `The table of electron fractions in marrow is wrong: ${what}.`,
    'Restore the data file of the program.',
  )

/**
 * Reads `resources/dosimetry/marrow-electron-fractions.json`: `energiesMev` ascending, `absorbedFraction` by
 * "<target><-<source>" at them. Between energies straight over log energy, outside the values at the ends.
 *
 * @throws InputError `dose.marrow-table`.
 */
export function parseMarrowFractions(json: unknown): MarrowFractions {
  const root = json as { energiesMev?: unknown; absorbedFraction?: unknown; name?: unknown; version?: unknown } | null
  const energies = root?.energiesMev
  const pairs = root?.absorbedFraction
  if (!Array.isArray(energies) || energies.length < 2) throw bad('there are no energies')
  if (energies.some((v, i) => !(v > (i === 0 ? 0 : (energies[i - 1] as number)))))
    throw bad('the energies do not ascend')
  if (typeof pairs !== 'object' || pairs === null) throw bad('there are no fractions')
  const e = energies as number[]
  const known = new Map<string, readonly number[]>()
  for (const [pair, values] of Object.entries(pairs)) {
    if (!Array.isArray(values) || values.length !== e.length || values.some((v) => !(v >= 0 && v <= 1)))
      throw bad(`${pair} is not a fraction at each energy`)
    known.set(pair, values as number[])
  }
  const interpolate =
    (values: readonly number[]): SafOfEnergy =>
    (energyMev) => {
      if (energyMev <= e[0]!) return values[0]!
      if (energyMev >= e.at(-1)!) return values.at(-1)!
      let i = 1
      while (e[i]! < energyMev) i++
      const t = Math.log(energyMev / e[i - 1]!) / Math.log(e[i]! / e[i - 1]!)
      return values[i - 1]! + (values[i]! - values[i - 1]!) * t
    }
  return {
    fraction: (source, target) => {
      const values = known.get(`${NAMES[target] ?? target}<-${NAMES[source] ?? source}`)
      return values ? interpolate(values) : null
    },
    about:
      `${typeof root?.name === 'string' ? root.name : 'marrow-electron-fractions'} ${typeof root?.version === 'string' ? root.version : ''}`.trim(),
  }
}

/** Local formulas in the store: settings by name, each with all its versions. A version never changes; retired ones stay for what rests on them. */
import { InputError } from '../../../native-core/errors/index.ts'
import { localFormulaSchema } from '../../contracts/biologyFormulas.ts'
import type { FormulaDraft, LocalFormula } from '../../contracts/biologyFormulas.ts'
import { z } from '../../contracts/schema.ts'
import type { Store, StoreReader } from '../ports/store.ts'
import { checkFormula } from './formulasCheck.ts'

const PREFIX = 'biology.formula.'
const versionsSchema = z.array(localFormulaSchema)

type Reader = Pick<StoreReader, 'setting' | 'settings'>

/** All versions of all formulas: by name, the newest first. */
export const storedFormulas = (read: Reader): LocalFormula[] =>
  read
    .settings()
    .filter(({ name }) => name.startsWith(PREFIX))
    .flatMap(({ value }) => versionsSchema.parse(value).toReversed())

const versionsOf = (read: Reader, name: string): LocalFormula[] =>
  versionsSchema.parse(read.setting(PREFIX + name)?.value ?? [])

/**
 * Tests a formula and keeps it as the next version of its name. The content of the newest version again, where that is not retired, adds nothing.
 *
 * @throws InputError those of `checkFormula`; `formula.kind` for a name that belongs to a formula of another kind.
 */
export function saveFormula(store: Store, formula: FormulaDraft, savedAt: string): LocalFormula {
  const check = checkFormula(formula)
  const before = versionsOf(store.read, formula.name)
  const newest = before.at(-1)
  if (newest && newest.formula.kind !== formula.kind)
    throw new InputError(
      'formula.kind',
      `"${formula.name}" is the name of a formula of kind ${newest.formula.kind}.`,
      'Give the formula another name.',
    )
  if (newest && !newest.retired && JSON.stringify(sorted(newest.formula)) === JSON.stringify(sorted(formula)))
    return newest
  const version = (newest?.version ?? 0) + 1
  const saved: LocalFormula = {
    id: `local:${formula.name}@${version}`,
    version,
    savedAt,
    retired: false,
    formula,
    check,
  }
  store.transaction({ action: 'biologyFormula.save' }, (write) =>
    write.putSetting(PREFIX + formula.name, [...before, saved]),
  )
  return saved
}

/** The version is no longer offered. @throws InputError `formula.unknown` */
export function retireFormula(store: Store, id: string): LocalFormula[] {
  const found = storedFormulas(store.read).find((one) => one.id === id)
  if (!found)
    throw new InputError('formula.unknown', `There is no formula "${id}".`, 'Look at the list of local formulas.')
  const versions = versionsOf(store.read, found.formula.name)
  store.transaction({ action: 'biologyFormula.retire' }, (write) =>
    write.putSetting(
      PREFIX + found.formula.name,
      versions.map((one) => (one.id === id ? { ...one, retired: true } : one)),
    ),
  )
  return storedFormulas(store.read)
}

/** The same content with its keys in order, at all depths. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}

/** Numbers with units as people write them, "7.4 GBq" or "200 mCi", turned into the program's own units. */
import { InputError } from '../../../native-core/errors/index.ts'
import { withMathjs } from '../formulas/mathjs.ts'

const units = withMathjs(({ create, createUnitDependencies, unitDependencies }) => {
  const math = create({ ...unitDependencies, ...createUnitDependencies })
  math.createUnit('Bq', { prefixes: 'short' })
  math.createUnit('Ci', { definition: '3.7e10 Bq', prefixes: 'short' })
  return math
})

/** What a field of a protocol holds: the unit it is kept in, and how to name it in an error. */
const FIELDS = {
  activityBq: { unit: 'Bq', example: '7.4 GBq' },
  densityGPerMl: { unit: 'g/mL', example: '1.05 g/mL' },
} as const

export type QuantityField = keyof typeof FIELDS

/**
 * A number in the field's own unit, from a number (taken as it is) or a text with a unit of the same dimension.
 *
 * @throws InputError `quantity.unreadable` naming the text and an example.
 */
export function parseQuantity(value: unknown, field: QuantityField): unknown {
  if (typeof value !== 'string') return value
  const { unit, example } = FIELDS[field]
  try {
    return units().unit(value.trim()).toNumber(unit)
  } catch {
    throw new InputError(
      'quantity.unreadable',
      `"${value}" is not a quantity in ${unit} (${field}).`,
      `Write a number with its unit, for example "${example}".`,
    )
  }
}

/** A protocol as a person wrote it, with every quantity in the unit that the protocol keeps; the rest is left alone. */
export function resolveQuantities(protocol: unknown): unknown {
  if (!isRecord(protocol)) return protocol
  const { administrations, densityGPerMl } = protocol
  return {
    ...protocol,
    ...(Array.isArray(administrations)
      ? {
          administrations: administrations.map((entry: unknown) =>
            isRecord(entry) && 'activityBq' in entry
              ? { ...entry, activityBq: parseQuantity(entry['activityBq'], 'activityBq') }
              : entry,
          ),
        }
      : {}),
    ...(isRecord(densityGPerMl)
      ? {
          densityGPerMl: Object.fromEntries(
            Object.entries(densityGPerMl).map(([name, value]) => [name, parseQuantity(value, 'densityGPerMl')]),
          ),
        }
      : {}),
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a calculation takes and gives, for people: fields with units, and an example that runs. */
import { calcExample, calcSchemas, kindOf } from '../services/calc/index.ts'
import type { FieldSchema } from '../services/calc/index.ts'

const INDENT = '  '
/** Alternatives and lists within lists are opened so far. */
const DEEPEST = 4

const isRequired = (schema: FieldSchema, name: string, field: FieldSchema): boolean =>
  (schema.required ?? []).includes(name) && field.default === undefined

/** The fields of an object, one a line, those of lists and alternatives below them. */
function fieldLines(schema: FieldSchema, depth: number): string[] {
  if (depth > DEEPEST) return []
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const start = field.default === undefined ? '' : `, default ${JSON.stringify(field.default)}`
    const need = isRequired(schema, name, field) ? ', needed' : start
    const about = field.description === undefined ? '' : `. ${field.description}`
    return [`${INDENT.repeat(depth)}${name}: ${kindOf(field)}${need}${about}`, ...fieldLines(field, depth + 1)]
  })
  const inside = [schema.items, ...(schema.anyOf ?? schema.oneOf ?? [])].filter((one) => one !== undefined)
  const shown = inside.map((one) => fieldLines(one, depth)).filter((lines) => lines.length > 0)
  const either = shown.flatMap((lines, i) => (i === 0 ? lines : [`${INDENT.repeat(depth)}or`, ...lines]))
  return [...own, ...either]
}

/** `theratwin calc NAME --help`. @throws InputError `calc.unknown`. */
export function calcHelp(name: string): string {
  const { title, description, input, output } = calcSchemas(name)
  const example = calcExample(name)
  return [
    `Usage: theratwin calc ${name} < in.json`,
    '',
    `${title}. ${description}`,
    '',
    'Input (JSON on standard input; the end of a name is its unit):',
    ...fieldLines(input, 1),
    '',
    `Answer: ${Object.keys(output.properties ?? {}).join(', ')} (calc ${name} --schema has their units)`,
    ...(example === null
      ? []
      : [
          '',
          `Example (calc ${name} --example prints it):`,
          `  echo '${JSON.stringify(example)}' | theratwin calc ${name}`,
        ]),
  ].join('\n')
}

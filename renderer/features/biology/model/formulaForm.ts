/** A local formula while it is written: every field as its text, until the contract reads it. */
import { formulaDraftSchema } from '../../../../electron/contracts/index.ts'
import type { Failure, FormulaDraft, FormulaForm } from '../../../../electron/contracts/index.ts'

export type FormulaKind = FormulaDraft['kind']
type DoseDraft = Extract<FormulaDraft, { kind: 'ntcp' | 'tcp' }>['dose']

export type { FormulaForm }
export type ParameterFields = FormulaForm['parameters'][number]
export type ExampleFields = FormulaForm['examples'][number]

/** What is wrong, by field: "title", "parameters.0.value", "examples.1.at". */
export type FieldErrors = Readonly<Record<string, string>>

export const emptyParameter = (name = '', unit = '', title = ''): ParameterFields => ({
  ...{ name, title, unit, value: '', standardUncertainty: '', source: '' },
  evidence: 'unverified',
})
export const emptyExample = (): ExampleFields => ({ at: '', value: '', tolerance: '' })

export const emptyForm = (kind: FormulaKind): FormulaForm => ({
  ...{ kind, name: '', title: '', expression: '', source: '', endpoint: '', population: '', validity: '' },
  ...{ parameters: [emptyParameter()], examples: [emptyExample()] },
  ...{
    quantity: 'BED',
    alphaBetaGy: '',
    of: 'mean',
    a: '',
    alphaPerGy: '',
    from: kind === 'growth' ? '' : '0',
    to: '',
  },
  mayFall: false,
})

const text = (value: number | undefined): string => (value === undefined ? '' : String(value))
/** Undefined for an empty field; no number where it is none, which the contract refuses. */
const numberOf = (typed: string): number | undefined => {
  const trimmed = typed.trim().replace(',', '.')
  return trimmed === '' ? undefined : Number(trimmed)
}

/** The fields of a formula that is stored, for its next version. */
export function formOf(formula: FormulaDraft): FormulaForm {
  const { kind, name, title, expression, source, endpoint, population, validity } = formula
  const isGrowth = kind === 'growth'
  const [from, to] = isGrowth ? formula.testedMl : formula.testedGy
  const dose: DoseDraft = isGrowth ? { quantity: 'BED', of: { kind: 'mean' } } : formula.dose
  return {
    ...{ kind, name, title, expression, source, endpoint, population, validity },
    parameters: formula.parameters.map((one) => ({
      ...one,
      value: text(one.value),
      standardUncertainty: text(one.standardUncertainty),
      evidence: one.evidence ?? 'given',
    })),
    examples: formula.examples.map(({ at, value, tolerance }) => ({
      at: text(at),
      value: text(value),
      tolerance: text(tolerance),
    })),
    quantity: dose.quantity,
    alphaBetaGy: text(dose.alphaBetaGy),
    of: dose.of.kind,
    a: dose.of.kind === 'geud' ? text(dose.of.a) : '',
    alphaPerGy: dose.of.kind === 'eubed' ? text(dose.of.alphaPerGy) : '',
    from: text(from),
    to: text(to),
    mayFall: isGrowth ? false : formula.mayFall,
  }
}

/** Places of the examples that somebody has written in; the other rows are none. */
const writtenRows = ({ examples }: FormulaForm): number[] =>
  examples.flatMap(({ at, value, tolerance }, row) => (`${at}${value}${tolerance}`.trim() === '' ? [] : [row]))

function rawOf(form: FormulaForm): unknown {
  const { kind, name, title, expression, source, endpoint, population, validity, mayFall } = form
  const tested = [numberOf(form.from), numberOf(form.to)]
  const common = {
    ...{ kind, name: name.trim(), title, expression: expression.trim(), source, endpoint, population, validity },
    parameters: form.parameters.map((one) => ({
      ...{ name: one.name.trim(), title: one.title.trim(), unit: one.unit.trim(), source: one.source },
      ...{ value: numberOf(one.value), standardUncertainty: numberOf(one.standardUncertainty), evidence: one.evidence },
    })),
    examples: writtenRows(form).map((row) => {
      const { at, value, tolerance } = form.examples[row] ?? emptyExample()
      return { at: numberOf(at), value: numberOf(value), tolerance: numberOf(tolerance) }
    }),
  }
  if (kind === 'growth') return { ...common, testedMl: tested }
  const of = {
    mean: { kind: 'mean' },
    geud: { kind: 'geud', a: numberOf(form.a) },
    eubed: { kind: 'eubed', alphaPerGy: numberOf(form.alphaPerGy) },
  }[form.of]
  const isDose = form.quantity === 'absorbed dose'
  const alphaBetaGy = isDose ? undefined : numberOf(form.alphaBetaGy)
  return { ...common, dose: { quantity: form.quantity, alphaBetaGy, of }, testedGy: tested, mayFall }
}

const NUMBERS = /(^|\.)(value|standardUncertainty|at|tolerance|a|alphaPerGy|alphaBetaGy)$/

/** What a person is told of a field that the contract refuses. */
function wordsOf(path: string, code: string): string {
  if (path === 'name') return 'Small letters, digits and hyphens, a letter first.'
  if (path.startsWith('tested')) return 'Give both ends as numbers; a volume is above 0 mL, the end above 0.'
  if (/^parameters\.\d+\.name$/.test(path)) return 'Letters, digits and _, a letter first.'
  if (NUMBERS.test(path)) return 'Give a number that is possible here.'
  return code === 'too_big' ? 'This is too long.' : 'Say this.'
}

export type FormReading =
  { readonly ok: true; readonly formula: FormulaDraft } | { readonly ok: false; readonly errors: FieldErrors }

/** The formula that the fields say, or what each field lacks. */
export function readForm(form: FormulaForm): FormReading {
  const parsed = formulaDraftSchema.safeParse(rawOf(form))
  if (parsed.success) return { ok: true, formula: parsed.data }
  const errors: Record<string, string> = {}
  for (const { path, code } of parsed.error.issues) {
    const place = path[0] === 'examples' ? [path[0], writtenRows(form)[Number(path[1])] ?? 0, ...path.slice(2)] : path
    const field = place.map(String).join('.')
    errors[field.startsWith('tested') ? 'tested' : field] ??= wordsOf(field, code)
  }
  return { ok: false, errors }
}

/** What can be tested of a formula that is not complete: without its words, and without examples that lack a number. Null where it cannot be. */
export function testableDraft(form: FormulaForm): FormulaDraft | null {
  const said = (typed: string): string => (typed.trim() === '' ? '–' : typed)
  const reading = readForm({
    ...form,
    ...{ name: 'formula', title: said(form.title), source: said(form.source) },
    parameters: form.parameters.map((one) => ({ ...one, source: said(one.source) })),
    examples: form.examples.filter((one) => [one.at, one.value, one.tolerance].every((typed) => typed.trim() !== '')),
  })
  return reading.ok ? reading.formula : null
}

/** The field that a refusal of the test is about, by its code and the parameter or example that it names; '' for the whole. */
export function fieldOfFailure({ parameters, examples }: FormulaForm, { code, message }: Failure): string {
  const parameterAt = (at: number, part: string): string => (at < 0 ? 'expression' : `parameters.${at}.${part}`)
  switch (code) {
    case 'formula.parameters': {
      const named = /^(?:"|There are two parameters |The parameter )(\w+)/.exec(message)?.[1]
      return parameterAt(
        parameters.findLastIndex(({ name }) => name.trim() === named),
        'name',
      )
    }
    case 'formula.unit': {
      const named = /^Parameter (\w+):/.exec(message)?.[1]
      return parameterAt(
        parameters.findIndex(({ name }) => name.trim() === named),
        'unit',
      )
    }
    case 'formula.example': {
      const at = Number(/^At (\S+)/.exec(message)?.[1])
      const row = examples.findIndex(
        (one) => numberOf(one.at) === at && message.includes(`says ${numberOf(one.value)} `),
      )
      return row < 0 ? '' : `examples.${row}.value`
    }
    case 'formula.range':
      return 'tested'
    case 'formula.kind':
      return 'name'
    default:
      return code.startsWith('formula.') && code !== 'formula.unavailable' ? 'expression' : ''
  }
}

/** Where in the expression the refusal points to, from 0; null where it points nowhere. */
export function placeInExpression(message: string): number | null {
  const found = /\(char (\d+)\)|at character (\d+)/.exec(message)
  return found ? Number(found[1] ?? found[2]) - 1 : null
}

/** The form of a search for lesions: text as it is typed, turned into what the backend is asked. */
import type { LesionsFind } from '../../../../electron/contracts/index.ts'
import { LESION_DEFAULTS } from '../../../../native-core/imaging/segmentation/lesions/defaults.ts'
import { KBQ } from '../../../units.ts'

export interface SearchForm {
  readonly kind: 'fixed' | 'reference'
  readonly valueKbqPerMl: string
  /** Name of the reference structure: it is the same at every time point. */
  readonly reference: string
  readonly meanFactor: string
  readonly sdFactor: string
  readonly shrinkMm: string
  /** Names of organs in which uptake is not expected. */
  readonly unexpected: readonly string[]
  readonly marginMm: string
  readonly minimumVolumeMl: string
  readonly splitPercent: string
  /** '': the edge is the threshold. */
  readonly edgePercent: string
}

export interface SearchPlace {
  readonly patientId: string
  readonly timePointId: string
  /** Structures of the set in use. */
  readonly structures: readonly { readonly structureId: string; readonly name: string; readonly kind: string }[]
}

export type SearchErrors = Partial<Record<keyof SearchForm, string>>

const { marginMm, minimumVolumeMl, splitDepth } = LESION_DEFAULTS

/** No threshold is proposed: it depends on image and agent. */
export const firstForm: SearchForm = {
  kind: 'fixed',
  valueKbqPerMl: '',
  reference: '',
  meanFactor: '',
  sdFactor: '',
  shrinkMm: '0',
  unexpected: [],
  marginMm: String(marginMm.value),
  minimumVolumeMl: String(minimumVolumeMl.value),
  splitPercent: String(100 * splitDepth.value),
  edgePercent: '',
}

/** What the form begins with that rests on no published source, for its mark. */
export const designedDefaults = [
  { subject: `Margin ${marginMm.value} mm (${marginMm.source})`, evidence: marginMm.evidence },
  {
    subject: `Smallest volume ${minimumVolumeMl.value} mL (${minimumVolumeMl.source})`,
    evidence: minimumVolumeMl.evidence,
  },
  { subject: `Splitting from ${100 * splitDepth.value} % (${splitDepth.source})`, evidence: splitDepth.evidence },
] as const

/** The request that a form makes, or what is wrong in it, by field. */
export function searchAsk(
  form: SearchForm,
  place: SearchPlace,
): { readonly ask: LesionsFind; readonly errors: null } | { readonly ask: null; readonly errors: SearchErrors } {
  const errors: SearchErrors = {}
  const number = (key: keyof SearchForm, low: number, high: number, isOpen: 'open' | 'closed' = 'closed'): number => {
    const text = String(form[key]).trim()
    const value = text === '' ? NaN : Number(text)
    const isInside = isOpen === 'open' ? value > low && value < high : value >= low && value <= high
    if (!isInside) errors[key] = text === '' ? 'Enter a number.' : wrong(text, value, low, high, isOpen)
    return value
  }
  const threshold = ((): LesionsFind['threshold'] => {
    if (form.kind === 'fixed')
      return { kind: 'fixed', valueBqPerMl: number('valueKbqPerMl', 0, Infinity, 'open') * KBQ }
    const reference = place.structures.find(({ name }) => name === form.reference)
    if (!reference) errors.reference = 'Choose a structure of the set in use.'
    const factors = { meanFactor: number('meanFactor', 0, 100), sdFactor: number('sdFactor', 0, 100) }
    const shrinkMm = number('shrinkMm', 0, 50)
    return { kind: 'reference', structureId: reference?.structureId ?? '', ...factors, shrinkMm }
  })()
  const organs = place.structures.filter(({ kind }) => kind === 'organ')
  const expected = organs.filter(({ name }) => !form.unexpected.includes(name))
  const ask: LesionsFind = {
    patientId: place.patientId,
    timePointId: place.timePointId,
    threshold,
    setId: null,
    physiologic: expected.length === organs.length ? null : expected.map(({ structureId }) => structureId),
    marginMm: number('marginMm', 0, 200),
    physiologicShare: LESION_DEFAULTS.physiologicShare.value,
    minimumVolumeMl: number('minimumVolumeMl', 0, 1e5),
    splitDepth: number('splitPercent', 0, 100) / 100,
    localPart: form.edgePercent.trim() === '' ? null : number('edgePercent', 0, 100, 'open') / 100,
    label: 'Lesion candidates',
  }
  return Object.keys(errors).length > 0 ? { ask: null, errors } : { ask, errors: null }
}

function wrong(text: string, value: number, low: number, high: number, isOpen: 'open' | 'closed'): string {
  if (!Number.isFinite(value)) return `"${text}" is not a number; write decimals with a point.`
  if (high === Infinity) return `More than ${low}.`
  return isOpen === 'open' ? `Between ${low} and ${high}.` : `From ${low} to ${high}.`
}

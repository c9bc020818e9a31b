/** The form of a prediction from a diagnostic scan: text as it is typed, and the settings that it makes. */
import {
  pairSettingsSchema,
  type AgentFactor,
  type PairSettings,
  type PairStored,
} from '../../../../electron/contracts/index.ts'

export interface FactorForm {
  value: string
  uncertainty: string
  source: string
  evidence: AgentFactor['evidence']
}

export interface PairForm {
  therapyNuclide: string
  /** Of all structures without one of their own. */
  all: FactorForm
  byStructure: Record<string, FactorForm>
  model: PairSettings['model']
  largestSharePercent: string
  isReported: boolean
  reason: string
}

export const emptyFactor = (): FactorForm => ({ value: '', uncertainty: '', source: '', evidence: 'unverified' })
const isEmpty = ({ value, uncertainty, source }: FactorForm): boolean =>
  [value, uncertainty, source].every((text) => text.trim() === '')

const factorForm = (factor: AgentFactor | null): FactorForm =>
  factor
    ? {
        ...{ value: String(factor.value), uncertainty: String(factor.standardUncertainty) },
        ...{ source: factor.source, evidence: factor.evidence },
      }
    : emptyFactor()

/** The form as settings have it; as nobody has chosen anything where there are none. */
export function pairForm(settings: PairSettings | null, therapyNuclide: string): PairForm {
  const from = settings ?? pairSettingsSchema.parse({ therapyNuclide: therapyNuclide || 'Lu-177' })
  return {
    ...{ therapyNuclide: settings?.therapyNuclide ?? therapyNuclide, all: factorForm(from.agentFactor) },
    byStructure: Object.fromEntries(
      Object.entries(from.agentFactorByStructure).map(([name, factor]) => [name, factorForm(factor)]),
    ),
    ...{ model: from.model, largestSharePercent: String(Number((from.largestShareAfter * 100).toPrecision(6))) },
    ...{ isReported: from.isReported, reason: from.reason },
  }
}

const numberIn = (text: string): number => (text.trim() === '' ? NaN : Number(text.trim().replace(',', '.')))

function factorOf(form: FactorForm, whose: string, errors: string[]): AgentFactor | null {
  if (isEmpty(form)) return null
  const [value, standardUncertainty] = [numberIn(form.value), numberIn(form.uncertainty)]
  if (!(value > 0 && value <= 100)) errors.push(`The factor ${whose} must be a number above 0.`)
  if (!(standardUncertainty >= 0))
    errors.push(`The factor ${whose} needs its standard uncertainty (0 if none is known).`)
  if (form.source.trim() === '') errors.push(`Say where the factor ${whose} is from.`)
  return { value, standardUncertainty, source: form.source.trim(), evidence: form.evidence }
}

/** The settings, or what has to be mended first. */
export function pairSettings(
  form: PairForm,
): { readonly settings: PairSettings } | { readonly errors: readonly string[] } {
  const errors: string[] = []
  const byStructure = Object.entries(form.byStructure).flatMap(([name, factor]) => {
    const own = factorOf(factor, `of ${name}`, errors)
    return own ? [[name, own] as const] : []
  })
  const share = numberIn(form.largestSharePercent)
  if (!(share >= 0 && share <= 100)) errors.push('The largest share after the last scan is 0 to 100 %.')
  if (form.therapyNuclide.trim() === '') errors.push('Say which nuclide the therapy is given with, like Lu-177.')
  const agentFactor = factorOf(form.all, 'of all structures', errors)
  if (errors.length > 0) return { errors }
  const parsed = pairSettingsSchema.safeParse({
    ...{ therapyNuclide: form.therapyNuclide, agentFactor, agentFactorByStructure: Object.fromEntries(byStructure) },
    ...{ model: form.model, largestShareAfter: share / 100, isReported: form.isReported, reason: form.reason },
  })
  return parsed.success
    ? { settings: parsed.data }
    : { errors: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) }
}

/** What of a prediction is marked: a factor that nobody has verified, or none at all. */
export const factorMarks = (
  prediction: PairStored['prediction'],
  name: string,
): { subject: string; evidence: string }[] => {
  const factor = prediction.structures.find((one) => one.name === name)?.agentFactor
  if (!factor) return [{ subject: 'Both agents are taken to be retained alike (factor 1)', evidence: 'not verified' }]
  return factor.evidence === 'verified'
    ? []
    : [{ subject: `Factor between the agents, ${factor.source}`, evidence: factor.evidence }]
}

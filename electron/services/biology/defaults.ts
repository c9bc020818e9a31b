/** Which parameters a structure gets where nobody has chosen any: by its name and kind, said with their evidence. */
import type { StructureBiology } from '../../contracts/biology.ts'

export interface DefaultBiology {
  readonly sensitivity: string | null
  readonly limits: readonly string[]
  readonly complication: string | null
  readonly control: string | null
}

const NOTHING: DefaultBiology = { sensitivity: null, limits: [], complication: null, control: null }

/** Names of organs as they are found in structure sets, in English and the languages of their Latin names. */
const ORGANS: readonly { readonly names: RegExp; readonly biology: DefaultBiology }[] = [
  {
    names: /kidney|renal|niere|\bren(es)?\b/i,
    biology: {
      sensitivity: 'kidney-lq',
      limits: ['kidney-bed-limit', 'kidney-bed-limit-risk', 'kidney-dose-limit'],
      complication: 'kidney-lkb',
      control: null,
    },
  },
  {
    names: /marrow|knochenmark|medulla ossium/i,
    biology: { ...NOTHING, sensitivity: 'marrow-lq', limits: ['marrow-dose-limit'] },
  },
  {
    names: /parotid|parotis/i,
    biology: {
      sensitivity: 'salivary-lq',
      limits: ['salivary-cycle-limit'],
      complication: 'parotid-lkb',
      control: null,
    },
  },
  {
    names: /saliva|submandib|sublingual/i,
    biology: { ...NOTHING, sensitivity: 'salivary-lq', limits: ['salivary-cycle-limit'] },
  },
  { names: /lacrimal|tränen/i, biology: { ...NOTHING, sensitivity: 'salivary-lq', limits: ['lacrimal-dose-limit'] } },
]

/** Default parameters of a structure. Lesions get the generic tumour; organs without data get none, rather than somebody else's. */
export function defaultBiology(name: string, kind: 'organ' | 'lesion' | 'other'): DefaultBiology {
  if (kind === 'lesion') return { ...NOTHING, sensitivity: 'tumour-generic' }
  return ORGANS.find(({ names }) => names.test(name))?.biology ?? NOTHING
}

/** What a person chose goes before the default, field by field. */
export function chosenBiology(own: StructureBiology | undefined, fallback: DefaultBiology): DefaultBiology {
  return {
    sensitivity: own?.sensitivity ?? fallback.sensitivity,
    limits: own?.limits ?? fallback.limits,
    complication: own?.complication === undefined ? fallback.complication : own.complication,
    control: own?.control === undefined ? fallback.control : own.control,
  }
}

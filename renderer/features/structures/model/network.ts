/** What a person says of a network whose files do not. */
import type { InstalledNetworkView, RequestOf } from '../../../../electron/contracts/index.ts'

export interface OriginForm {
  readonly name: string
  readonly version: string
  readonly source: string
  readonly licence: string
}

export const emptyOrigin: OriginForm = { name: '', version: '', source: '', licence: '' }

export const isComplete = (form: OriginForm): boolean => Object.values(form).every((text: string) => text.trim() !== '')

export const originOf = ({
  name,
  version,
  source,
  licence,
}: OriginForm): NonNullable<RequestOf<'networks.add'>['origin']> => ({ name, version, source, licence })

/** The image that a network was trained on, where it says so; the CT where it does not. */
export function imageFor({ channels }: Pick<InstalledNetworkView, 'channels'>): 'ct' | 'emission' {
  const [first] = channels
  return first?.modality === 'PT' || first?.modality === 'NM' ? 'emission' : 'ct'
}

/** What speaks against running it on that image; '' nothing. */
export function imageDoubt({ channels }: Pick<InstalledNetworkView, 'channels'>, image: 'ct' | 'emission'): string {
  const [first] = channels
  if (!first || first.modality === 'other') return ''
  const wanted = first.modality === 'CT' ? 'ct' : 'emission'
  return wanted === image
    ? ''
    : `This network was made for ${first.modality}: on another image it finds nothing reliable.`
}

/** The structures in a few words: "LIVER, SPLEEN and 12 more". */
export function structureWords({ structures }: Pick<InstalledNetworkView, 'structures'>, most = 4): string {
  const names = structures.map(({ name }) => name)
  if (names.length <= most + 1) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

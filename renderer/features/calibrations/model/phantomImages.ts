/** Images of phantoms as they are listed, and what one of them fills in. */
import type { PhantomImageView } from '../../../../electron/contracts/index.ts'
import { joined } from './describe.ts'
import type { PhantomDraft } from './phantom.ts'

type Source = PhantomDraft['source']

/** One row of the list: the same text for the same image. */
export const imageId = ({ image }: PhantomImageView): string =>
  image.kind === 'stored' ? `${image.patientId}|${image.imageKey}` : `${image.path}|${image.imageKey ?? ''}`

/** Why the image cannot serve for this phantom; '' where it can. */
export const whyNot = ({ unusableFor }: PhantomImageView, source: Source): string =>
  source === 'sphere' ? unusableFor.recovery : unusableFor.factor

/** Those that can serve first, each part in the given order. */
export function inOrderOfUse(images: readonly PhantomImageView[], source: Source): PhantomImageView[] {
  const can = (image: PhantomImageView): boolean => whyNot(image, source) === ''
  return [...images.filter(can), ...images.filter((image) => !can(image))]
}

/** "SIEMENS NM Symbia T16 · MELP", "not named", or "not known" where the store does not hold it. */
export function cameraText({ camera }: PhantomImageView): string {
  if (camera === null) return 'not known'
  const { manufacturer, model, collimatorName } = camera
  return joined(' · ', joined(' ', manufacturer, model), collimatorName) || 'not named'
}

/** "2024-01-05 10:20", or '' where the file says no time. */
export const scannedAt = ({ acquisitionStart }: PhantomImageView): string =>
  acquisitionStart?.local.slice(0, 16).replace('T', ' ') ?? ''

/** The draft with the chosen image; what it says fills the fields that are empty. */
export function withImage(draft: PhantomDraft, image: PhantomImageView): Partial<PhantomDraft> {
  const { conditions } = draft
  return {
    image,
    date: draft.date || (image.acquisitionStart?.local.slice(0, 10) ?? ''),
    conditions: {
      ...conditions,
      nuclide: conditions.nuclide || (image.nuclide ?? ''),
      camera: conditions.camera || joined(' ', image.camera?.manufacturer ?? '', image.camera?.model ?? ''),
      collimator: conditions.collimator || (image.camera?.collimatorName ?? ''),
    },
  }
}

import type { ImageGrid } from '../../../native-core/imaging/types.ts'
import type { ActivityMapToWrite, ReferencedImages } from '../ports/dicomObjects.ts'
import { contextOf, referenceText } from './context.ts'
import type { ObjectOwner } from './context.ts'

/** Activity concentration as a parametric map. */
export function activityMapObject(
  owner: ObjectOwner,
  image: { readonly grid: ImageGrid; readonly concentrationBqPerMl: Float32Array },
  options: {
    readonly modality: 'NM' | 'PT'
    readonly references: ReferencedImages | null
    readonly acquisitionStart: string | null
    readonly derivation: string
    readonly software: string
  },
): ActivityMapToWrite {
  const { modality, references, acquisitionStart, derivation, software } = options
  const content = [referenceText(references), JSON.stringify(image.grid), derivation, image.concentrationBqPerMl]
  return {
    context: contextOf(owner, 'PARAMETRIC_MAP', 'Activity concentration', content, software),
    label: 'ACTIVITY',
    modality,
    references,
    grid: image.grid,
    concentrationBqPerMl: image.concentrationBqPerMl,
    acquisitionStart,
    derivation,
  }
}

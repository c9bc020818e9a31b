import { InputError } from '../../errors/index.ts'

/** A tissue for which there is a table of point kernels (`resources/dosimetry/<table>.json`). */
export interface SphereTissue {
  readonly id: string
  readonly name: string
  readonly table: string
  /** ICRU 44, g/mL; what is used where no density is given. */
  readonly nominalDensityGPerMl: number
}

export const SPHERE_TISSUES: readonly SphereTissue[] = [
  { id: 'water', name: 'Water', table: 'point-kernels-water', nominalDensityGPerMl: 1 },
  {
    id: 'soft-tissue',
    name: 'Soft tissue (ICRU, four elements)',
    table: 'point-kernels-soft-tissue-icru4',
    nominalDensityGPerMl: 1,
  },
  { id: 'lung', name: 'Lung', table: 'point-kernels-lung', nominalDensityGPerMl: 0.26 },
  { id: 'cortical-bone', name: 'Cortical bone', table: 'point-kernels-cortical-bone', nominalDensityGPerMl: 1.92 },
]

/** @throws InputError `dose.sphere-tissue`. */
export function sphereTissue(id: string): SphereTissue {
  const tissue = SPHERE_TISSUES.find((t) => t.id === id)
  if (tissue) return tissue
  throw new InputError(
    'dose.sphere-tissue',
    `There are no point kernels of "${id}".`,
    `Give one of ${SPHERE_TISSUES.map((t) => t.id).join(', ')}, or a mixture of two.`,
  )
}

/** Tissue of a sphere: one, or two mixed by mass. */
export interface SphereMatter {
  readonly tissue: SphereTissue
  readonly mixedWith: { readonly tissue: SphereTissue; readonly massFraction: number } | null
}

/** @throws InputError `dose.sphere-tissue` for a share outside 0 to 1. */
export function sphereMatter(tissue: string, mixedWith: string | null, massFraction: number): SphereMatter {
  if (!(massFraction >= 0 && massFraction <= 1))
    throw new InputError(
      'dose.sphere-tissue',
      `The share of the second tissue is ${massFraction}.`,
      'Give a mass fraction from 0 to 1.',
    )
  const first = sphereTissue(tissue)
  const second = mixedWith === null ? null : sphereTissue(mixedWith)
  if (second === null || massFraction === 0 || second.id === first.id) return { tissue: first, mixedWith: null }
  if (massFraction === 1) return { tissue: second, mixedWith: null }
  return { tissue: first, mixedWith: { tissue: second, massFraction } }
}

/** Density of the matter where none is given: volumes of the parts add up. */
export function nominalDensityGPerMl({ tissue, mixedWith }: SphereMatter): number {
  if (!mixedWith) return tissue.nominalDensityGPerMl
  const { massFraction } = mixedWith
  return 1 / ((1 - massFraction) / tissue.nominalDensityGPerMl + massFraction / mixedWith.tissue.nominalDensityGPerMl)
}

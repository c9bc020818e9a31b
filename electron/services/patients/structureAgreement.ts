/** Structures of two time points under one name, and how they agree on the fixed images through a registration. */
import type { RegistrationQuality } from '../../contracts/registrations.ts'
import { namedStructures } from '../analysis/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { Store } from '../ports/store.ts'
import type { FixedToMoving, NamedShape, StructureAgreement } from '../registration/index.ts'
import { protocolOf } from './protocolOf.ts'

/** The structures that a time point's numbers are made from, those left out of the analysis among them. @throws InputError as `namedStructures`. */
export function shapesOf(store: Store, patientId: string, { structureSet }: TimePointDraft): NamedShape[] {
  if (!structureSet) return []
  const protocol = { ...protocolOf(store, patientId), excludedStructures: [] }
  return namedStructures(structureSet.structures, protocol).map(({ name, structure }) => ({
    name,
    shape: structure.shape,
  }))
}

/**
 * Dice and surface distances (mm) of the structures that both have, on the CT's grid of the fixed time point, or the emission image's where
 * it has none. @throws CancelledError; InputError of the kernels where the map cannot be used.
 */
export async function agreementOf(
  { fixed, grid, moving }: { readonly fixed: readonly NamedShape[]; readonly moving: readonly NamedShape[] } & Grid,
  map: FixedToMoving,
  compute: Pick<Compute, 'warp'>,
  signal: AbortSignal,
): Promise<RegistrationQuality['structures']> {
  if (fixed.length === 0 || moving.length === 0) return []
  const work = { fixed, moving, sliceThicknessMm: grid.spacingMm[2] }
  return (await compute.warp({ kind: 'agreement', map, grid, work }, { signal })).map(told)
}

type Grid = { readonly grid: TimePointDraft['emission']['grid'] }

function told({ name, dice, distances, fixedVolumeMl, movedVolumeMl, problem }: StructureAgreement) {
  return {
    name,
    dice,
    meanSurfaceDistanceMm: distances?.meanMm ?? null,
    percentile95SurfaceDistanceMm: distances?.percentile95Mm ?? null,
    maximumSurfaceDistanceMm: distances?.maximumMm ?? null,
    fixedVolumeMl,
    movedVolumeMl,
    problem,
  }
}

/** Volume, density and mass of a structure at the reference time point. */
import { edgeVolumeUncertainty } from '../../../native-core/dosimetry/index.ts'
import type { Uncertain } from '../../contracts/analysis.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { MeasuredTimePoint } from './curves.ts'
import type { StructureMeasurement } from '../ports/compute.ts'

/** The field's common choice where no CT gives a density (soft tissue, ICRP 89 reference values round to it). Unverified default. */
export const SOFT_TISSUE_G_PER_ML = 1.04

export interface StructureMass {
  readonly volumeMl: number
  readonly volumeStandardUncertaintyMl: number
  readonly densityGPerMl: number
  /** Relative; 0 where nothing is known of it. */
  readonly densityRelativeUncertainty: number
  /** Voxels and resolution of what the outline was drawn on: the volume's uncertainty is of them. */
  readonly edge: { readonly voxelMm: number; readonly fwhmMm: number }
  readonly densityFrom: string
  /** See StructureMeasurement. */
  readonly edgeToMean: number
  readonly massKg: Uncertain
  readonly notes: readonly string[]
  /** Where there is no outline: the mass is a stated one. Volume and density are 0 then. */
  readonly stated?: { readonly source: string }
}

/**
 * Relative standard uncertainty of a volume from the place of its edge (`edgeVolumeUncertainty`): by the pixels alone for outlines drawn on CT, where
 * the resolution of the emission image does not enter.
 */
export function relativeVolumeUncertainty(volumeMl: number, pixelMm: number, outlineFwhmMm = 0): number {
  return edgeVolumeUncertainty(volumeMl, pixelMm, outlineFwhmMm)
}

/** Mass from volume and density: the user's density, that of CT, or soft tissue, in this order as the protocol says. */
export function structureMass(
  measurement: Pick<StructureMeasurement, 'name' | 'volumeMl' | 'densityGPerMl' | 'edgeToMean'>,
  reference: MeasuredTimePoint,
  protocol: Protocol,
): StructureMass {
  const { volumeMl, name } = measurement
  const edge = { voxelMm: drawnPixelMm(reference.timePoint), fwhmMm: protocol.uncertainty.outlineFwhmMm }
  const relative = volumeMl > 0 ? relativeVolumeUncertainty(volumeMl, edge.voxelMm, edge.fwhmMm) : 0
  const given = Object.entries(protocol.densityGPerMl).find(([key]) => key.trim().toUpperCase() === name.toUpperCase())
  const notes: string[] = []
  let densityGPerMl = SOFT_TISSUE_G_PER_ML
  let densityFrom = 'soft tissue 1.04 g/mL (unverified default)'
  if (given) [densityGPerMl, densityFrom] = [given[1], 'entered by the user']
  else if (protocol.massFrom === 'ct' && measurement.densityGPerMl !== null)
    [densityGPerMl, densityFrom] = [measurement.densityGPerMl, 'CT numbers']
  else if (protocol.massFrom === 'ct')
    notes.push(`"${name}" has no CT at the reference time point: soft tissue density was used.`)
  const massKg = (volumeMl * densityGPerMl) / 1000
  return {
    volumeMl,
    volumeStandardUncertaintyMl: volumeMl * relative,
    densityGPerMl,
    densityRelativeUncertainty: protocol.uncertainty.densityRelative,
    edge,
    densityFrom,
    edgeToMean: measurement.edgeToMean,
    massKg: {
      value: massKg,
      standardUncertainty: massKg * Math.hypot(relative, protocol.uncertainty.densityRelative),
    },
    notes,
  }
}

/** Width of the voxels that a time point's outlines are drawn on: of the CT, else of the emission image. */
export function drawnPixelMm({ ct, emission }: TimePointDraft): number {
  const { spacingMm } = (ct ?? emission).grid
  return Math.cbrt(spacingMm[0] * spacingMm[1] * spacingMm[2])
}

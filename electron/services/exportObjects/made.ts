import type { StructureMethod, StructureMethodKind } from '../../contracts/structures.ts'
import type { StructureToExport } from './structures.ts'

/** Who outlined a structure, as DICOM tells it: segment algorithm type, ROI generation algorithm. */
const BY: Readonly<Record<StructureMethodKind, StructureToExport['made']['by']>> = {
  // What a file holds may have been drawn or found: that a person had a hand in it says least of all.
  imported: 'SEMIAUTOMATIC',
  drawn: 'MANUAL',
  threshold: 'SEMIAUTOMATIC',
  'relative-threshold': 'SEMIAUTOMATIC',
  'adaptive-threshold': 'SEMIAUTOMATIC',
  gradient: 'SEMIAUTOMATIC',
  'region-growing': 'SEMIAUTOMATIC',
  'random-walker': 'SEMIAUTOMATIC',
  'level-set': 'SEMIAUTOMATIC',
  'lesion-finding': 'AUTOMATIC',
  combined: 'SEMIAUTOMATIC',
  propagated: 'AUTOMATIC',
  network: 'AUTOMATIC',
}

/** How a stored structure was made; null: it came in a file. */
export const madeBy = (method: StructureMethod | null): StructureToExport['made'] =>
  method ? { by: BY[method.kind], how: method.description } : { by: BY.imported, how: 'imported' }

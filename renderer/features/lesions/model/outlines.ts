/** Candidates as the views draw them: what was decided is told by the line, not by colour alone. */
import type { MaskRef } from '../../../../electron/contracts/index.ts'
import type { Affine, StructureLayer } from '../../../viewer/index.ts'
import type { CandidateRow, Verdict } from './candidates.ts'

/** Of the palette of structures (Okabe and Ito): told apart on black with any colour vision. */
export const verdictLines: Readonly<Record<Verdict, { readonly colour: string; readonly dash: readonly number[] }>> = {
  open: { colour: '#e69f00', dash: [2, 3] },
  accepted: { colour: '#00b386', dash: [] },
  rejected: { colour: 'rgb(208 212 216 / 60%)', dash: [6, 3] },
}

export function candidateLayers(
  rows: readonly CandidateRow[],
  masks: readonly MaskRef[],
  toWorld: Affine,
  emphasised: ReadonlySet<string>,
): StructureLayer[] {
  return rows.flatMap(({ structureId, verdict, shownName }) => {
    const mask = masks.find((one) => one.structureId === structureId)
    if (!mask) return []
    const isEmphasised = emphasised.has(structureId)
    return [{ id: mask.id, name: shownName, toWorld, ...verdictLines[verdict], emphasised: isEmphasised }]
  })
}

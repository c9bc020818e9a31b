/** What must be kept in mind of a model for agents that cells take in. */

/** How a model sees uptake. */
export type ModelKind = 'reversible' | 'irreversible' | 'reference'

const INTERNALISING: readonly { readonly pattern: RegExp; readonly target: string }[] = [
  { pattern: /PSMA|DCFPYL|DCFBC|RHPSMA|PIFLUFOLASTAT|FLOTUFOLASTAT|VIPIVOTIDE|GOZETOTIDE/i, target: 'PSMA' },
  {
    pattern: /DOTA-?(TATE|TOC|NOC)|DOTATATE|OXODOTREOTIDE|EDOTREOTIDE|OCTREOTIDE|OCTREOTATE|SSTR|SATOREOTIDE|JR11/i,
    target: 'SSTR2',
  },
]

/**
 * Remarks for agents whose target takes them into the cell (PSMA, SSTR2): uptake is close to irreversible within a scan, and few regions are without
 * target. None for other agents, or where the agent is not named.
 */
export function agentRemarks(agent: string | undefined, kind: ModelKind): string[] {
  const found = INTERNALISING.find(({ pattern }) => agent !== undefined && pattern.test(agent))
  if (!found) return []
  const inside = `${agent ?? ''} binds to ${found.target}, which takes it into the cell:`
  return kind === 'irreversible'
    ? []
    : kind === 'reference'
      ? [
          `${inside} the reference region must be free of ${found.target}, and BP_ND is not an equilibrium value where release is slower than the scan. Compare with a two-tissue model (k4 = 0) or Patlak.`,
        ]
      : [
          `${inside} V_T is not reached within a scan where release is slow. Compare with a two-tissue model (k4 = 0) or Patlak.`,
        ]
}

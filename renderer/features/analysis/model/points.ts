import type { Protocol } from '../../../../electron/contracts/index.ts'

export interface CurvePoint {
  readonly structure: string
  /** Series UID of the emission image that it was measured on. */
  readonly seriesUid: string
}

export const sameStructure = (a: string, b: string): boolean => a.trim().toUpperCase() === b.trim().toUpperCase()

const isSame = (a: CurvePoint, b: CurvePoint): boolean =>
  a.seriesUid === b.seriesUid && sameStructure(a.structure, b.structure)

/** What a person said of a point: the reason why it is left out ('' where none was given), null where it is not left out. */
export function leftOutReason(protocol: Protocol, point: CurvePoint): string | null {
  return protocol.pointsLeftOut.find((one) => isSame(one, point))?.reason ?? null
}

/** The protocol with a point left out for a reason, or with null taken in again. */
export function withPoint(protocol: Protocol, point: CurvePoint, reason: string | null): Protocol {
  const others = protocol.pointsLeftOut.filter((one) => !isSame(one, point))
  const entry = { structure: point.structure, seriesUid: point.seriesUid, reason: reason?.trim().slice(0, 200) ?? '' }
  return { ...protocol, pointsLeftOut: reason === null ? others : [...others, entry] }
}

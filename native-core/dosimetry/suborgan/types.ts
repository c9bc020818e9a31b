/** Doses within an organ: the user's table of where its activity sits and of S values between its parts. Nothing is shipped. */

export type SuborganEvidence = 'verified' | 'transcribed' | 'designed' | 'unverified'

export interface SuborganPart {
  /** "Cortex", "Medulla", "Glomeruli", "Proximal tubules", "Red marrow". */
  readonly name: string
  /** For the record and for mass scaling by the user; null where the table does not say. */
  readonly massKg: number | null
}

/** Share of the decays in the organ that take place in a part. The rest, 1 − Σ, is reported as not counted. */
export interface SuborganFraction {
  readonly part: string
  readonly fraction: number
}

/** S value of `target` ← `source`, both parts of the organ, all radiation of the nuclide, Gy/(Bq·s). */
export interface SuborganSValue {
  readonly target: string
  readonly source: string
  readonly sGyPerBqS: number
}

export interface SuborganTable {
  readonly schema: 'theratwin.suborgan/1'
  readonly name: string
  readonly organ: string
  readonly nuclide: string
  readonly provenance: { readonly source: string; readonly citation: string; readonly evidence: SuborganEvidence }
  readonly parts: readonly SuborganPart[]
  readonly fractions: readonly SuborganFraction[]
  readonly sValues: readonly SuborganSValue[]
}

export interface SuborganDose {
  readonly part: string
  readonly massKg: number | null
  readonly doseGy: number
  readonly bySourceGy: Readonly<Record<string, number>>
}

export interface SuborganResult {
  readonly doses: readonly SuborganDose[]
  /** Share of the organ's decays that the table puts nowhere. */
  readonly unassignedFraction: number
  readonly remarks: readonly string[]
}

/** A request of the command line, read from its file: what is in it decides which regions can be taken. */
import { z } from '../../../../electron/contracts/schema.ts'
import type { Made } from './typed.ts'

/** Larger files are no request. */
export const MOST_REQUEST_BYTES = 2_000_000

export type RequestKind = 'planar' | 'hybrid'

export interface RequestFile {
  readonly name: string
  readonly request: Record<string, unknown>
  /** Regions or structures that it names. */
  readonly regions: readonly string[]
  /** planar: it asks for the activity of the whole body. */
  readonly hasWholeBody: boolean
}

const named = z.array(z.looseObject({ name: z.string() }))
const planar = z.looseObject({
  scans: z.array(z.unknown()),
  regions: named.default([]),
  wholeBody: z.unknown().optional(),
})
const hybrid = z.looseObject({ structures: named })

/** The request of a file's text; its fields are checked when the draft is made. */
export function requestFile(name: string, text: string, kind: RequestKind): Made<RequestFile> {
  const refused = (why: string): Made<RequestFile> => ({ ok: false, errors: { file: `${name}: ${why}` } })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refused('it is no JSON.')
  }
  const help = `it is no request of "theratwin quantify ${kind}"; its form is printed by --schema.`
  if (kind === 'hybrid') {
    const parsed = hybrid.safeParse(json)
    if (!parsed.success) return refused(help)
    const regions = parsed.data.structures.map((one) => one.name)
    return { ok: true, value: { name, request: parsed.data, regions, hasWholeBody: false } }
  }
  const parsed = planar.safeParse(json)
  if (!parsed.success) return refused(help)
  const regions = parsed.data.regions.map((one) => one.name)
  const { wholeBody, ...rest } = parsed.data
  const request = wholeBody === undefined ? rest : { ...rest, wholeBody }
  return { ok: true, value: { name, request, regions, hasWholeBody: wholeBody !== undefined } }
}

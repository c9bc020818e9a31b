/**
 * Which frame of reference can be brought to which: the registrations of a patient as a graph whose edges are transforms, each
 * usable in both directions. The shortest chain is used, because every link adds its own error; of several links between the same
 * two frames the first in the list.
 */
import { IDENTITY_MAT4, invertAffine, multiplyMat4 } from '../../../native-core/imaging/index.ts'
import type { Mat4 } from '../../../native-core/imaging/index.ts'
import type { ScannedRegistration } from '../ports/dicomSource.ts'

interface Edge {
  readonly to: string
  readonly matrix: Mat4
  readonly source: string
}

export interface RegistrationPath {
  readonly matrix: Mat4
  /** Labels of the registration objects used, in order; empty where the frames are one. */
  readonly sources: readonly string[]
}

export class RegistrationGraph {
  readonly #edges = new Map<string, Edge[]>()

  constructor(registrations: readonly ScannedRegistration[]) {
    for (const registration of registrations) {
      const source = registration.provenance ?? registration.files[0]?.displayPath ?? registration.seriesDescription
      for (const { fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to, matrix } of registration.transforms) {
        if (from === to) continue
        this.#add(from, { to, matrix, source })
        this.#add(to, { to: from, matrix: invertAffine(matrix), source })
      }
    }
  }

  /** Row-major 4×4 from patient coordinates (LPS, mm) of frame `from` to those of frame `to`; null where no chain leads there. */
  path(from: string | null, to: string | null): RegistrationPath | null {
    if (from === null || to === null) return null
    if (from === to) return { matrix: IDENTITY_MAT4, sources: [] }
    const reached = new Map<string, RegistrationPath>([[from, { matrix: IDENTITY_MAT4, sources: [] }]])
    const queue = [from]
    for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) {
      const here = reached.get(frame)
      if (here === undefined) continue
      for (const edge of this.#edges.get(frame) ?? []) {
        if (reached.has(edge.to)) continue
        const next = { matrix: multiplyMat4(edge.matrix, here.matrix), sources: [...here.sources, edge.source] }
        if (edge.to === to) return next
        reached.set(edge.to, next)
        queue.push(edge.to)
      }
    }
    return null
  }

  /** How many other frames are registered directly to this one. */
  degree(frame: string | null): number {
    return frame === null ? 0 : new Set((this.#edges.get(frame) ?? []).map((edge) => edge.to)).size
  }

  #add(from: string, edge: Edge): void {
    const edges = this.#edges.get(from)
    if (edges) edges.push(edge)
    else this.#edges.set(from, [edge])
  }
}

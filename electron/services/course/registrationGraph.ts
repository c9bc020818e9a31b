/**
 * Which frame of reference can be brought to which: registrations as a graph whose links are usable in both directions. The shortest
 * chain is used, because every link adds its own error; of several links between the same two frames the first in the list. Both
 * directions between two frames take the same chain.
 */
import { IDENTITY_MAT4, invertAffine, multiplyMat4 } from '../../../native-core/imaging/index.ts'
import type { Mat4 } from '../../../native-core/imaging/index.ts'
import type {
  AcceptedDeformation,
  ScannedPatient,
  ScannedRegistration,
  UnjudgedRegistration,
} from '../ports/dicomSource.ts'

/** One registration between two frames of reference. */
export interface RegistrationLink {
  readonly fromFrameOfReferenceUid: string
  readonly toFrameOfReferenceUid: string
  /** Patient coordinates (LPS, mm) of "from" to those of "to"; of a deformable one its linear part. */
  readonly matrix: Mat4
  /** What it is and who accepted it, in words. */
  readonly source: string
  readonly deformation: AcceptedDeformation | null
  /** The key of a linear one (`ScannedRegistration.key`), the id in the store of others. */
  readonly name: string
}

/** A link as it is gone along: `from` and `to` are those of the way, `link` may have been made the other way round. */
export interface RegistrationStep {
  readonly from: string
  readonly to: string
  readonly matrix: Mat4
  readonly link: RegistrationLink
}

export interface RegistrationPath {
  readonly matrix: Mat4
  /** What was used, in order; empty where the frames are one. */
  readonly sources: readonly string[]
  readonly steps: readonly RegistrationStep[]
}

/** The linear registrations of a patient that count. */
export function linearLinks(registrations: readonly ScannedRegistration[]): RegistrationLink[] {
  return registrations.flatMap((registration) => {
    const { provenance, files, seriesDescription, key } = registration
    const source = provenance ?? files[0]?.displayPath ?? seriesDescription
    return registration.transforms.map(
      ({ fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix }): RegistrationLink => ({
        fromFrameOfReferenceUid,
        toFrameOfReferenceUid,
        matrix,
        source,
        deformation: null,
        name: key,
      }),
    )
  })
}

/** All registrations of a patient that count: of the same two frames a deformable one comes before the linear ones. */
export function acceptedLinks({
  acceptedDeformations = [],
  registrations,
}: Pick<ScannedPatient, 'acceptedDeformations' | 'registrations'>): RegistrationLink[] {
  return [...acceptedDeformations.map(deformableLink), ...linearLinks(registrations)]
}

function deformableLink(deformation: AcceptedDeformation): RegistrationLink {
  const { fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix, provenance, registrationId } = deformation
  return {
    fromFrameOfReferenceUid,
    toFrameOfReferenceUid,
    matrix,
    source: provenance,
    deformation,
    name: registrationId,
  }
}

/** To find out whether one would lead somewhere: its matrix means nothing here. */
export function unjudgedLink(unjudged: UnjudgedRegistration): RegistrationLink {
  const { fromFrameOfReferenceUid, toFrameOfReferenceUid, name, registrationId } = unjudged
  return {
    fromFrameOfReferenceUid,
    toFrameOfReferenceUid,
    matrix: IDENTITY_MAT4,
    source: name,
    deformation: null,
    name: registrationId,
  }
}

interface Edge extends RegistrationStep {
  readonly back: RegistrationStep
}

export class RegistrationGraph {
  readonly #edges = new Map<string, Edge[]>()

  constructor(links: readonly RegistrationLink[]) {
    for (const link of links) {
      const { fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to, matrix } = link
      if (from === to) continue
      const there = { from, to, matrix, link }
      const back = { from: to, to: from, matrix: invertAffine(matrix), link }
      this.#add({ ...there, back })
      this.#add({ ...back, back: there })
    }
  }

  /** Row-major 4×4 from patient coordinates (LPS, mm) of frame `from` to those of frame `to`; null where no chain leads there. */
  path(from: string | null, to: string | null): RegistrationPath | null {
    if (from === null || to === null) return null
    if (from === to) return { matrix: IDENTITY_MAT4, sources: [], steps: [] }
    const isTurned = from > to
    const found = isTurned ? this.#shortest(to, from) : this.#shortest(from, to)
    if (!found) return null
    const steps = isTurned ? found.map(({ back }) => back).reverse() : found
    return {
      matrix: steps.map(({ matrix }) => matrix).reduce((before, after) => multiplyMat4(after, before), IDENTITY_MAT4),
      sources: steps.map(({ link }) => link.source),
      steps,
    }
  }

  /** How many other frames are registered directly to this one. */
  degree(frame: string | null): number {
    return frame === null ? 0 : new Set((this.#edges.get(frame) ?? []).map((edge) => edge.to)).size
  }

  #shortest(from: string, to: string): Edge[] | null {
    const reached = new Map<string, Edge[]>([[from, []]])
    for (const [frame, here] of reached)
      for (const edge of this.#edges.get(frame) ?? []) {
        if (reached.has(edge.to)) continue
        const next = [...here, edge]
        if (edge.to === to) return next
        reached.set(edge.to, next)
      }
    return null
  }

  #add(edge: Edge): void {
    const edges = this.#edges.get(edge.from)
    if (edges) edges.push(edge)
    else this.#edges.set(edge.from, [edge])
  }
}

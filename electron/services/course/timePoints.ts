/** Emission images, their CT and their outlines, put together as time points. */
import { gridOverlapFraction } from './overlap.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { ScannedImage, ScannedPatient, ScannedStructureSet } from '../ports/dicomSource.ts'
import { localMs, secondsBetween, showInstant } from './instants.ts'

/** Images of one session start within this time of each other. */
const ONE_SESSION_S = 3 * 3600

/** A map made of an image stands behind the image itself. */
const QUANTITATIVE_RANK = {
  'real-world-value-mapping': 3,
  'pt-units': 3,
  'rescale-units': 2,
  'parametric-map': 0,
} as const

export interface Session {
  readonly emission: ScannedImage
  readonly ct: ScannedImage | null
  readonly structureSet: ScannedStructureSet | null
  readonly problems: readonly ImportProblem[]
}

/** Groups emission images of one cycle into sessions and picks, by stated rules, the image and outlines each one uses. */
export function findSessions(
  emissionImages: readonly ScannedImage[],
  patient: ScannedPatient,
  protocol: Protocol,
  preferred: 'NM' | 'PT',
): readonly Session[] {
  const dated = emissionImages
    .filter((image) => image.acquisitionStart !== null)
    .sort((a, b) => startMs(a) - startMs(b))
  const groups: ScannedImage[][] = []
  for (const image of dated) {
    const group = groups.find((members) => members.some((member) => sameSession(member, image)))
    if (group) group.push(image)
    else groups.push([image])
  }
  return groups.map((group) => {
    const problems: ImportProblem[] = []
    const emission = pickEmission(group, preferred, problems)
    const ct = pickCt(
      emission,
      patient.images.filter((image) => !protocol.excludedSeries.includes(image.seriesUid)),
    )
    return { emission, ct, structureSet: pickStructureSet(emission, ct, patient, protocol, problems), problems }
  })
}

function startMs(image: ScannedImage): number {
  return image.acquisitionStart ? localMs(image.acquisitionStart) : 0
}

function sameSession(a: ScannedImage, b: ScannedImage): boolean {
  if (!a.acquisitionStart || !b.acquisitionStart) return false
  const near = Math.abs(secondsBetween(a.acquisitionStart, b.acquisitionStart)) <= ONE_SESSION_S
  const sameFrame = a.frameOfReferenceUid !== null && a.frameOfReferenceUid === b.frameOfReferenceUid
  const sameStudy = a.studyUid !== '' && a.studyUid === b.studyUid
  return near && (sameFrame || sameStudy)
}

function pickEmission(group: readonly ScannedImage[], preferred: 'NM' | 'PT', problems: ImportProblem[]): ScannedImage {
  const ranked = [...group].sort(
    (a, b) =>
      Number(b.modality === preferred) - Number(a.modality === preferred) ||
      rank(b) - rank(a) ||
      volume(b) - volume(a) ||
      a.key.localeCompare(b.key),
  )
  const chosen = ranked[0]
  if (!chosen) throw new Error('a session has at least one emission image')
  const others = ranked.slice(1)
  if (others.length > 0) {
    const rival = others.some((other) => other.modality === chosen.modality)
    problems.push({
      severity: rival ? 'warning' : 'note',
      code: 'course.several-emission-series',
      item: describe(chosen),
      message: `The session of ${chosen.acquisitionStart ? showInstant(chosen.acquisitionStart) : '?'} has ${group.length} emission series. Used: ${describe(chosen)}. Not used: ${others.map(describe).join('; ')}.`,
      hint: 'If another one is to be used, exclude this series in the protocol (excludedSeries), or choose NM or PT (emission).',
      seriesUid: chosen.seriesUid,
      filePaths: [],
    })
  }
  return chosen
}

function rank(image: ScannedImage): number {
  return image.quantity.kind === 'activity-concentration' ? QUANTITATIVE_RANK[image.quantity.origin] : 1
}

function volume(image: ScannedImage): number {
  const { dimensions: n, spacingMm: s } = image.grid
  return n[0] * s[0] * n[1] * s[1] * n[2] * s[2]
}

/** "NM 'SPECT AC SC' (series …1234)". */
export function describe(image: ScannedImage): string {
  return `${image.modality} "${image.seriesDescription || 'without description'}" (series …${image.seriesUid.slice(-6)})`
}

/** The CT of the same frame of reference that covers most of the emission image; of the same study before others. */
function pickCt(emission: ScannedImage, images: readonly ScannedImage[]): ScannedImage | null {
  const candidates = images
    .filter(
      (image) =>
        image.modality === 'CT' &&
        image.verdict !== 'ask' &&
        image.frameOfReferenceUid !== null &&
        image.frameOfReferenceUid === emission.frameOfReferenceUid,
    )
    .map((image) => ({ image, covers: gridOverlapFraction(emission.grid, image.grid) }))
    .filter(({ covers }) => covers > 0)
    .sort(
      (a, b) =>
        Number(b.image.studyUid === emission.studyUid) - Number(a.image.studyUid === emission.studyUid) ||
        b.covers - a.covers ||
        a.image.key.localeCompare(b.image.key),
    )
  return candidates[0]?.image ?? null
}

function pickStructureSet(
  emission: ScannedImage,
  ct: ScannedImage | null,
  patient: ScannedPatient,
  protocol: Protocol,
  problems: ImportProblem[],
): ScannedStructureSet | null {
  const possible = structureSetsOf(emission, ct, patient).filter(
    (set) => !protocol.excludedSeries.includes(set.seriesUid) || set.seriesUid === '',
  )
  const named = protocol.structureSetBySeries[emission.seriesUid]
  if (named !== undefined) {
    const set = possible.find(({ key }) => key === named)
    if (set) return set
    problems.push({
      severity: 'warning',
      code: 'course.structure-set-missing',
      item: describe(emission),
      message: `The structure set that the protocol chooses for this time point is not there. Another one is used, by the protocol's rule.`,
      hint: 'Choose one of the structure sets of this time point.',
      seriesUid: emission.seriesUid,
      filePaths: [],
    })
  }
  const here = possible.filter(({ origin }) => origin === 'RTSTRUCT' || origin === 'SEG')
  const wanted = protocol.structureSource === 'auto' ? 'RTSTRUCT' : protocol.structureSource
  const ranked = [...here].sort(
    (a, b) =>
      Number(b.origin === wanted) - Number(a.origin === wanted) ||
      b.structures.length - a.structures.length ||
      a.key.localeCompare(b.key),
  )
  const chosen = ranked[0] ?? null
  if (chosen && ranked.length > 1) {
    const rival = ranked.slice(1).some((set) => set.origin === chosen.origin)
    problems.push({
      severity: rival ? 'warning' : 'note',
      code: 'course.several-structure-sets',
      item: describe(emission),
      message: `This time point has ${ranked.length} structure sets. Used: ${chosen.origin} "${chosen.label}". Not used: ${ranked
        .slice(1)
        .map((set) => `${set.origin} "${set.label}"`)
        .join('; ')}.`,
      hint: 'Choose RTSTRUCT or SEG in the protocol (structureSource), or exclude a series (excludedSeries).',
      seriesUid: chosen.seriesUid,
      filePaths: [],
    })
  }
  return chosen
}

/** The structure sets that a time point could be measured with: of its frame of reference, or about one of its images. */
export function structureSetsOf(
  emission: ScannedImage,
  ct: ScannedImage | null,
  patient: Pick<ScannedPatient, 'structureSets'>,
): readonly ScannedStructureSet[] {
  return patient.structureSets.filter(
    (set) =>
      set.structures.length > 0 &&
      ((set.frameOfReferenceUid !== null && set.frameOfReferenceUid === emission.frameOfReferenceUid) ||
        (set.referencedSeriesUid !== null &&
          (set.referencedSeriesUid === ct?.seriesUid || set.referencedSeriesUid === emission.seriesUid))),
  )
}

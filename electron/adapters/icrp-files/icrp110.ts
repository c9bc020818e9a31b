/**
 * Voxel phantoms of ICRP Publication 110 (Ann. ICRP 39 (2), 2009) from the files that go with it: AM.dat (organ numbers), AM_organs.dat
 * (names, media, densities), AM_media.dat (compositions), and the same with AF. After the publication's README: numbers are listed slice
 * by slice from the toes up, in a slice row by row from front to back, in a row from the right of the body to its left, so that the grid is
 * LPS as it stands.
 *
 * The files belong to the ICRP and are not part of the program. This reader was tried on files made by hand in that format only.
 */
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'
import type { Medium } from '../../../native-core/physics/media/types.ts'
import { linesOf, wrong } from './text.ts'

export interface Icrp110Files {
  readonly voxels: string
  readonly organs: string
  readonly media: string
}

export interface PhantomOrgan {
  /** Number in the voxels. */
  readonly id: number
  readonly name: string
  readonly medium: number
  readonly densityGPerMl: number
}

/** A body of labelled voxels. Label 0 is the air around it. */
export interface LabelledPhantom {
  readonly name: string
  readonly citation: string
  readonly grid: ImageGrid
  /** Organ number of each voxel, x fastest. */
  readonly labels: Uint8Array
  readonly organs: ReadonlyMap<number, PhantomOrgan>
  /** By the number that `PhantomOrgan.medium` has. */
  readonly media: ReadonlyMap<number, Medium>
}

/** Voxels and their size as the publication gives them (table 5.1). */
export const ICRP110_GRIDS: Readonly<Record<'AM' | 'AF', { dimensions: Vec3; spacingMm: Vec3 }>> = {
  AM: { dimensions: [254, 127, 222], spacingMm: [2.137, 2.137, 8] },
  AF: { dimensions: [299, 137, 348], spacingMm: [1.775, 1.775, 4.84] },
}

const ELEMENTS = ['H', 'C', 'N', 'O', 'Na', 'Mg', 'P', 'S', 'Cl', 'K', 'Ca', 'Fe', 'I']
const CITATION = 'ICRP Publication 110, Ann. ICRP 39 (2) (2009)'

/** Lines "number  name  medium  density"; titles are passed over. */
function readOrgans(text: string): Map<number, PhantomOrgan> {
  const organs = new Map<number, PhantomOrgan>()
  linesOf(text).forEach((line, i) => {
    const found = /^\s*(\d+)\s+(\S.*?)\s+(\d+)\s+(\d+\.\d+)\s*$/.exec(line)
    if (!found) return
    const id = Number(found[1])
    if (id > 255 || organs.has(id)) throw wrong('organs', i + 1, `organ ${id} is there twice or above 255`)
    organs.set(id, { id, name: found[2] as string, medium: Number(found[3]), densityGPerMl: Number(found[4]) })
  })
  if (organs.size === 0) throw wrong('organs', 1, 'there is no organ')
  return organs
}

/** Lines "number  name  thirteen percentages by mass", perhaps a density behind; titles are passed over. */
function readMedia(text: string, organs: Iterable<PhantomOrgan>): Map<number, Medium> {
  const media = new Map<number, Medium>()
  const used = [...organs]
  linesOf(text).forEach((line, i) => {
    const found = /^\s*(\d+)\s+(\S.*?)\s+((?:\d+\.\d+\s+){12}\d+\.\d+)(?:\s+(\d+\.\d+))?\s*$/.exec(line)
    if (!found) return
    const id = Number(found[1])
    const shares = (found[3] as string).trim().split(/\s+/).map(Number)
    const sum = shares.reduce((s, v) => s + v, 0)
    if (Math.abs(sum - 100) > 1 && Math.abs(sum - 1) > 0.01)
      throw wrong('media', i + 1, `the elements of "${found[2] ?? ''}" sum to ${sum}, not to 100 %`)
    const densities = used.filter((o) => o.medium === id).map((o) => o.densityGPerMl)
    const mean = densities.reduce((s, v) => s + v, 0) / Math.max(1, densities.length)
    media.set(id, {
      id: `icrp110-${id}`,
      name: found[2] as string,
      massFractions: Object.fromEntries(
        ELEMENTS.flatMap((symbol, k) => ((shares[k] as number) > 0 ? [[symbol, (shares[k] as number) / sum]] : [])),
      ),
      // The mean density of the organs of that medium where the file has none.
      nominalDensityGPerMl: found[4] === undefined ? mean || 1 : Number(found[4]),
      meanExcitationEnergyEv: null,
      source: CITATION,
    })
  })
  if (media.size === 0) throw wrong('media', 1, 'there is no medium with thirteen elements')
  return media
}

function readVoxels(text: string, count: number): Uint8Array {
  const labels = new Uint8Array(count)
  let n = 0
  let line = 1
  let value = -1
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 32
    if (code >= 48 && code <= 57) {
      value = (value < 0 ? 0 : value * 10) + code - 48
      continue
    }
    if (code > 32) throw wrong('voxels', line, `"${text[i] ?? ''}" is no number`)
    if (code === 10) line++
    if (value < 0) continue
    if (value > 255) throw wrong('voxels', line, `${value} is no organ number`)
    if (n < count) labels[n] = value
    n++
    value = -1
  }
  if (n !== count) throw wrong('voxels', line, `there are ${n} numbers, the phantom has ${count} voxels`)
  return labels
}

/**
 * The reference man (AM) or woman (AF), or another phantom of the same files whose voxels are given.
 *
 * @throws InputError `icrp.file` naming file and line, also for voxels of organs, and organs of media, that are not listed.
 */
export function parseIcrp110(
  files: Icrp110Files,
  which: 'AM' | 'AF' | { readonly name: string; readonly dimensions: Vec3; readonly spacingMm: Vec3 },
): LabelledPhantom {
  const { dimensions, spacingMm } = typeof which === 'string' ? ICRP110_GRIDS[which] : which
  const organs = readOrgans(files.organs)
  const media = readMedia(files.media, organs.values())
  for (const organ of organs.values()) {
    if (!media.has(organ.medium))
      throw wrong('organs', 1, `${organ.name} has medium ${organ.medium}, which is not listed`)
  }
  const labels = readVoxels(files.voxels, dimensions[0] * dimensions[1] * dimensions[2])
  const unknown = labels.find((label) => label !== 0 && !organs.has(label))
  if (unknown !== undefined) throw wrong('voxels', 1, `there are voxels of organ ${unknown}, which is not listed`)
  return {
    name: typeof which === 'string' ? `ICRP 110 ${which}` : which.name,
    citation: CITATION,
    grid: { dimensions, spacingMm, originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
    labels,
    organs,
    media,
  }
}

/** Mass of each organ in kg, from its voxels. */
export function phantomMassesKg(phantom: LabelledPhantom): Map<string, number> {
  const counts = new Float64Array(256)
  for (const label of phantom.labels) counts[label]! += 1
  const voxelMl = phantom.grid.spacingMm.reduce((v, s) => v * s, 1) * 1e-3
  return new Map(
    [...phantom.organs.values()].map((o) => [o.name, (counts[o.id] as number) * voxelMl * o.densityGPerMl * 1e-3]),
  )
}

/** What each edit makes of a structure's voxels. */
import { InputError } from '../../../../native-core/errors/index.ts'
import {
  area,
  capsule,
  combineCoverage,
  cover,
  emptyCoverage,
  fillBetweenSlices,
  fillHoles,
  grow,
  islands,
  largestIsland,
  layerOfPlane,
  mirror,
  smooth,
  sweptDisc,
  thresholdInBox,
  wholeLayer,
  withoutSmallIslands,
  type CoverageBox,
  type CoverageVolume,
  type EditRules,
  type SegmentationEditor,
} from '../../../../native-core/imaging/segmentation/manual/index.ts'
import type { ImageGrid, Vec3 } from '../../../../native-core/imaging/types.ts'
import { findTask, placed, resolutionNotes, search, walkTask, type FoundRegion } from './find.ts'
import type { DrawnStructure, ImageRole, Operation, SearchOperation, SearchTask } from './protocol.ts'
import type { Limits } from './words.ts'

export interface LoadedImage {
  readonly grid: ImageGrid
  readonly values: Float32Array
  readonly unit: string
  readonly perUnit: number
}

export interface Surroundings {
  readonly editor: SegmentationEditor<DrawnStructure>
  /** Throws InputError where the time point has no such image. */
  readonly image: (role: ImageRole) => LoadedImage
  readonly rules: EditRules
  /** What was found for the edit, where that was looked for already. */
  readonly found?: FoundRegion['region']
}

/** Where `searchTask` looks: structures as they are before the edit. */
export interface SearchScene {
  readonly grid: ImageGrid
  readonly volumeOf: (id: string) => CoverageVolume
  readonly image: Surroundings['image']
}

/** What a semi-automatic edit of the structure `id` looks for. Throws InputError where its place or marks have no sense. */
export function searchTask(id: string, operation: SearchOperation, { grid, volumeOf, image }: SearchScene): SearchTask {
  if (operation.kind === 'find') return findTask(image(operation.image), operation)
  const [inside, outside] = [volumeOf(id), volumeOf(operation.outsideId)]
  if (outside.isEmpty || inside.isEmpty) throw unmarked(inside.isEmpty)
  const marks = (volume: CoverageVolume): CoverageBox => volume.read(volume.bounds())
  return walkTask(grid, image(operation.image), marks(inside), marks(outside), operation)
}

/** What an edit found on its way. */
export interface Done {
  /** The structure whose voxels were changed. */
  readonly targetId: string
  readonly limits: Limits | null
  /** What a semi-automatic tool found, and how. */
  readonly region: FoundRegion['region'] | null
  readonly note: string
}

/** Applies an operation to the structure `id` as a part of the edit that the editor has begun. Throws InputError where it has no sense. */
export function perform(id: string, operation: Operation, around: Surroundings): Done {
  const { editor, rules } = around
  const { grid } = editor
  const volume = editor.volume(id)
  const content = (): CoverageBox => (volume.isEmpty ? emptyCoverage() : volume.read(volume.bounds()))
  const done = (note = '', targetId = id, limits: Limits | null = null): Done => ({
    targetId,
    limits,
    note,
    region: null,
  })
  const replace = (by: CoverageBox): Done => {
    editor.apply(id, by, 'replace')
    return done()
  }
  switch (operation.kind) {
    case 'brush':
      stroke(id, operation, around)
      return done()
    case 'area': {
      const layer = layerOfPlane(grid, { pointMm: operation.pointsMm[0] ?? grid.originMm, normal: operation.normal })
      const drawn = cover(grid, area(grid, layer, operation.pointsMm))
      if (operation.mode !== 'intersect') editor.apply(id, drawn, operation.mode, rules)
      else editor.apply(id, combineCoverage(cover(grid, wholeLayer(grid, layer)), drawn, 'difference'), 'remove', rules)
      return done()
    }
    case 'threshold': {
      const image = around.image(operation.image)
      const found = thresholdInBox(grid, { ...operation, image: image.grid, values: image.values })
      editor.apply(id, found.content, operation.mode, rules)
      if (found.content.coverage.length === 0) return done('Nothing here reaches the threshold.', id, found)
      if (found.isCut) return done('The box cuts it off: make the box larger.', id, found)
      return done(resolutionNotes(grid, image, found.content, operation.fwhmMm).join(' '), id, found)
    }
    case 'find':
    case 'walk': {
      const scene = { grid, volumeOf: (of: string) => editor.volume(of), image: around.image }
      const region = around.found ?? search(searchTask(id, operation, scene))
      const { content: found } = placed(grid, around.image(operation.image).grid, region)
      if (operation.kind === 'walk') editor.apply(id, found, 'replace')
      else editor.apply(id, found, operation.mode, rules)
      return { ...done(region.remarks.join(' ')), region }
    }
    case 'between':
      return replace(fillBetweenSlices(grid, content(), axisOf(grid, operation.normal)))
    case 'grow':
      if (operation.distanceMm < 0) return replace(grow(grid, content(), operation.distanceMm))
      editor.apply(id, grow(grid, content(), operation.distanceMm), 'add', rules)
      return done()
    case 'smooth':
      return replace(smooth(grid, content(), operation.sdMm))
    case 'islands':
      return separate(id, content(), operation, editor)
    case 'fill':
      return replace(fillHoles(content(), operation.normal === null ? null : axisOf(grid, operation.normal)))
    case 'combine': {
      const other = editor.volume(operation.otherId)
      const theirs = other.isEmpty ? emptyCoverage() : other.read(other.bounds())
      return replace(combineCoverage(content(), theirs, operation.operation))
    }
    case 'mirror': {
      const image = mirror(grid, content(), { pointMm: operation.atMm, normal: operation.normal })
      const targetId = operation.intoId ?? id
      editor.apply(targetId, image, operation.intoId === null ? 'replace' : 'add', rules)
      return done('', targetId)
    }
  }
}

const unmarked = (isInside: boolean): InputError =>
  new InputError(
    'segmentation.marks',
    `Nothing marks the ${isInside ? 'inside: the structure is' : 'outside: the other structure is'} empty.`,
    'Draw a few strokes with the brush in both.',
  )

function stroke(id: string, operation: Extract<Operation, { kind: 'brush' }>, { editor, rules }: Surroundings): void {
  const { grid } = editor
  const points = operation.pointsMm
  points.forEach((to, n) => {
    const from = points[n - 1] ?? to
    // A single point is a dab; of a way, its first point lies in the first piece already.
    if (n === 0 && points.length > 1) return
    const solid = operation.isBall
      ? capsule(grid, from, to, operation.radiusMm)
      : sweptDisc(grid, layerOfPlane(grid, { pointMm: to, normal: operation.normal }), from, to, operation.radiusMm)
    editor.apply(id, cover(grid, solid), operation.mode, rules)
  })
}

function separate(
  id: string,
  content: CoverageBox,
  { keep, minimumMl }: Extract<Operation, { kind: 'islands' }>,
  editor: SegmentationEditor<DrawnStructure>,
): Done {
  const { grid } = editor
  const pieces = islands(grid, content)
  const counted = `${pieces.length} ${pieces.length === 1 ? 'piece' : 'pieces'}`
  if (keep === 'largest') editor.apply(id, largestIsland(grid, content), 'replace')
  else if (keep === 'larger') editor.apply(id, withoutSmallIslands(grid, content, minimumMl), 'replace')
  else {
    const large = pieces.filter((piece) => piece.volumeMl >= minimumMl)
    const original = editor.structures.find((one) => one.id === id)
    editor.apply(id, large[0]?.content ?? emptyCoverage(), 'replace')
    large.slice(1).forEach((piece, n) => {
      const pieceId = editor.newId()
      const name = freeName(`${original!.name} ${n + 2}`, editor.structures)
      editor.include({ ...original!, id: pieceId, name, keptId: null, identity: null })
      editor.apply(pieceId, piece.content, 'replace')
    })
  }
  return { targetId: id, limits: null, note: `${counted} found.`, region: null }
}

/** A name that no other structure has, with a number behind it where needed. */
export function freeName(wanted: string, structures: readonly DrawnStructure[]): string {
  const taken = new Set(structures.map((one) => one.name.toUpperCase()))
  let name = wanted
  for (let n = 2; taken.has(name.toUpperCase()); n++) name = `${wanted} (${n})`
  return name
}

/** The grid axis across a view's plane. Throws InputError where the image lies obliquely to it by more than 45°. */
function axisOf(grid: ImageGrid, normal: Vec3): 0 | 1 | 2 {
  const d = grid.direction
  const along = ([0, 1, 2] as const).map((axis) =>
    Math.abs(d[axis] * normal[0] + d[3 + axis]! * normal[1] + d[6 + axis]! * normal[2]),
  )
  const best = along.indexOf(Math.max(...along)) as 0 | 1 | 2
  if (!(along[best]! > Math.SQRT1_2)) {
    throw new InputError(
      'segmentation.oblique-view',
      'The slices of this image do not run along the view.',
      'Choose the view that comes nearest to the slices of the image.',
    )
  }
  return best
}

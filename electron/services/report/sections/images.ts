/** What was scanned when, what its voxels mean, and how it was brought to the reference time point. */
import type {
  Analysis,
  CycleAnalysis,
  ImageUse,
  RegistrationUse,
  TimePointResult,
} from '../../../contracts/analysis.ts'
import type { ImageGrid } from '../../../../native-core/imaging/types.ts'
import type { Block, Cell, Run } from '../../ports/reportDocument.ts'
import { printFixed, printInstant } from '../numbers.ts'
import { cycleTitle, imageName } from './words.ts'

export function imageBlocks(analysis: Analysis): Block[] {
  const blocks: Block[] = [{ kind: 'heading', level: 1, text: 'Images' }]
  for (const cycle of analysis.cycles) {
    if (analysis.cycles.length > 1) blocks.push({ kind: 'heading', level: 2, text: cycleTitle(cycle) })
    blocks.push({
      kind: 'table',
      columns: [
        { title: 'Scan start', kind: 'text', stretch: 0 },
        { title: 'p.i.', unit: 'h', kind: 'number', stretch: 0 },
        { title: 'Images', kind: 'text', stretch: 2 },
        { title: 'Meaning of the voxels', kind: 'text', stretch: 1.5 },
        { title: 'Registration and outlines', kind: 'text', stretch: 1.7 },
      ],
      rows: cycle.timePoints.map((t) => imageRow(cycle, t)),
      notes: ['p.i.: hours from the start of administration to the start of the emission scan.'],
    })
  }
  return blocks
}

function imageRow(cycle: CycleAnalysis, t: TimePointResult): Cell[] {
  const isReference = t.id === cycle.referenceTimePointId
  return [
    [{ text: `${t.index}  `, style: 'strong' }, { text: printInstant(t.acquisitionStart) }],
    printFixed(t.hoursAfterInjection, 2),
    [...imageRuns(t.emission), ...(t.ct ? [{ text: '\n' }, ...imageRuns(t.ct)] : [{ text: '\nno CT' }])],
    t.emission.quantification,
    [
      ...(isReference ? [{ text: 'Reference time point. ', style: 'strong' as const }] : []),
      { text: registrationWords(t.registration, t.emission.grid, isReference) },
      { text: `\nOutlines: ${t.structuresFrom}`, style: 'note' as const },
    ],
  ]
}

function imageRuns(image: ImageUse): Run[] {
  const words = [cameraWords(image), gridWords(image.grid)].filter(Boolean).join(', ')
  return [{ text: imageName(image) }, { text: `\n${words}`, style: 'note' }]
}

/** "Siemens Symbia T16, collimator MELP": what is known of them; '' where nothing is. */
export function cameraWords({ manufacturer, camera }: Pick<ImageUse, 'manufacturer' | 'camera'>): string {
  const model = camera?.model ?? ''
  // Many makers begin the name of the model with their own.
  const isNamedTwice = manufacturer !== '' && model.toLowerCase().startsWith(manufacturer.toLowerCase())
  const collimator = camera?.collimatorName || camera?.collimatorType
  return [
    [isNamedTwice ? '' : manufacturer, model].filter(Boolean).join(' '),
    collimator ? `collimator ${collimator}` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** "64 × 64 × 44 voxels of 6.8 mm"; three sides where they differ. */
export function gridWords({ dimensions, spacingMm }: ImageGrid): string {
  const sides = spacingMm.map((s) => String(Number(s.toPrecision(4))))
  return `${dimensions.join('\u00A0×\u00A0')} voxels of ${[...(new Set(sides).size === 1 ? sides.slice(0, 1) : sides)].join('\u00A0×\u00A0')}\u00A0mm`
}

/** How a time point came to the reference one, with the size of the movement. */
export function registrationWords(use: RegistrationUse, grid: ImageGrid, isReference: boolean): string {
  const moved = use.toReference && !isReference ? movement(use.toReference, grid) : ''
  switch (use.kind) {
    case 'reference':
      return isReference ? '' : 'no transformation'
    case 'registration-object':
      return use.deformable
        ? `Deformable: ${use.deformable.source}. Linear, for what is not deformed: ${use.source}${moved}.`
        : `By ${use.source || 'a registration object'}${moved}.`
    case 'same-frame-of-reference':
      return 'Same frame of reference, taken as aligned.'
    case 'missing':
      return 'No registration: not aligned to the reference.'
  }
}

/** Displacement of the middle of the image, and the angle of the turn. */
function movement(m: readonly number[], grid: ImageGrid): string {
  const half = grid.dimensions.map((n, a) => ((n - 1) / 2) * grid.spacingMm[a]!)
  const d = grid.direction
  const centre = [0, 1, 2].map(
    (r) => grid.originMm[r]! + d[3 * r]! * half[0]! + d[3 * r + 1]! * half[1]! + d[3 * r + 2]! * half[2]!,
  )
  const shift = [0, 1, 2].map(
    (r) =>
      m[4 * r]! * centre[0]! + m[4 * r + 1]! * centre[1]! + m[4 * r + 2]! * centre[2]! + m[4 * r + 3]! - centre[r]!,
  )
  const cosine = Math.max(-1, Math.min(1, (m[0]! + m[5]! + m[10]! - 1) / 2))
  const degrees = (Math.acos(cosine) * 180) / Math.PI
  return `: middle moved ${printFixed(Math.hypot(...shift), 1)} mm, turned ${printFixed(degrees, 1)}°`
}

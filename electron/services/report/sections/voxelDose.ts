/** Voxel doses: for each what made it, and the doses of the structures in its map. */
import { bqSecondsToMbqHours, bqToMbq } from '../../../../native-core/units/index.ts'
import type { Analysis } from '../../../contracts/analysis.ts'
import { activityMapOptionsSchema } from '../../../contracts/doseMaps.ts'
import type { ActivityMapOptions, VoxelDoseResult, VoxelDoseSummary } from '../../../contracts/doseMaps.ts'
import type { Block, Cell } from '../../ports/reportDocument.ts'
import type { ReportedVoxelDose } from '../../ports/reportWriter.ts'
import { MISSING, printNumber, printPercent, printUncertain } from '../numbers.ts'
import { bedMapBlocks } from './bedMap.ts'
import { count, MODEL_NAMES } from './words.ts'

/** mGy/h of a Gy/s. */
const MGY_PER_H = 3.6e6
/** Less of a structure than this inside the grid is said. */
const WHOLLY_INSIDE = 0.995

/** Unit in which a quantity is printed, and what a stored value (Gy, Gy/s) is multiplied with. */
export function unitOf(quantity: VoxelDoseSummary['quantity']): { readonly unit: string; readonly perSi: number } {
  return quantity === 'dose' ? { unit: 'Gy', perSi: 1 } : { unit: 'mGy/h', perSi: MGY_PER_H }
}

/** Share of the energy sent out that stayed in the grid; null where none was sent out. */
export function energyKept({ emittedJ, depositedJ }: VoxelDoseResult): number | null {
  return emittedJ > 0 ? depositedJ / emittedJ : null
}

const BEFORE_FIRST: Record<ActivityMapOptions['beforeFirst'], string> = {
  'physical-decay': 'physical decay from the injection on',
  'linear-rise': 'a straight rise from the injection on',
}

const REGULARISATION: Record<NonNullable<ActivityMapOptions['fit']>['regularisation'], string> = {
  estimated: "around the structure's curve, spread and noise estimated from the voxels",
  designed: "around the structure's curve, spread and noise as stated",
  none: 'without regularisation',
}

/** What was asked for and differs from the defaults, of the engine and of the activity map: "Photons too: yes". */
export function settingsOf({ result, engine }: ReportedVoxelDose): string[] {
  const { engine: used, activityMap: map, quantity } = result.summary
  const said = Object.entries(used.parameters).flatMap(([id, value]): string[] => {
    const own = engine.parameters.find((one) => one.id === id)
    if (own?.default === value) return []
    const text = own?.kind === 'choice' ? (own.choices.find((one) => one.id === value)?.label ?? value) : value
    const shown = typeof text === 'boolean' ? (text ? 'yes' : 'no') : String(text) || 'none'
    return [`${own?.label ?? id}: ${own?.kind === 'number' && own.unit ? `${shown} ${own.unit}` : shown}`]
  })
  const standard = activityMapOptionsSchema.parse({})
  if (map.matchStructures !== standard.matchStructures)
    said.push(`Structures matched to their curves: ${map.matchStructures ? 'yes' : 'no'}`)
  // The others are rules of integration over time, which a dose rate does not have.
  if (quantity === 'dose-rate') return said
  if (map.fit) {
    said.push(`Curve in each voxel: ${MODEL_NAMES[map.fit.model]}, ${REGULARISATION[map.fit.regularisation]}`)
    if (map.fit.order === 'dose-rate-first') said.push('Order: dose rate of each image first, then time')
  }
  if (map.beforeFirst !== standard.beforeFirst) said.push(`Before the first image: ${BEFORE_FIRST[map.beforeFirst]}`)
  if (map.negligibleShare !== standard.negligibleShare)
    said.push(`Negligible share of the hottest voxel: ${Number((100 * map.negligibleShare).toPrecision(12))} %`)
  if (map.steepestFall !== standard.steepestFall)
    said.push(`Steepest fall between two images: ${map.steepestFall}-fold`)
  return said
}

/** A table for each voxel dose; nothing where there are none. */
export function voxelDoseBlocks(analysis: Analysis, voxelDoses: readonly ReportedVoxelDose[]): Block[] {
  if (voxelDoses.length === 0) return []
  const several = analysis.cycles.length > 1
  return [
    { kind: 'heading', level: 1, text: 'Voxel dose' },
    ...voxelDoses.flatMap((dose): Block[] => {
      const { summary, structures } = dose.result
      const what = summary.quantity === 'dose' ? 'absorbed dose' : 'dose rate'
      return [
        {
          kind: 'heading',
          level: 2,
          text: [...(several ? [`Cycle ${summary.cycle}`] : []), summary.engine.name, what].join(' · '),
        },
        factsOf(dose),
        structures.length > 0
          ? tableOf(dose)
          : { kind: 'paragraph', text: ['No structure lies in the dose grid.', ...notesOf(dose)].join(' ') },
        ...(dose.bed ? bedMapBlocks(dose.bed) : []),
      ]
    }),
  ]
}

function factsOf(dose: ReportedVoxelDose): Block {
  const { result } = dose
  const { summary, activity } = result
  const { engine, quantity, hoursAfterInjection, activityMap, doseId } = summary
  const isDose = quantity === 'dose'
  const total = (value: number): string =>
    isDose ? `${printNumber(bqSecondsToMbqHours(value), 4)} MBq·h` : `${printNumber(bqToMbq(value), 4)} MBq`
  const kept = energyKept(result)
  return {
    kind: 'facts',
    perRow: 3,
    items: [
      {
        label: 'Engine',
        value: [
          { text: engine.name, style: 'strong' },
          { text: `  ${engine.version}`, style: 'note' },
        ],
      },
      {
        label: 'Quantity',
        value: isDose
          ? 'absorbed dose of the cycle'
          : `dose rate at ${hoursAfterInjection?.toFixed(1) ?? MISSING} h p.i.`,
      },
      {
        label: 'Energy kept in the grid',
        value: kept === null ? MISSING : `${printPercent(kept)} % of what the decays send out`,
      },
      {
        label: 'Activity map',
        value: isDose
          ? `${count(activity.timePoints, 'image')} integrated voxel by voxel`
          : 'the image of the time point',
      },
      {
        label: 'Activity in the grid',
        value: activityMap.matchStructures
          ? [
              { text: total(activity.total) },
              { text: `  images alone ${total(activity.totalOfImages)}`, style: 'note' },
            ]
          : total(activity.total),
      },
      { label: 'Key', value: [{ text: doseId.slice(0, 12), style: 'note' }] },
      { label: 'Settings', value: settingsOf(dose).join('; ') || 'all at their defaults' },
    ],
  }
}

function tableOf(dose: ReportedVoxelDose): Block {
  const { structures, summary } = dose.result
  const { unit, perSi } = unitOf(summary.quantity)
  const number = (title: string) => ({ title, unit, kind: 'number', stretch: 0 }) as const
  return {
    kind: 'table',
    columns: [
      { title: 'Structure', kind: 'text', stretch: 1 },
      { title: 'Mean', unit, kind: 'uncertain', stretch: 0 },
      ...['D98', 'D50', 'D2', 'Maximum'].map(number),
    ],
    rows: structures.map((s): Cell[] => [
      [{ text: s.name, style: 'strong' }],
      // Without an uncertainty printUncertain gives the value alone.
      printUncertain({ value: s.meanGy * perSi, standardUncertainty: (s.meanStandardUncertaintyGy ?? 0) * perSi }),
      ...[s.d98Gy, s.d50Gy, s.d2Gy, s.maximumGy].map((gy) => printNumber(gy * perSi)),
    ]),
    notes: [
      '± is one standard uncertainty (k = 1) of the mean. D98, D50, D2: what the hottest 98 %, 50 %, 2 % of the volume get at least.',
      ...(structures.some((s) => s.meanStandardUncertaintyGy === null)
        ? ['No ±: the structure has no dose of its own in the analysis, whose uncertainty could be taken.']
        : []),
      ...notesOf(dose),
    ],
  }
}

function notesOf({ result, engine }: ReportedVoxelDose): string[] {
  const { summary, activity, structures, remarks } = result
  const { activityMap, quantity } = summary
  const mark = ({ citation, evidence }: (typeof engine.sources)[number]): string =>
    evidence === 'verified' ? citation : `‡\u00A0${citation} (${evidence})`
  const sources = engine.sources.map(mark)
  return [
    ...(quantity === 'dose'
      ? [
          `Before the first image: ${BEFORE_FIRST[activityMap.beforeFirst]}, ${printPercent(activity.shareBefore)} % of the activity; after the last: ${printPercent(activity.shareAfter)} %.`,
        ]
      : []),
    activityMap.matchStructures
      ? 'The voxels of a structure are scaled to the mean that its curve gives.'
      : 'The voxels are as the images give them, not scaled to the curves of the structures.',
    ...activity.structures.filter(({ note }) => note !== '').map(({ name, note }) => `${name}: ${note}`),
    ...structures
      .filter(({ insideGrid }) => insideGrid < WHOLLY_INSIDE)
      .map(
        ({ name, insideGrid }) =>
          `${name}: ${printPercent(1 - insideGrid)} % of it lies outside the dose grid and counts nowhere here.`,
      ),
    ...remarks,
    ...(sources.length > 0 ? [`Sources of the engine: ${sources.join('; ')}.`] : []),
    ...(engine.sources.some(({ evidence }) => evidence !== 'verified') ? ['‡ Not verified independently.'] : []),
  ]
}

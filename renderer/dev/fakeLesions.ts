/** Lesions and networks of the invented patient: candidates of a search, the same followed over its time points, a network. */
import type {
  InstalledNetworkView,
  LesionCandidates,
  LesionFollowUp,
  MaskRef,
  PropagatedStructure,
} from '../../electron/contracts/index.ts'
import { fakeMasks, fakeView } from './fakeData.ts'
import { concentrationBqPerMl, hoursPi, regions, volumeMl } from './phantom.ts'

/** The lesions of the phantom, and a kidney that a search takes for one. */
const found = [
  ...regions.filter((one) => one.kind === 'lesion'),
  regions.find((one) => one.name === 'KIDNEY_L'),
].filter((one) => one !== undefined)

export function fakeCandidates(setId: string, timePointId: string): LesionCandidates {
  const hours = hoursPi[Number(timePointId.slice(2)) - 1] ?? 24
  return {
    setId,
    label: 'Lesion candidates',
    thresholdBqPerMl: 1e5,
    description: 'Regions above 100 kBq/mL (fixed); from 0.5 mL on',
    tooSmall: { count: 2, volumeMl: 0.6 },
    candidates: found
      .map((region) => {
        const mean = concentrationBqPerMl(region, hours)
        const isOrgan = region.kind === 'organ'
        return {
          structureId: `structure-${region.name}`,
          name: region.name,
          volumeMl: volumeMl(region),
          meanBqPerMl: mean,
          maximumBqPerMl: 1.3 * mean,
          peakBqPerMl: 1.15 * mean,
          totalBq: mean * volumeMl(region),
          centreMm: [...region.centreMm] as [number, number, number],
          thresholdBqPerMl: 1e5,
          physiologicShare: isOrgan ? 0.97 : 0,
          flags: isOrgan ? (['physiologic'] as const).slice() : [],
          reasons: isOrgan ? '97 % of it lie in KIDNEY_L, widened by 6 mm' : '',
          place: isOrgan ? 'in KIDNEY_L' : '12 mm from LIVER, left, above',
          side: region.centreMm[0] > 0 ? ('left' as const) : ('right' as const),
          review: 'to-review' as const,
        }
      })
      .sort((a, b) => b.totalBq - a.totalBq),
  }
}

export const fakeCandidateMasks = (timePointId: string): MaskRef[] =>
  fakeMasks(timePointId).filter((mask) => found.some(({ name }) => name === mask.name))

export function fakeFollowUp(timePointIds: readonly string[], isConfirmed: boolean): LesionFollowUp {
  const points = fakeView({ analysed: false, stale: false, reported: false, protocol: {} as never, problems: [] })
    .cycles.flatMap((cycle) => cycle.timePoints)
    .filter(({ id }) => timePointIds.includes(id))
  const lesions = regions.filter((one) => one.kind === 'lesion')
  const cellOf = (region: (typeof lesions)[number], n: number, event: 'same' | 'appeared' | 'uncertain') => {
    const ml = volumeMl(region) * 0.9 ** n
    const mean = concentrationBqPerMl(region, points[n]?.hoursAfterInjection ?? 24)
    return {
      structureId: `structure-${region.name}-${n}`,
      name: region.name,
      review: 'reviewed' as const,
      volumeMl: ml,
      meanBqPerMl: mean,
      totalBq: mean * ml,
      dose: n === 1 ? { doseGy: 24.3, standardUncertaintyGy: 3.1, method: 'local energy deposition' } : null,
      event,
      problem: '',
    }
  }
  const last = points.length - 1
  return {
    timePoints: points.map((point, n) => ({
      timePointId: point.id,
      cycle: 1,
      hoursAfterInjection: point.hoursAfterInjection ?? 0,
      start: point.acquisitionStart ?? { local: '2024-01-08T09:05:00', utcOffsetMin: null },
      setId: `set-of-${point.id}`,
      label: 'Organs',
      registration: n === 0 ? '' : 'imported registration object; accepted by anna on 2026-01-20',
      burden: { count: lesions.length, toReview: 0, volumeMl: 100, totalBq: 2e8, largestMl: 60 },
      events: [],
    })),
    lesions: lesions.map((region, index) => ({
      identity: `L${index + 1}`,
      confirmed: isConfirmed,
      ancestors: [],
      cells: points.map((_, n) =>
        index === lesions.length - 1 && n === last && n > 0 ? null : cellOf(region, n, n === 0 ? 'appeared' : 'same'),
      ),
    })),
    undecided:
      isConfirmed || last < 1 || !lesions[0]
        ? []
        : [
            {
              timePointId: points[last]?.id ?? '',
              cell: { ...cellOf(lesions[0], last, 'uncertain'), structureId: 'open-one', name: 'Lesion 5' },
              candidates: [`L${lesions.length}`],
              reason: `It lies 14 mm from L${lesions.length} and 17 mm from L1.`,
            },
          ],
    remarks: ['There are no doses: no analysis was made.'],
  }
}

export const fakeCarried: readonly PropagatedStructure[] = [
  {
    structureId: 'structure-LIVER',
    name: 'LIVER',
    volumeBeforeMl: 1745,
    volumeAfterMl: 1741,
    refinedByMm: null,
    remarks: [],
  },
  {
    structureId: 'structure-KIDNEY_L',
    name: 'KIDNEY_L',
    volumeBeforeMl: 165,
    volumeAfterMl: 141,
    refinedByMm: 4.2,
    remarks: ['Its volume changed by −15 % (165.0 to 141.0 mL).'],
  },
]

export const fakeNetwork: InstalledNetworkView = {
  networkId: 'network-1',
  name: 'Abdominal organs',
  version: '2.1',
  source: 'made for development',
  licence: 'Apache-2.0',
  sha256: '3f'.repeat(32),
  channels: [{ name: 'CT', modality: 'CT' }],
  structures: ['LIVER', 'SPLEEN', 'KIDNEY_L', 'KIDNEY_R', 'STOMACH', 'PANCREAS'].map((name) => ({
    name,
    kind: 'organ' as const,
  })),
  spacingMm: [1.5, 1.5, 1.5],
  hasMirrors: true,
}

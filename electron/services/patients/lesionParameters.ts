/** What was measured of a candidate, as the parameters of its structure's method, and back. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import type { LesionCandidate, LesionsFound } from '../../../native-core/imaging/segmentation/lesions/index.ts'
import type { LesionCandidateView } from '../../contracts/lesions.ts'
import { lesionFlagSchema } from '../../contracts/lesions.ts'
import type { StructureMethod } from '../../contracts/structures.ts'
import type { StructureRecord } from '../ports/store.ts'

/** Most that a parameter's text may have. */
const TEXT = 500

const storedSchema = z.object({
  searchThresholdBqPerMl: z.number(),
  tooSmallRegions: z.number(),
  tooSmallMl: z.number(),
  thresholdBqPerMl: z.number(),
  volumeMl: z.number(),
  meanBqPerMl: z.number(),
  maximumBqPerMl: z.number(),
  peakBqPerMl: z.number().optional(),
  totalBq: z.number(),
  centreXMm: z.number(),
  centreYMm: z.number(),
  centreZMm: z.number(),
  physiologicShare: z.number(),
  flags: z.string(),
  reasons: z.string(),
  place: z.string(),
  side: z.enum(['left', 'right', 'middle', '']),
})

export function parametersOf(candidate: LesionCandidate, found: LesionsFound): StructureMethod['parameters'] {
  const [centreXMm, centreYMm, centreZMm] = candidate.centreMm
  return {
    searchThresholdBqPerMl: found.threshold,
    tooSmallRegions: found.tooSmall.count,
    tooSmallMl: found.tooSmall.volumeMl,
    thresholdBqPerMl: candidate.threshold,
    volumeMl: candidate.volumeMl,
    meanBqPerMl: candidate.mean,
    maximumBqPerMl: candidate.maximum,
    ...(candidate.peak === null ? {} : { peakBqPerMl: candidate.peak }),
    totalBq: candidate.total,
    centreXMm,
    centreYMm,
    centreZMm,
    physiologicShare: candidate.physiologicShare,
    flags: candidate.flags.join(' '),
    reasons: candidate.reasons.join(' ').slice(0, TEXT),
    place: (candidate.place?.words ?? '').slice(0, TEXT),
    side: candidate.side ?? '',
  }
}

export interface StoredCandidate {
  readonly candidate: LesionCandidateView
  readonly thresholdBqPerMl: number
  readonly tooSmall: { readonly count: number; readonly volumeMl: number }
}

/** @throws InputError `lesions.no-candidate` for a structure that was not found by a search for lesions. */
export function storedCandidate({ id, name, review, method }: StructureRecord): StoredCandidate {
  const parsed = method?.kind === 'lesion-finding' ? storedSchema.safeParse(method.parameters) : null
  if (!parsed?.success)
    throw new InputError(
      'lesions.no-candidate',
      `"${name}" was not found by a search for lesions.`,
      'Choose a set that a search for lesions made.',
    )
  const { searchThresholdBqPerMl, tooSmallRegions, tooSmallMl, flags, side, ...numbers } = parsed.data
  const { centreXMm, centreYMm, centreZMm, peakBqPerMl, ...plain } = numbers
  return {
    thresholdBqPerMl: searchThresholdBqPerMl,
    tooSmall: { count: tooSmallRegions, volumeMl: tooSmallMl },
    candidate: {
      ...plain,
      structureId: id,
      name,
      review,
      peakBqPerMl: peakBqPerMl ?? null,
      centreMm: [centreXMm, centreYMm, centreZMm],
      flags: flags === '' ? [] : flags.split(' ').map((flag) => lesionFlagSchema.parse(flag)),
      side: side === '' ? null : side,
    },
  }
}

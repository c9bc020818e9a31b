import { fakePlanarHandlers } from './fakePlanar.ts'
import {
  measuredSeriesEntrySchema,
  planarRequestSchema,
  measuredSeriesSchema,
  type MeasuredSeriesView,
  type Protocol,
  type RequestOf,
  type SeriesUse,
} from '../../electron/contracts/index.ts'

interface ProtocolPlace {
  readonly read: () => Protocol
  readonly write: (protocol: Protocol) => void
}

/** Measured series of the invented patient, kept while the window is open. */
export function createFakeMeasuredSeries(protocol: ProtocolPlace) {
  let stored: Omit<MeasuredSeriesView, 'inUse'>[] = []
  const isUsed = (seriesId: string) =>
    (protocol.read().measuredSeries ?? []).some(({ series }) => series.seriesId === seriesId)
  const views = () => stored.map((one): MeasuredSeriesView => ({ ...one, inUse: isUsed(one.seriesId) }))
  return {
    'measuredSeries.list': views,
    'measuredSeries.add': (ask: { content: unknown }) => {
      const content = measuredSeriesSchema.parse(ask.content)
      const number = stored.length + 1
      const seriesId = `series-${number}`
      const addedAt = `2024-02-${String(number).padStart(2, '0')}T10:00:00.000Z`
      const contentHash = String(number).padStart(64, '0')
      stored = [...stored, { seriesId, patientId: 'demo', addedAt, addedBy: 'anna', contentHash, content }]
      return { seriesId }
    },
    'measuredSeries.retire': ({ seriesId }: { seriesId: string }) => {
      stored = stored.filter((one) => one.seriesId !== seriesId)
      return views()
    },
    'measuredSeries.fromRequest': (ask: RequestOf<'measuredSeries.fromRequest'>) =>
      ask.from === 'samples'
        ? { draft: inventedDraft(ask) }
        : ask.from === 'planar' && ask.folder === ''
          ? { draft: drawnDraft(ask) }
          : {
              error: {
                kind: 'input',
                code: 'planar.no-images',
                message: 'There are no planar images here.',
                hint: 'Type the points instead.',
              },
            },
    'measuredSeries.use': ({
      seriesId,
      use,
      toleranceH,
    }: {
      seriesId: string
      use: SeriesUse | null
      toleranceH?: number | undefined
    }) => {
      const { measuredSeries = [], ...rest } = protocol.read()
      const content = stored.find((one) => one.seriesId === seriesId)?.content
      if (content?.kind !== 'activity') return {}
      const others = measuredSeries.filter(
        (one) => one.cycle !== content.cycle || one.structure.toUpperCase() !== content.structure.toUpperCase(),
      )
      const { cycle, structure } = content
      const asked = { cycle, structure, series: { seriesId, content }, use, ...(toleranceH ? { toleranceH } : {}) }
      const left = use === null ? others : [...others, measuredSeriesEntrySchema.parse(asked)]
      protocol.write(left.length === 0 ? rest : { ...rest, measuredSeries: left })
      return {}
    },
  }
}

/** Points that fall from what was given with a half-life of two days, at the times of the rows. */
function inventedDraft({
  rows,
  ...ask
}: Extract<RequestOf<'measuredSeries.fromRequest'>, { from: 'samples' }>): ReturnType<
  typeof measuredSeriesSchema.parse
> {
  return measuredSeriesSchema.parse({
    kind: 'activity',
    cycle: ask.cycle,
    structure: ask.structure,
    region: ask.region,
    source: ask.table === 'probe' ? 'probe' : 'samples',
    nuclide: ask.nuclide,
    mass: ask.mass,
    curve: {
      quantity: 'activity',
      points: rows.map((row) => {
        const hoursAfterInjection = Number(row['time_h'])
        const activityBq = ask.administeredBq.value * 2 ** (-hoursAfterInjection / 48)
        return { hoursAfterInjection, activityBq, standardUncertaintyBq: activityBq * 0.05 }
      }),
    },
    common: [{ source: 'activity meter', relativeStandardUncertainty: 0.03 }],
    origin: { method: 'invented points', requestHash: 'a'.repeat(64) },
  })
}

/** Of regions drawn in the window: what is measured in them there. */
function drawnDraft(
  ask: Extract<RequestOf<'measuredSeries.fromRequest'>, { from: 'planar' }>,
): ReturnType<typeof measuredSeriesSchema.parse> {
  const request = planarRequestSchema.parse(ask.request)
  const { times, remarks } = fakePlanarHandlers['planar.measure']({
    ...{ request, ctPath: null, region: ask.planarRegion ?? '' },
  })
  return measuredSeriesSchema.parse({
    ...{ kind: 'activity', cycle: ask.cycle, structure: ask.structure, region: ask.region, source: 'planar' },
    ...{ nuclide: request.nuclide, mass: ask.mass, remarks },
    curve: {
      quantity: 'activity',
      points: times.map(({ timeH, activityBq }) => ({
        hoursAfterInjection: timeH,
        activityBq: activityBq.value,
        standardUncertaintyBq: activityBq.standardUncertainty,
      })),
    },
    common: [{ source: 'planar sensitivity', relativeStandardUncertainty: 0.05 }],
    origin: {
      ...{ method: `conjugate views of region "${ask.planarRegion ?? ''}"`, requestHash: 'b'.repeat(64) },
      planar: { request, folder: '', ctPath: null, region: ask.planarRegion },
    },
  })
}

/** Requests about measured series of a patient. */
import { InputError } from '../../native-core/errors/index.ts'
import { createPlanarSource } from '../adapters/dicom/planar.ts'
import type {
  MeasuredSeries,
  measuredSeriesRequests,
  SeriesFromRequest,
  SeriesUse,
} from '../contracts/measuredSeries.ts'
import {
  addSeries,
  listSeries,
  retireSeries,
  seriesFromRequest,
  seriesOf,
  withoutSeries,
  withSeriesUse,
} from '../services/measuredSeries/index.ts'
import type { DraftPorts } from '../services/measuredSeries/index.ts'
import { protocolOf, saveProtocol } from '../services/patients/index.ts'
import { waterAndBone } from '../services/planar/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'
import type { Workbench } from './compose.ts'

interface One {
  readonly patientId: string
  readonly seriesId: string
}

export function measuredSeriesHandlers({
  store,
  bench,
  emit,
}: SessionTools): HandlersOf<keyof typeof measuredSeriesRequests> {
  return {
    'measuredSeries.list': ({ patientId }: { readonly patientId: string }) =>
      listSeries(store, patientId, protocolOf(store, patientId)),
    'measuredSeries.add': ({
      patientId,
      content,
    }: {
      readonly patientId: string
      readonly content: MeasuredSeries
    }) => {
      const seriesId = addSeries(store, patientId, content)
      emit('patientChanged', { patientId })
      return { seriesId }
    },
    'measuredSeries.retire': ({ patientId, seriesId }: One) => {
      const left = retireSeries(store, patientId, seriesId, protocolOf(store, patientId))
      emit('patientChanged', { patientId })
      return left
    },
    'measuredSeries.fromRequest': async (ask: SeriesFromRequest) => ({
      draft: await seriesFromRequest(ask, draftPorts(bench)),
    }),
    'measuredSeries.use': ({
      patientId,
      seriesId,
      use,
      toleranceH,
    }: One & { readonly use: SeriesUse | null; readonly toleranceH?: number | undefined }) => {
      const protocol = protocolOf(store, patientId)
      saveProtocol(
        store,
        patientId,
        use === null
          ? withoutSeries(protocol, seriesId)
          : withSeriesUse(protocol, seriesOf(store, patientId, seriesId, protocol), use, toleranceH),
      )
      emit('patientChanged', { patientId })
      return {}
    },
  }
}

/** What a draft is made with. */
export function draftPorts(bench: Workbench): DraftPorts {
  return {
    nuclides: bench.data.nuclides,
    hashOf: bench.data.hashOf,
    programVersion: bench.programVersion,
    planarSource: () => createPlanarSource(),
    media: () => waterAndBone(bench.resources),
    loadCt: async (path, signal) => {
      const scan = await bench.source.scan([path], signal ? { signal } : {})
      const found = scan.patients.flatMap(({ images }) => images.filter(({ modality }) => modality === 'CT'))
      const only = found[0]
      if (!only || found.length > 1)
        throw new InputError(
          'series.ct',
          only ? `There are ${found.length} CTs in ${path}.` : `There is no CT in ${path}.`,
          'Choose the folder of the one CT that the attenuation is from.',
        )
      return { grid: only.grid, hu: await bench.source.loadVoxels(only, signal) }
    },
  }
}

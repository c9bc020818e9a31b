/** Reports in the store: a PDF and its numbers as CSV and JSON, bound to the analysis they print. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { BiologySet } from '../../../native-core/radiobiology/index.ts'
import { analysisSchema } from '../../contracts/analysis.ts'
import { BIOLOGY_VERSION, RESPONSE_VERSION } from '../biology/index.ts'
import { listEngines } from '../doseMaps/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { ReportContext, ReportedResponse, ReportedVoxelDose, ReportWriter } from '../ports/reportWriter.ts'
import type { ArtifactRecord, Store } from '../ports/store.ts'
import { bedMapOf } from './bedMaps.ts'
import { storedEffects } from './biology.ts'
import type { EffectPorts } from './biology.ts'
import type { ReportedPair } from './pair.ts'
import { patientRef } from './protocolOf.ts'
import { presentVoxelDoses } from './voxelDoses.ts'

export const REPORT_VERSION = 'report/1'

const mediaTypes = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8', json: 'application/json' } as const
export type ReportFormat = keyof typeof mediaTypes

/**
 * Writes the report of the patient's latest analysis, with the voxel doses that are not stale, and where `biologySets` are given with the biological effect
 * by the stored settings. `responses` are those over time of the settings that are kept (`reportedResponses`), `pairs` what was predicted from diagnostic scans
 * (`reportedPairs`).
 *
 * @throws InputError `report.no-analysis` where there is no analysis; `biology.set` for stored settings that cannot be used.
 */
export async function createReport(
  store: Store,
  patient: StoredPatient,
  writer: ReportWriter,
  context: ReportContext,
  ports: EffectPorts,
  biologySets: readonly BiologySet[] | null = null,
  responses: readonly ReportedResponse[] = [],
  pairs: readonly ReportedPair[] = [],
): Promise<string> {
  const subject = patientRef(patient.record.id)
  const source = store.read.latestArtifact('cycle-analysis', subject)
  if (!source)
    throw new InputError(
      'report.no-analysis',
      'There is no analysis to report yet.',
      'Run the analysis first (step Dose).',
    )
  const analysis = analysisSchema.parse(source.payload)
  const engines = listEngines(ports.engines)
  const voxelDoses = presentVoxelDoses(store, patient, ports).flatMap((result): ReportedVoxelDose[] => {
    const engine = engines.find(({ id }) => id === result.summary.engine.id)
    const bed = biologySets && bedMapOf(store, patient, result.summary.doseId, ports, biologySets)
    return engine ? [{ result, engine, ...(bed && !bed.stale ? { bed } : {}) }] : []
  })
  const biology = biologySets ? (storedEffects(store, patient, ports, biologySets, null)?.result ?? null) : null
  const predictions = pairs.map(({ prediction }) => prediction)
  const encoder = new TextEncoder()
  const files = {
    pdf: await writer.pdf(analysis, context, voxelDoses, biology, responses, predictions),
    csv: encoder.encode(writer.csv(analysis, voxelDoses, biology, responses, predictions)),
    json: encoder.encode(writer.json(analysis, voxelDoses, biology, responses, predictions)),
  }
  const volumes: Record<string, string> = {}
  for (const [format, bytes] of Object.entries(files)) volumes[format] = (await store.volumes.put(bytes)).id
  const draft = {
    kind: 'report' as const,
    algorithmVersion: REPORT_VERSION,
    parameters: {
      printedAt: context.printedAt,
      operator: context.operator,
      ...(biology ? { biology: { version: BIOLOGY_VERSION, settings: biology.settings } } : {}),
      ...(responses.length > 0
        ? {
            responses: {
              version: RESPONSE_VERSION,
              settings: responses.map(({ kind, identity, settings }) => ({ kind, identity, settings })),
            },
          }
        : {}),
    },
    inputs: [
      store.read.inputOf('analysis', { entity: 'artifact', id: source.key }),
      ...voxelDoses.map(({ result }) =>
        store.read.inputOf('voxel-dose', { entity: 'artifact', id: result.summary.doseId }),
      ),
      ...pairs.map(({ artifactKey }) => store.read.inputOf('pair-prediction', { entity: 'artifact', id: artifactKey })),
      ...voxelDoses.flatMap(({ bed }) =>
        bed ? [store.read.inputOf('bed-map', { entity: 'artifact', id: bed.bedId })] : [],
      ),
    ],
    subject,
    slot: '',
    payload: { printedAt: context.printedAt, analysis: analysis.key, mrn: analysis.patient.mrn },
    volumes,
  }
  return store.transaction({ action: 'report.create' }, (write) => write.putArtifact(draft).id)
}

export interface ReportBlob {
  readonly volumeId: string
  readonly mediaType: string
  readonly fileName: string
}

/** Where the bytes of `<reportId>.<format>` are. @throws InputError `report.unknown`. */
export function reportBlob(store: Store, name: string): ReportBlob {
  const [reportId, format] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)]
  const artifact: ArtifactRecord | null = reportId ? store.read.artifact(reportId) : null
  const volumeId = artifact?.kind === 'report' ? artifact.volumes[format] : undefined
  if (!artifact || volumeId === undefined || !isFormat(format))
    throw new InputError('report.unknown', 'There is no such report.', 'Create the report again.')
  const { printedAt, mrn } = artifact.payload as { printedAt: string; mrn: string }
  const fileName = `theratwin-${mrn.replace(/[^A-Za-z0-9._-]/g, '_')}-${printedAt.slice(0, 10)}.${format}`
  return { volumeId, mediaType: mediaTypes[format], fileName }
}

function isFormat(text: string): text is ReportFormat {
  return Object.hasOwn(mediaTypes, text)
}

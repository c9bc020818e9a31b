import type { z } from 'zod'
import {
  imageCameraSchema,
  imageGridSchema,
  imageQuantitySchema,
  radiopharmaceuticalSchema,
} from '../../electron/contracts/domain.ts'
import type { ImageInput, ImageRecord, StoreReader, StoreWriter } from '../../electron/services/ports/store.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { canonicalJson, hashOfJson } from '../canonicalJson.ts'
import { referToVolume, sizeOfVolume, type ReadContext, type WriteContext } from '../context.ts'
import { entityId } from '../ids.ts'
import { replaceLinks, saveRow } from '../rows.ts'
import { imageSchema, validated } from '../validate.ts'
import { instantColumns, instantFrom } from './instants.ts'

type Reader = Pick<StoreReader, 'imagesOfPatient' | 'image'>
type Writer = Pick<StoreWriter, 'addImage'>

interface Row {
  readonly id: string
  readonly series_id: string
  readonly key: string
  readonly modality: ImageInput['modality']
  readonly grid: string
  readonly quantity: string
  readonly frame_of_reference_uid: string | null
  readonly acquisition_start_local: string | null
  readonly acquisition_start_utc_offset_min: number | null
  readonly acquisition_duration_s: number | null
  readonly radiopharmaceutical: string | null
  readonly lossy_compressed: number
  readonly camera: string | null
  readonly verdict: ImageInput['verdict']
  readonly voxels_sha256: string
  readonly content_hash: string
  readonly patient_id: string
  readonly study_uid: string
  readonly series_uid: string
  readonly series_description: string
  readonly manufacturer: string
}

const select = `SELECT images.*, studies.patient_id, studies.study_uid, series.series_uid,
    series.description AS series_description, series.manufacturer
  FROM images JOIN series ON series.id = images.series_id JOIN studies ON studies.id = series.study_id`

export function imageReader(context: ReadContext): Reader {
  return {
    imagesOfPatient: (patientId) =>
      context
        .statement<[string], Row>(
          `${select} WHERE studies.patient_id = ? AND images.retired_at IS NULL
           ORDER BY images.acquisition_start_local IS NULL, images.acquisition_start_local, images.modality, images.key`,
        )
        .all(patientId)
        .map((row) => fromRow(context, row)),
    image(id) {
      const row = context
        .statement<[string], Row>(`${select} WHERE images.id = ? AND images.retired_at IS NULL`)
        .get(id)
      return row === undefined ? null : fromRow(context, row)
    },
  }
}

export function imageWriter(context: WriteContext): Writer {
  return {
    addImage(given, options) {
      const checked = validated(imageSchema, given, 'image')
      const input: ImageInput = { ...checked, sourceSha256s: [...checked.sourceSha256s].sort() }
      const sizeBytes = sizeOfVolume(context, input.voxelsVolumeId)
      const [nx, ny, nz] = input.grid.dimensions
      if (sizeBytes !== 4 * nx * ny * nz) {
        throw new InputError(
          'store.invalid-value',
          `The image ${input.key} was not stored: it has ${sizeBytes / 4} voxels, its grid ${nx} × ${ny} × ${nz}.`,
          'Import the series again; if it happens again, the files are incomplete.',
        )
      }
      const id = entityId('image', input.seriesId, input.key)
      const { seriesId, key, camera, ...substance } = input
      const gainsCamera = camera !== null && lacksCamera(context, id, hashOfJson(substance))
      return saveRow(
        context,
        {
          entity: 'image',
          id,
          input,
          substance,
          columns: {
            series_id: seriesId,
            key,
            modality: input.modality,
            grid: canonicalJson(input.grid),
            quantity: canonicalJson(input.quantity),
            frame_of_reference_uid: input.frameOfReferenceUid,
            ...instantColumns('acquisition_start', input.acquisitionStart),
            acquisition_duration_s: input.acquisitionDurationS,
            radiopharmaceutical: input.radiopharmaceutical === null ? null : canonicalJson(input.radiopharmaceutical),
            lossy_compressed: input.lossyCompressed ? 1 : 0,
            camera: camera === null ? null : canonicalJson(camera),
            verdict: input.verdict,
            voxels_sha256: input.voxelsVolumeId,
          },
          stored: () => inputOf(storedImage(context, id)),
          before: () => referToVolume(context, input.voxelsVolumeId),
          writeLinks: () => {
            const links = input.sourceSha256s.map((sha256) => ({ sha256 }))
            replaceLinks(context, 'image_sources', 'image_id', id, links)
          },
        },
        gainsCamera ? { replace: true } : options,
      )
    },
  }
}

/** Whether it is stored with this content, but from a time when the camera was not kept. */
function lacksCamera(context: ReadContext, id: string, contentHash: string): boolean {
  return (
    context
      .statement<[string, string], number>(
        'SELECT 1 FROM images WHERE id = ? AND content_hash = ? AND camera IS NULL AND retired_at IS NULL',
      )
      .pluck()
      .get(id, contentHash) !== undefined
  )
}

function storedImage(context: ReadContext, id: string): ImageRecord {
  const row = context.statement<[string], Row>(`${select} WHERE images.id = ?`).get(id)
  if (row === undefined) throw new Error(`There is no image ${id}.`)
  return fromRow(context, row)
}

function inputOf(record: ImageRecord): ImageInput {
  const { id, contentHash, patientId, studyUid, seriesUid, seriesDescription, manufacturer, ...input } = record
  void [id, contentHash, patientId, studyUid, seriesUid, seriesDescription, manufacturer]
  return input
}

function fromRow(context: ReadContext, row: Row): ImageRecord {
  const parse = <T>(schema: z.ZodType<T>, text: string): T => schema.parse(JSON.parse(text))
  return {
    id: row.id,
    seriesId: row.series_id,
    key: row.key,
    modality: row.modality,
    grid: parse(imageGridSchema, row.grid),
    quantity: parse(imageQuantitySchema, row.quantity),
    frameOfReferenceUid: row.frame_of_reference_uid,
    acquisitionStart: instantFrom(row.acquisition_start_local, row.acquisition_start_utc_offset_min),
    acquisitionDurationS: row.acquisition_duration_s,
    radiopharmaceutical:
      row.radiopharmaceutical === null ? null : parse(radiopharmaceuticalSchema, row.radiopharmaceutical),
    lossyCompressed: row.lossy_compressed === 1,
    camera: row.camera === null ? null : parse(imageCameraSchema, row.camera),
    verdict: row.verdict,
    voxelsVolumeId: row.voxels_sha256,
    sourceSha256s: context
      .statement<[string], string>('SELECT sha256 FROM image_sources WHERE image_id = ? ORDER BY sha256')
      .pluck()
      .all(row.id),
    contentHash: row.content_hash,
    patientId: row.patient_id,
    studyUid: row.study_uid,
    seriesUid: row.series_uid,
    seriesDescription: row.series_description,
    manufacturer: row.manufacturer,
  }
}

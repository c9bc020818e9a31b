/**
 * A child that imports one synthetic patient after the other until it is killed. Prints "opening", then "open", then for each import
 * "volumes …" when its volumes are durable and its number when the commit has returned. Arguments: folder of the store, key in hex,
 * number to begin with.
 */
import { createHash } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openStore } from '../../../db/index.ts'
import type { Store } from '../../../electron/services/ports/store.ts'
import { dimensions, fileOf, filesPerImport, identityOf, shapeOf, voxelsOf } from './content.ts'

const [directory = '', key = '', first = '0'] = process.argv.slice(2)

// Written straight to the pipe: what was said is with the parent, even if the next thing is the end.
const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}

async function importPatient(store: Store, n: number): Promise<void> {
  const batch = store.volumes.batch()
  const files = Array.from({ length: filesPerImport }, (_, index) => fileOf(n, index))
  for (const file of files) await batch.put(file)
  const voxelsVolumeId = await store.voxels.put(voxelsOf(n), batch)
  const geometryVolumeId = await store.shapes.put(shapeOf(n), batch)
  await batch.flush()
  const sha256s = files.map((file) => createHash('sha256').update(file).digest('hex'))

  say(`volumes ${n}`)
  store.transaction({ action: 'import' }, (write) => {
    const { id: patientId } = write.upsertPatient(identityOf(n))
    const { id: studyId } = write.addStudy({ patientId, studyUid: `1.2.${n}`, description: '' })
    const { id: seriesId } = write.addSeries({
      studyId,
      seriesUid: `1.2.${n}.1`,
      modality: 'NM',
      description: '',
      manufacturer: '',
      frameOfReferenceUid: null,
      keptBecause: null,
    })
    sha256s.forEach((sha256, index) => {
      write.addSourceFile({
        seriesId,
        sha256,
        sopInstanceUid: `1.2.${n}.1.${index}`,
        sopClassUid: '1',
        displayPath: '',
      })
    })
    write.addImage({
      seriesId,
      key: `1.2.${n}.1`,
      modality: 'NM',
      grid: { dimensions, spacingMm: [1, 1, 1], originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
      quantity: { kind: 'counts', acquisitionDurationS: null },
      frameOfReferenceUid: null,
      acquisitionStart: null,
      acquisitionDurationS: null,
      radiopharmaceutical: null,
      lossyCompressed: false,
      camera: null,
      verdict: 'accept',
      voxelsVolumeId,
      sourceSha256s: sha256s,
    })
    write.addStructureSet({
      patientId,
      seriesId: null,
      key: 'drawn',
      origin: 'drawn',
      label: '',
      frameOfReferenceUid: null,
      referencedSeriesUid: null,
      sourceSha256s: [],
      structures: [
        {
          number: 1,
          name: 'liver',
          type: '',
          colourRgb: null,
          geometryVolumeId,
          method: null,
          review: 'none',
          identity: null,
        },
      ],
    })
    write.recordImport({
      sources: [`folder ${n}`],
      programVersion: '',
      filesSeen: filesPerImport,
      bytesSeen: 1,
      problems: [],
    })
  })
}

say('opening')
const store = await openStore(directory, { kind: 'raw', key: Buffer.from(key, 'hex') }, { actor: 'child' })
say('open')
for (let n = Number(first); ; n++) {
  await importPatient(store, n)
  say(String(n))
}

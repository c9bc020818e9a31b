/** Worker entry: makes the demonstration patient's files in `workerData.outDir`, telling its progress. */
import { parentPort, workerData } from 'node:worker_threads'
import { createDicomWriter } from '../adapters/dicom-write/index.ts'
import { makeDemonstrationPatient } from '../services/demonstration/index.ts'

const { outDir } = workerData as { readonly outDir: string }

await makeDemonstrationPatient({
  writer: createDicomWriter(),
  outDir,
  progress: (fraction, what) => parentPort?.postMessage({ fraction, what }),
})

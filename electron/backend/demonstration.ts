import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CancelledError } from '../../native-core/errors/index.ts'
import type { ProgressSink } from '../services/ports/dicomSource.ts'
import { workerUrl } from '../workers/workerUrl.ts'

/** Who accepts its registrations: they are the movement that was simulated. */
export const DEMONSTRATION_MAKER = 'the maker of the demonstration patient'

export interface DemonstrationFolder {
  readonly path: string
  remove(): Promise<void>
}

/** The demonstration patient as DICOM files, in `outDir` or a temporary folder, made in a thread. Always the same files. */
export async function demonstrationFolder(
  progress: ProgressSink,
  signal: AbortSignal,
  outDir?: string,
): Promise<DemonstrationFolder> {
  const path = outDir ?? (await mkdtemp(join(tmpdir(), 'theratwin-demonstration-')))
  const remove = (): Promise<void> =>
    outDir === undefined ? rm(path, { recursive: true, force: true }) : Promise.resolve()
  try {
    await simulate(path, progress, signal)
    return { path, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** @throws CancelledError as soon as the signal is aborted */
function simulate(outDir: string, progress: ProgressSink, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new CancelledError('The demonstration patient'))
    const worker = new Worker(workerUrl('demonstration'), { workerData: { outDir } })
    const stop = (): void => void worker.terminate()
    signal.addEventListener('abort', stop, { once: true })
    worker.on('message', ({ fraction, what }: { readonly fraction: number; readonly what: string }) =>
      progress(fraction, what),
    )
    worker.on('error', reject)
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(new CancelledError('The demonstration patient'))
      else if (code === 0) resolve()
      else reject(new Error(`the simulation ended with code ${code}`))
    })
  })
}

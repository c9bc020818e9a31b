import { describe, expect, it } from 'vitest'
import { CancelledError, InputError } from '../../native-core/errors/index.ts'
import type { JobEvent } from '../contracts/index.ts'
import { jobEventSchema } from '../contracts/index.ts'
import { JobRunner } from './jobs.ts'

function runner() {
  const events: JobEvent[] = []
  const jobs = new JobRunner((event) => events.push(jobEventSchema.parse(event)))
  const ended = async (): Promise<JobEvent> => {
    for (;;) {
      const last = events.findLast((event) => event.state !== 'running')
      if (last) return last
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return { jobs, events, ended }
}

describe('JobRunner', () => {
  it('reports progress that never goes back, and the result', async () => {
    const { jobs, events, ended } = runner()
    jobs.start('report', 'Report', ({ progress }) => {
      progress(0.5, 'half')
      progress(0.2, 'less')
      return Promise.resolve({ kind: 'report', patientId: 'p', reportId: 'r' })
    })
    expect(await ended()).toMatchObject({ state: 'done', fraction: 1, result: { kind: 'report', reportId: 'r' } })
    const fractions = events.map((event) => event.fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  })

  it('tells an error of input with its cure, and hides the inside of a bug', async () => {
    const input = runner()
    input.jobs.start('import', 'Import', () =>
      Promise.reject(new InputError('a.b', 'File x is cut.', 'Copy it again.')),
    )
    expect((await input.ended()).failure).toEqual({
      kind: 'input',
      code: 'a.b',
      message: 'File x is cut.',
      hint: 'Copy it again.',
    })
    const bug = runner()
    bug.jobs.start('import', 'Import', () => Promise.reject(new TypeError('secret of Mrs Miller')))
    expect(JSON.stringify((await bug.ended()).failure)).not.toContain('Miller')
  })

  it('hands a bug to the log, and an error of input not', async () => {
    const logged: unknown[] = []
    const events: JobEvent[] = []
    const jobs = new JobRunner(
      (event) => events.push(event),
      (error) => logged.push(error),
    )
    const bug = new TypeError('inside')
    jobs.start('import', 'Import', () => Promise.reject(bug))
    jobs.start('import', 'Import', () => Promise.reject(new InputError('a.b', 'c', 'd')))
    while (events.filter((event) => event.state === 'failed').length < 2)
      await new Promise((done) => setTimeout(done, 5))
    expect(logged).toEqual([bug])
  })

  it('cancels what runs and what waits', async () => {
    const { jobs, events } = runner()
    const untilCancelled = ({ signal }: { signal: AbortSignal }): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError())))
    jobs.start('import', 'first', untilCancelled)
    jobs.start('import', 'second', untilCancelled)
    await new Promise((resolve) => setTimeout(resolve, 10))
    await jobs.stop()
    expect(events.filter((event) => event.state === 'cancelled').map((event) => event.title)).toEqual([
      'first',
      'second',
    ])
  })
})

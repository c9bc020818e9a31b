import { describe, expect, it } from 'vitest'
import { protocolSchema, type JobEvent, type PatientView } from '../../electron/contracts/index.ts'
import { fakeView } from '../dev/fakeData.ts'
import { fakeProblems } from '../dev/fakeProblems.ts'
import { breaksTheView } from './breaksTheView.ts'
import { passphraseProblem } from './passphrase.ts'
import { biologyState, doseState, imagesState, reportState } from './stepStates.ts'

const protocol = protocolSchema.parse({})
const view = (over: Partial<Parameters<typeof fakeView>[0]> = {}) =>
  fakeView({ analysed: false, stale: false, reported: false, protocol, problems: [], ...over })
const running = (kind: JobEvent['kind']): JobEvent => ({
  jobId: 'j',
  kind,
  title: '',
  state: 'running',
  fraction: 0,
  what: '',
  elapsedS: 0,
  remainingS: null,
  failure: null,
  result: null,
})
const bare: PatientView = { ...view(), cycles: view().cycles.map((cycle) => ({ ...cycle, timePoints: [] })) }

describe('states of steps', () => {
  it('follow the images', () => {
    expect(imagesState(bare, [])).toBe('empty')
    expect(imagesState(view(), [])).toBe('done')
    expect(imagesState(view({ problems: fakeProblems }), [])).toBe('problem')
    expect(imagesState(view({ problems: fakeProblems.filter((one) => one.severity !== 'question') }), [])).toBe('done')
    expect(imagesState(view(), [running('import')])).toBe('running')
  })

  it('follow the analysis', () => {
    expect(doseState(bare, [])).toBe('empty')
    expect(doseState(view(), [])).toBe('ready')
    expect(doseState(view({ problems: fakeProblems }), [])).toBe('problem')
    expect(doseState(view({ analysed: true }), [])).toBe('done')
    expect(doseState(view({ analysed: true, stale: true }), [])).toBe('stale')
    expect(doseState(view({ analysed: true }), [running('analysis')])).toBe('running')
    expect(doseState(view({ analysed: true }), [running('report')])).toBe('done')
  })

  it('show biology as soon as there are doses, and what stands in their way', () => {
    expect(biologyState(view(), [])).toBe('empty')
    expect(biologyState(view({ problems: fakeProblems }), [])).toBe('problem')
    expect(biologyState(view({ analysed: true }), [])).toBe('done')
    expect(biologyState(view({ analysed: true, stale: true }), [])).toBe('stale')
    expect(biologyState(view({ analysed: true }), [running('analysis')])).toBe('running')
  })

  it('call a report stale as soon as the analysis is', () => {
    expect(reportState(view(), [])).toBe('empty')
    expect(reportState(view({ analysed: true }), [])).toBe('ready')
    expect(reportState(view({ analysed: true, reported: true }), [])).toBe('done')
    expect(reportState({ ...view({ analysed: true, reported: true }), analysisState: 'stale' }, [])).toBe('stale')
    expect(reportState(view({ analysed: true }), [running('report')])).toBe('running')
  })
})

describe('errors that Vue caught', () => {
  it('replace a view only where it cannot be shown, in development as in production', () => {
    const reference = (code: number | string) => `https://vuejs.org/error-reference/#runtime-${code}`
    for (const info of [
      'render function',
      'setup function',
      'mounted hook',
      'async component loader',
      reference(0),
      reference(1),
      reference('m'),
      reference(13),
      reference(15),
    ])
      expect(breaksTheView(info), info).toBe(true)
    for (const info of [
      'native event handler',
      'component event handler',
      'watcher callback',
      reference(3),
      reference(5),
      reference(6),
    ])
      expect(breaksTheView(info), info).toBe(false)
  })
})

describe('passphrase', () => {
  it('needs eight characters, and the same twice for a new store', () => {
    expect(passphraseProblem('short', null)?.field).toBe('passphrase')
    expect(passphraseProblem('x'.repeat(1025), null)?.field).toBe('passphrase')
    expect(passphraseProblem('long enough', null)).toBeNull()
    expect(passphraseProblem('long enough', 'long enoug')?.field).toBe('repeated')
    expect(passphraseProblem('long enough', 'long enough')).toBeNull()
  })
})

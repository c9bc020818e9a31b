import { describe, expect, it } from 'vitest'
import { errorForLog, InputError } from './index.ts'

describe('errorForLog', () => {
  it('keeps kind, code and frames of a bug, and nothing of its words, be they of several lines', () => {
    const error = Object.assign(new TypeError("ENOENT, open '/data/Doe^Jane/1.dcm'\nPatientID 4711"), {
      code: 'ENOENT',
    })
    const logged = errorForLog(error)
    expect(logged).toMatchObject({ type: 'TypeError', code: 'ENOENT' })
    expect(logged.stack).toMatch(/^ {4}at .*errorForLog\.test\.ts/)
    expect(JSON.stringify(logged)).not.toMatch(/Doe|4711/)
  })

  it('keeps the code alone of what a person can mend, and only the type of what is no error', () => {
    const mendable = new InputError('series.bad', 'Doe^Jane: bad', 'Mend Doe^Jane')
    expect(errorForLog(mendable)).toEqual({ type: 'InputError', code: 'series.bad', stack: undefined })
    expect(errorForLog('Doe^Jane')).toEqual({ type: 'string', code: undefined, stack: undefined })
  })
})

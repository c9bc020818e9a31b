import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import { checkPointsLeftOut, leftOutBecause } from './pointsLeftOut.ts'

const at = (seriesUid: string) => ({ emission: { seriesUid } }) as TimePointDraft
const cycles = [{ index: 1, timePoints: [at('1.1'), at('1.2')] }] as unknown as readonly CycleDraft[]
const out = (...entries: { structure: string; seriesUid: string; reason?: string }[]) =>
  protocolSchema.parse({ pointsLeftOut: entries })

describe('leftOutBecause', () => {
  it('finds the point by structure and series, whatever the case of the name', () => {
    const protocol = out({ structure: 'kidney_l', seriesUid: '1.2', reason: 'moved' })
    expect(leftOutBecause('KIDNEY_L', at('1.2'), protocol)).toBe('Left out by a person: moved')
    expect(leftOutBecause('KIDNEY_L', at('1.1'), protocol)).toBe('')
    expect(leftOutBecause('KIDNEY_R', at('1.2'), protocol)).toBe('')
    expect(leftOutBecause('A', at('1.1'), out({ structure: 'A', seriesUid: '1.1' }))).toBe('Left out by a person.')
  })
})

describe('checkPointsLeftOut', () => {
  it('refuses an entry that leaves nothing out, and the same point twice', () => {
    expect(() => checkPointsLeftOut(out({ structure: 'A', seriesUid: '9.9' }), cycles)).toThrow('of no time point')
    const twice = out({ structure: 'A', seriesUid: '1.1' }, { structure: 'a', seriesUid: '1.1' })
    expect(() => checkPointsLeftOut(twice, cycles)).toThrow('more than once')
  })

  it('accepts points of several structures in one series, and of a series that is left out as a whole', () => {
    const both = out({ structure: 'A', seriesUid: '1.1' }, { structure: 'B', seriesUid: '1.1' })
    expect(() => checkPointsLeftOut(both, cycles)).not.toThrow()
    const excluded = { ...out({ structure: 'A', seriesUid: '1.9' }), excludedSeries: ['1.9'] }
    expect(() => checkPointsLeftOut(excluded, cycles)).not.toThrow()
  })
})

import { describe, expect, it } from 'vitest'
import { fakeCandidateMasks, fakeCandidates } from '../../../dev/fakeLesions.ts'
import { identity } from '../../../viewer/index.ts'
import { acceptedOf, nothingFound, rowsOf, runningBurden, sharedNames } from './candidates.ts'
import { candidateLayers, verdictLines } from './outlines.ts'

const { candidates } = fakeCandidates('candidates-1', 'tp2')
const [first, second, third] = candidates as [(typeof candidates)[0], (typeof candidates)[0], (typeof candidates)[0]]

describe('candidates', () => {
  it('are all to judge at first, and nothing counts', () => {
    const rows = rowsOf(candidates, {})
    expect(rows.every(({ verdict }) => verdict === 'open')).toBe(true)
    expect(runningBurden(rows)).toEqual({ count: 0, toJudge: candidates.length, volumeMl: 0, totalBq: 0 })
  })

  it('count once accepted: the burden is the sum of volumes and of mean times volume', () => {
    const rows = rowsOf(candidates, {
      [first.structureId]: { verdict: 'accepted', name: 'One' },
      [second.structureId]: { verdict: 'rejected', name: 'Two' },
      [third.structureId]: { verdict: 'accepted', name: ' Three ' },
    })
    const burden = runningBurden(rows)
    expect(burden.count).toBe(2)
    expect(burden.toJudge).toBe(candidates.length - 3)
    expect(burden.volumeMl).toBeCloseTo(first.volumeMl + third.volumeMl, 9)
    expect(burden.totalBq).toBeCloseTo(first.meanBqPerMl * first.volumeMl + third.meanBqPerMl * third.volumeMl, 3)
    expect(acceptedOf(rows)).toEqual([
      { structureId: first.structureId, name: 'One', identity: null },
      { structureId: third.structureId, name: 'Three', identity: null },
    ])
  })

  it('must not share a name with each other or with what is taken along', () => {
    const rows = rowsOf(candidates, {
      [first.structureId]: { verdict: 'accepted', name: 'Same' },
      [second.structureId]: { verdict: 'accepted', name: 'same ' },
      [third.structureId]: { verdict: 'accepted', name: 'Liver' },
    })
    expect(sharedNames(rows, ['LIVER'])).toEqual(['same', 'Liver'])
    expect(sharedNames(rows.slice(0, 1), ['LIVER'])).toEqual([])
  })

  it('are drawn by lines that tell the verdict without colour', () => {
    const rows = rowsOf(candidates, { [first.structureId]: { verdict: 'accepted', name: 'One' } })
    const layers = candidateLayers(rows, fakeCandidateMasks('tp2'), identity, new Set([second.structureId]))
    expect(layers).toHaveLength(candidates.length)
    expect(layers[0]).toMatchObject({ name: 'One', dash: [], emphasised: false })
    expect(layers[1]).toMatchObject({ emphasised: true })
    expect(new Set(Object.values(verdictLines).map(({ dash }) => dash.join())).size).toBe(3)
    expect(candidateLayers(rows, [], identity, new Set())).toEqual([])
  })

  it('that were not found say what to lower', () => {
    const none = { thresholdBqPerMl: 5e5, tooSmall: { count: 0, volumeMl: 0 } }
    expect(nothingFound(none)).toBe('Nothing lies above 500 kBq/mL. Lower the threshold.')
    expect(nothingFound({ ...none, tooSmall: { count: 1, volumeMl: 0.3 } })).toMatch(/^1 region .* is smaller/)
  })
})

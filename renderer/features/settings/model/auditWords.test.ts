import { describe, expect, it } from 'vitest'
import { actionWords, detailWords } from './auditWords.ts'

const id = (digit: string): string => digit.repeat(64)
const change = (entity: string, one: string, what = 'added') => ({ change: what, contentHash: one, entity, id: one })

describe('audit trail in words', () => {
  it('counts what changed by kind, with the beginning of the first hash', () => {
    const details = {
      changes: [
        change('artifact', id('a')),
        change('artifact', id('b')),
        change('structure-set', 'set-1'),
        change('artifact', id('c'), 'unchanged'),
      ],
    }
    expect(detailWords(JSON.stringify(details))).toBe(
      '2 results added (aaaaaaaaaa, …); 1 structure set added (set-1); 1 result unchanged (cccccccccc)',
    )
  })

  it('has the plurals of what an import adds', () => {
    const changes = ['study', 'study', 'series', 'series'].map((entity) => change(entity, 'x'))
    expect(detailWords(JSON.stringify({ changes }))).toBe('2 studies added (x, …); 2 series added (x, …)')
  })

  it('keeps what else was recorded, and text that is no record', () => {
    expect(detailWords('{"reason":"moved","changes":[]}')).toBe('reason: moved')
    expect(detailWords('8 images, 4 structure sets')).toBe('8 images, 4 structure sets')
    expect(detailWords('{"changes":[]}')).toBe('–')
  })

  it('has words for actions, and shows others as they are', () => {
    expect(actionWords('report.create')).toBe('Report made')
    expect(actionWords('something.else')).toBe('something.else')
  })
})

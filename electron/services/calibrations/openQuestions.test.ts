import { expect, it } from 'vitest'
import type { ImportProblem } from '../../contracts/problems.ts'
import { refuseOpenQuestions } from './openQuestions.ts'

const problem = (code: string, more: Partial<ImportProblem> = {}): ImportProblem => ({
  severity: 'question',
  code,
  item: 'SPECT',
  message: 'It is not known.',
  hint: 'Say it.',
  seriesUid: '1.2',
  filePaths: [],
  ...more,
})

it('refuses an image whose voxels are doubtful, and not one that only lacks a factor or an administration', () => {
  const refused =
    (...problems: ImportProblem[]) =>
    () =>
      refuseOpenQuestions(problems, '1.2')
  expect(refused(problem('activity.several-mappings'))).toThrow(/not known/)
  expect(refused(problem('geometry.nm-slice-direction'))).toThrow(/not known/)
  expect(refused(problem('activity.needs-calibration'), problem('administration.start-missing'))).not.toThrow()
  expect(refused(problem('activity.several-mappings', { seriesUid: '9' }))).not.toThrow()
  expect(refused(problem('activity.several-mappings', { severity: 'note' }))).not.toThrow()
})

import { describe, expect, it } from 'vitest'
import type { ImportProblem } from '../contracts/problems.ts'
import { problemsText } from './text.ts'

const problem: ImportProblem = {
  severity: 'refused',
  code: 'dicom.pixels-truncated',
  item: 'cycle1/CT_0030.dcm',
  message: 'The file ends within the pixel data.',
  hint: 'Copy the file again.',
  seriesUid: null,
  filePaths: [],
}

describe('problemsText', () => {
  it('names the item, the cure and the code', () => {
    expect(problemsText([problem])).toBe(
      'Refused (1)\n  - cycle1/CT_0030.dcm: The file ends within the pixel data.\n    → Copy the file again. (dicom.pixels-truncated)',
    )
  })

  it('does not name the item twice', () => {
    const said = problemsText([{ ...problem, message: 'cycle1/CT_0030.dcm ends early.' }])
    expect(said.match(/CT_0030/g)).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { assertComparable, withoutTwin } from './index.ts'

describe('assertComparable', () => {
  const ct = { name: 'a', modality: 'CT' }
  const spect = { name: 'b', modality: 'NM' }
  const unknown = { name: 'c.nii', modality: null }

  it('refuses to correlate a CT with an emission image, by name', () => {
    expect(() => assertComparable([ct, spect], 'normalised-correlation')).toThrow(/a is CT, b is NM/)
    expect(() => assertComparable([spect, ct], 'normalised-correlation')).toThrow(InputError)
  })

  it.each([
    [[ct, ct], 'normalised-correlation'],
    [[spect, spect], 'normalised-correlation'],
    [[ct, unknown], 'normalised-correlation'],
    [[ct, spect], 'mutual-information'],
  ] as const)('lets through %j by %s', (images, metric) => {
    expect(() => assertComparable(images, metric)).not.toThrow()
  })
})

describe('withoutTwin', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }))

  it('names what stands on one side only, whatever the case and blanks', () => {
    expect(withoutTwin(named('LIVER', 'Kidney '), named('kidney', 'liver'))).toBeNull()
    const told = withoutTwin(named('LIVER', 'SPLEEN'), named('liver', 'TUMOUR'))
    expect(told).toMatch(/SPLEEN only of the fixed image; TUMOUR only of the moving image/)
    expect(told).not.toMatch(/liver/i)
  })
})

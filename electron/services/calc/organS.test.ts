import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { runCalc } from './index.ts'

const resources = fileResources()
interface Answer {
  source: { region: string; referenceMassG: number; massG: number }
  counted: { name: string }[]
  notCounted: { name: string; reason: string }[]
  values: {
    target: string
    massG: number
    sMgyPerMbqS: number
    electron: number
    photon: number
    alpha: number
    recoil: number
  }[]
  remarks: string[]
}
const organS = (input: object): Answer => runCalc('organ-s', input, resources) as Answer

describe('organ-s', () => {
  it('Y-90, liver: 0.9326 MeV in 1910 g', () => {
    const { values } = organS({ nuclide: 'Y-90', source: 'liver', target: 'Liver' })
    expect(values).toHaveLength(1)
    expect(values[0]!.sMgyPerMbqS).toBeCloseTo((0.93264 * 1.602176634e-13 * 1e9) / 1.91, 8)
  })

  it('gives all targets, each the sum of its radiations, with self-dose scaled to the mass', () => {
    const reference = organS({ nuclide: 'Lu-177', source: 'Kidneys' })
    const small = organS({ nuclide: 'Lu-177', source: 'Kidneys', sourceMassG: 149.5 })
    expect(reference.values.length).toBeGreaterThan(20)
    for (const v of reference.values) expect(v.electron + v.photon + v.alpha + v.recoil).toBeCloseTo(v.sMgyPerMbqS, 15)
    const of = (answer: Answer, target: string) => answer.values.find((v) => v.target === target)!
    expect(of(small, 'Kidneys').electron / of(reference, 'Kidneys').electron).toBeCloseTo(2, 10)
    expect(of(small, 'Kidneys').massG).toBeCloseTo(149.5, 10)
    expect(of(small, 'Liver')).toEqual(of(reference, 'Liver'))
    expect(small.source).toMatchObject({ region: 'Kidneys', referenceMassG: expect.closeTo(299, 9), massG: 149.5 })
  })

  it('says which daughters count, and what is left out', () => {
    const answer = organS({
      nuclide: 'Ac-225',
      source: 'Red marrow',
      daughters: { byNuclide: { 'Bi-213': 0.5 } },
      marrow: 'icrp-30',
    })
    expect(answer.counted.map((m) => m.name)).toContain('Po-213')
    expect(answer.notCounted.some((e) => e.name === 'Bi-213' && e.reason === 'left the site')).toBe(true)
    expect(answer.remarks.join(' ')).toMatch(/bone surfaces/)
  })

  it.each([
    [{ nuclide: 'Y-90', source: 'Tumour' }, /Tumour/],
    [{ nuclide: 'Y-90', source: 'Liver', target: 'Big toe' }, /Big toe/],
    [{ nuclide: 'Y-90', source: 'Liver', sourceMassG: 0 }, /sourceMassG/],
    [{ nuclide: 'Zz-1', source: 'Liver' }, /Zz-1/],
  ])('refuses %j', (input, what) => {
    expect(() => organS(input)).toThrow(what)
  })
})

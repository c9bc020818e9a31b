import { expect, it } from 'vitest'
import { fakeAnalysis } from '../../../dev/fakeData.ts'
import { doseRows, methodsOf, unverifiedMethods } from './doseRows.ts'

const analysis = fakeAnalysis()
const cycle = analysis.cycles[0]!
const row = (name: string) => doseRows(cycle, 'local-energy-deposition').find((one) => one.name === name)!

it('shows g, mL, MBq·h, h, Gy and Gy/GBq of what is stored in SI', () => {
  const structures = cycle.structures.map((one) =>
    one.name === 'SPLEEN'
      ? {
          ...one,
          volumeMl: 200,
          massKg: { value: 0.208, standardUncertainty: 0.008 },
          fit: {
            ...one.fit!,
            tiaBqS: { value: 3.6e13, standardUncertainty: 1.8e12 },
            tiaCoefficientS: { value: 5400, standardUncertainty: 360 },
          },
          doses: [
            {
              ...one.doses[0]!,
              doseGy: { value: 4, standardUncertainty: 0.3 },
              dosePerActivityGyPerBq: { value: 0.54e-9, standardUncertainty: 0.04e-9 },
            },
          ],
        }
      : one,
  )
  const spleen = doseRows({ ...cycle, structures }, 'local-energy-deposition').find((one) => one.name === 'SPLEEN')!
  expect(spleen.massG!.value).toBeCloseTo(208)
  expect(spleen.massG!.u).toBeCloseTo(8)
  expect(spleen.tiaMbqH).toEqual({ value: 10000, u: 500 })
  expect(spleen.tiaCoefficientH!.value).toBeCloseTo(1.5)
  expect(spleen.doseGy).toEqual({ value: 4, u: 0.3 })
  expect(spleen.dosePerGbq!.value).toBeCloseTo(0.54)
  expect(spleen.dosePerGbq!.u).toBeCloseTo(0.04)
})

it('says why a dose is missing instead of showing a zero', () => {
  const missing = row('TUMOUR_3')
  expect(missing).toMatchObject({ missing: true, doseGy: null, dosePerGbq: null, tiaMbqH: null, method: null })
  expect(missing.remarks[0]).toContain('washout is not known')
})

it('carries warnings and left-out points to the row', () => {
  expect(row('MARROW_SPINE').remarks).toEqual(['CV of A1 is 0.31, above 0.25'])
  expect(row('SPLEEN').remarks).toEqual(['Left out of the fit: Only 61 % of the outline lies inside the image'])
  expect(row('LIVER').remarks).toEqual([])
})

it('names a method that a structure has no dose by', () => {
  const structures = cycle.structures.map((one) => ({ ...one, doses: one.doses.slice(0, 1) }))
  const rows = doseRows({ ...cycle, structures }, 'mass-scaled-s-value')
  expect(rows[0]).toMatchObject({ missing: true })
  expect(rows[0]!.remarks).toEqual(['No dose by mass-scaled S value.'])
  expect(methodsOf({ ...cycle, structures })).toEqual(['local-energy-deposition'])
  expect(methodsOf(cycle)).toEqual(['local-energy-deposition', 'mass-scaled-s-value'])
})

it('finds what is not verified', () => {
  expect(unverifiedMethods(analysis)).toEqual([{ subject: 'Decay energy of Lu-177', evidence: 'transcribed' }])
})

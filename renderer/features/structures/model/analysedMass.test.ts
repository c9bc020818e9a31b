import { expect, it } from 'vitest'
import { fakeAnalysis } from '../../../dev/fakeData.ts'
import { analysedMassKg } from './analysedMass.ts'

const result = { ...fakeAnalysis().cycles[0]!.structures[0]!, volumeMl: 1785 }

it('is that of the analysis only beside the volume that was measured there', () => {
  expect(analysedMassKg(result, 1786)).toBe(result.massKg.value)
  // The liver with its lesions, of which the analysis took 1785 mL.
  expect(analysedMassKg(result, 1837)).toBeNull()
  expect(analysedMassKg(result, 0)).toBeNull()
  expect(analysedMassKg(undefined, 1785)).toBeNull()
})

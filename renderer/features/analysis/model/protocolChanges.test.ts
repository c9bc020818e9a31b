import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../../../electron/contracts/index.ts'
import { differsInFitOnly } from './fitOnly.ts'
import { modelLabel, modelOptions, ownModel, withModel } from './models.ts'
import { leftOutReason, withPoint } from './points.ts'

const standard = protocolSchema.parse({})
const point = { structure: 'KIDNEY_L', seriesUid: '1.2' }

describe('models', () => {
  it('finds and replaces the choice of a structure whatever the case of its name', () => {
    const typed = protocolSchema.parse({ timeActivityModelByStructure: { ' kidney_l': 'mono-exponential' } })
    expect(ownModel(typed, 'KIDNEY_L')).toBe('mono-exponential')
    expect(withModel(typed, 'KIDNEY_L', 'trapezoid').timeActivityModelByStructure).toEqual({ KIDNEY_L: 'trapezoid' })
    expect(withModel(typed, 'KIDNEY_L', null).timeActivityModelByStructure).toEqual({})
    expect(ownModel(standard, 'KIDNEY_L')).toBeNull()
  })

  it('has a name for every model, no two alike', () => {
    expect(new Set(modelOptions.map(({ value }) => modelLabel(value))).size).toBe(modelOptions.length)
  })
})

describe('points', () => {
  it('leaves a point out once, changes its reason, and takes it in again', () => {
    const out = withPoint(standard, point, '')
    expect(leftOutReason(out, { ...point, structure: 'kidney_l ' })).toBe('')
    const said = withPoint(out, point, ' moved ')
    expect(said.pointsLeftOut).toEqual([{ ...point, reason: 'moved' }])
    expect(leftOutReason(said, { ...point, seriesUid: '1.3' })).toBeNull()
    expect(withPoint(said, point, null)).toEqual(standard)
  })
})

describe('differsInFitOnly', () => {
  it('is so for a model, a point and an uncertainty, in whatever order the members stand', () => {
    expect(differsInFitOnly(standard, withModel(standard, 'LIVER', 'average'))).toBe(true)
    expect(differsInFitOnly(standard, withPoint(standard, point, ''))).toBe(true)
    expect(differsInFitOnly(standard, { ...standard, activityRelativeUncertainty: 0.1 })).toBe(true)
    const turned = Object.fromEntries(Object.entries(standard).reverse()) as typeof standard
    expect(differsInFitOnly(standard, turned)).toBe(false)
  })

  it('is not so where a measurement changes too, and where nothing differs', () => {
    expect(differsInFitOnly(standard, standard)).toBe(false)
    expect(differsInFitOnly(standard, { ...standard, lesionsInOrgans: 'include' })).toBe(false)
    expect(differsInFitOnly(standard, { ...withModel(standard, 'LIVER', 'average'), lesionsInOrgans: 'include' })).toBe(
      false,
    )
  })
})

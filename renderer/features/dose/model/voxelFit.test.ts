import { describe, expect, it } from 'vitest'
import { protocolSchema, voxelDoseAskSchema, voxelDoseSchema } from '../../../../electron/contracts/index.ts'
import { fakeView } from '../../../dev/fakeData.ts'
import { fakeSummary, fakeVoxelDose } from '../../../dev/fakeDoses.ts'
import { titlesOf } from './voxelDose.ts'
import {
  fitProblems,
  fitWith,
  hasProblem,
  heldFields,
  heldValue,
  spreadsOf,
  suggestedModel,
  withHeld,
} from './voxelFit.ts'
import { countWords, priorRows } from './voxelKinetics.ts'
import { voxelMaps } from './voxelMaps.ts'

const ask = (activityMap: object) =>
  voxelDoseAskSchema.parse({ patientId: 'demo', cycle: 1, engineId: 'local-energy', timePointId: null, activityMap })
const protocol = protocolSchema.parse({})
const cycle =
  fakeView({ analysed: true, stale: false, reported: false, protocol, problems: [] }).analysis?.cycles[0] ?? null

describe('the model that a fit of the voxels begins with', () => {
  it('is that of the protocol where the voxels can have it', () => {
    const own = protocolSchema.parse({ timeActivityModel: 'uptake-washout' })
    expect(suggestedModel(own, cycle)).toMatchObject({ model: 'uptake-washout', because: 'the model of the protocol' })
  })

  it('is the one with the same curve, where only the size is written in another way', () => {
    const area = protocolSchema.parse({ timeActivityModel: 'bi-exponential-area' })
    expect(suggestedModel(area, cycle).model).toBe('bi-exponential-washout')
    const three = protocolSchema.parse({ timeActivityModel: 'tri-exponential' })
    expect(suggestedModel(three, cycle).model).toBe('tri-exponential')
    const joined = protocolSchema.parse({ timeActivityModel: 'trapezoid' })
    expect(suggestedModel(joined, cycle).model).toBe('trapezoid')
  })

  it('is else what most structures have, and the simplest without an analysis', () => {
    if (!cycle) throw new Error('the fake view has an analysis')
    const structures = cycle.structures.flatMap((one, at) =>
      one.fit
        ? [{ ...one, fit: { ...one.fit, model: at === 0 ? 'mono-exponential' : 'bi-exponential' } as const }]
        : [],
    )
    expect(suggestedModel(protocol, { ...cycle, structures }).model).toBe('bi-exponential')
    const other = protocolSchema.parse({ timeActivityModel: 'average' })
    expect(suggestedModel(other, { ...cycle, structures }).model).toBe('bi-exponential')
    expect(suggestedModel(null, null).model).toBe('mono-exponential')
  })
})

describe('what is wrong with a fit of the voxels', () => {
  it('is nothing with the defaults, however few images there are', () => {
    expect(fitProblems(fitWith('bi-exponential'), 1)).toEqual({})
  })

  it('is told at the field: too few images without regularisation, by the parameters of each curve', () => {
    const needed = { 'mono-exponential': 2, 'uptake-washout': 3, 'bi-exponential': 4, 'tri-exponential': 6 } as const
    for (const [model, images] of Object.entries(needed)) {
      const fit = { ...fitWith(model as keyof typeof needed), regularisation: 'none' as const }
      expect(fitProblems(fit, images)).toEqual({})
      expect(fitProblems(fit, images - 1).regularisation).toContain(`${images} parameters`)
    }
  })

  it('is a number out of its range, and of a spread only where the model has it', () => {
    const fit = fitWith('uptake-washout')
    const odd = { ...fit, spread: { ...fit.spread, slowRate: Math.log(0.5), fastRate: NaN, startShare: -1 } }
    expect(Object.keys(fitProblems(odd, 4))).toEqual(['slowRate', 'fastRate'])
    expect(spreadsOf('mono-exponential')).toEqual(['slowRate'])
    expect(fitProblems({ ...odd, regularisation: 'none' }, 4)).toEqual({})
    const loud = { ...fit, noise: { ...fit.noise, fraction: NaN, absoluteShare: 0 } }
    expect(Object.keys(fitProblems(loud, 4))).toEqual(['fraction', 'absoluteShare'])
    const { activityMap } = ask({ fit: { model: 'mono-exponential' } })
    expect(hasProblem(activityMap, 4)).toBe(false)
    expect(hasProblem({ ...activityMap, negligibleShare: 0.6 }, 4)).toBe(true)
  })
})

describe('what is held in all voxels', () => {
  const fit = fitWith('bi-exponential-washout')
  const [slow, , share] = heldFields(fit.model)
  if (!slow || !share) throw new Error('two rates and a share')

  it('is typed as a half-life in h or a share, and an empty field lets it go', () => {
    const held = withHeld(slow, {}, 50)
    expect(held.lambdaBiol1).toBeCloseTo(Math.LN2 / 180_000, 15)
    expect(heldValue(slow, held)).toBe(50)
    expect(withHeld(share, held, 0.3)).toEqual({ ...held, alpha: 0.3 })
    expect(withHeld(slow, held, Number.NaN)).toEqual({})
    expect(heldValue(slow, {})).toBeNaN()
    expect(heldFields('trapezoid')).toEqual([])
  })

  it('needs no spread and no image of its own', () => {
    const fixed = { lambdaBiol1: 1e-6, alpha: 0.3 }
    expect(spreadsOf(fit.model, fixed)).toEqual(['fastRate'])
    expect(fitProblems({ ...fit, fixed, regularisation: 'none' }, 2)).toEqual({})
  })
})

describe('a result whose voxels were fitted', () => {
  const fitted = fakeVoxelDose(fakeSummary(ask({ fit: { model: 'mono-exponential' } }), 'a'))
  const rates = fakeVoxelDose(fakeSummary(ask({ fit: { model: 'mono-exponential', order: 'dose-rate-first' } }), 'b'))

  it('has its maps, each in its unit', () => {
    expect(voxelMaps(fakeVoxelDose(fakeSummary(ask({}), 'c')))).toEqual([])
    const [uncertainty, halfLife] = voxelMaps(fitted)
    // 7.2e11 Bq·s/mL are 200 MBq·h/mL, half of which the scale reaches; 570 000 s are 158.3 h.
    expect(uncertainty).toMatchObject({ unit: 'MBq·h/mL', per: 3.6e9, high: 100 })
    expect(halfLife).toMatchObject({ unit: 'h', per: 3600, high: 200 })
    expect(voxelMaps(fitted)).toHaveLength(2)
    expect(voxelMaps(rates)[2]).toMatchObject({ id: 'dose-uncertainty', unit: 'Gy', per: 1 })
  })

  it('is told from others by its curve', () => {
    const plain = fakeSummary(ask({}), 'c')
    const titles = titlesOf([fitted.summary, plain, rates.summary])
    expect(titles.get('a')).toContain('curve of a voxel: mono exponential')
    expect(titles.get('c')).toBe('Local energy deposition: dose (curve of a voxel: trapezoids)')
    expect(titles.get('b')).toContain('order: dose rate first')
    expect([...titles.values()].join()).not.toContain('object')
  })

  it('says what was believed of the voxels and what became of them', () => {
    const kinetics = voxelDoseSchema.parse(fitted).kinetics
    if (!kinetics) throw new Error('it was fitted')
    const [image, first] = priorRows(kinetics.activity)
    expect(image).toMatchObject({ spreadFrom: 'as stated', meanFrom: 'the whole image' })
    expect(image?.slowHalfLifeH).toBeCloseTo(50, 9)
    expect(first).toMatchObject({ spreadFrom: '400 of its voxels', fastHalfLifeH: null })
    expect(first?.slowFactor).toBeCloseTo(Math.exp(0.2), 12)
    expect(countWords(kinetics.activity.counts)).toBe(
      '25 % have a curve of their own; 75 % hold too little for a shape of their own.',
    )
  })
})

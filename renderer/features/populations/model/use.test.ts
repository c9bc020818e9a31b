import { describe, expect, it } from 'vitest'
import { protocolSchema, type PopulationView } from '../../../../electron/contracts/index.ts'
import { fakePrior } from '../../../dev/fakePopulations.ts'
import { correlations, parameterRows, parameterUnit } from './curves.ts'
import { emptyDraft, selectionOf } from './form.ts'
import { asRead } from './pattern.ts'
import { fitOfCourse, meantStructures, usesIn, withoutPopulation, withPopulation } from './use.ts'

const population: PopulationView = {
  populationId: 'p',
  name: 'Kidneys',
  version: 1,
  superseded: false,
  addedAt: '2024-02-01T00:00:00Z',
  addedBy: '',
  content: fakePrior,
}
const how = { method: 'population-map' as const, upToScans: 2 }

describe('a population in a protocol', () => {
  it('takes the place of a choice for the same structure whatever its case, and leaves the others', () => {
    const before = protocolSchema.parse({
      fewScans: {
        byStructure: { kidney_l: { method: 'hanscheid' }, Liver: { method: 'madsen', population: 'other' } },
      },
    })
    const after = withPopulation(before, 'p', ['KIDNEY_L'], how)
    expect(after.fewScans).toMatchObject({ upToScans: 2, method: 'none' })
    expect(Object.keys(after.fewScans.byStructure)).toEqual(['Liver', 'KIDNEY_L'])
    expect(usesIn(after, 'p')).toEqual(['KIDNEY_L'])
    expect(usesIn(after, 'other')).toEqual(['Liver'])
    expect(withoutPopulation(after, 'p').fewScans.byStructure).toEqual({
      Liver: { method: 'madsen', population: 'other' },
    })
  })

  it('that is named for all structures is taken out with its method', () => {
    const all = protocolSchema.parse({ fewScans: { method: 'population-map', population: 'p' } })
    expect(usesIn(all, 'p')).toEqual([null])
    expect(withoutPopulation(all, 'p').fewScans).toMatchObject({ method: 'none', population: null })
    expect(withoutPopulation(all, 'q')).toEqual(all)
  })

  it('is refused for another nuclide, warned of for another agent, and meant for structures of its name', () => {
    expect(fitOfCourse(population, { agent: '177Lu-DOTATATE', nuclide: 'Lu-177' })).toEqual({
      refused: '',
      warning: '',
    })
    expect(fitOfCourse(population, { agent: 'DOTATATE', nuclide: 'Y-90' }).refused).toContain('Y-90')
    expect(fitOfCourse(population, { agent: 'PSMA-617', nuclide: 'Lu-177' }).warning).toContain('DOTATATE')
    expect(meantStructures(population, ['KIDNEY_L', 'LIVER', 'left kidney'])).toEqual(['KIDNEY_L'])
  })
})

describe('an agent whose name has brackets', () => {
  it('is asked for as it is written, and read so again', () => {
    const draft = { ...emptyDraft({ agent: '[177Lu]Lu-PSMA-617', nuclide: 'Lu-177' }), structure: 'kidney' }
    const selection = selectionOf(draft)
    expect(new RegExp(selection?.agent ?? '').test('[177Lu]Lu-PSMA-617')).toBe(true)
    expect(asRead(selection?.agent ?? '')).toBe('[177Lu]Lu-PSMA-617')
    expect(selectionOf({ ...draft, structure: '(' })).toBeNull()
  })
})

describe('parameters in the units of the screen', () => {
  it('follow the scale of each: a share by its logit, with the slope p(1 − p)', () => {
    const content = {
      ...fakePrior,
      parameters: [
        { name: 'alpha', title: 'share', unit: '1', scale: 'logit' as const },
        { name: 'B', title: 'amplitude', unit: 'Bq', scale: 'linear' as const },
      ],
      mu: [
        { value: 0, standardError: 0.2 },
        { value: 0.03, standardError: 0.01 },
      ],
      omega: [
        [0.25, 0],
        [0, 0],
      ],
    }
    const [share, amplitude] = parameterRows(content)
    expect(share).toMatchObject({ typical: 0.5, halfLifeH: null, spread: '± 0.5 (logit)' })
    expect(share?.standardError).toBeCloseTo(0.05, 12)
    expect(amplitude).toMatchObject({ typical: 3, standardError: 1, unit: '%IA', spread: 'none' })
    expect(correlations(content)).toEqual([])
  })

  it('are per kilogram where the population is', () => {
    expect(parameterUnit('Bq', 'administered-per-kg')).toEqual({ unit: '%IA/kg', factor: 100 })
    expect(parameterUnit('Bq·s', 'administered')).toEqual({ unit: 'h', factor: 1 / 3600 })
  })
})

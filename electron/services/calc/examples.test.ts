import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { CALC_EXAMPLES } from './examples.ts'
import { calcExample, listCalcs, runCalc } from './index.ts'

const KINETICS = [
  'fit-tac',
  'single-time-point',
  'scan-time',
  'population-fit',
  'individual-fit',
  'graphical',
  'tissue-model',
  'uncertainty-budget',
]

describe('examples of calculations', () => {
  const resources = fileResources()

  it.each(Object.keys(CALC_EXAMPLES))('%s runs', (name) => {
    expect(listCalcs().map((one) => one.name)).toContain(name)
    expect(runCalc(name, calcExample(name), resources)).toBeTypeOf('object')
  })

  it('all of kinetics has one', () => {
    expect(KINETICS.filter((name) => calcExample(name) === null)).toEqual([])
  })
})

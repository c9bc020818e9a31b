import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { CALC_EXAMPLES } from './examples.ts'
import { calcExample, listCalcs, runCalc } from './index.ts'

describe('examples of calculations', () => {
  const resources = fileResources()

  it('belong to calculations that are there', () => {
    const names = listCalcs().map((one) => one.name)
    expect(Object.keys(CALC_EXAMPLES).filter((name) => !names.includes(name))).toEqual([])
  })

  it.each(listCalcs().map(({ name }) => name))('%s has one, and it runs', (name) => {
    expect(calcExample(name)).not.toBeNull()
    expect(runCalc(name, calcExample(name), resources)).toBeTypeOf('object')
  })
})

import { describe, expect, it } from 'vitest'
import type { BiologyParameter, BiologySet } from '../../../native-core/radiobiology/index.ts'
import { bandWords } from './bandWords.ts'

const stated = (standardUncertainty?: number): BiologyParameter => ({
  ...{ value: 1, unit: '1', source: 'test', evidence: 'verified' },
  ...(standardUncertainty === undefined ? {} : { standardUncertainty }),
})
const setOf = (model: BiologySet['model'], quantity: string, parameters: BiologySet['parameters']): BiologySet => ({
  ...{ id: 'set', title: 'Set', tissue: '', kind: 'organ', endpoint: '', population: '', validity: '' },
  ...{ model, quantity, parameters },
})

describe('the words of a band', () => {
  it('say that it is of the dose alone where no parameter that can move states an uncertainty', () => {
    const set = setOf('lkb', 'EQD2', { td50Gy: stated(), m: stated(0), repairHalfTimeS: stated(60) })
    expect(bandWords(set, 0.1)).toBe(
      'The band is that of the dose uncertainty only: no parameter of the model states one.',
    )
    expect(bandWords(set, 0)).toContain('There is no band')
  })

  it('name the parameters that move, and that the others are held', () => {
    const set = setOf('tcp', 'BED', { clonogens: stated(5), alphaPerGy: stated(0.1), alphaBetaGy: stated(1) })
    expect(bandWords(set, 0.1)).toBe(
      'The band is over the uncertainty of the dose and of α and α/β; the other parameters are held.',
    )
    expect(bandWords(set, 0)).toContain('the dose states none')
  })

  it('leave out an α/β that counts nowhere, and take every parameter of a local formula by its name', () => {
    expect(bandWords(setOf('lkb', 'absorbed dose', { alphaBetaGy: stated(1) }), 0.1)).toContain('dose uncertainty only')
    expect(bandWords(setOf('ntcp-formula', 'absorbed dose', { clonogens: stated(1) }), 0.1)).toBe(
      'The band is over the uncertainty of the dose and of clonogens.',
    )
  })
})

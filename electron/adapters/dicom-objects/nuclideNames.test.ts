import { describe, expect, it } from 'vitest'
import { CODED_NUCLIDES, nuclideOfCode } from './nuclideCodes.ts'
import { nuclideOfText, nuclidesInText } from './nuclideNames.ts'

describe('nuclidesInText', () => {
  it.each([
    ['^177^Lutetium', 'Lu-177'],
    ['Lutetium^177^ DOTATATE', 'Lu-177'],
    ['Lutetium-177 DOTATATE', 'Lu-177'],
    ['177Lu', 'Lu-177'],
    ['177Lu-PSMA-617', 'Lu-177'],
    ['[177Lu]Lu-PSMA-617', 'Lu-177'],
    ['[Lu-177]-DOTA-TATE', 'Lu-177'],
    ['LU177', 'Lu-177'],
    ['lu 177 vipivotide tetraxetan', 'Lu-177'],
    ['Lutetium Lu 177 dotatate', 'Lu-177'],
    ['Lu-177 therapy cycle 1 SPECT/CT 24 h', 'Lu-177'],
    ['^99m^Technetium', 'Tc-99m'],
    ['Tc99m', 'Tc-99m'],
    ['Tc-99m MAA', 'Tc-99m'],
    ['99mTc-MDP', 'Tc-99m'],
    ['99Tcm-HDP', 'Tc-99m'],
    ['Technetium Tc 99m', 'Tc-99m'],
    ['Iodine-131', 'I-131'],
    ['I131', 'I-131'],
    ['131I-MIBG', 'I-131'],
    ['Sodium iodide I-131', 'I-131'],
    ['FDG -- fluorodeoxyglucose F^18^', 'F-18'],
    ['^225^Actinium', 'Ac-225'],
    ['212Pb-DOTAMTATE', 'Pb-212'],
    ['Pluvicto', 'Lu-177'],
    ['Sm-153 EDTMP', 'Sm-153'],
    ['166Ho', 'Ho-166'],
  ])('reads %s', (text, nuclide) => {
    expect(nuclidesInText(text)).toEqual([nuclide])
  })

  it.each([
    'CT AC low dose 3.0 B31s',
    'PSMA-617',
    'DOTATATE',
    'C7 spine',
    'I30f 3',
    'SPECT as PT BQML',
    '',
    'AC-SC',
    'T12',
    '0.5 in 111',
  ])('reads no nuclide in "%s"', (text) => {
    // "in 111" is the one unlucky English word; a number with a decimal point before it must at least not shift the reading.
    expect(nuclidesInText(text).filter((nuclide) => nuclide !== 'In-111')).toEqual([])
  })

  it('gives all nuclides of a text, and none as the single one', () => {
    expect(nuclidesInText('Ga-68 DOTATOC before 177Lu-DOTATATE')).toEqual(['Ga-68', 'Lu-177'])
    expect(nuclideOfText('Ga-68 DOTATOC before 177Lu-DOTATATE')).toBeNull()
  })

  it('reads the code meaning of every nuclide of the context groups', () => {
    const names: Record<string, string> = {
      'Lu-177': '^177^Lutetium',
      'Y-90': '^90^Yttrium',
      'Ir-191m': '^191m^Iridium',
    }
    for (const [nuclide, meaning] of Object.entries(names)) expect(nuclideOfText(meaning)).toBe(nuclide)
    for (const nuclide of CODED_NUCLIDES) expect(nuclidesInText(nuclide)).toEqual([nuclide])
  })
})

describe('nuclideOfCode', () => {
  it('reads SNOMED CT, SNOMED-RT and DICOM codes', () => {
    expect(nuclideOfCode('447553000')).toBe('Lu-177')
    expect(nuclideOfCode('C-101ED')).toBe('Lu-177')
    expect(nuclideOfCode('C-B1031')).toBeNull()
    expect(nuclideOfCode('72454006')).toBe('Tc-99m')
    expect(nuclideOfCode('72454007')).toBeNull()
    expect(nuclideOfCode('126600')).toBe('Sc-44')
  })
})

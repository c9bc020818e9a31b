import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { ProtocolInput } from '../../contracts/protocol.ts'
import type { CycleDraft } from '../course/index.ts'
import { parseProtocol } from './analyse.ts'
import { checkProtocolAgainst } from './checkProtocol.ts'
import { modelFor } from './curveRequest.ts'

const cycles = [{ index: 1, timePoints: [{}, {}, {}] }] as unknown as readonly CycleDraft[]
const check = (protocol: ProtocolInput) => (): void =>
  checkProtocolAgainst(protocolSchema.parse(protocol), cycles, new Set(['LIVER', 'KIDNEY_L']))
const recovery = (change: object): ProtocolInput => ({
  recoveryCoefficients: [{ structure: 'liver', coefficient: 0.9, ...change }],
})

describe('checkProtocolAgainst', () => {
  it('accepts names in any case, and one coefficient for each time point', () => {
    expect(check(recovery({ coefficient: [0.9, 0.9, 0.8] }))).not.toThrow()
    expect(
      check({ densityGPerMl: { ' liver ': 1.06 }, timeActivityModelByStructure: { kidney_l: 'auto' } }),
    ).not.toThrow()
  })

  it.each([
    ['an unknown structure', recovery({ structure: 'LEBER' }), /"LEBER", which no time point has.*KIDNEY_L, LIVER/],
    ['an unknown cycle', recovery({ cycle: 2 }), /cycle 2 for "liver".*only cycle 1/],
    ['an array of another length', recovery({ coefficient: [0.9] }), /gives 1 recovery.*has 3 time points/],
    ['a density in kg/m³', { densityGPerMl: { LIVER: 1060 } }, /1060 g\/mL, which no tissue has/],
    [
      'a hollow organ that is not there',
      { hollowOrgans: { MAGEN: { wallThicknessMm: 3 } } },
      /hollowOrgans names.*"MAGEN"/,
    ],
    ['a wall that is not there', { hollowOrgans: { LIVER: { wallStructure: 'WAND' } } }, /hollowOrgans names.*"WAND"/],
    ['a priority of nothing', { overlapPriority: ['LIVER', 'SPLEEN'] }, /names "SPLEEN", which is no structure/],
    ['a transfer matrix without widths', { partialVolume: { method: 'gtm' } }, /gtm.*needs the width/],
    ['a density said twice', { densityGPerMl: { LIVER: 1.05, Liver: 1.06 } }, /"Liver" more than once/],
    [
      'a recovery coefficient said twice',
      { recoveryCoefficients: ['LIVER', 'liver'].map((structure) => ({ structure, coefficient: 0.9 })) },
      /more than one entry for "liver"/,
    ],
  ] satisfies [string, ProtocolInput, RegExp][])('refuses %s', (_, protocol, message) => {
    expect(check(protocol)).toThrow(message)
  })
})

describe('modelFor', () => {
  it('finds the model of a structure whatever the case of its name', () => {
    const protocol = protocolSchema.parse({ timeActivityModelByStructure: { ' liver': 'mono-exponential' } })
    expect(modelFor('LIVER', protocol)).toBe('mono-exponential')
    expect(modelFor('KIDNEY_L', protocol)).toBe('auto')
  })
})

describe('parseProtocol', () => {
  it('names the field that is wrong, and the key that it does not know', () => {
    expect(() => parseProtocol({ massFrom: 'mri' })).toThrow('"massFrom" is wrong')
    expect(() => parseProtocol({ typo: 1 })).toThrow('The protocol is wrong: Unrecognized key: "typo"')
  })
})

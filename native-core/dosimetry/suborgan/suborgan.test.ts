import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { parseSuborganTable, suborganDoses } from './index.ts'

/** Made up: round numbers, of no organ. */
const table = {
  schema: 'theratwin.suborgan/1',
  name: 'Made-up kidney',
  organ: 'Kidney',
  nuclide: 'Lu-177',
  provenance: { source: 'test', citation: 'none', evidence: 'designed' },
  parts: [{ name: 'Cortex', massKg: 0.1 }, { name: 'Medulla', massKg: null }, { name: 'Pelvis' }],
  fractions: [
    { part: 'Cortex', fraction: 0.5 },
    { part: 'Medulla', fraction: 0.25 },
  ],
  sValues: [
    { target: 'Cortex', source: 'Cortex', sGyPerBqS: 8e-13 },
    { target: 'Cortex', source: 'Medulla', sGyPerBqS: 1e-13 },
    { target: 'Medulla', source: 'Cortex', sGyPerBqS: 2e-13 },
    { target: 'Medulla', source: 'Medulla', sGyPerBqS: 4e-13 },
  ],
}

it('each part gets Ã·Σ f·S, by source; what is missing or unassigned is said', () => {
  const { doses, unassignedFraction, remarks } = suborganDoses(1e13, parseSuborganTable(table))
  const [cortex, medulla, pelvis] = doses
  expect(cortex!.doseGy).toBeCloseTo(10 * (0.5 * 0.8 + 0.25 * 0.1), 12)
  expect(cortex!.bySourceGy.Medulla).toBeCloseTo(0.25, 12)
  expect(medulla!.doseGy).toBeCloseTo(10 * (0.5 * 0.2 + 0.25 * 0.4), 12)
  expect([cortex!.massKg, medulla!.massKg, pelvis!.massKg]).toEqual([0.1, null, null])
  expect(pelvis!.doseGy).toBe(0)
  expect(unassignedFraction).toBe(0.25)
  expect(remarks.join(' ')).toMatch(/Pelvis ← Cortex, Pelvis ← Medulla.*no dose/)
  expect(remarks.join(' ')).toMatch(/25\.0 % of the decays of Kidney/)
})

it('nothing unassigned, nothing missing: no remark but the source', () => {
  const whole = {
    ...table,
    parts: table.parts.slice(0, 2),
    fractions: [
      { part: 'Cortex', fraction: 0.7 },
      { part: 'Medulla', fraction: 0.3 },
    ],
  }
  const { remarks, unassignedFraction } = suborganDoses(1, parseSuborganTable(whole))
  expect(remarks).toEqual(['S values and fractions: Made-up kidney (none; designed).'])
  expect(unassignedFraction).toBeCloseTo(0, 12)
})

describe('parseSuborganTable refuses', () => {
  it.each([
    ['another schema', { schema: 'x' }, /schema.*"x"/],
    ['no parts', { parts: [] }, /parts.*a list/],
    ['a part without a name', { parts: [{ name: ' ' }] }, /parts\[0\]\.name/],
    ['a part twice', { parts: [...table.parts, { name: 'Cortex' }] }, /parts.*twice/],
    ['a mass of zero', { parts: [{ name: 'Cortex', massKg: 0 }] }, /parts\[0\]\.massKg.*zero/],
    ['a fraction of an unknown part', { fractions: [{ part: 'Bark', fraction: 1 }] }, /fractions\[0\]\.part.*"Bark"/],
    ['a negative fraction', { fractions: [{ part: 'Cortex', fraction: -1 }] }, /-1/],
    ['fractions beyond 1', { fractions: [{ part: 'Cortex', fraction: 1.01 }] }, /add up to 1\.01/],
    ['a pair twice', { sValues: [...table.sValues, table.sValues[0]] }, /sValues.*twice/],
    ['activity without S values', { sValues: table.sValues.slice(0, 1) }, /"Medulla" has activity/],
    ['S values that are text', { sValues: [{ ...table.sValues[0], sGyPerBqS: '1' }] }, /sValues\[0\]/],
    ['evidence that is not known', { provenance: { ...table.provenance, evidence: 'sure' } }, /evidence.*"sure"/],
  ])('%s', (_, wrong, message) => {
    const parse = () => parseSuborganTable({ ...table, ...wrong })
    expect(parse).toThrow(InputError)
    expect(parse).toThrow(message)
  })
})

it.each([NaN, -1, Infinity])('suborganDoses refuses a time-integrated activity of %f', (tia) => {
  expect(() => suborganDoses(tia, parseSuborganTable(table))).toThrow(InputError)
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import type { NuclidePointKernel } from '../pointKernel/index.ts'
import { givenActivityShares, parseSuborganModels, partRatios } from './index.ts'

const table = JSON.parse(
  readFileSync(new URL('../../../resources/models/suborgan/kidney.json', import.meta.url), 'utf8'),
) as { readonly schema: string; readonly models: readonly Record<string, unknown>[] }
const models = parseSuborganModels(table)
const [cortex, even] = models

/** All energy at the place of decay. */
const local: NuclidePointKernel = {
  ...{ source: 'made-up', medium: 'water', electronMev: 0, photonMev: 0, alphaMev: 0, recoilMev: 1 },
  ...{ electron: null, photon: null, alpha: null },
}

it('parts of an organ whose energy stays in place get activity over mass, whatever the mass of the organ', () => {
  if (!cortex || !even) throw new Error('the table has two models')
  const shares = (model: typeof cortex): number[] => model.parts.map(({ activityShare }) => activityShare.value)
  expect(partRatios(cortex, shares(cortex), local, 0.15, 1.05).map(({ doseRatio }) => doseRatio)).toEqual([
    0,
    0,
    expect.closeTo(1 / 0.7, 12),
  ])
  expect(partRatios(even, shares(even), local, 0.05, 1).map(({ doseRatio }) => doseRatio)).toEqual([
    expect.closeTo(1, 12),
    expect.closeTo(1, 12),
    expect.closeTo(1, 12),
  ])
  const own = givenActivityShares(even, { Cortex: 0.6, Medulla: 0.4 })
  expect(own).toEqual([0, 0.4, 0.6])
  expect(partRatios(even, own, local, 0.15, 1.05)[1]?.doseRatio).toBeCloseTo(0.4 / 0.25, 12)
})

describe('refused', () => {
  it.each([
    ['a part that is none', { Bark: 1 }, /no part "Bark"/],
    ['shares beyond 1', { Cortex: 0.9, Medulla: 0.2 }, /add to 1\.1/],
    ['shares below 1', { Cortex: 0.9 }, /add to 0\.9/],
  ])('%s', (_, given, message) => {
    if (!even) throw new Error('the table has two models')
    expect(() => givenActivityShares(even, given)).toThrow(InputError)
    expect(() => givenActivityShares(even, given)).toThrow(message)
  })

  it('a mass of zero', () => {
    if (!even) throw new Error('the table has two models')
    expect(() => partRatios(even, [0, 0, 1], local, 0, 1)).toThrow(/mass of the organ is 0 kg/)
  })

  it.each([
    ['another schema', (json: typeof table) => ({ ...json, schema: 'x' }), /not one/],
    [
      'a model without parts',
      (json: typeof table) => ({ ...json, models: [{ ...json.models[0], parts: [] }] }),
      /no parts/,
    ],
    [
      'masses that do not add to 1',
      (json: typeof table) => ({
        ...json,
        models: [{ ...json.models[0], parts: (json.models[0]?.['parts'] as unknown[]).slice(1) }],
      }),
      /masses of "kidney-cortex" do not add to 1/,
    ],
  ])('a table with %s', (_, change, message) => {
    expect(() => parseSuborganModels(change(table))).toThrow(message)
  })
})

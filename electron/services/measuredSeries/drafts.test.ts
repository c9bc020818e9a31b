import { describe, expect, it } from 'vitest'
import { seriesFromRequestSchema } from '../../contracts/measuredSeries.ts'
import type { ActivitySeries } from '../../contracts/measuredSeries.ts'
import { checkSeries } from './checkSeries.ts'
import { seriesFromRequest } from './fromRequest.ts'
import type { DraftPorts } from './fromRequest.ts'

const HALF_LIFE_S = 6.6443 * 86400
const lutetium = { name: 'Lu-177', halfLifeS: HALF_LIFE_S }
const none = (): never => {
  throw new Error('not asked for')
}
const ports = {
  nuclides: { nuclides: new Map([['Lu-177', lutetium]]), aliases: new Map() },
  hashOf: () => 'a'.repeat(64),
  programVersion: '1.2.3',
  planarSource: none,
  loadCt: none,
  media: none,
} as unknown as DraftPorts

const made = { patientId: 'p', cycle: 2, structure: 'WHOLE BODY', region: 'whole-body' as const }
const samples = (more: object): Promise<ActivitySeries> =>
  seriesFromRequest(
    seriesFromRequestSchema.parse({
      from: 'samples',
      ...made,
      nuclide: 'Lu-177',
      administeredBq: { value: 7.4e9, standardUncertainty: 0.222e9 },
      ...more,
    }),
    ports,
  )
const activityOf = ({ curve }: ActivitySeries): number[] =>
  curve.quantity === 'activity' ? curve.points.map(({ activityBq }) => activityBq) : []
const ownOf = ({ curve }: ActivitySeries): number[] =>
  curve.quantity === 'activity' ? curve.points.map((p) => p.standardUncertaintyBq / p.activityBq) : []
const decayed = (hours: number): number => 7.4e9 * 2 ** ((-hours * 3600) / HALF_LIFE_S)

describe('drafts', () => {
  const probe = [
    { time_h: '0.5', anterior: '100', anterior_u: '2' },
    { time_h: '24', anterior: '40', anterior_u: '2' },
  ]

  it('of a probe are relative to the first reading, with what all points share by its sources', async () => {
    const draft = await samples({ table: 'probe', rows: probe })
    expect(draft).toMatchObject({ source: 'probe', cycle: 2, structure: 'WHOLE BODY', nuclide: 'Lu-177' })
    expect(activityOf(draft)[0]).toBeCloseTo(decayed(0.5), -1)
    expect(activityOf(draft)[1]).toBeCloseTo(0.4 * decayed(0.5), -1)
    expect(ownOf(draft)[1]).toBeCloseTo(0.05, 9)
    expect(draft.common.map(({ source }) => source)).toEqual(['activity meter', 'first reading of WHOLE BODY, cycle 2'])
    expect(draft.common[0]?.relativeStandardUncertainty).toBeCloseTo(0.03, 9)
    expect(draft.common[1]?.relativeStandardUncertainty).toBeCloseTo(0.02, 9)
    expect(draft.origin).toMatchObject({ requestHash: 'a'.repeat(64), softwareVersion: '1.2.3' })
    expect(() => {
      checkSeries(draft)
    }).not.toThrow()
  })

  it('of points without an uncertainty are not storable unless a person states one, which is remarked', async () => {
    const rows = probe.map(({ time_h, anterior }) => ({ time_h, anterior }))
    const bare = await samples({ table: 'probe', rows })
    expect(() => {
      checkSeries(bare)
    }).toThrow(/point 1 \(0.5 h\) has the standard uncertainty 0: it cannot be weighted/)
    const stated = await samples({ table: 'probe', rows, pointRelativeUncertainty: 0.06 })
    expect(ownOf(stated)).toEqual([expect.closeTo(0.06, 9), expect.closeTo(0.06, 9)])
    expect(stated.remarks.join()).toContain(
      '2 of 2 points state no uncertainty of their own: 6 % was given by a person.',
    )
  })

  it('of urine are what was given less what was excreted', async () => {
    const rows = [{ time_h: '4', activity_mbq: '2960', activity_mbq_u: '60' }]
    const [found] = activityOf(await samples({ table: 'urine', rows }))
    expect(found).toBeCloseTo(decayed(4) - 2.96e9, -2)
  })

  const blood = [
    { time_h: '1', volume_ml: '2', activity_bq: '4000', activity_bq_u: '80' },
    { time_h: '20', volume_ml: '2', activity_bq: '1000', activity_bq_u: '20' },
  ]

  it('of blood are concentrations times a stated volume, or the marrow by ratio and mass', async () => {
    await expect(samples({ table: 'blood', rows: blood })).rejects.toMatchObject({ code: 'series.blood' })
    const whole = await samples({
      table: 'blood',
      rows: blood,
      region: 'blood',
      bloodTo: { region: 'blood', volumeMl: 5000, relativeUncertainty: 0.1 },
    })
    expect(activityOf(whole)).toEqual([expect.closeTo(2000 * 5000, 3), expect.closeTo(500 * 5000, 3)])
    const bloodTo = {
      region: 'marrow',
      ratioRelativeUncertainty: 0.2,
      marrowMassKg: { value: 1.12, standardUncertainty: 0.112 },
    }
    const marrow = await samples({
      table: 'blood',
      rows: blood,
      region: 'marrow',
      bloodTo: { ...bloodTo, hematocrit: 0.43 },
    })
    // Sgouros 1993: 0.19/(1 − hematocrit), red marrow of 1.03 g/mL.
    expect(activityOf(marrow)[0]).toBeCloseTo((2000 * 0.19 * 1120) / (0.57 * 1.03), 3)
    expect(marrow.common.map(({ relativeStandardUncertainty: u }) => u)).toEqual([0.2, expect.closeTo(0.1, 12)])
    expect(marrow.remarks.join()).toContain('no uptake in marrow')
    await expect(samples({ table: 'blood', rows: blood, bloodTo })).rejects.toThrow(/neither a hematocrit nor a ratio/)
  })

  it('of a hybrid course keep its scale as their common uncertainty', async () => {
    const request = {
      nuclide: 'Lu-177',
      structures: [
        {
          name: 'LIVER',
          planar: [10, 20, 5].map((value, i) => ({
            timeH: [2, 24, 96][i],
            value: { value, standardUncertainty: 0.02 * value },
          })),
          spect: { timeH: 24, activityMbq: { value: 300, standardUncertainty: 15 } },
        },
      ],
    }
    const ask = { from: 'hybrid', ...made, region: 'organ', structure: 'LEBER', request }
    const draft = await seriesFromRequest(seriesFromRequestSchema.parse(ask), ports)
    expect(activityOf(draft)).toEqual([1.5e8, 3e8, 0.75e8].map((bq) => expect.closeTo(bq, 0) as number))
    expect(draft.common).toEqual([
      {
        source: 'SPECT/CT scale of LEBER, cycle 2',
        relativeStandardUncertainty: expect.closeTo(Math.hypot(0.05, 0.02), 12) as number,
      },
    ])
    const other = seriesFromRequest(seriesFromRequestSchema.parse({ ...ask, hybridStructure: 'SPLEEN' }), ports)
    await expect(other).rejects.toThrow(/no structure "SPLEEN"/)
  })
})

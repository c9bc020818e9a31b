import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../../tests/laws/seed.ts'
import { lesionsFindSchema } from '../../../../electron/contracts/index.ts'
import { firstForm, searchAsk } from './searchForm.ts'

const structures = [
  { structureId: 'a', name: 'LIVER', kind: 'organ' },
  { structureId: 'b', name: 'KIDNEY_L', kind: 'organ' },
  { structureId: 'c', name: 'TUMOUR', kind: 'lesion' },
]
const place = { patientId: 'p', timePointId: 't', structures }
const fixed = { ...firstForm, valueKbqPerMl: '250' }

describe('a search for lesions', () => {
  it('asks for no threshold of its own: the person gives it, in kBq/mL', () => {
    expect(searchAsk(firstForm, place).errors).toEqual({ valueKbqPerMl: 'Enter a number.' })
    const { ask } = searchAsk(fixed, place)
    expect(ask?.threshold).toEqual({ kind: 'fixed', valueBqPerMl: 250_000 })
    expect(lesionsFindSchema.parse(ask)).toEqual(ask)
  })

  it('means all organs where none is left out, and names the others where one is', () => {
    expect(searchAsk(fixed, place).ask?.physiologic).toBeNull()
    expect(searchAsk({ ...fixed, unexpected: ['LIVER'] }, place).ask?.physiologic).toEqual(['b'])
    expect(searchAsk({ ...fixed, unexpected: ['LIVER', 'KIDNEY_L'] }, place).ask?.physiologic).toEqual([])
  })

  it('takes the reference by its name in the set in use, and both factors', () => {
    const form = { ...firstForm, kind: 'reference' as const, reference: 'LIVER', meanFactor: '1.5', sdFactor: '2' }
    expect(searchAsk(form, place).ask?.threshold).toEqual({
      kind: 'reference',
      structureId: 'a',
      meanFactor: 1.5,
      sdFactor: 2,
      shrinkMm: 0,
    })
    expect(searchAsk({ ...form, reference: 'SPLEEN', sdFactor: '' }, place).errors).toEqual({
      reference: 'Choose a structure of the set in use.',
      sdFactor: 'Enter a number.',
    })
  })

  it('turns per cent into parts, and an empty edge into none', () => {
    const { ask } = searchAsk({ ...fixed, splitPercent: '35', edgePercent: '41' }, place)
    expect([ask?.splitDepth, ask?.localPart]).toEqual([0.35, 0.41])
    expect(searchAsk(fixed, place).ask?.localPart).toBeNull()
    expect(searchAsk({ ...fixed, edgePercent: '100' }, place).errors?.edgePercent).toBe('Between 0 and 100.')
  })

  it('takes no comma for a point: what is meant would be a guess', () => {
    expect(searchAsk({ ...fixed, valueKbqPerMl: '1,500' }, place).errors?.valueKbqPerMl).toContain(
      'decimals with a point',
    )
  })

  it('makes a request that the contract takes, or says what is wrong, whatever is typed', () => {
    const typed = fc.oneof(fc.double({ noNaN: true }).map(String), fc.string({ maxLength: 6 }), fc.constant('12'))
    fc.assert(
      fc.property(
        typed,
        typed,
        typed,
        typed,
        typed,
        (valueKbqPerMl, marginMm, minimumVolumeMl, splitPercent, edgePercent) => {
          const { ask, errors } = searchAsk(
            { ...firstForm, valueKbqPerMl, marginMm, minimumVolumeMl, splitPercent, edgePercent },
            place,
          )
          if (ask) expect(lesionsFindSchema.safeParse(ask).success).toBe(true)
          else expect(Object.keys(errors).length).toBeGreaterThan(0)
        },
      ),
    )
  })
})

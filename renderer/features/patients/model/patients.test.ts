import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../../../electron/contracts/index.ts'
import { fakeView } from '../../../dev/fakeData.ts'
import { colourOrder, cycleOf, structureNames } from './patient.ts'
import { fileStyle, structureStyle } from './structureStyle.ts'

const view = fakeView({
  analysed: true,
  stale: false,
  reported: false,
  protocol: protocolSchema.parse({}),
  problems: [],
})

describe('structures of a patient', () => {
  it('get their colours by name, whatever was loaded first', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['LIVER', 'BODY', 'TUMOUR_10', 'TUMOUR_2', 'SPLEEN'], { minLength: 5 }),
        (names) => {
          expect(colourOrder(names, ['body'])).toEqual(['LIVER', 'SPLEEN', 'TUMOUR_2', 'TUMOUR_10', 'BODY'])
        },
      ),
    )
  })

  it('differ in colour or line for the first 24', () => {
    const looks = Array.from({ length: 24 }, (_, i) => `${structureStyle(i).onDark} ${structureStyle(i).dash.join()}`)
    expect(new Set(looks).size).toBe(24)
    expect(structureStyle(3).dash).toEqual([])
    expect(structureStyle(11).onDark).toBe(structureStyle(3).onDark)
    expect(structureStyle(11).dash).not.toEqual([])
    expect(structureStyle(-1)).toEqual(structureStyle(0))
  })

  it('can take the colour of the file', () => {
    expect(fileStyle([300, -5, 12.4], 0).onDark).toBe('rgb(255 0 12)')
  })

  it('are listed once', () => {
    const names = structureNames(view)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('KIDNEY_R')
    expect(structureNames(null)).toEqual([])
  })
})

describe('cycles', () => {
  it('are found by number, the first where there is none of it', () => {
    expect(cycleOf(view, 1)?.index).toBe(1)
    expect(cycleOf(view, 7)?.index).toBe(1)
    expect(cycleOf(null, 1)).toBeNull()
  })
})

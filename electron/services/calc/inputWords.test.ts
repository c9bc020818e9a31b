import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { runCalc } from './index.ts'

const resources = fileResources()
const said = (name: string, input: unknown): string => {
  try {
    runCalc(name, input, resources)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}
const lu = (points: unknown, more: object = {}): object => ({ nuclide: 'Lu-177', points, ...more })
const population = { shape: 'mono-exponential', effectiveHalfLifeH: { median: 52 } }

describe('faults of an input', () => {
  it.each([
    ['a missing list', {}, '"points" is missing: a list'],
    ['a missing number, with its unit', lu([{ timeH: 1 }]), '"points[0].activityMbq" is missing: a number in MBq'],
    ['a text', lu([{ timeH: '1', activityMbq: 3 }]), '"points[0].timeH": must be a number in h, not "1"'],
    ['null', lu([{ timeH: 1, activityMbq: null }]), 'must be a number in MBq, not null'],
    ['seconds', lu([{ timeS: 1, activityMbq: 1 }]), '"timeS" (do you mean "timeH", a number in h?)'],
    ['a name without a unit', lu([{ time: 1, activityMbq: 1 }]), '"time" (do you mean "timeH", a number in h?)'],
    ['another name', lu([], { halfLifeH: 1 }), '"halfLifeH" (do you mean "physicalHalfLifeH", a number in h?)'],
    ['a name like none', lu([], { xyzzy: 1 }), 'unknown field "xyzzy"; there are label, nuclide'],
    ['an option', lu([], { model: 'mono' }), '"model": must be one of "auto", "mono-exponential"'],
    [
      'a sigma of zero',
      lu([{ timeH: 1, activityMbq: 1, sigmaMbq: 0 }]),
      '"points[0].sigmaMbq": must be above 0 (a number in MBq), not 0',
    ],
    ['percent', lu([], { errorModel: { fraction: 5 } }), '"errorModel.fraction": must be 1 or less (a number), not 5'],
    ['no object', [], 'the whole: must be an object, not []'],
  ])('%s', (_, input, message) => {
    expect(said('fit-tac', input)).toContain(message)
  })

  it('of alternatives the one that was meant is told', () => {
    expect(said('scan-time', { nuclide: 'Lu-177', population })).toContain(
      '"population.effectiveHalfLifeH.geometricStandardDeviation" is missing: a number',
    )
    expect(said('scan-time', { nuclide: 'Lu-177', population: 3 })).toContain(
      '"population": must be a text or an object, not 3',
    )
  })
})

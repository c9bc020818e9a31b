import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { calcSchemas, listCalcs, runCalc } from './index.ts'

const resources = fileResources()
const run = <T>(name: string, input: unknown): T => runCalc(name, input, resources) as T

const refusal = (name: string, input: unknown): InputError => {
  try {
    runCalc(name, input, resources)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error(`${name} took ${JSON.stringify(input)}`)
}

describe('calculations by name', () => {
  it('are listed in order, each once, with what they do', () => {
    const names = listCalcs().map((c) => c.name)
    expect([...new Set(names)].sort()).toEqual(names)
    expect(names).toEqual(
      expect.arrayContaining(['fit-tac', 'tia', 'decay', 'dose-local', 'mass-scaling', 'nuclide-info']),
    )
    for (const calc of listCalcs()) expect(calc.description.length).toBeGreaterThan(30)
  })

  it('every field that is a number of a physical quantity carries a unit in its schema', () => {
    const withoutUnit: string[] = []
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      const { type, unit, properties, items, prefixItems, anyOf } = node as Record<string, unknown>
      const named = /(Mbq|MbqH|Gy|H|G|Ml|Mev|Hu|Mm|PerH|PerS)$/.test(path)
      if (type === 'number' && named && unit === undefined) withoutUnit.push(path)
      for (const [key, value] of Object.entries((properties as object | undefined) ?? {})) walk(value, `${path}.${key}`)
      walk(items, path)
      for (const list of [prefixItems, anyOf]) if (Array.isArray(list)) for (const value of list) walk(value, path)
    }
    for (const { name } of listCalcs()) {
      const schemas = calcSchemas(name)
      walk(schemas.input, `${name}.input`)
      walk(schemas.output, `${name}.output`)
    }
    expect(withoutUnit).toEqual([])
  })

  it('refuse an unknown name, listing those that exist', () => {
    const error = refusal('fit', {})
    expect(error.code).toBe('calc.unknown')
    expect(error.hint).toContain('fit-tac')
    expect(() => calcSchemas('fit')).toThrow(InputError)
  })

  it.each([
    ['tia', {}, '"terms"'],
    ['tia', { terms: [{ amplitudeMbq: 1, effectiveHalfLifeH: 0 }] }, '"terms[0].effectiveHalfLifeH"'],
    ['tia', { terms: [{ amplitudeMbq: 'much', effectiveHalfLifeH: 1 }] }, '"terms[0].amplitudeMbq"'],
    ['fit-tac', { nuclide: 'Lu-177', points: [{ timeH: 1, activityMbq: 1, sigma: 1 }] }, '"points[0]"'],
    ['decay', 3, 'the whole'],
    [
      'elapsed-time',
      { from: { local: 'yesterday', utcOffsetMin: null }, to: { local: '2024-01-01T00:00:00', utcOffsetMin: null } },
      '"from.local"',
    ],
  ])('%s names the wrong field of %j', (name, input, where) => {
    const error = refusal(name, input)
    expect(error.code).toBe('calc.input')
    expect(error.message).toContain(where)
  })
})

describe('kinetics', () => {
  it('tia: 100 MBq with 50 h is 100·50/ln 2; within one half-life half of it; the coefficient is per administered MBq', () => {
    const terms = [{ amplitudeMbq: 100, effectiveHalfLifeH: 50 }]
    const whole = run<{ tiaMbqH: number; decays: number; tiaCoefficientH: number }>('tia', {
      terms,
      administeredMbq: 1000,
    })
    expect(whole.tiaMbqH).toBeCloseTo(5000 / Math.LN2, 9)
    expect(whole.decays / whole.tiaMbqH).toBeCloseTo(3.6e9, 3)
    expect(whole.tiaCoefficientH).toBeCloseTo(5 / Math.LN2, 9)
    expect(run<{ tiaMbqH: number }>('tia', { terms, toH: 50 }).tiaMbqH).toBeCloseTo(2500 / Math.LN2, 9)
    expect(refusal('tia', { terms, fromH: 5, toH: 5 }).code).toBe('calc.interval')
  })

  it('fit-tac: noise-free points in MBq and h come back, with the band around the curve', () => {
    const points = [1, 4, 24, 72, 168].map((timeH) => ({ timeH, activityMbq: 200 * 2 ** (-timeH / 60), sigmaMbq: 2 }))
    const fit = run<{
      model: string
      tiaMbqH: number
      phases: { effectiveHalfLifeH: number }[]
      parameters: { name: string; value: number; unit: string; standardError: number }[]
      covariance: number[][]
      curve: { activityMbq: number[]; lowerMbq: number[]; upperMbq: number[] }
    }>('fit-tac', { nuclide: 'Lu-177', points, curveTimesH: [0, 60] })
    expect(fit.model).toBe('mono-exponential')
    expect(fit.tiaMbqH).toBeCloseTo((200 * 60) / Math.LN2, 6)
    expect(fit.phases[0]?.effectiveHalfLifeH).toBeCloseTo(60, 8)
    expect(fit.parameters[1]?.unit).toBe('1/h')
    expect(fit.parameters[1]?.value).toBeCloseTo(Math.LN2 / 60, 10)
    expect(Math.sqrt(fit.covariance[0]?.[0] as number)).toBeCloseTo(fit.parameters[0]?.standardError as number, 9)
    expect(fit.curve.activityMbq[1]).toBeCloseTo(100, 6)
    expect(fit.curve.lowerMbq[1]).toBeLessThan(100)
    expect(fit.curve.upperMbq[1]).toBeGreaterThan(100)
  })

  it('fit-tac: wants one of nuclide and half-life, and sigmas for all points or none', () => {
    const points = [
      { timeH: 4, activityMbq: 10, sigmaMbq: 1 },
      { timeH: 24, activityMbq: 8 },
    ]
    expect(refusal('fit-tac', { points: points.slice(0, 1) }).code).toBe('calc.half-life')
    expect(refusal('fit-tac', { points: [], nuclide: 'Lu-177', physicalHalfLifeH: 1 }).code).toMatch(/half-life/)
    expect(refusal('fit-tac', { nuclide: 'Lu-177', points }).message).toContain('point 2')
    expect(
      refusal('fit-tac', {
        nuclide: 'Lu-177',
        points: [
          { timeH: -1, activityMbq: 1 },
          { timeH: 1, activityMbq: 1 },
        ],
      }).code,
    ).toBe('kinetics.before-administration')
  })
})

describe('decay', () => {
  it('decay: one half-life halves, and backwards doubles', () => {
    const at = (elapsedH: number): number =>
      run<{ activityMbq: number }>('decay', { physicalHalfLifeH: 10, activityMbq: 8, elapsedH }).activityMbq
    expect(at(10)).toBeCloseTo(4, 12)
    expect(at(-10)).toBeCloseTo(16, 12)
  })

  it('effective-half-life: 1/60 = 1/150 + 1/100, from either side; longer than the physical one is refused', () => {
    const eff = run<{ effectiveHalfLifeH: number }>('effective-half-life', {
      physicalHalfLifeH: 150,
      biologicalHalfLifeH: 100,
    })
    expect(eff.effectiveHalfLifeH).toBeCloseTo(60, 12)
    const bio = run<{ biologicalHalfLifeH: number }>('effective-half-life', {
      physicalHalfLifeH: 150,
      effectiveHalfLifeH: 60,
    })
    expect(bio.biologicalHalfLifeH).toBeCloseTo(100, 10)
    expect(refusal('effective-half-life', { nuclide: 'Lu-177', effectiveHalfLifeH: 200 }).message).toContain('longer')
    expect(refusal('effective-half-life', { nuclide: 'Lu-177' }).code).toBe('calc.half-life')
  })

  it('nuclide-info: lists what is known, and gives the chain of At-211 with Bi-207 left out', () => {
    expect(run<{ known: string[] }>('nuclide-info', {}).known).toContain('Lu-177')
    const info = run<{
      nuclide: { halfLifeH: number }
      chain: { members: { name: string }[]; ends: { name: string; reason: string }[] }
    }>('nuclide-info', { nuclide: '211At' })
    expect(info.nuclide.halfLifeH).toBeCloseTo(7.214, 3)
    expect(info.chain.members.map((m) => m.name)).toEqual(['At-211', 'Po-211'])
    expect(info.chain.ends.find((e) => e.name === 'Bi-207')?.reason).toContain('longer-lived')
  })
})

describe('dose', () => {
  it('dose-local: mass given directly or by volume and density is the same; both or neither is refused', () => {
    const base = { nuclide: 'Lu-177', tiaMbqH: 1000, administeredMbq: 7400 }
    const byMass = run<{ doseGy: number; dosePerActivityGyPerGbq: number }>('dose-local', { ...base, massG: 105 })
    const byVolume = run<{ doseGy: number }>('dose-local', { ...base, volumeMl: 100, densityGPerMl: 1.05 })
    expect(byVolume.doseGy).toBeCloseTo(byMass.doseGy, 12)
    expect(byMass.doseGy).toBeCloseTo((3.6e12 * 0.148194 * 1.602176634e-13) / 0.105, 4)
    expect(byMass.dosePerActivityGyPerGbq).toBeCloseTo(byMass.doseGy / 7.4, 12)
    expect(refusal('dose-local', base).code).toBe('calc.mass')
    expect(refusal('dose-local', { ...base, massG: 1, volumeMl: 1, densityGPerMl: 1 }).code).toBe('calc.mass')
  })

  it('dose-local: without daughters, Ra-223 gives a fifth of its energy and says nothing of Rn-219', () => {
    const of = (count: boolean) =>
      run<{ localEnergyMev: number; counted: string[] }>('dose-local', {
        nuclide: 'Ra-223',
        tiaMbqH: 1,
        massG: 1,
        daughters: { count },
      })
    expect(of(true).counted).toContain('Rn-219')
    expect(of(false).counted).toEqual(['Ra-223'])
    expect(of(false).localEnergyMev / of(true).localEnergyMev).toBeCloseTo(0.209, 2)
  })

  it('mass-scaling: mGy/(MBq·s) with MBq·h: 1 MBq·h at 1e-3 mGy/(MBq·s) is 3.6 mGy', () => {
    const electron = { sMgyPerMbqS: 1e-3, massG: 300, source: 'made up' }
    expect(run<{ doseGy: number }>('mass-scaling', { tiaMbqH: 1, massG: 300, electron }).doseGy).toBeCloseTo(3.6e-3, 12)
    expect(run<{ doseGy: number }>('mass-scaling', { tiaMbqH: 1, massG: 150, electron }).doseGy).toBeCloseTo(7.2e-3, 12)
  })

  it('dose-uncertainty: 3 % and 4 % make 5 %; a sphere gives the slope of its counts', () => {
    expect(run<{ relative: number }>('dose-uncertainty', { tiaFit: 0.03, calibration: 0.04 }).relative).toBeCloseTo(
      0.05,
      12,
    )
    const sphere = { volumeMl: 20, resolutionFwhmMm: 12, recovery: 0.7 }
    expect(
      run<{ countsVolumeSlope: number }>('dose-uncertainty', { volume: 0.1, sphere }).countsVolumeSlope,
    ).toBeGreaterThan(0.3)
    expect(refusal('dose-uncertainty', { countsVolumeSlope: 1, sphere }).code).toBe('calc.slope')
  })
})

describe('images', () => {
  it('hu-density: water is 1 g/mL within 3 %, air is thin, numbers outside the table are counted', () => {
    const out = run<{ densityGPerMl: number[]; clamped: number }>('hu-density', { hu: [0, -1000, 1000, 20000] })
    expect(Math.abs((out.densityGPerMl[0] as number) - 1)).toBeLessThan(0.03)
    expect(out.densityGPerMl[1]).toBeLessThan(0.01)
    expect(out.densityGPerMl[2]).toBeGreaterThan(1.4)
    expect(out.clamped).toBe(1)
  })

  it('structure-volume: a square prism of 10 × 10 mm over 5 slices of 2 mm is 1 mL', () => {
    const contours = [0, 2, 4, 6, 8].map((z) => [
      [0, 0, z],
      [10, 0, z],
      [10, 10, z],
      [0, 10, z],
    ])
    const out = run<{ volumeMl: number; massG: number }>('structure-volume', {
      contours,
      sliceThicknessMm: 2,
      densityGPerMl: 1.05,
    })
    expect(out.volumeMl).toBeCloseTo(1, 6)
    expect(out.massG).toBeCloseTo(1.05, 6)
  })

  it('elapsed-time: across the start of summer time by UTC, else by the clock', () => {
    const from = { local: '2024-03-30T12:00:00', utcOffsetMin: 60 }
    const to = { local: '2024-03-31T12:00:00', utcOffsetMin: 120 }
    expect(run('elapsed-time', { from, to })).toEqual({ elapsedH: 23, basis: 'UTC' })
    expect(run('elapsed-time', { from, to: { ...to, utcOffsetMin: null } })).toEqual({
      elapsedH: 24,
      basis: 'local clock',
    })
  })
})

describe('dose engines', () => {
  it('are told with their parameters, all or one', () => {
    const all = run<{ engines: { id: string; parameters: { id: string }[] }[] }>('dose-engines', {}).engines
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(['organ-mird', 'cell', 'local-energy']))
    const [one, ...others] = run<{ engines: typeof all }>('dose-engines', {
      engine: 'local-energy',
    }).engines
    expect(others).toEqual([])
    expect(one?.parameters.map(({ id }) => id)).toEqual(['photons', 'density', 'smallestDensityGPerMl'])
    expect(refusal('dose-engines', { engine: 'x' }).code).toBe('dose.engine')
  })
})

import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { calcSchemas, runCalc } from './index.ts'

const resources = fileResources()
const run = (name: string, input: unknown): Record<string, unknown> =>
  runCalc(name, input, resources) as Record<string, unknown>

describe('calc growth-fit', () => {
  const curves = [0, 1344].map((startH) => ({ startH, doseGy: 12, effectiveHalfLifeH: 51 }))
  const tumour = {
    volumeMl: 20,
    alphaPerGy: 0.12,
    alphaBetaGy: 10,
    curves,
    repairHalfTimeH: 2,
  }
  const timesH = [0, 500, 1300, 1900, 2700, 3500]
  const truth = run('growth', { ...tumour, growth: { kind: 'exponential', doublingTimeH: 1500 }, timesH })
  const volumes = (truth['states'] as { timeH: number; volumeMl: number }[]).map(({ timeH, volumeMl }) => ({
    ...{ timeH, volumeMl },
    relativeUncertainty: 0.1,
  }))
  const models = [
    { kind: 'exponential', doublingTimeH: 3000 },
    { kind: 'gompertz', ratePerH: 1e-4, capacityMl: 400 },
  ]
  const free = [{ name: 'alphaPerGy' }, { name: 'doublingTimeH' }, { name: 'growthRatePerH' }]
  const input = {
    ...tumour,
    alphaPerGy: 0.05,
    growth: models,
    free,
    volumes,
    predictH: [4000, 5000],
    scanUncertainty: 0.1,
  }

  it('finds what "growth" was given, in the units of the names, and ranks the laws', () => {
    const found = run('growth-fit', input) as {
      best: string
      models: {
        name: string
        fit: { parameters: { name: string; value: number; unit: string }[]; prediction: object[] }
      }[]
    }
    expect(found.best).toBe('exponential')
    const { parameters, prediction } = found.models[0]!.fit
    expect(parameters.map(({ name, unit }) => [name, unit])).toEqual([
      ['alphaPerGy', '1/Gy'],
      ['doublingTimeH', 'h'],
    ])
    expect(parameters[0]!.value).toBeCloseTo(0.12, 6)
    expect(parameters[1]!.value / 1500).toBeCloseTo(1, 5)
    expect(found.models[1]!.fit.parameters.map(({ name }) => name)).toEqual(['alphaPerGy', 'growthRatePerH'])
    const ahead = run('growth', { ...tumour, growth: { kind: 'exponential', doublingTimeH: 1500 }, timesH: [0, 4000] })
    const [, end] = ahead['states'] as { volumeMl: number }[]
    expect(prediction[0]).toMatchObject({ timeH: 4000, volumeMl: expect.closeTo(end!.volumeMl, 4) as number })
  })

  it('takes a growth formula of one’s own and converts priors', () => {
    const formula = {
      kind: 'growth',
      name: 'constant-growth',
      title: 'As exponential',
      expression: 'log(2)/T',
      parameters: [{ name: 'T', unit: 'd', value: 62.5, source: 'test' }],
      source: 'test',
      testedMl: [0.01, 1000],
    }
    const [model] = (
      run('growth-fit', {
        ...input,
        growth: [{ kind: 'formula', formula }],
        free: [{ name: 'alphaPerGy', prior: { median: 0.12, sdOfLog: 0.2 } }],
      }) as { models: { name: string; fit: { parameters: { value: number }[]; priorChiSquare: number } }[] }
    ).models
    expect(model?.name).toBe('constant-growth')
    expect(model?.fit.parameters[0]?.value).toBeCloseTo(0.12, 6)
    const held = {
      ...input,
      growth: models.slice(0, 1),
      free: [{ name: 'doublingTimeH', prior: { median: 1500, sdOfLog: 0.01 } }],
      alphaPerGy: 0.12,
    }
    const fit = (run('growth-fit', held) as { models: { fit: { priorChiSquare: number } }[] }).models[0]?.fit
    expect(fit?.priorChiSquare).toBeLessThan(1e-6)
  })

  it('refuses parameters that no law has and an initial volume that nobody gives', () => {
    expect(() => run('growth-fit', { ...input, growth: models.slice(0, 1) })).toThrow(
      /No growth law here has a growthRatePerH/,
    )
    expect(() => run('growth-fit', { ...input, volumeMl: undefined })).toThrow(
      /initial volume is neither given nor free/,
    )
    expect(() => run('growth-fit', { ...input, volumes: volumes.slice(0, 2) })).toThrow(/1 informative volume for 2/)
    expect(calcSchemas('growth-fit').name).toBe('growth-fit')
  })
})

describe('calc cell-voxel', () => {
  const voxel = {
    nuclide: '177Lu',
    cellRadiusUm: 5,
    nucleusRadiusUm: 4,
    lattice: { kind: 'cubic', spacingUm: 10, radiusUm: 60 },
    voxelDoseGy: 20,
    alphaPerGy: 0.3,
    alphaBetaGy: 10,
    g: 0.05,
  }

  it('even uptake gives the dose and BED of the voxel; uneven uptake of Lu-177 loses less than its decays vary', () => {
    const even = run('cell-voxel', voxel)
    expect(even['evenBedGy']).toBeCloseTo(20 * (1 + (0.05 * 20) / 10), 9)
    expect(even['effectRatio']).toBeCloseTo(1, 9)
    const uneven = run('cell-voxel', { ...voxel, receptorCv: 0.8, supply: { vesselSpacingUm: 60, fallOffUm: 60 } })
    expect(uneven['decaysCv']).toBeGreaterThan(0.7)
    expect(uneven['doseCv'] as number).toBeLessThan(0.5 * (uneven['decaysCv'] as number))
    expect(uneven['effectRatio'] as number).toBeLessThan(1)
    expect(uneven['totalDecays']).toBeCloseTo((uneven['cells'] as number) * (even['meanDecaysPerCell'] as number), 6)
  })

  it('averages alphas over hits: less kill than their mean dose, and refuses hits of what sends out none', () => {
    const alpha = {
      ...voxel,
      nuclide: undefined,
      particle: { kind: 'alpha', energyMev: 5.9 },
      voxelDoseGy: 2,
      alphaPerGy: 1.5,
      g: 0,
    }
    const plain = run('cell-voxel', alpha)
    const hits = run('cell-voxel', { ...alpha, alphaHits: true })
    expect(hits['evenBedGy'] as number).toBeLessThan(plain['evenBedGy'] as number)
    expect(plain['evenBedGy']).toBeCloseTo(2, 9)
    expect(() => run('cell-voxel', { ...voxel, alphaHits: true })).toThrow(/sends out alphas/)
    expect(() => run('cell-voxel', { ...voxel, surroundings: 'none' })).toThrow(/free cluster/)
  })
})

/** Dose point kernels and voxel S values from the project's own Monte Carlo. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  enclosedFraction,
  nuclidePointKernel,
  parsePointKernels,
  voxelSValues,
} from '../../../native-core/dosimetry/pointKernel/index.ts'
import type {
  NuclidePointKernel,
  PointKernel,
  PointKernelTable,
  VoxelSValue,
} from '../../../native-core/dosimetry/pointKernel/index.ts'
import { chainEmissions, decayChain } from '../../../native-core/physics/index.ts'
import type { Emissions } from '../../../native-core/physics/index.ts'
import { JOULE_PER_MEV } from '../../../native-core/units/index.ts'
import type { Resources } from '../ports/resources.ts'
import { defineCalc } from './define.ts'
import {
  MGY_PER_MBQ_S,
  daughterPolicy,
  daughters,
  emissionsOf,
  nuclideName,
  nuclideOf,
  nuclides,
  positiveQuantity,
  quantity,
} from './fields.ts'

const mediumField = z
  .string()
  .regex(/^[a-z0-9-]+$/)
  .default('water')
  .meta({ description: 'Medium with a table of kernels', examples: ['water', 'cortical-bone'] })
const densityField = positiveQuantity('g/mL', 'Density of the medium, of cortical bone 1.92').max(30).default(1)

const about = z.strictObject({
  name: z.string(),
  version: z.string(),
  medium: z.string(),
})
const countedField = z.array(
  z.strictObject({ name: z.string(), decaysPerParentDecay: quantity('1', 'In place, of one decay of the parent') }),
)
const notCountedField = z.array(
  z.strictObject({ name: z.string(), formedPerParentDecay: quantity('1', 'Nuclei'), reason: z.string() }),
)
const radiations = (unit: string, what: string) =>
  z.strictObject({
    electron: quantity(unit, `${what}: electrons and positrons, with bremsstrahlung`),
    photon: quantity(unit, `${what}: photons, with annihilation`),
    alpha: quantity(unit, `${what}: alphas`),
    recoil: quantity(unit, `${what}: recoil nuclei`),
  })

const parsed = new WeakMap<object, PointKernelTable>()

/** Tables are read once for each set of resources. @throws InputError `medium.unknown` for a medium without one. */
export function pointKernelTable(resources: Resources, medium: string): PointKernelTable {
  let json: object
  try {
    json = resources.dosimetryTable(`point-kernels-${medium}`) as object
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'resources.missing') throw error
    throw new InputError(
      'medium.unknown',
      `There are no point kernels of "${medium}".`,
      'There are kernels of water and cortical-bone.',
    )
  }
  let table = parsed.get(json)
  if (!table) parsed.set(json, (table = parsePointKernels(json)))
  return table
}

interface Source {
  readonly name: string
  readonly emissions: Emissions
  readonly counted: z.output<typeof countedField>
  readonly notCounted: z.output<typeof notCountedField>
}

function nuclideSource(name: string, given: z.output<typeof daughters>, resources: Resources): Source {
  const table = nuclides(resources)
  const nuclide = nuclideOf(name, resources)
  const policy = daughterPolicy(given)
  const chain = chainEmissions(table, emissionsOf(resources), nuclide, policy)
  return {
    name: nuclide.name,
    emissions: chain.total,
    counted: chain.members.map((m) => ({ name: m.name, decaysPerParentDecay: m.decaysPerParentDecay })),
    notCounted: decayChain(table, nuclide, policy).ends.map((e) => ({ ...e })),
  }
}

const NOTHING: Emissions = { photons: [], electrons: [], betas: [], alphas: [], recoils: [] }
const PARTICLES = ['electron', 'photon', 'alpha'] as const

function particleSource(particle: (typeof PARTICLES)[number], energyMev: number): Source {
  const line = [{ energyMev, yield: 1 }]
  const emissions: Emissions = { ...NOTHING, [`${particle}s`]: line }
  return { name: `${particle} of ${energyMev} MeV`, emissions, counted: [], notCounted: [] }
}

const emittedOf = (kernel: NuclidePointKernel) => ({
  electron: kernel.electronMev,
  photon: kernel.photonMev,
  alpha: kernel.alphaMev,
  recoil: kernel.recoilMev,
})

const DEFAULT_RADII_MM = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 7, 10, 20, 50, 100, 200, 500]

export const pointKernel = defineCalc({
  name: 'point-kernel',
  title: 'Dose point kernel',
  description:
    'Energy deposited around a point source in an infinite medium, from the program’s own Monte Carlo: of a nuclide with its chain, or of an electron, photon or alpha of one energy.',
  input: z.strictObject({
    nuclide: nuclideName.optional(),
    particle: z.enum(PARTICLES).optional().meta({ description: 'Instead of a nuclide' }),
    energyMev: positiveQuantity('MeV', 'Energy of the particle').min(1e-4).optional(),
    medium: mediumField,
    densityGPerMl: densityField,
    daughters,
    radiiMm: z
      .array(positiveQuantity('mm', 'Radius').max(10_000))
      .min(1)
      .max(2000)
      .default(DEFAULT_RADII_MM)
      .meta({ description: 'Ascending' }),
  }),
  output: z.strictObject({
    kernels: about,
    source: z.string(),
    counted: countedField,
    notCounted: notCountedField,
    emittedMev: radiations('MeV', 'Emitted per decay'),
    radii: z.array(
      z.strictObject({
        radiusMm: quantity('mm', 'Radius'),
        enclosedFraction: quantity('1', 'Share of the emitted energy within the radius'),
        enclosedMev: radiations('MeV', 'Deposited within the radius per decay'),
        shellDoseGy: quantity('Gy', 'Mean dose per decay between the radius before (first: 0) and this one'),
      }),
    ),
  }),
  run: (input, resources) => {
    const source = sourceOf(input, resources)
    if (input.radiiMm.some((r, i) => r <= (input.radiiMm[i - 1] ?? 0))) {
      throw new InputError('point-kernel.radii', 'The radii do not rise.', 'Give each radius once, in ascending order.')
    }
    const table = pointKernelTable(resources, input.medium)
    const kernel = nuclidePointKernel(source.name, source.emissions, table)
    const emitted = emittedOf(kernel)
    const emittedMev = emitted.electron + emitted.photon + emitted.alpha + emitted.recoil
    const within = (of: PointKernel | null, energyMev: number, radiusMm: number): number =>
      of ? energyMev * enclosedFraction(of, (radiusMm / 10) * input.densityGPerMl) : 0
    let beforeMev = 0
    let beforeMm = 0
    const radii = input.radiiMm.map((radiusMm) => {
      const enclosedMev = {
        electron: within(kernel.electron, emitted.electron, radiusMm),
        photon: within(kernel.photon, emitted.photon, radiusMm),
        alpha: within(kernel.alpha, emitted.alpha, radiusMm),
        recoil: emitted.recoil,
      }
      const sumMev = enclosedMev.electron + enclosedMev.photon + enclosedMev.alpha + enclosedMev.recoil
      const massKg = ((4 / 3) * Math.PI * (radiusMm ** 3 - beforeMm ** 3) * input.densityGPerMl) / 1e6
      const shellDoseGy = ((sumMev - beforeMev) * JOULE_PER_MEV) / massKg
      beforeMev = sumMev
      beforeMm = radiusMm
      return { radiusMm, enclosedFraction: sumMev / emittedMev, enclosedMev, shellDoseGy }
    })
    return {
      kernels: { name: table.name, version: table.version, medium: table.medium },
      source: source.name,
      counted: source.counted,
      notCounted: source.notCounted,
      emittedMev: emitted,
      radii,
    }
  },
})

function sourceOf(
  input: {
    nuclide?: string | undefined
    particle?: (typeof PARTICLES)[number] | undefined
    energyMev?: number | undefined
    daughters: z.output<typeof daughters>
  },
  resources: Resources,
): Source {
  const { nuclide, particle, energyMev } = input
  if (nuclide !== undefined && particle === undefined && energyMev === undefined) {
    return nuclideSource(nuclide, input.daughters, resources)
  }
  if (nuclide === undefined && particle !== undefined && energyMev !== undefined)
    return particleSource(particle, energyMev)
  throw new InputError(
    'point-kernel.source',
    'It is not clear what the source is.',
    'Give either "nuclide", or "particle" and "energyMev".',
  )
}

const side = positiveQuantity('mm', 'Side of a voxel')

const sFields = {
  sGyPerBqS: quantity('Gy/(Bq·s)', 'S value'),
  sMgyPerMbqS: quantity('mGy/(MBq·s)', 'S value'),
  byRadiationMgyPerMbqS: radiations('mGy/(MBq·s)', 'S value'),
}
const neighbour = z.strictObject({ offset: z.array(z.int()).length(3), ...sFields })

const sOf = (value: VoxelSValue): z.output<typeof neighbour> => ({
  offset: [...value.offset],
  sGyPerBqS: value.total,
  sMgyPerMbqS: value.total * MGY_PER_MBQ_S,
  byRadiationMgyPerMbqS: {
    electron: value.byRadiation.electron * MGY_PER_MBQ_S,
    photon: value.byRadiation.photon * MGY_PER_MBQ_S,
    alpha: value.byRadiation.alpha * MGY_PER_MBQ_S,
    recoil: value.byRadiation.recoil * MGY_PER_MBQ_S,
  },
})

export const voxelS = defineCalc({
  name: 'voxel-s',
  title: 'Voxel S values',
  description:
    'Mean dose in voxels per decay that is uniform in one voxel of an infinite medium (MIRD Pamphlet 17), for any nuclide with its chain and any voxel size, from dose point kernels of the program’s own Monte Carlo.',
  input: z.strictObject({
    nuclide: nuclideName,
    spacingMm: z
      .union([side, z.array(side).length(3)])
      .meta({ description: 'Side of the voxels, one number or three', examples: [3, [4.8, 4.8, 3]] }),
    reach: z.int().min(0).max(30).default(5).meta({ unit: 'voxels', description: 'Largest offset along each axis' }),
    medium: mediumField,
    densityGPerMl: densityField,
    daughters,
  }),
  output: z.strictObject({
    kernels: about,
    nuclide: z.string(),
    counted: countedField,
    notCounted: notCountedField,
    spacingMm: z.array(quantity('mm', 'Sides of the voxels')).length(3),
    emittedMev: radiations('MeV', 'Emitted per decay'),
    beyondReachFraction: quantity('1', 'Share of the emitted energy that is deposited farther than the reach'),
    source: neighbour.meta({ description: 'The voxel itself' }),
    faces: z.array(neighbour).meta({ description: 'Neighbours behind the faces along x, y, z; none with reach 0' }),
    edges: z.array(neighbour).meta({ description: 'Neighbours at edges' }),
    corners: z.array(neighbour).meta({ description: 'Neighbours at corners' }),
    values: z
      .array(
        z.strictObject({
          offset: z.array(z.int()).length(3),
          distanceMm: quantity('mm', 'Between the centres'),
          mirrorImages: z.int().meta({ unit: '1', description: 'Voxels with this value, by symmetry' }),
          sGyPerBqS: sFields.sGyPerBqS,
          sMgyPerMbqS: sFields.sMgyPerMbqS,
        }),
      )
      .meta({ description: 'All offsets from 0 to the reach, x fastest; mirrored offsets have the same value' }),
  }),
  run: (input, resources) => {
    const source = nuclideSource(input.nuclide, input.daughters, resources)
    const table = pointKernelTable(resources, input.medium)
    const kernel = nuclidePointKernel(source.name, source.emissions, table)
    const given = input.spacingMm
    const spacingMm = (typeof given === 'number' ? [given, given, given] : given) as [number, number, number]
    const { densityGPerMl, reach } = input
    const { values, beyondFraction } = voxelSValues({ kernel, spacingMm, densityGPerMl, reach })
    const near = (steps: number) =>
      values
        .filter(({ offset }) => Math.max(...offset) <= 1 && offset[0] + offset[1] + offset[2] === steps)
        .map((value) => sOf(value))
    return {
      kernels: { name: table.name, version: table.version, medium: table.medium },
      nuclide: source.name,
      counted: source.counted,
      notCounted: source.notCounted,
      spacingMm,
      emittedMev: emittedOf(kernel),
      beyondReachFraction: beyondFraction,
      source: sOf(values[0] as VoxelSValue),
      faces: near(1),
      edges: near(2),
      corners: near(3),
      values: values.map(({ offset, distanceMm, mirrorImages, total }) => ({
        offset: [...offset],
        distanceMm,
        mirrorImages,
        sGyPerBqS: total,
        sMgyPerMbqS: total * MGY_PER_MBQ_S,
      })),
    }
  },
})

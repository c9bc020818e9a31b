/** The engine `voxel-kernel`: dose point kernels of water, convolved with the activity. */
import { voxelVolumeMl } from '../../imaging/index.ts'
import { convolveEven } from '../../kernels/convolve.ts'
import { emittedEnergyMev } from '../../physics/emissions/index.ts'
import { findMedium, parseMaterialData, parseMedia } from '../../physics/media/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import { divideByDensity, waterEquivalence } from '../pointKernel/densityClasses.ts'
import type { DensityClass } from '../pointKernel/densityClasses.ts'
import { nuclidePointKernel, parsePointKernels, totalFraction, voxelKernel as integrate } from '../pointKernel/index.ts'
import type { NuclidePointKernel, PointKernel, PointKernelTable } from '../pointKernel/index.ts'
import { structureMeans } from './structureMeans.ts'
import { RADIATIONS } from './types.ts'
import type { EngineData, EngineRun, Radiation, VoxelDose, VoxelDoseEngine, VoxelDoseInput } from './types.ts'

export const VOXEL_KERNEL_VERSION = '1.0.0'

const WATER_G_PER_ML = 1
/** From so many voxels on, kernels are convolved one after the other, to spare memory. */
const LARGE_GRID = 4e6

type Density = 'none' | 'local' | 'source'
type Size = readonly [number, number, number]

interface Work {
  readonly input: VoxelDoseInput
  readonly run: EngineRun
  readonly size: Size
  /** Decays (or Bq) in each voxel. */
  readonly decays: Float32Array
}

/** MeV in each voxel, for several kernels. */
function convolved(
  { input, run, size }: Work,
  decays: Float32Array,
  kernels: readonly {
    readonly kernel: PointKernel
    readonly energyMev: number
    readonly charged: boolean
    readonly reachMm: number
  }[],
  densityGPerMl: number,
  progress: readonly [number, number],
): { readonly energyMev: Float32Array[]; readonly inReach: number[] } {
  const inReach: number[] = []
  const octants = kernels.map(({ kernel, energyMev, charged, reachMm }) => {
    const spacingMm = input.grid.spacingMm
    const voxels = integrate({ kernel, spacingMm, densityGPerMl, charged, size })
    if (reachMm > 0) cut(voxels.fraction, size, spacingMm, reachMm)
    inReach.push(totalFraction(voxels))
    return voxels.fraction.map((fraction) => fraction * energyMev)
  })
  const { threads, control } = run
  const common = { source: decays, size, threads, control }
  if (decays.length < LARGE_GRID) return { energyMev: convolveEven({ ...common, kernels: octants, progress }), inReach }
  const [from, to] = progress
  const step = (to - from) / octants.length
  const energyMev = octants.flatMap((octant, i) =>
    convolveEven({ ...common, kernels: [octant], progress: [from + i * step, from + (i + 1) * step] }),
  )
  return { energyMev, inReach }
}

/** Sets offsets beyond a distance to zero. */
function cut(fraction: Float64Array, size: Size, spacingMm: Size, reachMm: number): void {
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++)
        if (Math.hypot(i * spacingMm[0], j * spacingMm[1], k * spacingMm[2]) > reachMm) fraction[at] = 0
}

/** Mean energy of the electrons by energy, MeV: where most of the dose is. */
function meanElectronMev({ source }: VoxelDoseInput, electronMev: number): number {
  const { electrons, betas } = source.total
  let weighted = electrons.reduce((sum, line) => sum + line.yield * line.energyMev ** 2, 0)
  for (const { energiesMev: e, perMevAndDecay: f } of betas)
    for (let i = 1; i < e.length; i++) {
      const [a, b] = [e[i - 1] as number, e[i] as number]
      weighted += ((b - a) * ((f[i - 1] as number) * a * a + (f[i] as number) * b * b)) / 2
    }
  return Math.min(5, Math.max(0.001, weighted / electronMev))
}

/** Activity by the density of where it is, for ranges: all as water but for the choice `source`. */
function densityClasses(
  { input, decays }: Work,
  density: Density,
  electronMev: number,
  data: EngineData,
): DensityClass[] {
  if (density !== 'source' || !(electronMev > 0)) return [{ densityGPerMl: WATER_G_PER_ML, activity: decays }]
  const ratios = waterEquivalence(
    input.media,
    findMedium(parseMedia(data.materialTable('media')), 'water'),
    meanElectronMev(input, electronMev),
    parseMaterialData(
      data.materialTable('photon-elements'),
      data.materialTable('bremsstrahlung'),
      data.materialTable('stopping-power'),
    ),
  )
  return divideByDensity(
    decays,
    (voxel) => (input.densityGPerMl[voxel] as number) * (ratios[input.mediumIndex[voxel] as number] as number),
  )
}

interface Energies {
  /** MeV in each voxel. */
  readonly byRadiation: Partial<Record<Radiation, Float32Array>>
  readonly classes: readonly number[]
  /** Share of photon energy that a decay's photons leave within the reach of the grid's kernel; null without photons. */
  readonly photonsInReach: number | null
}

function energies(work: Work, kernel: NuclidePointKernel, density: Density, data: EngineData): Energies {
  const { run, decays } = work
  const photonReachMm = Number(run.parameters['photonReachMm'])
  const photons = run.parameters['photons'] === false ? null : kernel.photon
  const byRadiation: Partial<Record<Radiation, Float32Array>> = {}
  const take = (radiation: Radiation, energyMev: Float32Array): void => {
    const sum = byRadiation[radiation]
    if (!sum) byRadiation[radiation] = energyMev
    else for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (energyMev[i] as number)
  }
  const classes = densityClasses(work, density, kernel.electronMev, data)
  const charged = (['electron', 'alpha'] as const).flatMap((radiation) => {
    const of = kernel[radiation]
    return of ? [{ radiation, kernel: of, energyMev: kernel[`${radiation}Mev`], charged: true, reachMm: 0 }] : []
  })
  const photon = photons
    ? [
        {
          radiation: 'photon' as const,
          kernel: photons,
          energyMev: kernel.photonMev,
          charged: false,
          reachMm: photonReachMm,
        },
      ]
    : []
  const alone = classes.length === 1 && classes[0]?.densityGPerMl === WATER_G_PER_ML
  const jobs = [
    ...(alone || charged.length === 0 ? [] : classes.map((one) => ({ ...one, parts: charged }))),
    { densityGPerMl: WATER_G_PER_ML, activity: decays, parts: alone ? [...charged, ...photon] : photon },
  ].filter((job) => job.parts.length > 0)
  let photonsInReach: number | null = null
  jobs.forEach((job, n) => {
    const progress = [(1000 * n) / jobs.length, (1000 * (n + 1)) / jobs.length] as const
    const { energyMev, inReach } = convolved(work, job.activity, job.parts, job.densityGPerMl, progress)
    job.parts.forEach(({ radiation }, i) => {
      take(radiation, energyMev[i] as Float32Array)
      if (radiation === 'photon') photonsInReach = inReach[i] as number
    })
  })
  if (kernel.recoilMev > 0) byRadiation.recoil = decays.map((count) => count * kernel.recoilMev)
  return { byRadiation, classes: classes.map((one) => one.densityGPerMl), photonsInReach }
}

/** Parsed tables of each set of data. */
const parsed = new WeakMap<object, PointKernelTable>()

function tableOf(data: EngineData): PointKernelTable {
  const json = data.dosimetryTable('point-kernels-water') as object
  let table = parsed.get(json)
  if (!table) parsed.set(json, (table = parsePointKernels(json)))
  return table
}

function compute(input: VoxelDoseInput, run: EngineRun, data: EngineData): VoxelDose {
  const density = run.parameters['density'] as Density
  const leastGPerMl = Number(run.parameters['smallestDensityGPerMl'])
  const table = tableOf(data)
  const kernel = nuclidePointKernel(input.source.parent, input.source.total, table)
  const voxelMl = voxelVolumeMl(input.grid)
  const decays = input.activityPerMl.map((perMl) => perMl * voxelMl)
  const work = { input, run, decays, size: input.grid.dimensions }
  const { byRadiation, classes, photonsInReach } = energies(work, kernel, density, data)

  let thin = 0
  const doseGy = new Float32Array(decays.length)
  const byRadiationGy: Partial<Record<Radiation, Float32Array>> = {}
  const present = RADIATIONS.filter((radiation) => byRadiation[radiation])
  let depositedJ = 0
  const densityOf = (voxel: number): number =>
    density === 'none' ? WATER_G_PER_ML : (input.densityGPerMl[voxel] as number)
  for (const radiation of present) {
    const values = byRadiation[radiation] as Float32Array
    for (let i = 0; i < values.length; i++) {
      // The fluence of photons does not depend on the density of the voxel where they deposit: their dose is that in water.
      const gPerMl = radiation === 'photon' ? WATER_G_PER_ML : Math.max(leastGPerMl, densityOf(i))
      // What single precision leaves of nothing can be negative.
      const gy = (Math.max(0, values[i] as number) * JOULE_PER_MEV * 1000) / (gPerMl * voxelMl)
      values[i] = gy
      doseGy[i] = (doseGy[i] as number) + gy
      depositedJ += (gy * densityOf(i) * voxelMl) / 1000
    }
    byRadiationGy[radiation] = values
  }
  if (density !== 'none')
    for (let i = 0; i < decays.length; i++) if ((input.densityGPerMl[i] as number) < leastGPerMl) thin++

  const emitted = emittedEnergyMev(input.source.total)
  const totalDecays = decays.reduce((sum, count) => sum + count, 0)
  const photonsLeftOut = kernel.photonMev > 0 && run.parameters['photons'] === false
  return {
    quantity: input.quantity,
    doseGy,
    byRadiationGy,
    statisticalSdGy: null,
    structures: structureMeans(input, density === 'none' ? WATER_G_PER_ML : input.densityGPerMl, {
      doseGy,
      byRadiationGy,
    }),
    emittedJ: totalDecays * RADIATIONS.reduce((sum, radiation) => sum + emitted[radiation], 0) * JOULE_PER_MEV,
    depositedJ,
    facts: {
      kernels: `${table.name} ${table.version}`,
      density,
      electronMevPerDecay: kernel.electronMev,
      photonMevPerDecay: kernel.photonMev,
      alphaMevPerDecay: kernel.alphaMev,
      recoilMevPerDecay: kernel.recoilMev,
      electronKernelDensitiesGPerMl: classes.join(', '),
      ...(photonsInReach === null ? {} : { photonShareWithinKernel: photonsInReach }),
    },
    remarks: [
      'Kernels of an infinite medium: scatter from beyond the body is counted that is not there; bone and lung change photons nothing.',
      ...(photonsLeftOut ? [`Photons (${kernel.photonMev.toPrecision(3)} MeV per decay) are left out.`] : []),
      ...(density === 'none' ? ['All matter is taken as water of 1 g/mL.'] : []),
      ...(density === 'local'
        ? ['Energy of charged particles is divided by the mass of each voxel; their ranges are those in water.']
        : []),
      ...(density === 'source'
        ? [
            'Charged particles keep the range that they have where they are emitted, also across boundaries of lung or bone.',
          ]
        : []),
      ...(thin > 0 ? [`${thin} voxels are thinner than ${leastGPerMl} g/mL and were taken as that dense.`] : []),
    ],
  }
}

export const voxelKernel: VoxelDoseEngine = {
  id: 'voxel-kernel',
  name: 'Voxel kernel convolution',
  version: VOXEL_KERNEL_VERSION,
  scale: 'voxel',
  description:
    'Dose point kernels of water from the program’s own Monte Carlo, integrated over the voxels of the grid and convolved with the activity by fast Fourier transforms. Kernels of electrons (with bremsstrahlung), photons and alphas reach over the whole grid; recoil nuclei stay where they are. Densities scale dose and ranges if wanted. Exact in water; boundaries of lung, bone and air need the Monte Carlo engine.',
  needs: ['activity-map', 'density-map', 'media-map', 'structures', 'native-kernels'],
  radiations: [...RADIATIONS],
  givesUncertainty: false,
  parameters: [
    {
      id: 'density',
      label: 'Density',
      description:
        'none: water everywhere. local: energy of charged particles is divided by the mass of each voxel. source: moreover, their ranges are those in the matter (density, stopping power, scattering) where they are emitted.',
      kind: 'choice',
      default: 'source',
      choices: [
        { id: 'none', label: 'Water everywhere' },
        { id: 'local', label: 'Mass of each voxel' },
        { id: 'source', label: 'Mass of each voxel, ranges of where the decay is' },
      ],
    },
    {
      id: 'photons',
      label: 'Photons',
      description: 'Off: electrons, alphas and recoil nuclei alone.',
      kind: 'flag',
      default: true,
    },
    {
      id: 'photonReachMm',
      label: 'Photon kernel reach',
      description: 'Photons deposit nothing farther than this from the decay; 0: the whole grid.',
      kind: 'number',
      unit: 'mm',
      default: 0,
      min: 0,
      max: 5000,
    },
    {
      id: 'smallestDensityGPerMl',
      label: 'Smallest density',
      description:
        'Thinner voxels are taken as that dense where energy is divided by mass: else air gets absurd doses.',
      kind: 'number',
      unit: 'g/mL',
      default: 0.1,
      min: 0.001,
      max: 1,
    },
  ],
  sources: [
    {
      citation: 'W.E. Bolch et al., MIRD Pamphlet 17, J. Nucl. Med. 40 (1999) 11S: voxel S values',
      evidence: 'verified',
    },
    {
      citation:
        'A. Dieudonné et al., J. Nucl. Med. 54 (2013) 236: kernel convolution against Monte Carlo, density correction by the voxel’s mass',
      evidence: 'unverified',
    },
    { citation: 'Ranges of where the decay is, mixed between twelve densities: own choice', evidence: 'designed' },
  ],
  compute,
}

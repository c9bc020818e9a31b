/**
 * Makes resources/dosimetry/marrow-electron-fractions.json by the project's own Monte Carlo: where electrons that start in active marrow,
 * in trabecular bone or on its surface leave their energy. Run: node build/tables/marrowFractions.ts [--share 1] [--threads 2]
 *
 * Trabecular bone is a Gaussian random field above a threshold, which two numbers fix: by Rice (1945) its mean chords in bone and in marrow
 * are those measured at a site. Marrow voxels are fat cells with one minus the cellularity. Sites are weighted by their share of the
 * body's active marrow. What electrons take out of the block is shared as in its whole. Fixed seeds: the same file on any number of threads.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { allowMainThread } from '../../native-core/kernels/load.ts'
import { FINE_SETTINGS, Simulation } from '../../native-core/kernels/transport.ts'
import {
  buildMediaPack,
  electronRange,
  findMedium,
  parseMaterialData,
  parseMedia,
} from '../../native-core/physics/media/index.ts'
import { gaussianField, thresholdAbove } from './trabecularField.ts'

const RESOURCES = new URL('../../resources/', import.meta.url)
const SEED = 20_260_201
const SIDE = 128
const VOXEL_UM = 60
/** Electrons start in a cube in the middle, 2 mm from the sides: what leaves the block has crossed a few trabeculae. */
const SOURCE_SIDE = 60
const HISTORIES = 6_000
const ENERGIES_MEV = [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1, 2, 4]

/**
 * Mean chords, µm: trabeculae and marrow cavities of the 44-year-old man (Whitehouse, Dyson & Jackson 1971; Beddoe, Darley & Spiers 1976).
 * Share of active marrow at 40 years and cellularity: ICRP 70 (1995), sites without chords of their own with the nearest: spine with the
 * lumbar vertebra, thorax and shoulder with the rib, limbs with the neck of the femur. All written from memory: unverified.
 */
const SITES = [
  { site: 'Lumbar vertebra', boneUm: 247, marrowUm: 1233, cellularity: 0.7, activeMarrowShare: 0.383 },
  { site: 'Cervical vertebra', boneUm: 279, marrowUm: 910, cellularity: 0.7, activeMarrowShare: 0.039 },
  { site: 'Rib', boneUm: 265, marrowUm: 1706, cellularity: 0.7, activeMarrowShare: 0.228 },
  { site: 'Iliac crest', boneUm: 242, marrowUm: 904, cellularity: 0.48, activeMarrowShare: 0.175 },
  { site: 'Parietal bone', boneUm: 511, marrowUm: 389, cellularity: 0.38, activeMarrowShare: 0.084 },
  { site: 'Femur neck', boneUm: 314, marrowUm: 1655, cellularity: 0.25, activeMarrowShare: 0.09 },
] as const

const MEDIA = ['red-marrow', 'yellow-marrow', 'cortical-bone'] as const
const [ACTIVE, FAT, BONE] = [0, 1, 2] as const
const SOURCES = ['active-marrow', 'trabecular-bone-volume', 'trabecular-bone-surface'] as const
const TARGETS = ['active-marrow', 'inactive-marrow', 'trabecular-bone-volume'] as const

const { values: options } = parseArgs({
  options: { share: { type: 'string', default: '1' }, threads: { type: 'string', default: '2' } },
})
const threads = Number(options.threads)
const histories = Math.max(200, Math.round(HISTORIES * Number(options.share)))
const digits = (value: number, count: number): number => Number(value.toPrecision(count))
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, RESOURCES), 'utf8'))

/** Each run holds a block of voxels outside of JavaScript's heap, which the collector does not see. */
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

type Site = (typeof SITES)[number]

/** Which medium each voxel is. */
function voxelsOf({ boneUm, marrowUm, cellularity }: Site, seed: number): Uint8Array {
  const threshold = thresholdAbove(boneUm / (boneUm + marrowUm))
  // Rice: one bone and one marrow chord in each 2πλ·exp(t²/2) of length, λ² = 2σ² for noise smoothed with a Gaussian of σ.
  const lambdaUm = ((boneUm + marrowUm) * Math.exp(-(threshold ** 2) / 2)) / (2 * Math.PI)
  const { field, uniform } = gaussianField(SIDE, lambdaUm / Math.SQRT2 / VOXEL_UM, seed)
  const media = new Uint8Array(SIDE ** 3)
  field.forEach((value, i) => {
    media[i] = value > threshold ? BONE : uniform() < cellularity ? ACTIVE : FAT
  })
  return media
}

const inside = (x: number): boolean => x >= (SIDE - SOURCE_SIDE) / 2 && x < (SIDE + SOURCE_SIDE) / 2

/** Where electrons start: voxels of the medium, or on both sides of each face between bone and marrow. */
function activityOf(source: (typeof SOURCES)[number], media: Uint8Array): Float32Array {
  const activity = new Float32Array(media.length)
  for (let z = 0; z < SIDE; z++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        if (!inside(x) || !inside(y) || !inside(z)) continue
        const i = x + SIDE * (y + SIDE * z)
        const bone = media[i] === BONE
        if (source === 'trabecular-bone-surface') {
          for (const step of [1, SIDE, SIDE * SIDE]) {
            if ((media[i + step] === BONE) === bone) continue
            activity[i] = activity[i]! + 1
            activity[i + step] = activity[i + step]! + 1
          }
        } else if (source === 'active-marrow' ? media[i] === ACTIVE : bone) activity[i] = 1
      }
  return activity
}

function main(): void {
  allowMainThread()
  const data = parseMaterialData(
    read('materials/photon-elements.json'),
    read('materials/bremsstrahlung.json'),
    read('materials/stopping-power.json'),
  )
  const table = parseMedia(read('materials/media.json'))
  const matter = MEDIA.map((name) => findMedium(table, name))
  const media = buildMediaPack(matter, data)
  const density = matter.map((m) => m.nominalDensityGPerMl)
  let seed = SEED
  /** By source, target, energy: what the sites add, and their weights. */
  const sums = SOURCES.map(() => TARGETS.map(() => new Float64Array(ENERGIES_MEV.length)))
  const weights = SOURCES.map(() => 0)
  const sites = SITES.map((site) => {
    const voxels = voxelsOf(site, ++seed)
    const count = [0, 0, 0]
    for (const m of voxels) count[m] = count[m]! + 1
    const mass = count.map((n, m) => n * density[m]!)
    const geometry = {
      kind: 'voxels',
      size: Int32Array.of(SIDE, SIDE, SIDE),
      spacingCm: new Float64Array(3).fill(VOXEL_UM * 1e-4),
      mediumIndex: voxels,
      densityGPerMl: Float32Array.from(voxels, (m) => density[m]!),
      structureCount: 3,
      structureFirst: Uint32Array.from({ length: voxels.length + 1 }, (_, i) => i),
      structureIndex: Uint32Array.from(voxels),
      structureFraction: new Float32Array(voxels.length).fill(1),
    } as const
    SOURCES.forEach((source, s) => {
      const activity = activityOf(source, voxels)
      const faces = activity.reduce((a, v) => a + v, 0)
      // Bone and surface in proportion to what there is of them for each gram of the site's active marrow.
      const perActive = [1, mass[BONE]! / mass[ACTIVE]!, faces / mass[ACTIVE]!][s]!
      const weight = site.activeMarrowShare * perActive
      weights[s] = weights[s]! + weight
      ENERGIES_MEV.forEach((energyMev, e) => {
        const simulation = new Simulation({
          media,
          settings: FINE_SETTINGS,
          source: { particle: 'electron', energyMev },
          seed: ++seed,
          geometry: { ...geometry, activity },
        })
        simulation.run(histories, threads, null)
        collectGarbage()
        const left = simulation.structureEnergyMev('all')
        const stayed = left.reduce((a, v) => a + v, 0)
        // Far from where it started an electron meets matter as the block holds it: by mass and stopping power, inverse to the range.
        const stopping = mass.map((m, i) => m / electronRange(media, i, energyMev))
        const all = stopping.reduce((a, v) => a + v, 0)
        TARGETS.forEach((_, t) => {
          const fraction = (left[t]! + ((energyMev - stayed) * stopping[t]!) / all) / energyMev
          sums[s]![t]![e] = sums[s]![t]![e]! + weight * Math.min(1, fraction)
        })
      })
      console.log(site.site, source)
    })
    return {
      ...site,
      model: {
        boneVolumeFraction: digits(count[BONE]! / voxels.length, 4),
        activeMarrowMassFraction: digits(mass[ACTIVE]! / mass.reduce((a, v) => a + v, 0), 4),
      },
    }
  })
  const absorbedFraction = Object.fromEntries(
    SOURCES.flatMap((source, s) =>
      TARGETS.map((target, t) => [
        `${target}<-${source}`,
        [...sums[s]![t]!].map((sum) => Number((sum / weights[s]!).toFixed(4))),
      ]),
    ),
  )
  const out = {
    schema: 'theratwin.marrow-fractions/1',
    name: 'Electrons in trabecular bone and marrow',
    version: '1.0.0',
    provenance: {
      source: 'Monte Carlo of this program in a thresholded Gaussian field (build/tables/marrowFractions.ts)',
      citation:
        'Own computation. Mean chords: Whitehouse, Dyson & Jackson (1971), Beddoe, Darley & Spiers (1976); cellularity and shares of active marrow: ICRP 70 (1995)',
      evidence: 'unverified',
      note: 'Parameters of the sites are written from memory. The field and single-voxel fat cells are designed. Standard deviation of a fraction: about 0.003. Spongiosa goes on without end: no escape to cortical bone. Surface sources are spread over one voxel on either side.',
    },
    units: { energiesMev: 'MeV', absorbedFraction: 'share of the emitted energy in target<-source', chords: 'µm' },
    run: { seed: SEED, histories, side: SIDE, voxelUm: VOXEL_UM, settings: FINE_SETTINGS },
    media: matter.map((m) => ({ id: m.id, densityGPerMl: m.nominalDensityGPerMl })),
    sites,
    energiesMev: ENERGIES_MEV,
    absorbedFraction,
  }
  const text = JSON.stringify(out, null, 1).replace(
    /\[\s+([-\d.e,\s]+?)\s+\]/g,
    (_, inner: string) => `[${inner.replace(/\s+/g, '')}]`,
  )
  writeFileSync(new URL('dosimetry/marrow-electron-fractions.json', RESOURCES), `${text}\n`)
}

main()

/**
 * Makes resources/dosimetry/point-kernels-<medium>.json by the project's own Monte Carlo: where monoenergetic electrons, positrons and
 * photons from a point leave their energy. Seeds are fixed: the same program gives the same file on any number of threads.
 * Run: node build/tables/pointKernels.ts [--medium water] [--share 1] [--threads 2]
 *
 * Takes about ten minutes of one core for each medium. `--share` scales the number of histories (for trials; it is written into the file).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { allowMainThread } from '../../native-core/kernels/load.ts'
import { FINE_SETTINGS, PATIENT_SETTINGS, Simulation } from '../../native-core/kernels/transport.ts'
import type { MonoSource, TransportSettings } from '../../native-core/kernels/transport.ts'
import {
  CORE_BINS,
  CORE_REACH,
  PHOTON_RADII_G_PER_CM2,
  TAIL_BEYOND_CORE_G_PER_CM2,
} from '../../native-core/dosimetry/pointKernel/table.ts'
import {
  alphaRange,
  buildMediaPack,
  electronRange,
  findMedium,
  parseMaterialData,
  parseMedia,
} from '../../native-core/physics/media/index.ts'

const RESOURCES = new URL('../../resources/', import.meta.url)
const SEED = 20_260_101

const digits = (value: number, count: number): number => Number(value.toPrecision(count))

/** From least to most in `count` steps of one ratio, four digits. */
const logSteps = (least: number, most: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => digits(least * (most / least) ** (i / (count - 1)), 4))

const ELECTRON_MEV = logSteps(0.005, 5, 37)
const POSITRON_MEV = logSteps(0.02, 5, 15)
const PHOTON_MEV = logSteps(0.001, 5, 40)
const ALPHA_MEV = logSteps(0.02, 10, 40)

/** Bremsstrahlung travels far: large steps for the electron, photons down to 1 keV. Only what lies beyond 1.3 ranges is taken. */
const tailSettings = (energyMev: number): TransportSettings => ({
  ...PATIENT_SETTINGS,
  electronCutMev: Math.min(0.05, Math.max(0.001, energyMev / 20)),
  photonCutMev: 0.001,
  bremsCutMev: Math.max(0.001, energyMev / 1000),
})
/** Electrons of 2 keV stay within 0.2 µm: nothing of a photon's kernel. Fluorescence of light elements ends here, too. */
const PHOTON_SETTINGS: TransportSettings = {
  ...PATIENT_SETTINGS,
  electronCutMev: 0.002,
  photonCutMev: 0.001,
  bremsCutMev: 0.002,
}

const { values: options } = parseArgs({
  options: {
    medium: { type: 'string', default: 'water' },
    share: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
})
const share = Number(options.share)
const threads = Number(options.threads)

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, RESOURCES), 'utf8'))

function main(): void {
  allowMainThread()
  const data = parseMaterialData(
    read('materials/photon-elements.json'),
    read('materials/bremsstrahlung.json'),
    read('materials/stopping-power.json'),
  )
  const medium = findMedium(parseMedia(read('materials/media.json')), options.medium)
  // The density only sets the density effect here: lengths are mass thicknesses, transported at 1 g/cm³.
  const media = buildMediaPack([medium], data)
  let seed = SEED

  const run = (
    source: MonoSource,
    settings: TransportSettings,
    radii: readonly number[],
    histories: number,
  ): { electron: number[]; photon: number[]; histories: number } => {
    const count = Math.max(1000, Math.round(histories * share))
    const simulation = new Simulation({
      media,
      settings,
      source,
      seed: ++seed,
      geometry: { kind: 'radial', medium: 0, densityGPerMl: 1, outerRadiiCm: Float64Array.from(radii) },
    })
    simulation.run(count, threads, null)
    return {
      electron: [...simulation.energyMev('electron')],
      photon: [...simulation.energyMev('photon')],
      histories: count,
    }
  }
  const fractions = (energies: readonly number[], totalMev: number): number[] =>
    energies.map((energy) => digits(energy / totalMev, 4))

  const charged = (particle: 'electron' | 'positron', energyMev: number) => {
    const range = electronRange(media, 0, energyMev)
    const core = Array.from({ length: CORE_BINS }, (_, i) => ((i + 1) * CORE_REACH * range) / CORE_BINS)
    const tail = [core.at(-1) as number, ...TAIL_BEYOND_CORE_G_PER_CM2.map((u) => CORE_REACH * range + u)]
    const slow = Math.min(1, Math.sqrt(0.1 / energyMev))
    // Annihilation photons count as photons and are not seen here. In a positron's core they are not followed, nor is its bremsstrahlung,
    // of which little stays there anyway.
    const electron = particle === 'electron'
    const coreSettings = electron ? FINE_SETTINGS : { ...FINE_SETTINGS, photonCutMev: 0.6 }
    const fine = run({ particle, energyMev }, coreSettings, core, (electron ? 240_000 : 160_000) * slow)
    const far = run(
      { particle, energyMev },
      tailSettings(energyMev),
      tail,
      electron ? 400_000 * Math.max(slow, 0.5) : 60_000,
    )
    console.log(particle, energyMev, 'MeV')
    return {
      energyMev,
      csdaRangeGPerCm2: digits(range, 6),
      histories: fine.histories,
      tailHistories: far.histories,
      core: fractions(fine.electron, energyMev),
      beyondCore: digits(1 - (far.electron[0] as number) / energyMev, 4),
      tail: fractions(far.electron.slice(1), energyMev),
    }
  }

  const alphas = { energyMev: ALPHA_MEV, csdaRangeGPerCm2: ALPHA_MEV.map((e) => digits(alphaRange(media, 0, e), 5)) }
  const electrons = ELECTRON_MEV.map((energyMev) => charged('electron', energyMev))
  const positrons = POSITRON_MEV.map((energyMev) => {
    const row = charged('positron', energyMev)
    const far = run({ particle: 'positron', energyMev }, PHOTON_SETTINGS, PHOTON_RADII_G_PER_CM2, 100_000)
    return { ...row, annihilationHistories: far.histories, annihilation: fractions(far.photon, 2 * 0.51099895) }
  })
  const photons = PHOTON_MEV.map((energyMev) => {
    const far = run(
      { particle: 'photon', energyMev },
      PHOTON_SETTINGS,
      PHOTON_RADII_G_PER_CM2,
      energyMev < 0.05 ? 800_000 : 500_000,
    )
    console.log('photon', energyMev, 'MeV')
    return { energyMev, histories: far.histories, deposit: fractions(far.photon, energyMev) }
  })

  const table = {
    schema: 'theratwin.point-kernels/1',
    name: `Point kernels: ${medium.name}`,
    version: '1.0.0',
    medium: medium.id,
    provenance: {
      source:
        'Monte Carlo of this program (native-core/kernels/src/transport), a point in an infinite homogeneous medium',
      citation: 'Own computation; cross sections EPICS2023, stopping powers after ICRU 37',
      evidence: 'designed',
      note: 'Statistical standard deviation of the energy enclosed in a radius: at most 0.5/sqrt(histories) of the emitted energy. Electrons below 5 keV take the scaled kernel of 5 keV.',
    },
    units: {
      energy: 'MeV',
      length: 'g/cm2',
      beyondCore: `share of the emitted energy beyond ${CORE_REACH} CSDA ranges`,
      alphas: 'CSDA range; the energy is left along a straight path',
      core: `share of the emitted energy in ${CORE_BINS} equal bins from 0 to ${CORE_REACH} CSDA ranges`,
      tail: 'the same beyond, in bins that end at core + tailBeyondCore',
      deposit: 'share of the emitted energy in bins that end at photonRadii; the first begins at 0',
      annihilation: 'share of 1.022 MeV in the same bins, about the place of the decay',
    },
    run: { seed: SEED, share, fine: FINE_SETTINGS, tail: tailSettings(1), photon: PHOTON_SETTINGS },
    tailBeyondCore: TAIL_BEYOND_CORE_G_PER_CM2,
    photonRadii: PHOTON_RADII_G_PER_CM2,
    alphas,
    electrons,
    positrons,
    photons,
  }
  const text = JSON.stringify(table, null, 1).replace(
    /\[\s+([-\d.e,\s]+?)\s+\]/g,
    (_, inner: string) => `[${inner.replace(/\s+/g, '')}]`,
  )
  const name = medium.id.replace(/^icru-/, '')
  writeFileSync(new URL(`dosimetry/point-kernels-${name}.json`, RESOURCES), `${text}\n`)
}

main()

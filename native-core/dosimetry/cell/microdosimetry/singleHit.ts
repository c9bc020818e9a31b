import { JOULE_PER_MEV } from '../../../units/index.ts'
import { InputError } from '../../../errors/index.ts'
import type { EmissionLine } from '../../../physics/index.ts'
import { checkCellGeometry, regionMassKg, regionVolumeUm3 } from '../geometry.ts'
import type { CellGeometry, RangeModel } from '../types.ts'
import { Deposits } from './deposits.ts'
import type { SingleHitSpectrum } from './deposits.ts'

/**
 * Where alphas start: `N`, `Cy`, `C` uniformly in a region of the cell, `CS` on its surface, `medium` uniformly outside the cell. `decays`
 * is their number in that cell (Bq·s), for the medium the number in each µm³ (1 MBq·s/mL is 1e-6 per µm³).
 */
export interface HitSource {
  readonly region: 'N' | 'Cy' | 'CS' | 'C' | 'medium'
  readonly decays: number
}

/** Shells of the source and chords of each: means agree with S values to 2e-4 (tested). */
const SHELLS = 160
const CHORDS = 160
/** Lines within this, MeV, are taken as one of their mean energy: 6 keV are 0.1 % of an alpha, a step of the spectrum or less. Designed. */
const MERGE_MEV = 0.006

/** Lines that lie within `MERGE_MEV` as one of their mean energy. */
function merged(lines: readonly EmissionLine[]): EmissionLine[] {
  const result: { energyMev: number; yield: number; first: number }[] = []
  for (const line of [...lines].filter((l) => l.yield > 0).sort((a, b) => a.energyMev - b.energyMev)) {
    const last = result.at(-1)
    if (last && line.energyMev - last.first < MERGE_MEV) {
      const sum = last.yield + line.yield
      last.energyMev = (last.energyMev * last.yield + line.energyMev * line.yield) / sum
      last.yield = sum
    } else result.push({ ...line, first: line.energyMev })
  }
  return result
}

/** Hits of the nucleus by particles from a shell of radius r (µm): `weight` particles in all directions. */
function shellHits(
  r: number,
  weight: number,
  nucleus: number,
  energyMev: number,
  model: RangeModel,
  density: number,
  into: Deposits,
): void {
  const range = model.rangeUm(energyMev)
  const left = (path: number): number => model.energyMev(range - path * density)
  if (r <= nucleus) {
    // From inside every particle deposits; equal steps in the cosine are equal numbers of particles.
    let before = NaN
    for (let k = 0; k <= CHORDS; k++) {
      const mu = -1 + (2 * k) / CHORDS
      // Path to the surface, along and against the outward direction; without cancellation where the two nearly meet.
      const root = Math.sqrt(Math.max(0, (nucleus - r) * (nucleus + r) + r * r * mu * mu))
      const path = mu > 0 ? ((nucleus - r) * (nucleus + r)) / (root + r * mu) : root - r * mu
      const deposit = energyMev - left(path)
      if (k > 0) into.add(before, deposit, weight / CHORDS)
      before = deposit
    }
    return
  }
  // From outside: by half chord c, 0 to the radius of the nucleus; μ·r = √(r² − R² + c²), and the track reaches it only if c is large enough.
  const beyond = (r - nucleus) * (r + nucleus)
  const reach = range / density
  const least = (beyond - reach * reach) / (2 * reach)
  if (least >= nucleus) return
  const from = Math.max(0, least)
  const cosine = (c: number): number => Math.sqrt(beyond + c * c) / r
  let before = NaN
  let muBefore = NaN
  for (let k = 0; k <= CHORDS; k++) {
    const c = from + ((nucleus - from) * k) / CHORDS
    const mu = cosine(c)
    const enter = beyond / (r * mu + c)
    const deposit = left(enter) - left(enter + 2 * c)
    if (k > 0) into.add(before, deposit, (weight * (mu - muBefore)) / 2)
    before = deposit
    muBefore = mu
  }
}

/** Shells of a source with the number of decays in each; equal steps of r, each with its volume. */
function shells(
  { region, decays }: HitSource,
  { cellRadiusUm, nucleusRadiusUm }: CellGeometry,
  reachUm: number,
): { r: number; decays: number }[] {
  if (region === 'CS') return [{ r: cellRadiusUm, decays }]
  const between = (from: number, to: number, perUm3: number): { r: number; decays: number }[] => {
    if (!(to > from)) return []
    return Array.from({ length: SHELLS }, (_, k) => {
      const [low, high] = [from + ((to - from) * k) / SHELLS, from + ((to - from) * (k + 1)) / SHELLS]
      const volume = (4 / 3) * Math.PI * (high - low) * (high * high + high * low + low * low)
      // Radius of the shell's mean square: second-order in its thickness.
      return { r: Math.sqrt((high * high + low * low) / 2), decays: perUm3 * volume }
    })
  }
  const density = (volume: number): number => (region === 'medium' ? decays : decays / volume)
  const geometry = { cellRadiusUm, nucleusRadiusUm, densityGPerMl: 1 }
  switch (region) {
    case 'N':
      return between(0, nucleusRadiusUm, density(regionVolumeUm3('N', geometry)))
    case 'Cy':
      return between(nucleusRadiusUm, cellRadiusUm, density(regionVolumeUm3('Cy', geometry)))
    case 'C': {
      const perUm3 = density(regionVolumeUm3('C', geometry))
      return [...between(0, nucleusRadiusUm, perUm3), ...between(nucleusRadiusUm, cellRadiusUm, perUm3)]
    }
    case 'medium':
      return between(cellRadiusUm, reachUm + nucleusRadiusUm, density(1))
  }
}

/**
 * Specific energy of single alpha hits of the nucleus, f1(z), with the mean number of hits: straight tracks that slow down continuously
 * along their chord (Roeske & Hobbs in MIRD monograph, 2015; Roeske & Stinchcomb, J. Nucl. Med. 38 (1997) 1923; Kellerer in Kase et al.
 * (1985)). Range and energy straggling, the width of the track and correlations between alphas of one decay chain are left out; a hit
 * is a track that crosses, starts in or stops in the nucleus. Integrated over shells and chords, so without statistical noise.
 *
 * @param alphas lines per decay. @param bins steps of z, at least 16.
 * @throws InputError `dose.cell-geometry`, `dose.cell-hits` for sources or particles that hit nothing, `dose.cell-energy`.
 */
export function singleHitSpectrum(
  alphas: readonly EmissionLine[],
  sources: readonly HitSource[],
  geometry: CellGeometry,
  model: RangeModel,
  bins = 1024,
): SingleHitSpectrum {
  checkCellGeometry(
    geometry,
    sources.flatMap((s) => (s.region === 'medium' ? [] : [s.region])),
  )
  const wrong = sources.find((s) => !(s.decays >= 0 && Number.isFinite(s.decays)))
  if (wrong)
    throw new InputError(
      'dose.cell-hits',
      `The source ${wrong.region} has ${wrong.decays} decays.`,
      'Give zero or more.',
    )
  const lines = merged(alphas)
  const fast = lines.find((l) => !(l.energyMev <= model.maxEnergyMev))
  if (fast)
    throw new InputError(
      'dose.cell-energy',
      `An alpha of ${fast.energyMev} MeV is beyond the stopping powers of the program (${model.maxEnergyMev} MeV).`,
      'Leave it out.',
    )
  const { densityGPerMl, nucleusRadiusUm } = geometry
  const grayPerMev = JOULE_PER_MEV / regionMassKg('N', geometry)
  const most = lines.reduce(
    (a, l) => Math.max(a, mostDepositMev(l.energyMev, 2 * nucleusRadiusUm * densityGPerMl, model)),
    0,
  )
  const into = new Deposits(most * grayPerMev * (1 + 1e-9), bins, grayPerMev)
  for (const line of lines) {
    const reachUm = model.rangeUm(line.energyMev) / densityGPerMl
    for (const source of sources)
      for (const shell of shells(source, geometry, reachUm))
        shellHits(shell.r, shell.decays * line.yield, nucleusRadiusUm, line.energyMev, model, densityGPerMl, into)
  }
  if (!(into.hits > 0))
    throw new InputError(
      'dose.cell-hits',
      'No alpha reaches the nucleus.',
      'Give a source of alphas whose range is longer than the way to the nucleus.',
    )
  return into.spectrum()
}

/** The most that a particle can lay down on a chord of `pathUm` anywhere along its track, MeV. */
function mostDepositMev(energyMev: number, pathUm: number, model: RangeModel): number {
  const range = model.rangeUm(energyMev)
  if (range <= pathUm) return energyMev
  let most = 0
  const STEPS = 400
  for (let k = 0; k <= STEPS; k++) {
    const residual = pathUm + ((range - pathUm) * k) / STEPS
    most = Math.max(most, model.energyMev(residual) - model.energyMev(residual - pathUm))
  }
  // The maximum lies between two steps: a hair of room.
  return most * 1.001
}

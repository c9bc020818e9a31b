/**
 * Specific absorbed fractions of the reference adults of ICRP Publication 133 (Ann. ICRP 45 (2), 2016) from the files that go with it:
 * rcp-am_photon_….SAF and so on, sregions_….NDX and torgans_….NDX. Formats after the publication's annex:
 *
 * - SAF: three lines of title; line 4: number of targets I4, of sources I4, from column 23 the energies F10.5 (MeV), then words; line 5 a
 *   rule; then a record for each pair: target A10, "<-", source A10, the fractions E10 (1/kg), cut-off energy and its index.
 * - Regions: some lines of title, a line that begins with the number of regions, a rule, then name, male mass, (ID,) female mass, (ID), kg.
 *
 * The files belong to the ICRP and are not part of the program. This reader was tried on files made by hand in that format only.
 */
import type { OrganPhantom, OrganRegion, SafTable } from '../../../native-core/dosimetry/organ/index.ts'
import { linesOf, number, wrong } from './text.ts'

export interface Icrp133Files {
  readonly photon: string
  readonly electron: string
  readonly alpha: string
  /** sregions_….NDX */
  readonly sources: string
  /** torgans_….NDX */
  readonly targets: string
}

/** Tables that begin at zero energy begin here instead: the program interpolates over the logarithm. */
const LEAST_ENERGY_MEV = 1e-6

function readSaf(text: string, file: string): SafTable {
  const lines = linesOf(text)
  const header = lines[3] ?? ''
  const targets = number(header.slice(0, 4), file, 4, 'the number of targets')
  const sources = number(header.slice(4, 8), file, 4, 'the number of sources')
  const energies: number[] = []
  for (let at = 22; at < header.length; at += 10) {
    const field = header.slice(at, at + 10).trim()
    if (field === '' || !Number.isFinite(Number(field))) break
    energies.push(Math.max(Number(field), LEAST_ENERGY_MEV))
  }
  if (energies.length < 2) throw wrong(file, 4, 'there are no energies')
  energies.forEach((e, i) => {
    if (i > 0 && !(e > (energies[i - 1] as number))) throw wrong(file, 4, 'the energies do not ascend')
  })
  const pairs = new Map<string, Float64Array>()
  for (let i = 5; i < 5 + targets * sources; i++) {
    const line = lines[i] ?? ''
    if (line.slice(10, 12) !== '<-') throw wrong(file, i + 1, 'it is no record "target<-source"')
    const values = energies.map((_, k) =>
      number(line.slice(22 + 10 * k, 32 + 10 * k), file, i + 1, `the fraction at ${energies[k] ?? 0} MeV`),
    )
    pairs.set(`${line.slice(0, 10).trim()}<-${line.slice(12, 22).trim()}`, Float64Array.from(values))
  }
  return {
    energiesMev: Float64Array.from(energies),
    safPerKg: (source, target) => pairs.get(`${target}<-${source}`) ?? null,
  }
}

function readRegions(text: string, file: string, sex: 'male' | 'female', withId: boolean): Map<string, OrganRegion> {
  const lines = linesOf(text)
  const start = lines.findIndex((line) => /^\s*\d+\b/.test(line))
  if (start < 0) throw wrong(file, 1, 'there is no line with the number of regions')
  const count = number(/^\s*(\d+)/.exec(lines[start] as string)?.[1] ?? '', file, start + 1, 'the number of regions')
  const column = sex === 'male' ? 1 : withId ? 3 : 2
  const regions = new Map<string, OrganRegion>()
  for (let i = start + 2; i < start + 2 + count; i++) {
    const parts = (lines[i] ?? '').trim().split(/\s+/)
    const name = parts[0] ?? ''
    if (name === '') throw wrong(file, i + 1, `there should be ${count} regions, the file ends before`)
    const massKg = number(parts[column] ?? '', file, i + 1, `the mass of ${name}`)
    if (massKg > 100) throw wrong(file, i + 1, `${name} should have ${massKg} kg`)
    regions.set(name, { name, massKg })
  }
  return regions
}

/**
 * The reference man or woman with photon, electron and alpha fractions, for `organSValue`. Regions have the short names of the files
 * ("UB-cont", "R-marrow"). There is no total body, so that the remainder of the body is not available for these phantoms.
 *
 * @throws InputError `icrp.file` naming file and line.
 */
export function parseIcrp133(files: Icrp133Files, sex: 'male' | 'female'): OrganPhantom {
  const photon = readSaf(files.photon, 'the photon SAF file')
  const phantom: OrganPhantom = {
    name: `ICRP 133 reference adult ${sex}`,
    version: '2016',
    citation: 'ICRP Publication 133, Ann. ICRP 45 (2) (2016)',
    sources: readRegions(files.sources, 'sregions', sex, true),
    targets: readRegions(files.targets, 'torgans', sex, false),
    photon,
    electron: readSaf(files.electron, 'the electron SAF file'),
    alpha: readSaf(files.alpha, 'the alpha SAF file'),
  }
  for (const source of phantom.sources.keys()) {
    for (const target of phantom.targets.keys()) {
      if (!photon.safPerKg(source, target))
        throw wrong('the photon SAF file', 6, `there is no ${target}<-${source}, which the region files name`)
    }
  }
  return phantom
}

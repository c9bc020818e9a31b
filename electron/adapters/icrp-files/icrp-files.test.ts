/** Hand-made files in the published formats: none of the numbers is the ICRP's. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { organSValue } from '../../../native-core/dosimetry/organ/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  annihilationPhotonYield,
  chainEmissions,
  emittedEnergyMev,
  findNuclide,
  spectrumMoments,
} from '../../../native-core/physics/index.ts'
import { JOULE_PER_MEV } from '../../../native-core/units/index.ts'
import {
  parseIcrp107,
  parseIcrp110,
  parseIcrp133,
  phantomMassesKg,
  readIcrp107,
  readIcrp110,
  readIcrp133,
} from './index.ts'

const left = (value: string | number, width: number): string => String(value).padEnd(width)
const right = (value: string | number, width: number): string => String(value).padStart(width)

/** A line of ICRP-07.NDX: 226 characters. */
function ndx(
  name: string,
  halfLife: string,
  unit: string,
  mode: string,
  daughters: [string, number][],
  energies: [number, number, number],
): string {
  const slots = [0, 1, 2, 3].map((k) => {
    const [daughter, branch] = daughters[k] ?? ['', null]
    const text = left(daughter, 7) + right('0', 6) + right(branch === null ? '' : branch.toExponential(3), 11)
    return k < 3 ? `${text} ` : text
  })
  const head =
    left(name, 7) + right(halfLife, 8) + left(unit, 2) + left(mode, 8) + right(1, 7).repeat(3) + right(0, 6) + ' '
  const [alpha, electron, photon] = energies
  const tail = right(alpha.toFixed(4), 7) + right(electron.toFixed(4), 8) + right(photon.toFixed(4), 8)
  return `${head}${slots.join('')}${tail} ${right(0, 3)}${right(1, 4)}${right(1, 4)}${right(1, 5)}${right(0, 4)} ${right('100.0', 10)}${right('0', 10)}${right('0', 9)}`
}
const radHead = (name: string, halfLife: string, unit: string, n: number): string =>
  left(name, 7) + right(halfLife, 11) + left(unit, 2) + right(n, 9)
const rad = (code: number, perDecay: number, energy: number, letters: string): string =>
  right(code, 2) + right(perDecay.toExponential(5), 12) + right(energy.toExponential(5), 12) + right(letters, 3)
const betHead = (name: string, n: number): string => left(name, 7) + right(n, 10)
const bet = (energy: number, density: number): string =>
  right(energy.toFixed(5), 8) + right(density.toExponential(3), 9)

// Sn-120 → 60 % Sb-120 (beta, flat to 1 MeV), 40 % In-120 (positron, the same spectrum); Sb-120 → alpha of 5 MeV.
const NDX = [
  '   2   3 made up',
  ndx('Sb-120', '10', 's', 'A', [['In-116', 1]], [5.17, 0, 0.1]),
  ndx(
    'Sn-120',
    '2.0',
    'h',
    'B-ECB+',
    [
      ['Sb-120', 0.6],
      ['In-120', 0.4],
    ],
    [0, 0.51, 0.6088],
  ),
].join('\n')
const RAD = [
  radHead('Sb-120', '10', 's', 3),
  rad(1, 1, 0.1, 'G'),
  rad(8, 1, 5, 'A'),
  rad(9, 1, 0.17, 'AR'),
  radHead('Sn-120', '2.0', 'h', 6),
  rad(2, 0.5, 0.1, 'X'),
  rad(1, 0.5, 0.3, 'G'),
  rad(7, 1, 0.01, 'AE'),
  rad(4, 0.4, 0.5, 'B+'),
  rad(5, 0.6, 0.5, 'B-'),
  rad(3, 0.8, 0.511, 'AQ'),
].join('\n')
const BET = [betHead('Sn-120', 3), bet(0, 1), bet(0.5, 1), bet(1, 1)].join('\n')

describe('parseIcrp107', () => {
  const files = { ndx: NDX, rad: RAD, bet: BET }

  it('reads half-lives, branches, lines and spectra; annihilation photons follow from the positrons', () => {
    const { table, emissions } = parseIcrp107(files)
    const tin = findNuclide(table, 'Sn-120')
    expect(tin.halfLifeS).toBe(7200)
    expect(tin.modes.map((m) => [m.mode, m.daughter, m.branch])).toEqual([
      ['B-', 'Sb-120', 0.6],
      ['EC/B+', 'In-120', 0.4],
    ])
    expect(findNuclide(table, 'Sb-120').modes[0]?.mode).toBe('A')
    const chain = chainEmissions(table, emissions, tin)
    expect(chain.members.map((m) => [m.name, m.decaysPerParentDecay])).toEqual([
      ['Sn-120', 1],
      ['Sb-120', 0.6],
    ])
    const own = chain.members[0]!.emissions
    expect(own.photons.map((l) => l.energyMev)).toEqual([0.1, 0.3])
    expect(own.betas.map((b) => [b.kind, spectrumMoments(b).count])).toEqual([
      ['beta-minus', expect.closeTo(0.6, 12)],
      ['beta-plus', expect.closeTo(0.4, 12)],
    ])
    expect(annihilationPhotonYield(own)).toBeCloseTo(0.8, 12)
    expect(emittedEnergyMev(chain.total)).toEqual({
      electron: expect.closeTo(0.51, 12),
      photon: expect.closeTo(0.05 + 0.15 + 0.8 * 0.51099895069 + 0.06, 10),
      alpha: expect.closeTo(3, 12),
      recoil: expect.closeTo(0.6 * 0.17, 12),
    })
  })

  it('reads only what is wanted, with its daughters', () => {
    expect([...parseIcrp107(files, ['Sb-120']).table.nuclides.keys()]).toEqual(['Sb-120'])
    expect([...parseIcrp107(files, ['Sn-120']).table.nuclides.keys()]).toEqual(['Sn-120', 'Sb-120'])
  })

  it.each([
    ['a short line', { ndx: NDX.slice(0, -80) }, /NDX, line 3/],
    ['a strange unit', { ndx: NDX.replace('2.0h ', '2.0q ') }, /NDX, line 3.*"q"/],
    ['a missing record', { rad: RAD.split('\n').slice(0, -1).join('\n') }, /RAD, line 5.*6 records/],
    [
      'energies of another unit',
      { rad: RAD.replace(rad(8, 1, 5, 'A'), rad(8, 1, 5000, 'A')) },
      /Sb-120 should send out 5\.17/,
    ],
    ['a spectrum of another unit', { bet: BET.replaceAll('1.000e+0', '1.000e-3') }, /spectrum of Sn-120/],
    ['no number', { rad: RAD.replace('5.00000e-1', 'x.00000e-1') }, /RAD, line 6/],
  ])('refuses %s and names file and line', (_, change, what) => {
    expect(() => parseIcrp107({ ...files, ...change })).toThrow(InputError)
    expect(() => parseIcrp107({ ...files, ...change })).toThrow(what)
  })
})

function saf(
  title: string,
  energies: number[],
  rows: [string, string, number[]][],
  counts: [number, number],
  cutWidth: number,
): string {
  const header =
    right(counts[0], 4) +
    right(counts[1], 4) +
    ' '.repeat(14) +
    energies.map((e) => right(e.toFixed(5), 10)).join('') +
    '   Ecutoff Icut'
  const records = rows.map(
    ([target, source, values]) =>
      left(target, 10) +
      '<-' +
      left(source, 10) +
      values.map((v) => right(v.toExponential(3), 10)).join('') +
      right('0.', cutWidth) +
      right(1, 3),
  )
  return [title, 'second line', 'Photons', header, '-'.repeat(40), ...records].join('\r\n')
}
const PAIRS: [string, string][] = [
  ['Liver', 'Liver'],
  ['UB-wall', 'Liver'],
  ['Liver', 'UB-cont'],
  ['UB-wall', 'UB-cont'],
]
const safOf = (energies: number[], values: number[][], cutWidth = 10): string =>
  saf(
    'made up',
    energies,
    PAIRS.map(([t, s], i) => [t, s, values[i]!]),
    [2, 2],
    cutWidth,
  )
const SAF_FILES = {
  photon: safOf(
    [0, 0.1, 1],
    [
      [0.5, 0.1, 0.1],
      [0, 0.01, 0.01],
      [0, 0.02, 0.02],
      [0, 0.3, 0.3],
    ],
  ),
  electron: safOf(
    [0.1, 1],
    [
      [0.5, 0.4],
      [0, 0],
      [0, 0],
      [1, 2],
    ],
  ),
  alpha: safOf(
    [2, 5],
    [
      [0.5, 0.5],
      [0, 0],
      [0, 0],
      [0.1, 0.2],
    ],
    5,
  ),
  sources: ['a', 'b', 'c', '  2  sources', '-----', 'Liver  1.8 1 1.4 1', 'UB-cont 0.2 0 0.15 0'].join('\n'),
  targets: ['a', 'b', '  2  targets', '-----', 'Liver  1.8 1.4', 'UB-wall 0.05 0.04'].join('\n'),
}

describe('parseIcrp133', () => {
  it('reads fractions of photons, electrons and alphas and the masses of a sex', () => {
    const man = parseIcrp133(SAF_FILES, 'male')
    expect(man.sources.get('UB-cont')?.massKg).toBe(0.2)
    expect(parseIcrp133(SAF_FILES, 'female').sources.get('UB-cont')?.massKg).toBe(0.15)
    expect(parseIcrp133(SAF_FILES, 'female').targets.get('UB-wall')?.massKg).toBe(0.04)
    expect([...man.photon.safPerKg('UB-cont', 'UB-wall')!]).toEqual([0, 0.3, 0.3])
    expect([...man.alpha!.energiesMev]).toEqual([2, 5])
  })

  it('gives S values with its own electrons and alphas instead of local ones', () => {
    const man = parseIcrp133(SAF_FILES, 'male')
    const chain = {
      parent: 'X',
      members: [],
      total: {
        photons: [{ energyMev: 1, yield: 1 }],
        electrons: [{ energyMev: 1, yield: 1 }],
        betas: [],
        alphas: [{ energyMev: 5, yield: 1 }],
        recoils: [{ energyMev: 0.1, yield: 1 }],
      },
    }
    const s = organSValue(chain, man, man.sources.get('UB-cont')!, man.targets.get('UB-wall')!)
    expect(s.photon / JOULE_PER_MEV).toBeCloseTo(0.3, 12)
    expect(s.electron / JOULE_PER_MEV).toBeCloseTo(2, 12)
    expect(s.alpha / JOULE_PER_MEV).toBeCloseTo(1, 12)
    expect(s.recoil / JOULE_PER_MEV).toBeCloseTo(0.01, 12)
  })

  it.each([
    ['a record short', { photon: SAF_FILES.photon.split('\r\n').slice(0, -1).join('\r\n') }, /photon SAF file, line 9/],
    [
      'no energies',
      { alpha: SAF_FILES.alpha.replace('   2.00000   5.00000', ' '.repeat(20)) },
      /alpha SAF file, line 4/,
    ],
    ['a region short', { sources: SAF_FILES.sources.split('\n').slice(0, -1).join('\n') }, /sregions, line 7/],
    ['grams', { targets: SAF_FILES.targets.replace('1.8', '1800') }, /Liver should have 1800 kg/],
    ['a region without fractions', { sources: SAF_FILES.sources.replace('UB-cont', 'Bladder') }, /no Liver<-Bladder/],
  ])('refuses %s and names file and line', (_, change, what) => {
    expect(() => parseIcrp133({ ...SAF_FILES, ...change }, 'male')).toThrow(InputError)
    expect(() => parseIcrp133({ ...SAF_FILES, ...change }, 'male')).toThrow(what)
  })
})

const PHANTOM = {
  voxels: ['0 1 1', '2 2 0', '', '1 1 1', '0 0 2'].join('\r\n'),
  organs: [
    'Organs and tissues of nobody',
    '',
    'Organ Organ                    Medium  Density',
    'ID                             number',
    '1     Adrenal, left            43    1.03',
    '2     Hand bones, cortical (7) 2     1.92',
  ].join('\n'),
  media: [
    'Medium name    1 6 7 8 11 12 15 16 17 19 20 26 53',
    ' 2 Mineral bone      3.6  15.9  4.2  44.8  0.3  0.2  9.4  0.3  0.0  0.0  21.3  0.0  0.0',
    '43 Adrenals   10.4 22.8 2.8 63.0 0.1 0.0 0.2 0.3 0.2 0.2 0.0 0.0 0.0',
  ].join('\n'),
}
const SIZE = { name: 'nobody', dimensions: [3, 2, 2], spacingMm: [10, 10, 20] } as const

describe('parseIcrp110', () => {
  it('reads voxels, organs and media; masses follow', () => {
    const phantom = parseIcrp110(PHANTOM, SIZE)
    expect([...phantom.labels]).toEqual([0, 1, 1, 2, 2, 0, 1, 1, 1, 0, 0, 2])
    expect(phantom.organs.get(2)).toEqual({ id: 2, name: 'Hand bones, cortical (7)', medium: 2, densityGPerMl: 1.92 })
    const bone = phantom.media.get(2)!
    expect(Object.values(bone.massFractions).reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12)
    expect(bone.massFractions['Ca']).toBeCloseTo(0.213, 3)
    expect(bone.massFractions['I']).toBeUndefined()
    expect(bone.nominalDensityGPerMl).toBe(1.92)
    // 5 voxels of 2 mL at 1.03 g/mL.
    expect(phantomMassesKg(phantom).get('Adrenal, left')).toBeCloseTo(0.0103, 12)
  })

  it.each([
    ['a voxel short', { voxels: PHANTOM.voxels.slice(0, -2) }, /11 numbers.*12 voxels/],
    ['a voxel of no organ', { voxels: PHANTOM.voxels.replace('2 2 0', '2 9 0') }, /organ 9/],
    ['letters', { voxels: PHANTOM.voxels.replace('2 2 0', '2 x 0') }, /line 2.*"x"/],
    ['an organ twice', { organs: `${PHANTOM.organs}\n1 Again 43 1.03` }, /organ 1 is there twice/],
    ['an organ of no medium', { organs: PHANTOM.organs.replace('43    1.03', '44    1.03') }, /medium 44/],
    ['elements that do not sum', { media: PHANTOM.media.replace('44.8', '4.8') }, /Mineral bone.*sum to/],
    ['no media', { media: '' }, /no medium/],
  ])('refuses %s and names file and line', (_, change, what) => {
    expect(() => parseIcrp110({ ...PHANTOM, ...change }, SIZE)).toThrow(InputError)
    expect(() => parseIcrp110({ ...PHANTOM, ...change }, SIZE)).toThrow(what)
  })
})

describe('folders', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true })
  })
  const folder = (files: Record<string, string>): string => {
    const path = mkdtempSync(join(tmpdir(), 'theratwin-icrp-'))
    folders.push(path)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text, 'latin1')
    return path
  }

  it('are read whatever the case of the names, and what is missing or double is named', () => {
    const decay = folder({ 'ICRP-07.NDX': NDX, 'icrp-07.rad': RAD, 'ICRP-07.BET': BET })
    expect(readIcrp107(decay).table.nuclides.size).toBe(2)
    const fractions = folder({
      'rcp-am_photon_2016-08-12.SAF': SAF_FILES.photon,
      'rcp-am_electron_2016-08-12.SAF': SAF_FILES.electron,
      'rcp-am_alpha_2016-08-12.SAF': SAF_FILES.alpha,
      'sregions_2016-08-12.NDX': SAF_FILES.sources,
      'torgans_2016-08-12.NDX': SAF_FILES.targets,
    })
    expect(readIcrp133(fractions, 'male').targets.size).toBe(2)
    expect(() => readIcrp133(fractions, 'female')).toThrow(/photon SAF file is not in/)
    writeFileSync(join(fractions, 'rcp-am_alpha_2017-03-07.SAF'), SAF_FILES.alpha)
    expect(() => readIcrp133(fractions, 'male')).toThrow(/more than once/)
    expect(() => readIcrp110(decay, 'AM')).toThrow(/AM\.dat is not in/)
    expect(() => readIcrp110(join(decay, 'none'), 'AM')).toThrow(/cannot be read/)
  })
})

/**
 * Electron fractions of trabecular bone and marrow: the field has the chords it is made for, the table holds its energy, and it has the
 * limits that any such model has. The model's parameters are unverified, see the file's provenance.
 */
import { describe, expect, it } from 'vitest'
import { gaussianField, thresholdAbove } from '../../build/tables/trabecularField.ts'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { parseMarrowFractions } from '../../native-core/dosimetry/organ/index.ts'
import { packOf } from '../../native-core/kernels/transport.test-support.ts'

interface Table {
  readonly energiesMev: readonly number[]
  readonly absorbedFraction: Readonly<Record<string, readonly number[]>>
  readonly media: readonly { readonly id: string; readonly densityGPerMl: number }[]
  readonly sites: readonly {
    readonly cellularity: number
    readonly activeMarrowShare: number
    readonly model: { readonly boneVolumeFraction: number; readonly activeMarrowMassFraction: number }
  }[]
}
const table = fileResources().dosimetryTable('marrow-electron-fractions') as Table
const at = (pair: string, energyMev: number): number =>
  table.absorbedFraction[pair]![table.energiesMev.indexOf(energyMev)]!

it('thresholdAbove is the normal quantile (5e-6: its midpoint rule has 2000 steps)', () => {
  expect(thresholdAbove(0.5)).toBeCloseTo(0, 5)
  expect(thresholdAbove(0.1586552539)).toBeCloseTo(1, 5)
  expect(thresholdAbove(0.975)).toBeCloseTo(-1.959963985, 5)
})

it('the field has mean 0, variance 1 and, by Rice, mean chords as asked for (8 %: a block of 30 chords a side)', () => {
  const [side, bone, marrow] = [100, 6, 14]
  const threshold = thresholdAbove(bone / (bone + marrow))
  const lambda = ((bone + marrow) * Math.exp(-(threshold ** 2) / 2)) / (2 * Math.PI)
  const { field } = gaussianField(side, lambda / Math.SQRT2, 3)
  const mean = field.reduce((a, v) => a + v, 0) / field.length
  expect(mean).toBeCloseTo(0, 5)
  expect(field.reduce((a, v) => a + v * v, 0) / field.length).toBeCloseTo(1, 3)
  let inBone = 0
  let starts = 0
  field.forEach((v, i) => {
    const x = i % side
    const before = field[x === 0 ? i + side - 1 : i - 1]!
    if (v > threshold) inBone++
    if (v > threshold && before <= threshold) starts++
  })
  expect(Math.abs(inBone / starts / bone - 1)).toBeLessThan(0.08)
  expect(Math.abs((field.length - inBone) / starts / marrow - 1)).toBeLessThan(0.08)
})

describe('marrow-electron-fractions', () => {
  const { energiesMev } = table
  it.each(['active-marrow', 'trabecular-bone-volume', 'trabecular-bone-surface'])(
    'from %s: what goes to active and inactive marrow and bone is all of it, 1e-3',
    (source) => {
      for (const e of energiesMev) {
        const sum = ['active-marrow', 'inactive-marrow', 'trabecular-bone-volume'].reduce(
          (s, target) => s + at(`${target}<-${source}`, e),
          0,
        )
        expect(Math.abs(sum - 1)).toBeLessThan(1e-3)
      }
    },
  )

  it('10 keV stays where it starts (5 %); on the surface half of it goes to marrow, of which the cellularity is active', () => {
    expect(at('active-marrow<-active-marrow', 0.01)).toBeGreaterThan(0.95)
    expect(at('trabecular-bone-volume<-trabecular-bone-volume', 0.01)).toBeGreaterThan(0.95)
    const marrow = ['active-marrow', 'inactive-marrow'].map((target) => at(`${target}<-trabecular-bone-surface`, 0.01))
    expect(Math.abs(marrow[0]! + marrow[1]! - 0.5)).toBeLessThan(0.02)
    expect(marrow[0]! / (marrow[0]! + marrow[1]!)).toBeGreaterThan(0.25)
    expect(marrow[0]! / (marrow[0]! + marrow[1]!)).toBeLessThan(0.7)
  })

  it('self-absorption in active marrow falls with energy', () => {
    const own = table.absorbedFraction['active-marrow<-active-marrow']!
    own.forEach((value, i) => {
      if (i > 0) expect(value).toBeLessThan(own[i - 1]! + 0.01)
    })
  })

  /** Bone over active marrow by mass: with their shares of active marrow the weights of sites for sources in bone. */
  const boneOverActive = ({ cellularity: c, model }: Table['sites'][number]): number => {
    const [active, fat, bone] = table.media.map((m) => m.densityGPerMl)
    const marrow = (1 - model.boneVolumeFraction) * (c * active! + (1 - c) * fat!)
    const total = marrow + model.boneVolumeFraction * bone!
    return (model.boneVolumeFraction * bone!) / (total * model.activeMarrowMassFraction)
  }

  it('at 4 MeV it does not matter where electrons start: the mass fraction of active marrow, over the sites of the source (0.04)', () => {
    for (const [source, weightOf] of [
      ['active-marrow', () => 1],
      ['trabecular-bone-volume', boneOverActive],
    ] as const) {
      let [sum, weights] = [0, 0]
      for (const site of table.sites) {
        const weight = site.activeMarrowShare * weightOf(site)
        sum += weight * site.model.activeMarrowMassFraction
        weights += weight
      }
      expect(Math.abs(at(`active-marrow<-${source}`, 4) - sum / weights)).toBeLessThan(0.04)
    }
  })

  it('reciprocity: specific fractions of bone and active marrow to each other are as their stopping powers (8 %)', () => {
    const ratio = table.sites.reduce((s, site) => s + site.activeMarrowShare * boneOverActive(site), 0)
    const pack = packOf('red-marrow', 'cortical-bone')
    const { electronCount: count, electronMinMev: least, electronMaxMev: most } = pack
    for (const e of [0.1, 0.2, 0.35, 0.6, 1]) {
      const i = Math.round((Math.log(e / least) / Math.log(most / least)) * (count - 1))
      const stopping = pack.collisionStopping[i]! / pack.collisionStopping[count + i]!
      const there = at('active-marrow<-trabecular-bone-volume', e) * ratio
      const back = at('trabecular-bone-volume<-active-marrow', e) * stopping
      expect(Math.abs(there / back - 1), `${e} MeV: ${there / back}`).toBeLessThan(0.08)
    }
  })

  it('is read by the organ engine', () => {
    const fraction = parseMarrowFractions(table).fraction('Red marrow', 'Red marrow')!
    expect(fraction(1e-3)).toBe(at('active-marrow<-active-marrow', 0.01))
    expect(fraction(10)).toBe(at('active-marrow<-active-marrow', 4))
    expect(parseMarrowFractions(table).fraction('Trabecular bone surfaces', 'Red marrow')).not.toBeNull()
  })
})

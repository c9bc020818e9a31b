/**
 * Electron fractions of trabecular bone and marrow: the field has the chords it is made for, the table holds its energy, and it has the
 * limits that any such model has. The model's parameters are unverified, see the file's provenance.
 */
import { describe, expect, it } from 'vitest'
import { gaussianField, thresholdAbove } from '../../build/tables/trabecularField.ts'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { parseMarrowFractions } from '../../native-core/dosimetry/organ/index.ts'

interface Table {
  readonly energiesMev: readonly number[]
  readonly absorbedFraction: Readonly<Record<string, readonly number[]>>
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

  it('self-absorption in active marrow falls with energy, to the mass fraction (0.05 at 4 MeV)', () => {
    const own = table.absorbedFraction['active-marrow<-active-marrow']!
    own.forEach((value, i) => {
      if (i > 0) expect(value).toBeLessThan(own[i - 1]! + 0.01)
    })
    const limit = table.sites.reduce((s, { activeMarrowShare, model }) => {
      return s + activeMarrowShare * model.activeMarrowMassFraction
    }, 0)
    expect(Math.abs(own.at(-1)! - limit)).toBeLessThan(0.05)
  })

  it('is read by the organ engine', () => {
    const fraction = parseMarrowFractions(table).fraction('Red marrow', 'Red marrow')!
    expect(fraction(1e-3)).toBe(at('active-marrow<-active-marrow', 0.01))
    expect(fraction(10)).toBe(at('active-marrow<-active-marrow', 4))
    expect(parseMarrowFractions(table).fraction('Trabecular bone surfaces', 'Red marrow')).not.toBeNull()
  })
})

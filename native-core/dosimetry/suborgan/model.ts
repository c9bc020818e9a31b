/** Parts of an organ as data of the program: how its mass and its activity are shared, and the doses that follow from the organ's. */
import { InputError } from '../../errors/index.ts'
import type { NuclidePointKernel } from '../pointKernel/index.ts'
import { chargedShares } from './nested.ts'
import type { SuborganEvidence } from './types.ts'

/** A share with its origin. */
export interface SuborganShare {
  readonly value: number
  readonly source: string
  readonly evidence: SuborganEvidence
}

/** One part; the shares of all parts of a model add to 1. */
export interface SuborganModelPart {
  readonly name: string
  /** Of the organ's mass. */
  readonly massShare: SuborganShare
  /** Of the organ's decays. */
  readonly activityShare: SuborganShare
}

/** An organ of concentric parts, from the innermost to the outermost: an entry of `resources/models/suborgan`. */
export interface SuborganModel {
  readonly id: string
  readonly title: string
  readonly organ: string
  readonly validity: string
  readonly parts: readonly SuborganModelPart[]
}

/** Dose of a part over the mean dose of its organ by the organ's own charged radiation. */
export interface PartRatio {
  readonly name: string
  readonly massShare: number
  readonly activityShare: number
  readonly doseRatio: number
}

const EVIDENCE: readonly SuborganEvidence[] = ['verified', 'transcribed', 'designed', 'unverified']
const SUM_TOLERANCE = 1e-6

type Json = Readonly<Record<string, unknown>>
const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null

/** Reads one table of `resources/models/suborgan`. @throws InputError `dose.suborgan-models` naming the model and what is wrong. */
export function parseSuborganModels(json: unknown): SuborganModel[] {
  const bad = (what: string): InputError =>
    new InputError(
      'dose.suborgan-models',
      `The table of parts of organs is damaged: ${what}.`,
      'Install the program again, or mend the table.',
    )
  const root = object(json)
  if (root?.['schema'] !== 'theratwin.suborgan-models/1' || !Array.isArray(root['models'])) throw bad('it is not one')
  const share = (value: unknown, where: string): SuborganShare => {
    const given = object(value)
    const evidence = EVIDENCE.find((one) => one === given?.['evidence'])
    const number = given?.['value']
    const source = given?.['source']
    if (typeof number !== 'number' || !(number >= 0 && number <= 1)) throw bad(`${where} is no share from 0 to 1`)
    if (typeof source !== 'string' || source === '' || !evidence) throw bad(`${where} has no source or no evidence`)
    return { value: number, source, evidence }
  }
  return root['models'].map((entry, at): SuborganModel => {
    const model = object(entry)
    const text = (key: string): string => {
      const value = model?.[key]
      if (typeof value !== 'string' || value === '') throw bad(`model ${at + 1} has no ${key}`)
      return value
    }
    const id = text('id')
    const list = model?.['parts']
    if (!Array.isArray(list) || list.length < 2) throw bad(`"${id}" has no parts`)
    const parts = list.map((value: unknown, k): SuborganModelPart => {
      const part = object(value)
      const name = part?.['name']
      if (typeof name !== 'string' || name === '') throw bad(`part ${k + 1} of "${id}" has no name`)
      const massShare = share(part?.['massShare'], `the mass of ${name} of "${id}"`)
      if (!(massShare.value > 0)) throw bad(`${name} of "${id}" has no mass`)
      return { name, massShare, activityShare: share(part?.['activityShare'], `the activity of ${name} of "${id}"`) }
    })
    for (const key of ['massShare', 'activityShare'] as const)
      if (Math.abs(parts.reduce((sum, part) => sum + part[key].value, 0) - 1) > SUM_TOLERANCE)
        throw bad(`the ${key === 'massShare' ? 'masses' : 'activities'} of "${id}" do not add to 1`)
    return { id, title: text('title'), organ: text('organ'), validity: text('validity'), parts }
  })
}

/**
 * Shares of activity that a person states for the parts of a model, in the order of its parts; parts that are left out have none.
 *
 * @throws InputError `dose.suborgan-shares` for parts that the model does not have, and shares that do not add to 1.
 */
export function givenActivityShares(model: SuborganModel, given: Readonly<Record<string, number>>): number[] {
  const refuse = (what: string): InputError =>
    new InputError(
      'dose.suborgan-shares',
      `The shares of activity for "${model.title}" cannot be used: ${what}.`,
      `Give a share for each of ${model.parts.map(({ name }) => name).join(', ')}; together they make 1.`,
    )
  const unknown = Object.keys(given).find((name) => !model.parts.some((part) => part.name === name))
  if (unknown !== undefined) throw refuse(`it has no part "${unknown}"`)
  const shares = model.parts.map(({ name }) => given[name] ?? 0)
  if (shares.some((share) => !(share >= 0 && share <= 1))) throw refuse('a share lies outside 0 to 1')
  const sum = shares.reduce((total, share) => total + share, 0)
  if (Math.abs(sum - 1) > SUM_TOLERANCE) throw refuse(`they add to ${Number(sum.toPrecision(6))}`)
  return shares
}

/**
 * Doses of the parts over the organ's mean dose by its own charged radiation: D_t/D = Σ_s f_s·φ(t ← s)/μ_t with f the shares of the decays, μ those of the
 * mass and φ of `chargedShares` for concentric balls and shells of the organ's mass. The mass-weighted mean of the ratios is 1 by construction.
 *
 * @param massKg mass of the organ
 * @param activityShares of the parts, in the order of the model
 * @throws InputError `dose.mass`, and those of `chargedShares`.
 */
export function partRatios(
  model: SuborganModel,
  activityShares: readonly number[],
  kernel: NuclidePointKernel,
  massKg: number,
  densityGPerMl: number,
): PartRatio[] {
  if (!(massKg > 0 && Number.isFinite(massKg) && densityGPerMl > 0 && Number.isFinite(densityGPerMl)))
    throw new InputError(
      'dose.mass',
      `The mass of the organ is ${massKg} kg and its density ${densityGPerMl} g/mL.`,
      'Both must be positive to divide the organ into parts.',
    )
  // ρR of a ball of mass m: ρ^(2/3)·(3m/4π)^(1/3).
  const organ = densityGPerMl ** (2 / 3) * Math.cbrt((3 * massKg * 1e3) / (4 * Math.PI))
  let within = 0
  const radii = model.parts.map(({ massShare }) => organ * Math.cbrt((within += massShare.value)))
  const { absorbed } = chargedShares(kernel, radii)
  return model.parts.map(({ name, massShare }, t) => ({
    name,
    massShare: massShare.value,
    activityShare: activityShares[t] ?? 0,
    doseRatio: activityShares.reduce((sum, share, s) => sum + share * (absorbed[t]?.[s] ?? 0), 0) / massShare.value,
  }))
}

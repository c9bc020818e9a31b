/** The curve shapes that can be fitted, as plug-ins: a new one is a new list of blocks here. */
import { InputError } from '../../errors/index.ts'
import type { TacModelId } from '../types.ts'
import type { TacModel } from './blocks.ts'

export * from './blocks.ts'

const monoExponential: TacModel = {
  id: 'mono-exponential',
  title: 'Mono-exponential wash-out',
  formula: 'A(t) = A1·exp(−λ1·t), λ1 ≥ λ_phys',
  blocks: [{ kind: 'single', rate: 0, free: false }],
  rateCount: 1,
  tiedAmplitudes: false,
}

const uptakeWashout: TacModel = {
  id: 'uptake-washout',
  title: 'Uptake and mono-exponential wash-out',
  formula: 'A(t) = A1·[exp(−λ1·t) − exp(−λ2·t)], λ2 > λ1 ≥ λ_phys',
  blocks: [{ kind: 'pair', rate: 0, free: false }],
  rateCount: 2,
  tiedAmplitudes: true,
}

const biExponential: TacModel = {
  id: 'bi-exponential',
  title: 'Bi-exponential',
  formula: 'A(t) = A1·exp(−λ1·t) + A2·exp(−λ2·t), λ2 > λ1 ≥ λ_phys, A1 ≥ 0, A1 + A2 ≥ 0',
  blocks: [
    { kind: 'pair', rate: 0, free: false },
    { kind: 'single', rate: 1, free: false },
  ],
  rateCount: 2,
  tiedAmplitudes: false,
}

const triExponential: TacModel = {
  id: 'tri-exponential',
  title: 'Tri-exponential',
  formula: 'A(t) = A1·exp(−λ1·t) + A2·exp(−λ2·t) + A3·exp(−λ3·t), λ3 > λ2 > λ1 ≥ λ_phys, A1 ≥ 0, A1 + A2 + A3 ≥ 0',
  blocks: [
    { kind: 'pair', rate: 0, free: false },
    { kind: 'pair', rate: 1, free: true },
    { kind: 'single', rate: 2, free: false },
  ],
  rateCount: 3,
  tiedAmplitudes: false,
}

/** Simplest first. */
export const TAC_MODELS: readonly TacModel[] = [monoExponential, uptakeWashout, biExponential, triExponential]

export function tacModel(id: TacModelId): TacModel {
  const model = TAC_MODELS.find((m) => m.id === id)
  if (!model) {
    throw new InputError(
      'kinetics.unknown-model',
      `There is no time–activity model "${id}".`,
      `Choose one of: auto, ${TAC_MODELS.map((m) => m.id).join(', ')}.`,
    )
  }
  return model
}

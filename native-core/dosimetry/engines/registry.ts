/** The dose engines that there are, by id, and their parameters. */
import { InputError } from '../../errors/index.ts'
import { cell } from './cell.ts'
import { localEnergy } from './localEnergy.ts'
import { monteCarlo } from './monteCarlo.ts'
import { organMird } from './organMird.ts'
import { sphere } from './sphere.ts'
import type { DoseEngine, EngineParameter, EngineParameterValues, VoxelDoseEngine } from './types.ts'
import { voxelKernel } from './voxelKernel.ts'

export const doseEngines: readonly DoseEngine[] = [organMird, sphere, cell, localEnergy, voxelKernel, monteCarlo]

/** @throws InputError `dose.engine` listing the engines for an id that is none. */
export function findEngine(id: string): DoseEngine {
  const wanted = id.trim().toLowerCase()
  const engine = doseEngines.find((one) => one.id === wanted)
  if (engine) return engine
  throw new InputError('dose.engine', `There is no dose engine "${id}".`, `There are: ${idsOf(doseEngines)}.`)
}

/** As `findEngine`, of those that make dose maps. @throws InputError `dose.engine` for one that works on tables. */
export function findVoxelEngine(id: string): VoxelDoseEngine {
  const engine = findEngine(id)
  if (engine.scale === 'voxel') return engine
  throw new InputError(
    'dose.engine',
    `"${engine.id}" works on tables of activities (${engine.scale}), not on images.`,
    `Engines for images: ${idsOf(doseEngines.filter((one) => one.scale === 'voxel'))}.`,
  )
}

const idsOf = (engines: readonly DoseEngine[]): string => engines.map((engine) => engine.id).join(', ')

/**
 * All parameters of an engine: those given, checked, and the defaults of the others. `undefined` and `null` stand for not given.
 *
 * @throws InputError `dose.parameter` for one that the engine has not, of a wrong kind or outside its range.
 */
export function engineParameters(
  engine: DoseEngine,
  given: Readonly<Record<string, unknown>> = {},
): EngineParameterValues {
  const unknown = Object.keys(given).find((id) => !engine.parameters.some((parameter) => parameter.id === id))
  if (unknown !== undefined)
    throw new InputError(
      'dose.parameter',
      `The engine ${engine.id} has no parameter "${unknown}".`,
      `It has: ${engine.parameters.map(({ id }) => id).join(', ') || 'none'}.`,
    )
  return Object.fromEntries(
    engine.parameters.map((parameter) => {
      const value = Object.hasOwn(given, parameter.id) ? given[parameter.id] : undefined
      return [
        parameter.id,
        value === undefined || value === null ? parameter.default : checked(engine.id, parameter, value),
      ]
    }),
  )
}

function checked(engine: string, parameter: EngineParameter, value: unknown): number | string | boolean {
  const refuse = (hint: string): InputError =>
    new InputError('dose.parameter', `${parameter.id} of the engine ${engine} is ${JSON.stringify(value)}.`, hint)
  if (parameter.kind === 'flag') {
    if (typeof value === 'boolean') return value
    throw refuse('Give true or false.')
  }
  if (parameter.kind === 'choice') {
    if (parameter.choices.some(({ id }) => id === value)) return value as string
    throw refuse(`Give one of: ${parameter.choices.map(({ id }) => id).join(', ')}.`)
  }
  if (parameter.kind === 'structure') {
    if (typeof value === 'string') return value
    throw refuse('Give the name of a structure.')
  }
  const { min, max, unit, integer } = parameter
  if (typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value))) return value
  throw refuse(`Give a ${integer ? 'whole ' : ''}number from ${min} to ${max}${unit ? ` ${unit}` : ''}.`)
}

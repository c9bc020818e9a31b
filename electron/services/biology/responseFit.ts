/** A lesion's response: fitted to its volumes where something is free, else predicted from its parameters. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  drawResponses,
  fitTumourModels,
  responseBand,
  tumourResponse,
} from '../../../native-core/radiobiology/index.ts'
import type {
  DoseRateCourse,
  RankedResponse,
  ResponseFit,
  ResponseFitProblem,
} from '../../../native-core/radiobiology/index.ts'
import type {
  LesionCycle,
  LesionResponse,
  LesionResponseSettings,
  ResponseLaw,
  ResponseLesion,
} from '../../contracts/biologyResponse.ts'
import type { LocalFormula } from '../../contracts/biologyFormulas.ts'
import type { Instant } from '../../contracts/domain.ts'
import { weakest } from './parameters.ts'
import { chosenLaws, describedOf, formulaRemarks, formulasOfLaws, growthTable, outsideName } from './responseLaws.ts'
import type { ChosenLaw } from './responseLaws.ts'
import { modelOf, resolveParameters } from './responseParameters.ts'
import type { ResolvedParameter } from './responseParameters.ts'
import { plotTimes } from './responseTimes.ts'
import { allCycles, usableVolumes } from './responseVolumes.ts'
import type { UsableVolume } from './responseVolumes.ts'
import { assumptionsOf, describeParameters, remarksOf } from './responseWords.ts'

export const RESPONSE_VERSION = '1.1.0'
/** Of the band: enough that its ends at 2.5 % and 97.5 % move by few per cent with the seed. Designed. */
const DRAWS = 200
const SEED = 20_261_127

export interface LesionResponseTask {
  readonly lesion: ResponseLesion
  readonly settings: LesionResponseSettings
  readonly first: Instant
  readonly analysisKey: string | null
  /** Local formulas that laws of the settings may name; left out: none. */
  readonly formulas?: readonly LocalFormula[]
}

interface Prepared {
  readonly law: ChosenLaw
  readonly resolved: readonly ResolvedParameter[]
  readonly problem: ResponseFitProblem
}

/**
 * Fits growth, kill and clearance to the volumes of a lesion, with the best of the laws by AICc, or predicts them where nothing is free; band by draws over the fitted
 * parameters, over what is held with an uncertainty, and over the dose where α is not fitted to it.
 *
 * @throws InputError `biology.response-parameter`, `biology.response-formula`, `biology.response-volumes`, `biology.response-cycle`, `biology.response-date` and those of `fitTumourModels`.
 */
export function lesionResponse(task: LesionResponseTask): LesionResponse {
  const { lesion, settings, first, analysisKey, formulas: stored = [] } = task
  const volumes = usableVolumes(lesion, settings, first)
  const cycles = allCycles(lesion, settings, first)
  const used = volumes.filter(({ isUsed }) => isUsed)
  const repairHalfTimeS = cycles.length > 0 ? repairOf(lesion) : null
  const course: DoseRateCourse = cycles.flatMap(({ curves }) => curves)
  const laws = chosenLaws(settings, stored)
  const { prepared, refused } = prepareAll(laws, task, used, repairHalfTimeS)
  const fitted = prepared.filter(({ problem }) => problem.free.length > 0)
  const ranked: readonly RankedResponse[] =
    fitted.length > 0
      ? fitTumourModels(
          fitted.map(({ law, problem }) => ({ name: law.id, problem })),
          course,
        )
      : []
  const best = prepared.find(({ law }) => law.id === (ranked[0]?.name ?? prepared[0]?.law.id)) as Prepared
  const fit = ranked[0]?.fit ?? null
  const kind = fit ? 'fit' : 'prediction'
  const { law, resolved, problem } = best
  const { timeS, drawn, centre } = curvesOf(best, fit, course, cycles, used, settings)
  const parameters = describeParameters(law, resolved, fit)
  const residualOf = new Map(used.map(({ id }, at) => [id, fit?.residuals[at] ?? null]))
  const nadirAt = centre.indexOf(Math.min(...centre))
  const initial = centre[0] as number
  const formulas = formulasOfLaws(laws, stored)
  const back = centre.findIndex((volume, at) => at > nadirAt && volume >= initial)
  return {
    algorithm: { name: 'theratwin.lesion-response', version: RESPONSE_VERSION },
    analysisKey,
    identity: lesion.identity,
    settings,
    kind,
    law: law.id,
    startS: problem.startS,
    repairHalfTimeS,
    volumes: volumes.map((volume) => ({ ...volume, residual: residualOf.get(volume.id) ?? null })),
    cycles,
    parameters,
    correlation: {
      names: fit ? fit.parameters.map((one) => outsideName(one.name, law)) : [],
      values: fit ? fit.correlation.map((row) => [...row]) : [],
    },
    chiSquare: fit?.chiSquare ?? null,
    degreesOfFreedom: fit?.degreesOfFreedom ?? null,
    aicc: fit?.aicc ?? null,
    laws: settings.laws.map((one) => {
      const found = ranked.find(({ name }) => name === one)
      return { law: one, weight: found?.weight ?? null, problem: found?.problem ?? refused.get(one) ?? '' }
    }),
    formulas,
    growth: growthTable((fit?.model ?? problem.model).growth, centre),
    band: {
      timeS,
      volumeMl: centre,
      lowMl: drawn.band.map(({ low }) => low),
      highMl: drawn.band.map(({ high }) => high),
      scanLowMl: drawn.band.map(({ scanLow }) => scanLow),
      scanHighMl: drawn.band.map(({ scanHigh }) => scanHigh),
    },
    nadir: { timeS: timeS[nadirAt] as number, volumeMl: centre[nadirAt] as number },
    regrowthS: nadirAt > 0 && back > 0 ? (timeS[back] as number) : null,
    evidence: weakest(parameters),
    remarks: [
      ...remarksOf({ lesion, used, kind, fit, left: drawn.left, cycles, largestMl: Math.max(...centre) }),
      ...notAhead(settings, cycles),
      ...formulaRemarks(law.id, formulas, [Math.min(...centre), Math.max(...centre)]),
    ],
    assumptions: assumptionsOf({ settings, kind, fit, cycles, resolved }),
  }
}

/** Cycles that were thought of and are not ahead: they are in no curve. */
function notAhead({ furtherCycles }: LesionResponseSettings, cycles: readonly LesionCycle[]): string[] {
  const left = furtherCycles.length - cycles.filter(({ index }) => index === null).length
  return left === 0
    ? []
    : [
        `${left === 1 ? 'A further cycle is' : `${left} further cycles are`} not after the last cycle that was given, and left out: take ${left === 1 ? 'it' : 'them'} away, or give a later date.`,
      ]
}

/** @throws InputError `biology.response-parameter` */
function repairOf({ identity, parameters }: ResponseLesion): number {
  const repair = parameters.find(({ name }) => name === 'repairHalfTimeS')
  if (repair && repair.value > 0) return repair.value
  throw new InputError(
    'biology.response-parameter',
    `No repair half-time is known for "${identity}".`,
    'Choose a sensitivity for the lesion on the page “Parameters” of the step Biology.',
  )
}

/** Every law that has what it needs, and why the others have not. @throws InputError that of the first one where none has. */
function prepareAll(
  laws: readonly ChosenLaw[],
  task: LesionResponseTask,
  used: readonly UsableVolume[],
  repairHalfTimeS: number | null,
): { readonly prepared: readonly Prepared[]; readonly refused: ReadonlyMap<ResponseLaw, string> } {
  const failures = new Map<ResponseLaw, InputError>()
  const prepared = laws.flatMap((law) => {
    try {
      return [prepare(law, task, used, repairHalfTimeS)]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      failures.set(law.id, error)
      return []
    }
  })
  const [failure] = failures.values()
  if (failure && prepared.length === 0) throw failure
  return {
    prepared,
    refused: new Map([...failures].map(([law, { message, hint }]) => [law, `${message} ${hint}`])),
  }
}

function prepare(
  law: ChosenLaw,
  { lesion, settings }: LesionResponseTask,
  used: readonly UsableVolume[],
  repairHalfTimeS: number | null,
): Prepared {
  const resolved = resolveParameters(law, settings, lesion, {
    firstVolume: used[0] ?? null,
    largestVolumeMl: Math.max(0, ...used.map(({ volumeMl }) => volumeMl)),
    hasDose: repairHalfTimeS !== null,
  })
  const initial = resolved.find(({ name }) => name === 'initialVolumeMl')
  if (!initial) throw new Error('a response starts from a volume')
  return {
    law,
    resolved,
    problem: {
      model: modelOf(law, resolved, repairHalfTimeS),
      initialVolume: initial.value,
      startS: used[0]?.timeS ?? 0,
      free: resolved
        .filter(({ isFitted }) => isFitted)
        .map(({ name, prior }) => ({ name: describedOf(law, name).inside, ...(prior ? { prior } : {}) })),
      volumes: used.map(({ timeS, volumeMl, relativeUncertainty }) => ({
        timeS,
        volume: volumeMl,
        relativeUncertainty,
      })),
    },
  }
}

function curvesOf(
  { law, resolved, problem }: Prepared,
  fit: ResponseFit | null,
  course: DoseRateCourse,
  cycles: readonly LesionCycle[],
  used: readonly UsableVolume[],
  { horizonS }: LesionResponseSettings,
) {
  const startsS = cycles.map(({ startS }) => startS)
  const lastS = Math.max(problem.startS, ...used.map(({ timeS }) => timeS), ...startsS)
  const timeS = plotTimes(problem.startS, lastS + horizonS, startsS)
  const isAlphaFitted = resolved.some(({ name, isFitted }) => name === 'alphaPerGy' && isFitted)
  const draws = drawResponses(
    {
      problem,
      fit,
      held: resolved
        .filter(({ isFitted, relativeUncertainty }) => !isFitted && relativeUncertainty > 0)
        .map(({ name, relativeUncertainty }) => ({
          name: describedOf(law, name).inside,
          sdOfLog: sdOfLog(relativeUncertainty),
        })),
      doseSdOfLog: isAlphaFitted ? 0 : sdOfLog(doseSpread(cycles)),
    },
    { seed: SEED, draws: DRAWS },
  )
  const scan = Math.max(0, used.at(-1)?.relativeUncertainty ?? 0)
  return {
    timeS,
    drawn: responseBand(draws, course, problem.startS, timeS, scan),
    centre: tumourResponse(fit?.model ?? problem.model, course, fit?.initialVolume ?? problem.initialVolume, timeS).map(
      ({ volume }) => volume,
    ),
  }
}

/** Of a log-normal with this coefficient of variation: σ² = ln(1 + cv²). */
export const sdOfLog = (relativeUncertainty: number): number => Math.sqrt(Math.log1p(relativeUncertainty ** 2))

/** The largest relative uncertainty of a cycle's dose, as if all shared it: an upper bound. */
const doseSpread = (cycles: readonly LesionCycle[]): number =>
  Math.max(0, ...cycles.map(({ doseGy }) => (doseGy.value > 0 ? doseGy.standardUncertainty / doseGy.value : 0)))

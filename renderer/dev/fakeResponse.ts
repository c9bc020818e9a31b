/** Response over time of the invented patient: its lesions with invented volumes, the tumour model of the core without a fit. */
import { tumourResponse } from '../../native-core/radiobiology/index.ts'
import { lesionResponseSettingsSchema, responseSettingsSchema } from '../../electron/contracts/index.ts'
import type {
  Analysis,
  AnswerOf,
  LesionCycle,
  LesionResponse,
  RequestOf,
  ResponseLesion,
  LocalFormula,
  ModelParameterName,
  ResponsePatient,
} from '../../electron/contracts/index.ts'

const DAY_S = 86_400
const HALF_TIME_S = 5400
/** Of the invented lesions; a person's values go before them. */
const INVENTED: Readonly<Partial<Record<ModelParameterName, number>>> = {
  alphaPerGy: 0.05,
  alphaBetaGy: 10,
  doublingTimeS: 80 * DAY_S,
  clearanceHalfTimeS: 10 * DAY_S,
}
const UNITS: Readonly<Record<ModelParameterName, string>> = {
  alphaPerGy: '1/Gy',
  alphaBetaGy: 'Gy',
  initialVolumeMl: 'mL',
  doublingTimeS: 's',
  gompertzRatePerS: '1/s',
  logisticRatePerS: '1/s',
  capacityMl: 'mL',
  clearanceHalfTimeS: 's',
}

function lesionsOf(analysis: Analysis | null): ResponseLesion[] {
  return (analysis?.cycles[0]?.structures ?? [])
    .filter(({ kind, doses }) => kind === 'lesion' && doses.length > 0)
    .map(({ name, volumeMl, doses, fit }): ResponseLesion => {
      const dose = doses[0]?.doseGy ?? { value: 0, standardUncertainty: 0 }
      const perBq = fit ? dose.value / fit.tiaBqS.value : 0
      const cycle = (index: number, startS: number): LesionCycle => ({
        ...{ index, startS, activityBq: 7.4e9, doseGy: dose, sources: [] },
        curves: [
          {
            kind: 'exponentials',
            startS,
            terms: (fit?.terms ?? []).map(({ coefficientBq, ratePerS }) => ({
              rateGyPerS: coefficientBq * perBq,
              decayPerS: ratePerS,
            })),
          },
        ],
      })
      return {
        identity: name,
        confirmed: false,
        volumes: [1, 0.82, 0.61].map((share, at) => ({
          ...{ id: `${at}`, timeS: 56 * at * DAY_S + DAY_S, at: `day ${56 * at + 1}`, cycle: at + 1 },
          ...{ volumeMl: share * volumeMl, relativeUncertainty: 0.1, origin: 'outline' as const, what: 'Invented' },
        })),
        cycles: [cycle(1, 0), cycle(2, 56 * DAY_S)],
        parameters: [
          { name: 'alphaPerGy', title: 'α', value: 0.05, unit: '1/Gy', source: 'invented', evidence: 'unverified' },
          { name: 'alphaBetaGy', title: 'α/β', value: 10, unit: 'Gy', source: 'invented', evidence: 'unverified' },
        ],
      }
    })
}

function responseTo(lesion: ResponseLesion, given: RequestOf<'biologyResponse.fit'>['settings']): LesionResponse {
  const settings = lesionResponseSettingsSchema.parse(given ?? {})
  const first = lesion.volumes[0]
  const startS = first?.timeS ?? 0
  const names: ModelParameterName[] = [
    'alphaPerGy',
    'alphaBetaGy',
    'initialVolumeMl',
    'doublingTimeS',
    'clearanceHalfTimeS',
  ]
  const valueOf = (name: ModelParameterName): number =>
    settings.parameters[name]?.value ?? (name === 'initialVolumeMl' ? (first?.volumeMl ?? 1) : (INVENTED[name] ?? 1))
  const timeS = Array.from({ length: 121 }, (_, k) => startS + k * 2 * DAY_S)
  const volumeMl = tumourResponse(
    {
      growth: { kind: 'exponential', doublingTimeS: valueOf('doublingTimeS') },
      alphaPerGy: valueOf('alphaPerGy'),
      alphaBetaGy: valueOf('alphaBetaGy'),
      repair: { kind: 'exponential', components: [{ halfTimeS: HALF_TIME_S, fraction: 1 }] },
      clearanceHalfTimeS: valueOf('clearanceHalfTimeS'),
    },
    lesion.cycles.flatMap(({ curves }) => curves),
    valueOf('initialVolumeMl'),
    timeS,
  ).map(({ volume }) => volume)
  const least = Math.min(...volumeMl)
  const spread = (at: number): number => Math.exp(0.05 + 0.003 * at)
  return {
    algorithm: { name: 'theratwin.lesion-response', version: '0.0.0' },
    ...{ analysisKey: 'invented', identity: lesion.identity, settings, kind: 'fit', law: 'exponential', startS },
    repairHalfTimeS: HALF_TIME_S,
    volumes: lesion.volumes.map((one) => ({ ...one, isUsed: !settings.leftOut.includes(one.id), residual: 0.4 })),
    cycles: lesion.cycles,
    parameters: names.map((name) => {
      const isFitted = settings.parameters[name]?.isFitted ?? name === 'doublingTimeS'
      const value = valueOf(name)
      return {
        ...{ name, title: name, unit: UNITS[name], value, isFitted },
        standardUncertainty: isFitted ? 0.2 * value : null,
        cv: isFitted ? 0.2 : null,
        interval: isFitted ? [0.68 * value, 1.48 * value] : null,
        source: isFitted ? 'fitted to the volumes' : 'invented',
        evidence: isFitted ? 'fitted' : 'unverified',
      }
    }),
    correlation: { names: ['doublingTimeS'], values: [[1]] },
    ...{ chiSquare: 1.2, degreesOfFreedom: 2, aicc: 5.2 },
    laws: settings.laws.map((law) => ({
      law,
      weight: law === 'exponential' ? 1 : null,
      problem: law === 'exponential' ? '' : 'The invented patient knows exponential growth alone.',
    })),
    formulas: [],
    growth: null,
    band: {
      timeS,
      volumeMl,
      lowMl: volumeMl.map((one, at) => one / spread(at)),
      highMl: volumeMl.map((one, at) => one * spread(at)),
      scanLowMl: volumeMl.map((one, at) => one / spread(at) / 1.2),
      scanHighMl: volumeMl.map((one, at) => one * spread(at) * 1.2),
    },
    nadir: { timeS: timeS[volumeMl.indexOf(least)] ?? 0, volumeMl: least },
    regrowthS: null,
    evidence: 'unverified',
    remarks: ['An invented lesion.'],
    assumptions: [],
  }
}

const refused = (message: string) => ({
  error: { kind: 'input', code: 'biology.response', message, hint: 'Use a patient of the store.' },
})

export function createFakeResponse(
  analysis: () => Analysis | null,
  changed: () => void,
  formulas: () => LocalFormula[],
) {
  let settings = responseSettingsSchema.parse({})
  return {
    'biologyResponse.of': (): AnswerOf<'biologyResponse.of'> => {
      const found = analysis()
      const first: ResponsePatient['firstAdministration'] = found?.cycles[0]?.administration.start ?? {
        local: '2026-01-12T09:00:00',
        utcOffsetMin: null,
      }
      return {
        ...{ analysisKey: found?.key ?? null, stale: false, firstAdministration: first, lesions: lesionsOf(found) },
        ...{ markers: [], settings, remarks: [] },
        formulas: formulas().filter(({ formula }) => formula.kind === 'growth'),
      }
    },
    'biologyResponse.fit': ({ identity, settings: tried }: RequestOf<'biologyResponse.fit'>) => {
      const lesion = lesionsOf(analysis()).find((one) => one.identity === identity)
      return lesion ? responseTo(lesion, tried ?? settings.byLesion[identity] ?? null) : refused('No such lesion.')
    },
    'biologyResponse.marker': () => refused('The invented patient has no marker.'),
    'biologyResponse.clones': () => refused('Schedules of the invented patient are not computed.'),
    'biologyResponse.cancel': () => ({}),
    'biologyResponse.save': ({ settings: kept }: RequestOf<'biologyResponse.save'>) => {
      settings = responseSettingsSchema.parse(kept)
      changed()
      return settings
    },
  }
}

/** The invented patient in the shape of the contracts, checked by their schemas. */
import {
  analysisSchema,
  maskRefSchema,
  patientViewSchema,
  protocolSchema,
  type Analysis,
  type ImportProblem,
  type MaskRef,
  type PatientView,
  type StructureResult,
  type VolumeRef,
} from '../../electron/contracts/index.ts'
import {
  concentrationBqPerMl,
  ctGrid,
  emissionGrid,
  hoursPi,
  maskBox,
  regions,
  volumeMl,
  type Region,
} from './phantom.ts'
import { fakeAlternatives, fakeBudget, fakeGates } from './fakeFits.ts'

const ADMINISTERED_BQ = 7.4e9
const HOUR = 3600
const plain = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T
const instant = (hours: number) => {
  const date = new Date(Date.UTC(2024, 0, 8, 9, 5) + hours * 3_600_000)
  return { local: date.toISOString().slice(0, 19), utcOffsetMin: null }
}

const concentration = {
  kind: 'activity-concentration',
  unit: 'Bq/mL',
  origin: 'real-world-value-mapping',
  decayCorrectionInFile: 'NONE',
  factorToAcquisitionStart: 1,
} as const

function emissionRef(index: number): VolumeRef {
  const highest = Math.max(...regions.map((region) => concentrationBqPerMl(region, hoursPi[index] ?? 0)))
  return plain({
    id: `emission-${index}`,
    grid: emissionGrid,
    quantity: concentration,
    description: 'SPECT Lu-177 OSEM AC SC',
    modality: 'NM',
    minimum: 0,
    maximum: highest * 1.08,
    byteLength: 72 ** 3 * 4,
  })
}

function ctRef(): VolumeRef {
  return plain({
    id: 'ct',
    grid: ctGrid,
    quantity: { kind: 'HU' },
    description: 'CT low dose',
    modality: 'CT',
    minimum: -1010,
    maximum: 445,
    byteLength: 160 * 112 * 120 * 4,
  })
}

export function fakeMasks(timePointId: string): MaskRef[] {
  return regions.map((region) => {
    const { start, size } = maskBox(region)
    return maskRefSchema.parse(
      plain({
        id: `mask-${region.name}`,
        name: region.name,
        kind: region.kind,
        colourRgb: region.colourRgb,
        structureId: `structure-${region.name}`,
        type: '',
        origin: `RTSTRUCT of ${timePointId}`,
        method: { kind: 'imported', description: `RTSTRUCT of ${timePointId}`, parameters: {} },
        review: 'none',
        identity: null,
        volumeMl: volumeMl(region),
        grid: ctGrid,
        boxStart: start,
        boxSize: size,
      }),
    )
  })
}

function structureResult(region: Region, index: number, protocol: PatientView['protocol']): StructureResult {
  const volume = volumeMl(region)
  const massKg = (volume * 1.04) / 1000
  const terms = region.terms.map(([kbq, rate]) => ({ coefficientBq: kbq * 1000 * volume, ratePerS: rate / HOUR }))
  const activity = (s: number) =>
    terms.reduce((sum, term) => sum + term.coefficientBq * Math.exp(-term.ratePerS * s), 0)
  const tia = terms.reduce((sum, term) => sum + term.coefficientBq / term.ratePerS, 0)
  const wobble = [0.03, -0.025, 0.02, -0.035]
  const timeS = Array.from({ length: 121 }, (_, i) => (i * 300 * HOUR) / 120)
  const relative = 0.05 + 0.004 * index
  const slowest = Math.min(...terms.map((term) => term.ratePerS))
  const dose = (tia * 2.36e-14) / massKg
  const uncertain = (value: number, share: number) => ({ value, standardUncertainty: Math.abs(value) * share })
  const isBi = terms.length > 1
  const broken = region.name === 'TUMOUR_3'
  const left = (i: number) =>
    protocol.pointsLeftOut.find((one) => one.structure === region.name && one.seriesUid === `1.2.3.${i}`)?.reason
  return {
    name: region.name,
    kind: region.kind,
    colourRgb: region.colourRgb,
    volumeMl: volume,
    volumeStandardUncertaintyMl: volume * 0.04,
    densityGPerMl: 1.04,
    densityFrom: 'CT numbers, mean over the outline',
    massKg: uncertain(massKg, 0.04),
    policy: region.name === 'LIVER' ? 'without TUMOUR_1, TUMOUR_2 (lesions excluded)' : '',
    points: hoursPi.map((hours, i) => {
      const a = activity(hours * HOUR) * (1 + (wobble[i] ?? 0))
      return {
        timePointId: `tp${i + 1}`,
        timeS: hours * HOUR,
        volumeMl: volume,
        imageConcentrationBqPerMl: a / volume,
        recoveryCoefficient: 1,
        concentrationBqPerMl: a / volume,
        activityBq: a,
        activityStandardUncertaintyBq: a * relative,
        fractionInsideImage: 1,
        used: !(region.name === 'SPLEEN' && i === 3) && left(i) === undefined,
        note:
          region.name === 'SPLEEN' && i === 3
            ? 'Only 61 % of the outline lies inside the image'
            : left(i) === undefined
              ? ''
              : `Left out by a person: ${left(i) ?? ''}`,
      }
    }),
    fit: broken
      ? null
      : {
          model: isBi ? 'bi-exponential' : 'mono-exponential',
          selection: 'lowest AICc of the models that hold the goodness gates',
          parameters: terms.flatMap((term, i) => [
            {
              name: `A${i + 1}`,
              unit: 'Bq',
              value: term.coefficientBq,
              standardError: Math.abs(term.coefficientBq) * 0.06,
              coefficientOfVariation: 0.06,
            },
            {
              name: `λ${i + 1}`,
              unit: '1/s',
              value: term.ratePerS,
              standardError: term.ratePerS * 0.08,
              coefficientOfVariation: 0.08,
            },
          ]),
          covariance: terms.flatMap(() => [
            [1, 0],
            [0, 1],
          ]),
          terms,
          tiaBqS: uncertain(tia, relative),
          tiaCoefficientS: uncertain(tia / ADMINISTERED_BQ, relative * 1.1),
          effectiveHalfLifeS: uncertain(Math.LN2 / slowest, 0.04),
          chiSquare: 1.3,
          degreesOfFreedom: 4 - 2 * terms.length,
          aicc: isBi ? null : -12.4,
          rSquared: 0.998,
          maximumCorrelation: 0.87,
          extrapolatedBefore: 0.01,
          extrapolatedAfter: 0.22 + 0.01 * index,
          weight: 0.81,
          gates: fakeGates(region.name === 'MARROW_SPINE' ? 0.31 : 0.08, 0.87),
          averagedTiaBqS: uncertain(tia * 1.005, relative * 1.1),
          warnings: region.name === 'MARROW_SPINE' ? ['CV of A1 is 0.31, above 0.25'] : [],
          curve: {
            timeS,
            activityBq: timeS.map(activity),
            lowerBq: timeS.map((s) => Math.max(0, activity(s) * (1 - 2 * relative - s * 2e-7))),
            upperBq: timeS.map((s) => activity(s) * (1 + 2 * relative + s * 2e-7)),
          },
        },
    alternatives: broken ? [] : fakeAlternatives(isBi, tia, Math.LN2 / slowest, timeS, activity),
    ...(broken ? {} : { uncertainty: fakeBudget(region.name, relative) }),
    doses: broken
      ? []
      : (['local-energy-deposition', 'mass-scaled-s-value'] as const).map((method) => ({
          method,
          doseGy: uncertain(dose * (method === 'local-energy-deposition' ? 1 : 1.02), relative + 0.04),
          dosePerActivityGyPerBq: uncertain(dose / ADMINISTERED_BQ, relative + 0.05),
          energyPerDecayJ: 2.36e-14,
          note: '',
        })),
    problem: broken
      ? 'The activity of TUMOUR_3 rises until the last time point, so its washout is not known. Add a later time point, or choose a model with the physical decay as washout.'
      : '',
  }
}

const identity = {
  key: 'DEMO-1',
  mrn: 'DEMO-0001',
  issuer: '',
  name: 'Phantom, Torso',
  dicomName: 'Phantom^Torso',
  birthDate: '1962-05-17',
  sex: 'F',
  weightKg: 70,
  heightM: 1.7,
} as const

export function fakeAnalysis(protocol = protocolSchema.parse({})): Analysis {
  return analysisSchema.parse(
    plain({
      schema: 'theratwin-analysis/1',
      program: { name: 'Theratwin', version: '0.1.0' },
      key: 'b3f2c1d09e88aa7711f0e4d2c3b5a69788f1e2d3c4b5a697',
      patient: identity,
      course: {
        agent: '177Lu-DOTATATE',
        nuclide: 'Lu-177',
        halfLifeS: 574300.8,
        nuclideSource: 'ENSDF 2019, as compiled in resources/nuclides',
      },
      protocol,
      cycles: [
        {
          index: 1,
          administration: {
            activityBq: { value: ADMINISTERED_BQ, standardUncertainty: ADMINISTERED_BQ * 0.03 },
            start: instant(0),
            source: 'Radiopharmaceutical Information Sequence of the SPECT files',
          },
          referenceTimePointId: 'tp2',
          timePoints: hoursPi.map((hours, i) => ({
            id: `tp${i + 1}`,
            index: i + 1,
            acquisitionStart: instant(hours),
            hoursAfterInjection: hours,
            emission: {
              imageKey: `e${i}`,
              seriesUid: `1.2.3.${i}`,
              modality: 'NM',
              description: 'SPECT Lu-177 OSEM AC SC',
              manufacturer: 'Invented',
              grid: emissionGrid,
              quantity: concentration,
              quantification: 'Bq/mL by real-world value mapping, decay-corrected to acquisition start',
              inputHashes: [],
            },
            ct: {
              imageKey: `c${i}`,
              seriesUid: `1.2.4.${i}`,
              modality: 'CT',
              description: 'CT low dose',
              manufacturer: 'Invented',
              grid: ctGrid,
              quantity: { kind: 'HU' },
              quantification: '',
              inputHashes: [],
            },
            registration: {
              kind: i === 1 ? 'reference' : 'registration-object',
              toReference: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
              source: i === 1 ? 'reference' : 'REG object',
            },
            structuresFrom: 'its own RTSTRUCT',
          })),
          structures: regions.slice(1).map((region, index) => structureResult(region, index, protocol)),
        },
      ],
      cumulativeDose: [],
      methods: [
        {
          step: 'Activity',
          algorithm: 'mean concentration × volume by fractional voxels',
          version: '1',
          citation: 'MIRD Pamphlet No. 23 (2012)',
          evidence: 'verified',
        },
        {
          step: 'Time–activity fit',
          algorithm: 'weighted Levenberg–Marquardt with bounds',
          version: '2',
          citation: 'Kletting et al. (2013)',
          evidence: 'verified',
        },
        {
          step: 'Decay energy of Lu-177',
          algorithm: 'electrons only',
          version: '1',
          citation: 'ICRP Publication 107 (2008)',
          evidence: 'transcribed',
        },
      ],
      assumptions: [
        'Times are local times of one place.',
        'Photon energy is not counted as deposited locally.',
        'Mass of a structure is that at the reference time point for all time points.',
      ],
      problems: [],
    }),
  )
}

export interface FakeState {
  readonly analysed: boolean
  readonly stale: boolean
  readonly reported: boolean
  readonly protocol: PatientView['protocol']
  readonly problems: readonly ImportProblem[]
  readonly voxelDoses?: PatientView['voxelDoses']
}

export function fakeView(state: FakeState): PatientView {
  const questions = state.problems.filter((one) => one.severity === 'question').length
  return patientViewSchema.parse(
    plain({
      summary: {
        patientId: 'demo',
        identity,
        agent: '177Lu-DOTATATE',
        nuclide: 'Lu-177',
        cycles: 1,
        timePoints: 4,
        lastStudy: '2024-01-15',
        isDemonstration: true,
      },
      cycles: [
        {
          index: 1,
          activityBq: ADMINISTERED_BQ,
          start: instant(0),
          state: state.analysed ? (state.stale ? 'stale' : 'done') : 'ready',
          referenceTimePointId: 'tp2',
          timePoints: hoursPi.map((hours, i) => ({
            id: `tp${i + 1}`,
            index: i + 1,
            label: `Time point ${i + 1}`,
            acquisitionStart: instant(hours),
            hoursAfterInjection: hours,
            ct: ctRef(),
            emission: emissionRef(i),
            toReference: [1, 0, 0, i === 1 ? 0 : 3 - i * 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
            registration: i === 1 ? 'reference' : 'REG object',
          })),
        },
      ],
      diagnostics: [],
      problems: state.problems,
      protocol: state.protocol,
      analysis: state.analysed ? fakeAnalysis(state.stale ? undefined : state.protocol) : null,
      analysisState: state.analysed ? (state.stale ? 'stale' : 'done') : questions > 0 ? 'problem' : 'ready',
      analysisBlockedBy: !state.analysed && questions > 0 ? 'Time point 4 needs a calibration factor.' : '',
      voxelDoses: state.voxelDoses ?? [],
      report: state.reported ? { reportId: 'report-1', createdAt: '2024-02-01T10:20:00', stale: state.stale } : null,
    }),
  )
}

/** A small analysis with known numbers, for tests of what is made from analyses (reports, tables, charts). */
import { analysisSchema } from '../../electron/contracts/analysis.ts'
import type { Analysis, ImageUse, StructureResult } from '../../electron/contracts/analysis.ts'
import { protocolSchema } from '../../electron/contracts/protocol.ts'

const HOURS = [4, 24, 72, 168]
const grid = (n: number, spacing: number): ImageUse['grid'] => ({
  dimensions: [n, n, n],
  spacingMm: [spacing, spacing, spacing],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})

function image(modality: 'NM' | 'CT', t: number): ImageUse {
  return {
    imageKey: `${modality}-${t}`,
    seriesUid: `2.25.${modality === 'NM' ? 100 : 200}${t}`,
    modality,
    description: modality === 'NM' ? 'SPECT AC' : 'CT low dose',
    manufacturer: 'Maker',
    grid: grid(64, 6.8),
    quantity:
      modality === 'CT'
        ? { kind: 'HU' }
        : {
            kind: 'activity-concentration',
            unit: 'Bq/mL',
            origin: 'real-world-value-mapping',
            decayCorrectionInFile: 'START',
            factorToAcquisitionStart: 1,
          },
    quantification: modality === 'NM' ? 'Bq/mL by the real-world value mapping of the file' : '',
    inputHashes: ['b', 'a', 'c'].map((c) => c.repeat(64)),
  }
}

/** A mono-exponential structure: 100·scale MBq at the start, effective half-life 50 h, 100 g·scale. */
function structure(name: string, kind: 'organ' | 'lesion', scale: number): StructureResult {
  const rate = Math.LN2 / (50 * 3600)
  const bq = (hours: number): number => 1e8 * scale * Math.exp(-rate * hours * 3600)
  const tia = (1e8 * scale) / rate
  const times = Array.from({ length: 40 }, (_, i) => i * 5 * 3600)
  return {
    name,
    kind,
    colourRgb: [200, 40, 40],
    volumeMl: 95 * scale,
    volumeStandardUncertaintyMl: 4 * scale,
    densityGPerMl: 1.0526,
    densityFrom: 'CT numbers',
    massKg: { value: 0.1 * scale, standardUncertainty: 0.0043 * scale },
    policy: kind === 'organ' ? 'without TUMOUR (lesions excluded)' : '',
    points: HOURS.map((h, i) => ({
      timePointId: `t${i + 1}`,
      timeS: h * 3600,
      volumeMl: 95 * scale,
      imageConcentrationBqPerMl: bq(h) / (95 * scale),
      recoveryCoefficient: 1,
      concentrationBqPerMl: bq(h) / (95 * scale),
      activityBq: bq(h),
      activityStandardUncertaintyBq: 0.03 * bq(h),
      fractionInsideImage: 1,
      used: i !== 0,
      note: i === 0 ? 'left out by a person' : '',
    })),
    fit: {
      model: 'mono-exponential',
      selection: 'Chosen by a person.',
      parameters: [
        { name: 'A1', unit: 'Bq', value: 1e8 * scale, standardError: 2e6 * scale, coefficientOfVariation: 0.02 },
        { name: 'lambda1', unit: '1/s', value: rate, standardError: 0.01 * rate, coefficientOfVariation: 0.01 },
      ],
      covariance: [
        [4e12, 0],
        [0, 1e-14],
      ],
      terms: [{ coefficientBq: 1e8 * scale, ratePerS: rate }],
      tiaBqS: { value: tia, standardUncertainty: 0.021 * tia },
      tiaCoefficientS: { value: tia / 7.4e9, standardUncertainty: (0.037 * tia) / 7.4e9 },
      effectiveHalfLifeS: { value: 50 * 3600, standardUncertainty: 1800 },
      chiSquare: 1.3,
      degreesOfFreedom: 1,
      aicc: null,
      rSquared: 0.999,
      maximumCorrelation: 0.4,
      extrapolatedBefore: 0.05,
      extrapolatedAfter: 0.097,
      warnings: kind === 'lesion' ? ['Two parameters are correlated by 0.8 or more.'] : [],
      curve: {
        timeS: times,
        activityBq: times.map((t) => bq(t / 3600)),
        lowerBq: times.map((t) => 0.95 * bq(t / 3600)),
        upperBq: times.map((t) => 1.05 * bq(t / 3600)),
      },
    },
    alternatives: [],
    doses: [
      {
        method: 'local-energy-deposition',
        doseGy: { value: 6.1634, standardUncertainty: 0.2871 },
        dosePerActivityGyPerBq: { value: 6.1634 / 7.4e9, standardUncertainty: 0.0453e-9 },
        energyPerDecayJ: 2.374e-14,
        note: '',
      },
    ],
    problem: '',
  }
}

/** One cycle, four time points, an organ with a lesion in it and a structure that could not be fitted. */
export function exampleAnalysis(change: Partial<Analysis> = {}): Analysis {
  const unfitted: StructureResult = {
    ...structure('SPLEEN', 'organ', 0.5),
    fit: null,
    doses: [],
    policy: '',
    problem: 'Only one point is left. Add time points.',
  }
  return analysisSchema.parse({
    schema: 'theratwin-analysis/1',
    program: { name: 'Theratwin', version: '0.1.0' },
    key: 'f'.repeat(64),
    patient: {
      key: 'P1',
      mrn: 'MRN-17',
      issuer: '',
      name: 'Doe, Jane',
      dicomName: 'Doe^Jane',
      birthDate: '1960-02-29',
      sex: 'F',
      weightKg: 68,
      heightM: 1.7,
    },
    course: {
      agent: 'Lutetium-177 DOTATATE',
      nuclide: 'Lu-177',
      halfLifeS: 574300.8,
      nuclideSource: 'from the image headers',
    },
    protocol: protocolSchema.parse({}),
    cycles: [
      {
        index: 1,
        administration: {
          activityBq: { value: 7.4e9, standardUncertainty: 0.222e9 },
          start: { local: '2026-01-12T09:00:00', utcOffsetMin: 60 },
          source: 'image headers',
        },
        referenceTimePointId: 't2',
        timePoints: HOURS.map((h, i) => ({
          id: `t${i + 1}`,
          index: i + 1,
          acquisitionStart: { local: `2026-01-${12 + Math.floor((9 + h) / 24)}T10:00:00`, utcOffsetMin: 60 },
          hoursAfterInjection: h,
          emission: image('NM', i + 1),
          ct: image('CT', i + 1),
          registration:
            i === 1
              ? { kind: 'reference', toReference: null, source: '' }
              : {
                  kind: 'registration-object',
                  toReference: [1, 0, 0, 3, 0, 1, 0, 4, 0, 0, 1, 0, 0, 0, 0, 1],
                  source: 'REG.dcm → CT',
                },
          structuresFrom: 'RTSTRUCT',
        })),
        structures: [structure('LIVER', 'organ', 1), structure('TUMOUR', 'lesion', 0.1), unfitted],
      },
    ],
    cumulativeDose: [{ structure: 'LIVER', doseGy: { value: 6.1634, standardUncertainty: 0.2871 }, cycles: 1 }],
    methods: [
      {
        step: 'Absorbed dose',
        algorithm: 'Local energy deposition',
        version: '1',
        citation: 'MIRD 21',
        evidence: 'verified',
      },
      { step: 'Structures', algorithm: 'Rasterisation', version: '1', citation: 'own', evidence: 'designed' },
    ],
    assumptions: ['Time zero is the start of administration.'],
    problems: [
      {
        severity: 'refused',
        code: 'geometry.gantry-tilt',
        item: 'CT series "Head"',
        message: 'The gantry is tilted by 12°.',
        hint: 'Resample it.',
        seriesUid: null,
        filePaths: [],
      },
    ],
    ...change,
  })
}

/** Histograms and statistics of the dose in structures. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  conformity,
  doseAtVolumeMl,
  doseAtVolumePercent,
  doseAtVolumeUncertainty,
  doseStatistics,
  doseVolumeHistogram,
  noiseSdGy,
  structureDose,
  volumeBandAtDose,
} from '../../../native-core/dosimetry/evaluation/index.ts'
import type {
  Conformity,
  DoseImage,
  DoseSampling,
  DoseStatistics,
} from '../../../native-core/dosimetry/evaluation/index.ts'
import type { StructureShape } from '../../../native-core/imaging/types.ts'

export interface NamedStructure {
  readonly name: string
  readonly shape: StructureShape
}

/** What is asked of each structure. */
export interface EvaluationRequest {
  /** Dx%, percent of the volume. */
  readonly volumePercents?: readonly number[]
  /** D of a volume, mL. */
  readonly volumesMl?: readonly number[]
  /** V at a dose, Gy. */
  readonly dosesGy?: readonly number[]
  readonly binWidthGy?: number
  /** The histogram reaches to this dose at least, Gy. */
  readonly upToGy?: number
  readonly prescriptionGy?: number
  /** Relative standard uncertainty common to all doses. */
  readonly relativeUncertainty?: number
  readonly sampling?: DoseSampling
  /** What a contour without neighbours stands for, mm. */
  readonly sliceThicknessMm?: number
}

/** Numbers of one structure. Uncertainties are one standard uncertainty (k = 1), null where nothing is known of them. */
export interface StructureEvaluation {
  readonly name: string
  readonly sampling: DoseSampling
  readonly statistics: DoseStatistics
  /** Of the mean: statistical and common part in quadrature, Gy. */
  readonly meanUncertaintyGy: number | null
  /** Spread of the doses that is noise of the calculation, Gy. */
  readonly noiseSdGy: number | null
  readonly doseAtVolumePercent: readonly {
    readonly volumePercent: number
    readonly doseGy: number
    readonly uncertaintyGy: number | null
  }[]
  readonly doseAtVolume: readonly {
    readonly volumeMl: number
    readonly doseGy: number | null
    readonly uncertaintyGy: number | null
  }[]
  readonly volumeAtDose: readonly {
    readonly doseGy: number
    readonly volumeMl: number
    readonly volumePercent: number
    readonly lowMl: number | null
    readonly highMl: number | null
  }[]
  readonly conformity: Conformity | null
  readonly histogram: {
    readonly edgesGy: readonly number[]
    readonly differentialMl: readonly number[]
    readonly cumulativeMl: readonly number[]
    readonly cumulativePercent: readonly number[]
    readonly lowMl: readonly number[] | null
    readonly highMl: readonly number[] | null
  }
}

/** A structure's numbers, or why there are none. */
export type StructureResult =
  StructureEvaluation | { readonly name: string; readonly problem: string; readonly hint: string }

const USUAL_PERCENTS = [98, 95, 90, 50, 10, 5, 2]

/** @throws InputError as `structureDose`, and for percentages, volumes, bins and uncertainties that are none. */
export function evaluateStructure(
  dose: DoseImage,
  { name, shape }: NamedStructure,
  request: EvaluationRequest = {},
): StructureEvaluation {
  const { relativeUncertainty: common = 0, sampling, sliceThicknessMm } = request
  const inside = structureDose(dose, shape, {
    name,
    ...(sampling === undefined ? {} : { sampling }),
    ...(sliceThicknessMm === undefined ? {} : { sliceThicknessMm }),
  })
  const isUncertain = inside.sdGy !== null || common > 0
  const uncertaintyOf = (doseGy: number | null): number | null =>
    isUncertain && doseGy !== null ? doseAtVolumeUncertainty(inside, doseGy, common).combinedGy : null
  const statistics = doseStatistics(inside)
  const { edgesGy, differentialMl, cumulativeMl, band } = doseVolumeHistogram(inside, {
    relativeUncertainty: common,
    ...(request.binWidthGy === undefined ? {} : { binWidthGy: request.binWidthGy }),
    ...(request.upToGy === undefined ? {} : { upToGy: request.upToGy }),
  })
  return {
    name,
    sampling: inside.sampling,
    statistics,
    meanUncertaintyGy: isUncertain ? Math.hypot(inside.meanSdGy ?? 0, common * statistics.meanGy) : null,
    noiseSdGy: inside.sdGy === null ? null : noiseSdGy(inside),
    doseAtVolumePercent: (request.volumePercents ?? USUAL_PERCENTS).map((volumePercent) => {
      const doseGy = doseAtVolumePercent(inside, volumePercent)
      return { volumePercent, doseGy, uncertaintyGy: uncertaintyOf(doseGy) }
    }),
    doseAtVolume: (request.volumesMl ?? []).map((volumeMl) => {
      const doseGy = doseAtVolumeMl(inside, volumeMl)
      return { volumeMl, doseGy, uncertaintyGy: uncertaintyOf(doseGy) }
    }),
    volumeAtDose: (request.dosesGy ?? []).map((doseGy) => {
      const { volumeMl, lowMl, highMl } = volumeBandAtDose(inside, doseGy, common)
      const volumePercent = (100 * volumeMl) / inside.insideMl
      return { doseGy, volumeMl, volumePercent, lowMl: isUncertain ? lowMl : null, highMl: isUncertain ? highMl : null }
    }),
    conformity: request.prescriptionGy === undefined ? null : conformity(dose, inside, request.prescriptionGy),
    histogram: {
      edgesGy: [...edgesGy],
      differentialMl: [...differentialMl],
      cumulativeMl: [...cumulativeMl],
      cumulativePercent: Array.from(cumulativeMl, (volume) => (100 * volume) / inside.insideMl),
      lowMl: band === null ? null : [...band.lowMl],
      highMl: band === null ? null : [...band.highMl],
    },
  }
}

/** As `evaluateStructure` for each; a structure that cannot be evaluated says why and does not stop the others. */
export function evaluateStructures(
  dose: DoseImage,
  structures: readonly NamedStructure[],
  request: EvaluationRequest = {},
): StructureResult[] {
  return structures.map((structure) => {
    try {
      return evaluateStructure(dose, structure, request)
    } catch (error) {
      if (!(error instanceof InputError) || !PER_STRUCTURE.test(error.code)) throw error
      return { name: structure.name, problem: error.message, hint: error.hint }
    }
  })
}

/** What is wrong with one structure, or with the dose inside it; anything else is wrong with the request. */
const PER_STRUCTURE = /^(structure\.|dose\.(structure-empty|no-overlap|not-finite)$)/

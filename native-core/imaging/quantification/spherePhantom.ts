/** Calibration factor from hot spheres. */
import { InputError } from '../../errors/index.ts'
import type { BudgetItem } from './budget.ts'
import { assertCounts, budgetOf, factorOf, meanOf } from './calibrationFactor.ts'
import type { CalibrationFactor, CountImage, KnownSource } from './calibrationFactor.ts'
import { fitPositive } from './leastSquares.ts'
import { evaluateRecovery, recoveryAt, sphereVolumeOfDiameterMl } from './recoveryCurve.ts'
import type { RecoveryCurve } from './recoveryCurve.ts'
import { sphereMean } from './sphereCoefficients.ts'
import type { PhantomSphere } from './sphereCoefficients.ts'
import { voxelVolumeMl } from '../grid.ts'

export interface SpherePhantom extends KnownSource {
  /** Of all spheres, at the assay. */
  readonly concentrationBqPerMl: number
  /** 0 for cold water around them. */
  readonly backgroundBqPerMl: number
  /** Of a sphere's filling: independent from sphere to sphere. */
  readonly volumeRelativeUncertainty: number
}

/** largest: one sphere with a recovery that is known; all: factor and width of the point spread function are fitted together. */
export type SphereMethod = { readonly kind: 'largest'; readonly recovery: RecoveryCurve } | { readonly kind: 'all' }

/**
 * The curve that is fitted with a factor. A factor from spheres is where their curve goes for large volumes, and only this form goes there as a
 * blurred sphere does (1 − R ~ FWHM/D): of exact spheres of the NEMA phantom seen with 6 to 18 mm the form "gear" makes a factor
 * 9 to 29 % too small, though it goes through all of them.
 */
const FORM = 'gaussian-sphere'

export interface SphereFactor extends CalibrationFactor {
  /** The curve that was used, or fitted together with the factor. */
  readonly recovery: RecoveryCurve
  /** Seen in each sphere over the concentration: factor times recovery, counts/(Bq·s). */
  readonly apparent: readonly { readonly volumeMl: number; readonly countsPerBqS: number; readonly relative: number }[]
}

/**
 * K of hot spheres: the mean count rate per mL in sphere i is K·(R(vᵢ)·c̄ + (1 − R(vᵢ))·b̄) (Ljungberg et al., J Nucl Med 57 (2016) 151;
 * Tran-Gia & Lassmann, J Nucl Med 60 (2019) 978). With all spheres K and the width of R as a blurred sphere are one weighted
 * least-squares fit, weighted by counting and filling of each sphere.
 *
 * @throws InputError as `uniformPhantomFactor`, `recovery.sphere-outside`, and of the fit `fit.too-few`, `fit.no-fit`
 */
export function spherePhantomFactor(
  image: CountImage,
  phantom: SpherePhantom,
  spheres: readonly PhantomSphere[],
  method: SphereMethod,
): SphereFactor {
  assertCounts(image)
  const largest = [...spheres].sort((a, b) => b.innerDiameterMm - a.innerDiameterMm)[0]
  if (!largest)
    throw new InputError('calibration.region', 'There is no sphere.', 'Give the places and diameters of the spheres.')
  const meanActivity = meanOf(phantom.concentrationBqPerMl, phantom, image.durationS)
  const ratio = phantom.backgroundBqPerMl / phantom.concentrationBqPerMl
  const perUnit = 1 / (voxelVolumeMl(image.grid) * image.durationS * meanActivity.value)
  const all = spheres.map((sphere) => {
    const { measured, counts } = sphereMean({ ...image, countsPerUnit: 1 }, sphere)
    return {
      volumeMl: sphereVolumeOfDiameterMl(sphere.innerDiameterMm),
      counts: counts ?? 0,
      countsPerBqS: measured.value * perUnit,
      relative: Math.hypot(measured.standardUncertainty / measured.value, phantom.volumeRelativeUncertainty),
    }
  })
  const empty = all.find(({ counts }) => !(counts > 0))
  if (empty)
    throw new InputError(
      'calibration.no-counts',
      `The sphere of ${empty.volumeMl.toPrecision(3)} mL holds no counts.`,
      'Check its place (LPS, mm).',
    )
  const solved = method.kind === 'all' ? fitted(all, ratio) : ofLargest(all, ratio, method.recovery)
  return {
    ...factorOf(solved.factor, budgetOf(solved.budget, phantom, meanActivity), {
      centreMm: largest.centreMm,
      counts: all.reduce((sum, { counts }) => sum + counts, 0),
      meanActivity,
      remarks: solved.remarks,
    }),
    recovery: solved.recovery,
    apparent: all.map(({ volumeMl, countsPerBqS, relative }) => ({ volumeMl, countsPerBqS, relative })),
  }
}

interface Apparent {
  readonly volumeMl: number
  readonly countsPerBqS: number
  readonly relative: number
}
interface Solved {
  readonly factor: number
  readonly budget: BudgetItem[]
  readonly recovery: RecoveryCurve
  readonly remarks: string[]
}

function fitted(all: readonly Apparent[], ratio: number): Solved {
  const top = Math.max(...all.map(({ countsPerBqS }) => countsPerBqS))
  const fit = fitPositive(
    all.map(({ countsPerBqS, relative }) => ({
      value: countsPerBqS,
      standardUncertainty: countsPerBqS * Math.max(relative, 1e-6),
    })),
    ([factor = NaN, ...curve], n) => {
      const { coefficient, gradient } = evaluateRecovery(FORM, curve, all[n]!.volumeMl)
      const seen = coefficient + (1 - coefficient) * ratio
      return { value: factor * seen, gradient: [seen, ...gradient.map((slope) => factor * slope * (1 - ratio))] }
    },
    [top, 10],
  )
  const [factor = NaN, ...parameters] = fit.parameters
  const volumes = all.map(({ volumeMl }) => volumeMl)
  const relative = Math.sqrt(fit.covariance[0]![0]!) / factor
  const largest = evaluateRecovery(FORM, parameters, Math.max(...volumes)).coefficient
  return {
    factor,
    recovery: {
      form: FORM,
      parameters,
      covariance: fit.covariance.slice(1).map((row) => row.slice(1)),
      volumeRangeMl: [Math.min(...volumes), Math.max(...volumes)],
    },
    budget: [
      {
        name: 'fit of the spheres',
        relativeStandardUncertainty: relative,
        evaluation: 'A',
        note: `counting, filling and scatter of ${all.length} spheres, with the width of the point spread function fitted too`,
      },
    ],
    remarks: [
      ...(fit.degreesOfFreedom === 0
        ? ['There are as many unknowns as spheres: nothing says how well the curve fits.']
        : []),
      `The factor is that of full recovery, of which the largest sphere shows ${(100 * largest).toFixed(0)} %: the rest is extrapolated as of spheres in a Gaussian point spread function. A uniform phantom does not need that.`,
    ],
  }
}

function ofLargest(all: readonly Apparent[], ratio: number, curve: RecoveryCurve): Solved {
  const sphere = all.reduce((best, one) => (one.volumeMl > best.volumeMl ? one : best))
  const { coefficient, standardUncertainty, remark } = recoveryAt(curve, sphere.volumeMl)
  const seen = coefficient + (1 - coefficient) * ratio
  return {
    factor: sphere.countsPerBqS / seen,
    recovery: curve,
    budget: [
      {
        name: 'counting and filling',
        relativeStandardUncertainty: sphere.relative,
        evaluation: 'A',
        note: `sphere of ${sphere.volumeMl.toPrecision(3)} mL`,
      },
      {
        name: 'recovery',
        relativeStandardUncertainty: (standardUncertainty * (1 - ratio)) / seen,
        evaluation: 'B',
        note: `recovery ${coefficient.toFixed(3)} by the curve`,
      },
    ],
    remarks: remark === '' ? [] : [remark],
  }
}

/** What an administration's images are quantified with. */
import type { Protocol } from '../../contracts/protocol.ts'
import type { CourseDraft, CycleDraft } from '../course/index.ts'

/**
 * Nuclide of an administration, and the protocol as it holds for its images: the calibration for all images, dead time, recovery and point spread are
 * those of the therapy's nuclide, so that nothing of them is left for a diagnostic one; calibrations by series are.
 */
export function givenWith(
  { nuclide, diagnostics }: Pick<CourseDraft, 'nuclide' | 'diagnostics'>,
  { index }: Pick<CycleDraft, 'index'>,
  protocol: Protocol,
): { readonly nuclide: string; readonly protocol: Protocol } {
  const diagnostic = diagnostics.find((one) => one.index === index)
  if (!diagnostic) return { nuclide, protocol }
  const { calibration: _ofTherapy, measuredSeries: _series, ...rest } = protocol
  return {
    nuclide: diagnostic.nuclide,
    protocol: {
      ...rest,
      deadTime: null,
      recoveryCurve: null,
      recoveryCoefficients: [],
      partialVolume: { ...rest.partialVolume, method: 'none', fwhmMm: null, psf: null },
      pointsLeftOut: [],
      referenceTimePoint: 'auto',
    },
  }
}

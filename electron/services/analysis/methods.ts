/** What made the numbers: algorithm, version and source of every step, for the report and for the hash of every result. */
import type { Analysis } from '../../contracts/analysis.ts'

export const ANALYSIS_VERSION = 'analysis/2'

export interface MethodVersions {
  readonly fit: string
  readonly dose: string
  readonly nuclideData: { readonly version: string; readonly citation: string; readonly evidence: string }
  readonly huDensity: { readonly version: string; readonly source: string; readonly evidence: string }
}

export function methodsOf(versions: MethodVersions): Analysis['methods'] {
  return [
    {
      step: 'Structures',
      algorithm: 'Sub-voxel rasterisation of contours with shape interpolation between slices',
      version: '1',
      citation: 'own method, validated on analytic spheres from 1 mL',
      evidence: 'designed',
    },
    {
      step: 'Mass',
      algorithm: 'HU to mass density, mean over the structure, times volume',
      version: versions.huDensity.version,
      citation: versions.huDensity.source,
      evidence: versions.huDensity.evidence,
    },
    {
      step: 'Activity',
      algorithm: 'Mean concentration of the outline (partial voxels by their fraction) over recovery, times volume',
      version: '1',
      citation: 'Gear et al., Eur J Nucl Med Mol Imaging 45 (2018) 2456',
      evidence: 'transcribed',
    },
    {
      step: 'Time–activity curve',
      algorithm: 'Weighted least squares of sums of exponentials, physical decay as lower bound',
      version: versions.fit,
      citation: 'Kletting et al., Med Phys 40 (2013) 102504 (NUKFIT family of functions)',
      evidence: 'transcribed',
    },
    {
      step: 'Absorbed dose',
      algorithm: 'Local energy deposition of electrons and alphas in the structure',
      version: versions.dose,
      citation: 'Bolch et al., MIRD Pamphlet 21, J Nucl Med 50 (2009) 477',
      evidence: 'transcribed',
    },
    {
      step: 'Decay data',
      algorithm: 'Mean energies per decay',
      version: versions.nuclideData.version,
      citation: versions.nuclideData.citation,
      evidence: versions.nuclideData.evidence,
    },
  ]
}

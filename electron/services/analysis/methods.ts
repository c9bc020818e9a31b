/** What made the numbers: algorithm, version and source of every step, for the report and for the hash of every result. */
import { UNCERTAINTY_VERSION } from '../../../native-core/dosimetry/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { FewScansResult } from '../../contracts/fewScans.ts'
import type { SeriesUse } from '../../contracts/measuredSeries.ts'
import { USE_WORDS } from '../measuredSeries/checkSeries.ts'

export const ANALYSIS_VERSION = 'analysis/4'

export interface MethodVersions {
  readonly fit: string
  readonly dose: string
  readonly nuclideData: { readonly version: string; readonly citation: string; readonly evidence: string }
  readonly huDensity: { readonly version: string; readonly source: string; readonly evidence: string }
  /** Methods for structures with few scans that were used, with their version. */
  readonly fewScans?: { readonly version: string; readonly used: readonly FewScansResult[] }
  readonly measuredSeries?: { readonly version: string; readonly used: readonly SeriesUse[] }
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
    ...seriesMethods(versions.measuredSeries),
    ...fewScansMethods(versions.fewScans),
    {
      step: 'Absorbed dose',
      algorithm: 'Local energy deposition of electrons and alphas in the structure',
      version: versions.dose,
      citation: 'Bolch et al., MIRD Pamphlet 21, J Nucl Med 50 (2009) 477',
      evidence: 'transcribed',
    },
    {
      step: 'Uncertainty',
      algorithm:
        'Law of propagation over independent sources, curve by refitting; edge of outlines by voxels and resolution (the latter unverified)',
      version: UNCERTAINTY_VERSION,
      citation: 'JCGM 100:2008; framework of Gear et al., Eur J Nucl Med Mol Imaging 45 (2018) 2456',
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

const SERIES_METHODS: Readonly<
  Record<SeriesUse, Pick<Analysis['methods'][number], 'algorithm' | 'citation' | 'evidence'>>
> = {
  'instead-of-images': {
    algorithm: 'Points of the series instead of those of images; what they share is one uncertainty by its source',
    citation: 'as each series states its method; uncertainties after JCGM 100:2008, F.1.2.3',
    evidence: 'designed',
  },
  'scaled-to-images': {
    algorithm:
      'Shape of the series, size by weighted least squares of the logarithms over the images near a point of it, brought there by physical decay',
    citation:
      'hybrid method of Koral et al., J Nucl Med 41 (2000) 1579, and Garkavij et al., Cancer 116 (2010) 1084; rule of pairs: own',
    evidence: 'designed',
  },
  'together-with-images': {
    algorithm: 'Points of series and images in one fit, each with the common uncertainties of its own source',
    citation: 'own method; sensitivities of the fit as in the uncertainty budget',
    evidence: 'designed',
  },
}

/** One line for each way in which series were used. */
function seriesMethods(given: MethodVersions['measuredSeries']): Analysis['methods'] {
  if (!given) return []
  return [...new Set(given.used)].map((use) => ({
    step: `Series ${USE_WORDS[use]}`,
    version: given.version,
    ...SERIES_METHODS[use],
  }))
}

/** One line for each method with few scans; its evidence is that of its weakest population. */
function fewScansMethods(given: MethodVersions['fewScans']): Analysis['methods'] {
  if (!given) return []
  const titles = [...new Set(given.used.map(({ title }) => title))]
  return titles.flatMap((title) => {
    const own = given.used.filter((one) => one.title === title)
    const [first] = own
    if (!first) return []
    const evidence = new Set(own.map(({ population }) => population?.evidence ?? 'transcribed'))
    const weakest = ['unverified', 'designed', 'transcribed'].find((one) => evidence.has(one)) ?? 'verified'
    return [
      {
        step: 'TIA from few scans',
        algorithm: `${title}: ${first.formula}`,
        version: given.version,
        citation: first.source,
        evidence: weakest,
      },
    ]
  })
}

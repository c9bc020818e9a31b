/** Parametric maps of activity concentration (PS3.3 A.75): values by a real-world value mapping, frames placed by functional groups. */
import type { ImageQuantity } from '../../contracts/domain.ts'
import { makeDraft } from './drafts.ts'
import type { HalfLifeLookup } from './nuclide.ts'
import { isRefused, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { readRadiopharmaceutical } from './radiopharmaceutical.ts'
import { activityMapping } from './realWorld.ts'
import { timingOf } from './timing.ts'
import type { DicomFile, ImageDraft, SeriesResult } from './types.ts'
import { readVolumes } from './volumes.ts'

/** Reads the maps of one series; a map of anything but activity is kept. */
export function readParametricMaps(files: readonly DicomFile[], knownHalfLifeS: HalfLifeLookup): SeriesResult {
  const images: ImageDraft[] = []
  const findings: Finding[] = []
  const kept: SeriesResult['kept'][number][] = []
  for (const file of files) {
    const reading = readVolumes([file])
    findings.push(...reading.findings)
    const keep = (reason: string, distinction: string): void => {
      kept.push({ files: [file], keySuffix: [file.sopInstanceUid, distinction].join(' ').trim(), reason })
    }
    if (reading.volumes.length === 0)
      keep(reading.findings.find(({ severity }) => severity === 'refused')?.message ?? 'parametric map', '')
    for (const volume of reading.volumes) {
      const mapping = activityMapping(volume.slices)
      if (mapping.kind === 'none') {
        keep(
          `parametric map in ${mapping.units.join(', ') || 'no stated unit'}, not activity: not used`,
          volume.distinction,
        )
        continue
      }
      const own: Finding[] = [...volume.findings, ...mapping.findings]
      if (mapping.kind === 'refused' || isRefused(own)) {
        findings.push(...own)
        keep(own.find(({ severity }) => severity === 'refused')?.message ?? 'parametric map', volume.distinction)
        continue
      }
      const radiopharmaceutical = readRadiopharmaceutical(file.header, 'NM', knownHalfLifeS).value
      images.push(
        makeDraft({
          modality: file.modality === 'PT' ? 'PT' : 'NM',
          grid: volume.grid,
          slices: volume.slices.map(({ file: source, frame }, i) => ({ file: source, frame, ...mapping.scalings[i]! })),
          quantity: AT_ACQUISITION,
          timing: timingOf(volume.slices, false),
          radiopharmaceutical,
          distinction: volume.distinction,
          isOnlyVolume: reading.volumes.length === 1 && files.length === 1,
          findings: [
            ...own,
            warning(
              'activity.decay-reference-unknown',
              'A parametric map does not say to which moment its values are corrected for decay; the start of the scan was taken.',
              'Use the image that the map was made from where there is one.',
            ),
          ],
          directionDoubt: null,
        }),
      )
    }
  }
  return { images, kept, findings }
}

const AT_ACQUISITION: ImageQuantity = {
  kind: 'activity-concentration',
  unit: 'Bq/mL',
  origin: 'parametric-map',
  decayCorrectionInFile: 'UNKNOWN',
  factorToAcquisitionStart: 1,
}

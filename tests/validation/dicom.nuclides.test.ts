/** The tables by which DICOM files are understood: radionuclide codes and photopeaks, against independent sources. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CODED_NUCLIDES, nuclideOfCode } from '../../electron/adapters/dicom-objects/nuclideCodes.ts'
import { nuclidesInText } from '../../electron/adapters/dicom-objects/nuclideNames.ts'
import { PHOTOPEAK_TABLE } from '../../electron/adapters/dicom-objects/photopeaks.ts'

/** Prints [scheme, code, meaning, SNOMED-RT code] of every concept of context groups 18 and 4020. */
const SCRIPT = `
import json
from pydicom.sr._concepts_dict import concepts
from pydicom.sr._snomed_dict import mapping
rows = []
for scheme, names in concepts.items():
    for codes in names.values():
        for code, (meaning, groups) in codes.items():
            if {18, 4020} & {int(g) for g in groups}:
                rows.append([scheme, code, meaning, mapping['SCT'].get(code, '') if scheme == 'SCT' else ''])
print(json.dumps(rows))
`

function pydicomConcepts(): [string, string, string, string][] | null {
  for (const python of ['/usr/bin/python3', 'python3'])
    try {
      return JSON.parse(execFileSync(python, ['-c', SCRIPT], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()) as [
        string,
        string,
        string,
        string,
      ][]
    } catch {
      continue
    }
  return null
}

const concepts = pydicomConcepts()
const nuclidesJson = fileURLToPath(new URL('../../../shared/physics/nuclides.json', import.meta.url))

describe.skipIf(concepts === null)(
  'radionuclide codes of DICOM CID 18 and 4020, pydicom code dictionary, exact (skipped without pydicom)',
  () => {
    it('every concept of both groups is read as the nuclide of its meaning, by its code and by its SNOMED-RT code', () => {
      expect(concepts!.length).toBeGreaterThan(70)
      for (const [scheme, code, meaning, srt] of concepts!) {
        const [nuclide, ...more] = nuclidesInText(meaning)
        expect([meaning, more]).toEqual([meaning, []])
        expect([scheme, code, nuclideOfCode(code)]).toEqual([scheme, code, nuclide])
        if (srt !== '') expect([srt, nuclideOfCode(srt)]).toEqual([srt, nuclide])
      }
    })

    it('the table has no nuclide beyond them', () => {
      const known = new Set(concepts!.flatMap(([, , meaning]) => nuclidesInText(meaning)))
      expect(CODED_NUCLIDES.filter((nuclide) => !known.has(nuclide))).toEqual([])
    })
  },
)

describe.skipIf(!existsSync(nuclidesJson))(
  'photopeaks, ENDF/B-VIII.1 lines above 50 keV of at least 2 %, ±0.06 keV (skipped without ../shared/physics)',
  () => {
    interface Lines {
      readonly gamma?: readonly (readonly [number, number])[]
      readonly xray?: readonly (readonly [number, number])[]
    }

    it.each(Object.entries(PHOTOPEAK_TABLE))('%s', (nuclide, peaks) => {
      const { nuclides } = JSON.parse(readFileSync(nuclidesJson, 'utf8')) as { nuclides: Record<string, Lines> }
      const lines = [...(nuclides[nuclide]!.gamma ?? []), ...(nuclides[nuclide]!.xray ?? [])]
      const strong = lines.filter(([mev, perDecay]) => mev > 0.05 && perDecay >= 0.02).map(([mev]) => mev * 1000)
      expect(strong.length).toBeGreaterThan(0)
      for (const kev of strong) expect(peaks.some((peak) => Math.abs(peak - kev) <= 0.06)).toBe(true)
      for (const peak of peaks) expect(strong.some((kev) => Math.abs(peak - kev) <= 0.06)).toBe(true)
    })
  },
)

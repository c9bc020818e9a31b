import { InputError } from '../../../native-core/errors/index.ts'
import { rasteriseShape } from '../../../native-core/imaging/index.ts'
import { findNuclide } from '../../../native-core/physics/index.ts'
import { createObjectWriter } from '../../adapters/dicom-write/index.ts'
import { encodeNifti } from '../../adapters/nifti/index.ts'
import { createWorkbench } from '../../backend/compose.ts'
import { correctImage, correctionSettingsSchema } from '../../services/calibrations/index.ts'
import type { CorrectedImage, StructureMask } from '../../services/calibrations/index.ts'
import { activityMapObject, referencedImages } from '../../services/exportObjects/index.ts'
import type { Command } from '../context.ts'
import { assertTogether, readStructures } from '../doseInputs.ts'
import type { LoadedImage } from '../doseInputs.ts'
import { parseWords } from '../options.ts'
import { writeOutputFiles } from '../outputFiles.ts'
import { percent } from './drafts.ts'
import { readEmission, readJson } from './inputs.ts'

const SYNOPSIS = 'quantify correct IMAGE --settings S.json [--structures PATH] [--unit counts|Bq/mL] --out FOLDER'

/** An image to Bq/mL with the corrections of the settings: activity.nii.gz, from DICOM also a parametric map, correct.json. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      {
        settings: { type: 'string' },
        structures: { type: 'string' },
        unit: { type: 'string' },
        out: { type: 'string' },
      },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const { out } = values
    if (values.settings === undefined || out === undefined)
      throw new InputError('cli.arguments', 'correct needs --settings and --out.', `Usage: theratwin ${SYNOPSIS}`)
    const settings = await readJson(values.settings, correctionSettingsSchema, 'The settings')
    const bench = createWorkbench()
    try {
      const emission = await readEmission(positionals[0] ?? '', values.unit, bench, context)
      const structures =
        values.structures === undefined ? null : await readStructures(values.structures, bench, context)
      assertTogether(emission.image, null, structures)
      const masks = (structures?.structures ?? []).map(({ name, shape }): StructureMask => ({
        name,
        mask: rasteriseShape(shape, emission.grid, { sliceThicknessMm: emission.grid.spacingMm[2] }),
      }))
      const nuclide = findNuclide(bench.data.nuclides, settings.nuclide)
      const result = correctImage(emission, settings, nuclide, masks, (fraction) => {
        context.progress(fraction, 'Richardson–Lucy')
        return !context.signal.aborted
      })
      const { values: concentration, ...said } = result
      const inputs = [emission.image, ...(structures?.files ?? [])].map(({ name, description, sha256 }) => ({
        name,
        description,
        sha256,
      }))
      const files = ['activity.nii.gz', ...(emission.image.dicom ? ['PARAMETRIC_MAP.dcm'] : []), 'correct.json']
      const answer = {
        schema: 'theratwin-correct/1',
        program: bench.programVersion,
        unit: 'Bq/mL at the start of the acquisition',
        settings,
        inputs,
        ...said,
        remarks: [...emission.image.remarks, ...said.remarks],
        files,
      }
      const json = `${JSON.stringify(answer, null, 2)}\n`
      await writeOutputFiles(out, [
        [
          'activity.nii.gz',
          await encodeNifti({ grid: emission.grid, values: concentration }, { gzip: true, description: 'Bq/mL' }),
        ],
        ['correct.json', json],
      ])
      await writeMap(emission.image, concentration, result, out, bench.programVersion)
      context.out(context.json ? json : told(result, out, files))
      return true
    } finally {
      await bench.close()
    }
  },
}

async function writeMap(
  { dicom, grid, description }: LoadedImage,
  concentrationBqPerMl: Float32Array,
  { corrections }: CorrectedImage,
  out: string,
  software: string,
): Promise<void> {
  if (!dicom) return
  const { image, patient } = dicom
  const applied = corrections.filter((one) => one.applied).map(({ name }) => name)
  const object = activityMapObject(
    {
      patient,
      studyUid: image.studyUid,
      studyDescription: image.studyDescription,
      frameOfReferenceUid: image.frameOfReferenceUid ?? '',
      createdAt: image.acquisitionStart?.local ?? null,
    },
    { grid, concentrationBqPerMl },
    {
      modality: image.modality === 'PT' ? 'PT' : 'NM',
      references: referencedImages(image),
      acquisitionStart: image.acquisitionStart?.local ?? null,
      derivation: `Activity concentration of ${description}; corrected: ${applied.join(', ') || 'nothing'}`,
      software,
    },
  )
  await createObjectWriter().writeActivityMap(object, out, 'PARAMETRIC_MAP.dcm')
}

function told(result: CorrectedImage, out: string, files: readonly string[]): string {
  return [
    `Total ${(result.totalBq / 1e6).toPrecision(5)} MBq ± ${percent(result.commonRelativeUncertainty)} (calibration, lost counts, half-life)`,
    ...result.corrections.map(
      ({ name, applied, factor, words }) =>
        `  ${applied ? '✓' : '–'} ${name}: ${words}${applied && factor !== null ? ` (× ${factor.toPrecision(5)})` : ''}`,
    ),
    ...result.structures.map(
      (one) =>
        `  ${one.name}: ${(one.measuredBqPerMl / 1e3).toPrecision(5)} → ${(one.correctedBqPerMl / 1e3).toPrecision(5)} kBq/mL ± ${percent(one.partialVolumeRelativeUncertainty)}, ${one.volumeMl.toFixed(2)} mL, ${(one.activityBq / 1e6).toPrecision(5)} MBq${one.remarks.length > 0 ? ` (${one.remarks.join('; ')})` : ''}`,
    ),
    ...result.remarks.map((remark) => `  - ${remark}`),
    `Written to ${out}: ${files.join(', ')}`,
  ].join('\n')
}

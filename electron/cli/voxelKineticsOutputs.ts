/** The files of `theratwin voxel-kinetics`. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageGrid } from '../../native-core/imaging/index.ts'
import type { VoxelFitResult } from '../../native-core/kinetics/voxelwise/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { voxelKineticsOf } from '../services/doseMaps/index.ts'
import { voxelKineticsStructures } from '../services/voxelKinetics/index.ts'
import type { VoxelBed, VoxelBedOptions } from '../services/voxelKinetics/index.ts'
import type { DoseInputFile } from '../services/dose/index.ts'
import type { VoxelFitOptionsAsk } from '../contracts/doseMaps.ts'
import { writeOutputFiles } from './outputFiles.ts'

export interface VoxelKineticsAnswer {
  readonly program: string
  readonly quantity: 'activity' | 'dose-rate'
  readonly nuclide: string
  readonly halfLifeS: number
  readonly inputs: readonly DoseInputFile[]
  readonly options: VoxelFitOptionsAsk
  readonly negligibleShare: number
  readonly grid: ImageGrid
  readonly labels: Uint8Array | Uint16Array
  readonly structures: readonly string[]
  readonly fit: VoxelFitResult
  /** Whether amplitude and rate of each phase are written. */
  readonly isWithTerms: boolean
  readonly bed: (VoxelBed & VoxelBedOptions) | null
  readonly remarks: readonly string[]
}

const WORDS = {
  activity: { map: 'tia', what: 'Time-integrated activity', unit: 'Bq·s/mL', plain: 'Bq*s/mL', rate: 'Bq/mL' },
  'dose-rate': { map: 'dose', what: 'Absorbed dose', unit: 'Gy', plain: 'Gy', rate: 'Gy/s' },
} as const

const TERMS = ['1', '2', '3'] as const
const BED = {
  bed: 'Biologically effective dose, Gy',
  eqd2: 'Equivalent dose in 2 Gy fractions, Gy',
  g: 'Lea-Catcheside factor',
} as const
const SUMMARY = 'voxel-kinetics.json'

/** What is written to `voxel-kinetics.json`. */
export function voxelKineticsSummary(answer: VoxelKineticsAnswer): object {
  const { fit, grid, labels, structures } = answer
  const { unit } = WORDS[answer.quantity]
  return {
    schema: 'theratwin-voxel-kinetics/1',
    program: answer.program,
    quantity: answer.quantity,
    /** Of a voxel; totals are this times mL. */
    unit,
    nuclide: answer.nuclide,
    halfLifeS: answer.halfLifeS,
    inputs: answer.inputs,
    options: { ...answer.options, negligibleShare: answer.negligibleShare },
    grid,
    kinetics: voxelKineticsOf(fit),
    structures: voxelKineticsStructures(grid, labels, structures, fit.maps),
    ...(answer.bed
      ? {
          bed: {
            alphaBetaGy: answer.bed.alphaBetaGy,
            repairHalfTimeS: answer.bed.repairHalfTimeS,
            structures: answer.bed.structures,
          },
        }
      : {}),
    remarks: answer.remarks,
  }
}

/** Writes maps and summary; maps of an earlier run that this one does not have are removed. Answers with the names. @throws InputError `output.cannot-write`. */
export async function writeVoxelKinetics(folder: string, answer: VoxelKineticsAnswer): Promise<string[]> {
  const { maps } = answer.fit
  const { map, what, plain, rate } = WORDS[answer.quantity]
  const volume = async (name: string, values: Float32Array, description: string) =>
    [`${name}.nii.gz`, await encodeNifti({ grid: answer.grid, values }, { gzip: true, description })] as const
  const files: (readonly [string, string | Uint8Array])[] = [
    await volume(map, maps.integral, `${what}, ${plain}`),
    await volume('half-life', maps.halfLifeS, 'Effective half-life of the slowest phase, s'),
    await volume(`${map}-uncertainty`, maps.integralSd, `Standard uncertainty, ${plain}`),
    await volume('flags', Float32Array.from(maps.flags), 'What happened to each voxel (bits)'),
  ]
  for (const [name, words] of answer.bed ? Object.entries(BED) : [])
    files.push(await volume(name, (answer.bed as VoxelBed)[name as keyof typeof BED], words))
  for (const [at, { amplitude, ratePerS }] of (answer.isWithTerms ? (maps.terms ?? []) : []).entries())
    files.push(
      await volume(`amplitude-${at + 1}`, amplitude, `Amplitude of phase ${at + 1} at time zero, ${rate}`),
      await volume(`rate-${at + 1}`, ratePerS, `Effective rate of phase ${at + 1}, 1/s`),
    )
  files.push([SUMMARY, `${JSON.stringify(voxelKineticsSummary(answer), null, 2)}\n`])
  await writeOutputFiles(folder, files)
  const names = files.map(([name]) => name)
  const possible = [
    ...Object.values(WORDS).flatMap((words) => [`${words.map}.nii.gz`, `${words.map}-uncertainty.nii.gz`]),
    ...Object.keys(BED).map((name) => `${name}.nii.gz`),
    ...TERMS.flatMap((phase) => [`amplitude-${phase}.nii.gz`, `rate-${phase}.nii.gz`]),
  ]
  for (const name of possible) if (!names.includes(name)) await rm(join(folder, name), { force: true })
  return names.sort()
}

/** For people. */
export function voxelKineticsText(answer: VoxelKineticsAnswer, folder: string, written: readonly string[]): string {
  const { fit, grid, labels, structures, quantity } = answer
  const { unit } = WORDS[quantity]
  const { counts } = fit
  const percent = (part: number): string => `${((100 * part) / Math.max(1, counts.all)).toFixed(1)} %`
  return [
    `${answer.nuclide}, ${fit.plan.model} in ${counts.all} voxels, regularisation ${answer.options.regularisation}`,
    `Own curve ${percent(counts.converged)}, structure's shape ${percent(counts.negligible + counts.structureShape)} (negligible ${percent(counts.negligible)}), at the physical rate ${percent(counts.atPhysicalRate)}, zero ${percent(counts.zero)}, not imaged ${percent(counts.unseen)}, search not ended ${percent(counts.unfinished)}.`,
    ...voxelKineticsStructures(grid, labels, structures, fit.maps).map(
      ({ name, volumeMl, meanIntegral, halfLifeS, medianRelativeUncertainty }) =>
        `  ${name.padEnd(16)} ${volumeMl.toFixed(1).padStart(9)} mL   ${meanIntegral.toPrecision(4)} ${unit}   half-life ${halfLifeS ? `${(halfLifeS.median / 3600).toFixed(1)} h (${(halfLifeS.quartile1 / 3600).toFixed(1)} to ${(halfLifeS.quartile3 / 3600).toFixed(1)})` : 'none'}   voxel uncertainty ${medianRelativeUncertainty === null ? 'none' : `${(100 * medianRelativeUncertainty).toFixed(1)} %`}`,
    ),
    ...(answer.bed?.structures ?? []).map(
      ({ name, meanBedGy, meanEqd2Gy }) =>
        `  ${name.padEnd(16)} BED ${meanBedGy.toPrecision(4)} Gy   EQD2 ${meanEqd2Gy.toPrecision(4)} Gy   (means over the voxels)`,
    ),
    ...answer.remarks.map((remark) => `  - ${remark}`),
    `Written: ${join(folder, '')}: ${written.join(', ')}`,
  ].join('\n')
}

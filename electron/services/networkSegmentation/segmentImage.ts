/** One image segmented by a network: structures with how they were made, for a person to review. */
import { totalmem } from 'node:os'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import type { NetworkLabel } from '../../../native-core/imaging/segmentation/network/index.ts'
import type { StructureMethod } from '../../contracts/structures.ts'
import type { NetworkFile, NetworkOptions, NetworkRun, OrganNetworks } from '../ports/organNetwork.ts'

/** Averaging the answers may take so much: as for dose maps, and never more than half of what the machine has, since the network needs its own. */
const MEMORY_LIMIT_BYTES = 6 * 2 ** 30

export interface NetworkInput {
  readonly grid: ImageGrid
  readonly values: Float32Array
  /** DICOM modality; null where it is not known (NIfTI). */
  readonly modality: string | null
}

export interface NetworkAsk {
  readonly file: NetworkFile
  readonly image: NetworkInput
  /** null: all. */
  readonly wanted: readonly string[] | null
  readonly mirrors: boolean
}

export interface FoundStructure {
  readonly name: string
  readonly kind: NetworkLabel['kind']
  readonly colourRgb: NetworkLabel['colourRgb']
  /** Number in a label image. */
  readonly id: number
  readonly mask: FractionalMask
  readonly volumeMl: number
  readonly isCut: boolean
  readonly method: StructureMethod
}

export interface NetworkSegmentation {
  readonly structures: readonly FoundStructure[]
  readonly runtime: string
  readonly remarks: readonly string[]
}

/**
 * Runs the network on the image and says of each structure how it was made. An image of another modality than the network's is segmented, and a remark says so.
 *
 * @throws InputError as `OrganNetworks.run`; CancelledError.
 */
export async function segmentImage(
  { file, image, wanted, mirrors }: NetworkAsk,
  networks: OrganNetworks,
  how: NetworkOptions,
): Promise<NetworkSegmentation> {
  const { description, modelPath } = file
  const run = await networks.run(
    {
      modelPath,
      description,
      grid: image.grid,
      images: [image.values],
      wanted,
      mirrors,
      memoryLimitBytes: Math.min(MEMORY_LIMIT_BYTES, totalmem() / 2),
    },
    how,
  )
  const method = methodOf(file, run, mirrors)
  return {
    structures: run.structures.map(({ label, mask, volumeMl, isCut }) => ({
      name: label.name,
      kind: label.kind,
      colourRgb: label.colourRgb,
      id: label.id,
      mask,
      volumeMl,
      isCut,
      method: {
        ...method,
        parameters: { ...method.parameters, cutByImage: isCut, largestPieceOnly: label.largestOnly },
      },
    })),
    runtime: run.runtime,
    remarks: [...modalityRemarks(file, image), ...run.remarks],
  }
}

function methodOf({ description }: NetworkFile, run: NetworkRun, mirrors: boolean): StructureMethod {
  const { name, version, sha256, spacingMm, step, mirrorAxes } = description
  const isMirrored = mirrors && mirrorAxes.length > 0
  return {
    kind: 'network',
    description:
      `Network "${name}", version ${version} (SHA-256 ${sha256}), at ${spacingMm.join(' × ')} mm${isMirrored ? ', mirror images averaged' : ''}, by ${run.runtime}`.slice(
        0,
        2000,
      ),
    parameters: {
      network: name,
      version,
      sha256,
      step,
      isMirrored,
      runs: run.runs,
      source: description.source.slice(0, 500),
      licence: description.licence.slice(0, 500),
    },
  }
}

function modalityRemarks({ description: { name, channels } }: NetworkFile, { modality }: NetworkInput): string[] {
  const expected = channels[0]?.modality ?? 'other'
  if (expected === 'other') return []
  if (modality === null) return [`The file does not say its modality; "${name}" was trained with ${expected} images.`]
  return modality === expected
    ? []
    : [
        `The image is of modality ${modality}, but "${name}" was trained with ${expected}: its structures are not to be trusted.`,
      ]
}

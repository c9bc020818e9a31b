/** What `theratwin segment --network` says and writes. */
import { voxelCount } from '../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid } from '../../native-core/imaging/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import type { FoundStructure, NetworkSegmentation } from '../services/networkSegmentation/index.ts'
import type { NetworkFile } from '../services/ports/organNetwork.ts'
import type { CommandContext } from './context.ts'
import type { LoadedImage } from './doseInputs.ts'
import { writeSegmentation } from './segmentOutput.ts'
import type { SegmentedStructure } from './segmentOutput.ts'

export interface Segmented {
  readonly file: NetworkFile
  readonly image: LoadedImage
  readonly found: NetworkSegmentation
}

export async function tellStructures(
  all: Segmented,
  out: string | undefined,
  bench: Workbench,
  context: CommandContext,
): Promise<void> {
  const { file, image, found } = all
  const { name, version, source, licence, sha256, spacingMm, axes } = file.description
  const document = {
    program: bench.programVersion,
    image: { name: image.name, description: image.description, sha256: image.sha256 },
    network: { name, version, source, licence, sha256, axes, spacingMm },
    runtime: found.runtime,
    structures: found.structures.map((structure) => ({
      name: structure.name,
      kind: structure.kind,
      label: structure.id,
      volumeMl: structure.volumeMl,
      cutByImage: structure.isCut,
      review: 'to-review',
      method: structure.method,
    })),
    remarks: [
      ...image.remarks,
      ...found.remarks,
      'Nobody has looked at these structures yet: look at them before they are used.',
    ],
  }
  const json = `${JSON.stringify(document, null, 2)}\n`
  const written = out === undefined ? [] : await write(out, json, all, bench)
  context.progress(1, 'Done')
  context.out(
    context.json
      ? json
      : [
          `Network "${name}" ${version}, ${found.runtime}`,
          ...document.structures.map(
            (structure) =>
              `  ${structure.name}: ${structure.volumeMl.toFixed(1)} mL${structure.cutByImage ? ' (cut by the image)' : ''}`,
          ),
          ...document.remarks.map((remark) => `  - ${remark}`),
          ...(out === undefined ? [] : [`Written to ${out}: ${written.join(', ')}`]),
        ].join('\n'),
  )
}

async function write(
  out: string,
  json: string,
  { file, image, found }: Segmented,
  bench: Workbench,
): Promise<string[]> {
  const structures = found.structures.map(({ id, name, kind, colourRgb, mask, method }): SegmentedStructure => ({
    name,
    kind,
    colourRgb,
    mask,
    made: { by: 'AUTOMATIC', how: `${String(method.parameters.network)} ${String(method.parameters.version)}` },
    file: `${String(id).padStart(3, '0')}-${name.replace(/[^\w.-]+/g, '_')}.nii.gz`,
  }))
  const labels = await encodeNifti(
    { grid: image.grid, values: labelsOf(image.grid, found.structures) },
    { gzip: true, description: 'labels, see segmentation.json' },
  )
  const others = [
    ['labels.nii.gz', labels],
    ['network.json', `${JSON.stringify(file.description, null, 2)}\n`],
    ['segmentation.json', json],
  ] as const
  return await writeSegmentation(image, structures, others, out, bench)
}

/** The number of the structure that has the largest part of each voxel, if that is at least a half, else 0; of equal ones (regions) the last. */
function labelsOf(grid: ImageGrid, structures: readonly FoundStructure[]): Float32Array {
  const labels = new Float32Array(voxelCount(grid))
  const largest = new Float32Array(labels.length).fill(0.5)
  for (const { id, mask } of structures)
    eachVoxel(mask, (voxel, fraction) => {
      if (fraction < largest[voxel]!) return
      labels[voxel] = id
      largest[voxel] = fraction
    })
  return labels
}

function eachVoxel({ grid, box, fractions }: FractionalMask, visit: (voxel: number, fraction: number) => void): void {
  const [nx, ny] = grid.dimensions
  for (let k = 0, n = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++)
        visit(i + box.start[0] + nx * (j + box.start[1] + ny * (k + box.start[2])), fractions[n]!)
}

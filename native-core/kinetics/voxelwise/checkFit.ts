import { InputError } from '../../errors/index.ts'
import { VOXEL_MODELS } from './shape.ts'
import type { VoxelFitOptions, VoxelFitRequest } from './types.ts'

/** @throws InputError `voxel-kinetics.times`, `.images`, `.nuclide`, `.model`, `.labels`, `.options`. */
export function checkVoxelFit(request: VoxelFitRequest, options: VoxelFitOptions): void {
  const { timesS, values, physicalRatePerS, labels, structures = [] } = request
  if (!Object.hasOwn(VOXEL_MODELS, request.model))
    throw new InputError(
      'voxel-kinetics.model',
      `There is no voxelwise model "${request.model}".`,
      `Choose one of: ${Object.keys(VOXEL_MODELS).join(', ')}.`,
    )
  const isAscending = timesS.every(
    (time, at) => Number.isFinite(time) && time > (at === 0 ? 0 : (timesS[at - 1] as number)),
  )
  if (timesS.length === 0 || !isAscending)
    throw new InputError(
      'voxel-kinetics.times',
      `The images' times after the injection are ${timesS.join(', ') || 'none'} s.`,
      'They must be positive and ascending: check the time of administration.',
    )
  const sizes = new Set(values.map((map) => map.length))
  if (values.length !== timesS.length || sizes.size !== 1)
    throw new InputError(
      'voxel-kinetics.images',
      `There are ${timesS.length} times and ${values.length} images of ${[...sizes].join(', ')} voxels.`,
      'Bring each image to one grid.',
    )
  for (const [at, map] of values.entries())
    if (map.some((value) => value === Infinity || value === -Infinity))
      throw new InputError(
        'voxel-kinetics.images',
        `The image at ${timesS[at]} s has a voxel that is infinite.`,
        'Check the image; such voxels cannot be fitted.',
      )
  if (!(physicalRatePerS > 0) || !Number.isFinite(physicalRatePerS))
    throw new InputError(
      'voxel-kinetics.nuclide',
      `The decay constant is ${physicalRatePerS} 1/s.`,
      'Choose a radioactive nuclide.',
    )
  if (labels && labels.length !== values[0]?.length)
    throw new InputError(
      'voxel-kinetics.labels',
      `There are ${labels.length} labels for ${values[0]?.length ?? 0} voxels.`,
      'Bring the structures to the grid of the images.',
    )
  const stray = labels?.find((label) => label > structures.length)
  if (stray !== undefined)
    throw new InputError(
      'voxel-kinetics.labels',
      `A voxel has the label ${stray}, and there are ${structures.length} structures.`,
      'Give a structure for each label.',
    )
  checkOptions(request, options)
}

function checkOptions({ model, timesS }: VoxelFitRequest, options: VoxelFitOptions): void {
  const { noise, spread, negligibleShare, regularisation } = options
  const refuse = (what: string, hint: string): InputError => new InputError('voxel-kinetics.options', what, hint)
  if (!(noise.fraction >= 0 && noise.absoluteShare > 0) || !Number.isFinite(noise.fraction + noise.absoluteShare))
    throw refuse(
      `The noise is ${noise.fraction} of the value and ${noise.absoluteShare} of the bright voxels.`,
      'The first is not negative, the second positive: voxels without activity have noise too.',
    )
  if (Object.values(spread).some((sd: number) => !(sd >= 0)))
    throw refuse(
      `The spreads are ${spread.slowRate}, ${spread.fastRate} and ${spread.startShare}.`,
      'Each is a standard deviation: 0 or more.',
    )
  if (!(negligibleShare >= 0 && negligibleShare < 1))
    throw refuse(`The negligible share is ${negligibleShare}.`, 'It lies from 0 to below 1.')
  const parameters = VOXEL_MODELS[model].shapeParameters + 1
  if (regularisation === 'none' && timesS.length < parameters)
    throw new InputError(
      'voxel-kinetics.too-few-images',
      `${timesS.length} image${timesS.length === 1 ? '' : 's'} cannot determine the ${parameters} parameters of "${model}" in a voxel.`,
      'Regularise the voxels by their structure, or choose a simpler model.',
    )
}

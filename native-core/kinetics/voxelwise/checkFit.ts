import { InputError } from '../../errors/index.ts'
import { freeParameters, heldShape, isVoxelModel, NOT_OF_VOXELS, VOXEL_MODELS } from './models.ts'
import type { CurveRequest } from './prior.ts'
import type { VoxelFitOptions, VoxelFitRequest } from './types.ts'

/** @throws InputError `voxel-kinetics.times`, `.images`, `.nuclide`, `.model`, `.labels`, `.options`. */
export function checkVoxelFit(request: VoxelFitRequest, options: VoxelFitOptions): void {
  const { timesS, values, physicalRatePerS, labels, structures = [] } = request
  if (request.model !== 'trapezoid' && !isVoxelModel(request.model))
    throw new InputError(
      'voxel-kinetics.model',
      [`There is no voxelwise model "${String(request.model)}".`, NOT_OF_VOXELS[request.model] ?? ''].join(' ').trim(),
      `Choose one of: ${Object.keys(VOXEL_MODELS).join(', ')}, trapezoid.`,
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

function checkOptions(request: VoxelFitRequest, options: VoxelFitOptions): void {
  const { model, timesS } = request
  const { noise, spread, negligibleShare, regularisation } = options
  const refuse = (what: string, hint: string): InputError => new InputError('voxel-kinetics.options', what, hint)
  if (!(noise.fraction >= 0 && noise.absoluteShare > 0) || !Number.isFinite(noise.fraction + noise.absoluteShare))
    throw refuse(
      `The noise is ${noise.fraction} of the value and ${noise.absoluteShare} of the bright voxels.`,
      'The first is not negative, the second positive: voxels without activity have noise too.',
    )
  if (Object.values(spread).some((sd: number) => !(sd >= 0)))
    throw refuse(
      `The spreads are ${Object.entries(spread)
        .map(([name, sd]) => `${name} ${sd}`)
        .join(', ')}.`,
      'Each is a standard deviation: 0 or more.',
    )
  if (!(negligibleShare >= 0 && negligibleShare < 1))
    throw refuse(`The negligible share is ${negligibleShare}.`, 'It lies from 0 to below 1.')
  if (model === 'trapezoid') {
    if (Object.keys(request.fixed ?? {}).length > 0)
      throw refuse('The trapezoidal rule has no parameters that can be held.', 'Choose a curve, or hold nothing.')
    return
  }
  checkHeld({ ...request, model })
  const held = heldShape(model, request.physicalRatePerS, request.fixed, request.circulationRatePerS)
  const parameters = freeParameters(model, held).length + 1
  if (regularisation === 'none' && timesS.length < parameters)
    throw new InputError(
      'voxel-kinetics.too-few-images',
      `${timesS.length} image${timesS.length === 1 ? '' : 's'} cannot determine the ${parameters} parameters of "${model}" in a voxel.`,
      'Regularise the voxels by their structure, or choose a simpler model.',
    )
}

/** Parameters that are held: known, rates that rise from phase to phase above the physical one, shares inside 0 to 1. */
function checkHeld({ model, fixed = {}, physicalRatePerS, circulationRatePerS }: CurveRequest): void {
  const refuse = (what: string, hint: string): InputError => new InputError('voxel-kinetics.fixed', what, hint)
  const { names } = VOXEL_MODELS[model]
  if (circulationRatePerS !== undefined && !(circulationRatePerS > 0 && Number.isFinite(circulationRatePerS)))
    throw refuse(`The rate of the circulation is ${circulationRatePerS} 1/s.`, 'Give a positive number.')
  for (const [name, value] of Object.entries(fixed)) {
    const what = names[name]
    if (!what)
      throw refuse(
        `"${name}" cannot be held in voxels of "${model}".`,
        `What can be held: ${Object.keys(names).join(', ')} (biological rates in 1/s, shares).`,
      )
    if (!(value > 0) || !Number.isFinite(value) || ('phaseShare' in what && value * what.phaseShare >= 1))
      throw refuse(
        `${name} is held at ${value}.`,
        'phaseShare' in what
          ? `Give a share above 0 and below ${1 / what.phaseShare}.`
          : 'Give a positive rate in 1/s.',
      )
  }
  const { rates } = heldShape(model, physicalRatePerS, fixed, circulationRatePerS)
  const known = rates.filter((rate) => rate !== null)
  if (known.some((rate, k) => k > 0 && !(rate > (known[k - 1] as number))))
    throw refuse(
      `The rates that are held in voxels of "${model}" do not rise from phase to phase.`,
      'Phase 1 is the slowest: exchange the rates, or hold fewer.',
    )
  if (fixed.lambdaBiol3 !== undefined && rates.filter((rate) => rate === null).length === 2)
    throw refuse(
      'Of three phases only the fastest is held: the two below it may not fit under it.',
      'Hold lambdaBiol1 or lambdaBiol2 too, or none.',
    )
}

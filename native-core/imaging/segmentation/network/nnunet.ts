/** The files that nnU-Net version 2 leaves beside a trained network, read as a network description. */
import { InputError } from '../../../errors/index.ts'
import { axesOf, parseNetworkDescription } from './description.ts'
import { JsonPart } from './fields.ts'
import type { NetworkChannel, NetworkDescription, NetworkLabel, PatientDirection } from './types.ts'

const HINT = 'Give the plans.json and dataset.json that nnU-Net wrote into the folder of the trained network.'

/** What nnU-Net's own files do not say. */
export interface NnunetGiven {
  readonly name: string
  readonly version: string
  readonly source: string
  readonly licence: string
  readonly sha256: string
  /** `3d_fullres` without it. */
  readonly configuration?: string
  /**
   * Directions in which indices of the array z, y, x grow in the images that it was trained with. nnU-Net's SimpleITK reader takes images as they lie in the
   * file, so that only who made the training set knows; needed but where the plans name the reader that turns all images to RAS.
   */
  readonly axes?: readonly [PatientDirection, PatientDirection, PatientDirection]
  /** Modality of a channel that its name does not tell. */
  readonly modality?: NetworkChannel['modality']
  /** `inference_allowed_mirroring_axes` of the checkpoint; none without it. */
  readonly mirrorAxes?: readonly number[]
  readonly step?: number
}

/** nnU-Net's default distance of boxes, half their size (Isensee et al. 2021, Nat. Methods 18, Methods: "Inference"). */
const STEP = 0.5
/** nnU-Net's ANISO_THRESHOLD. */
const ANISOTROPIC_RATIO = 3
/** Reader of nnU-Net that turns every image to RAS before it gives the array z, y, x. */
const REORIENTING_READER = 'NibabelIOWithReorient'

/**
 * Takes spacing, patch, normalisation, axes and labels from nnU-Net v2's `plans.json` and `dataset.json` (fields `configurations.<name>.spacing`,
 * `.patch_size`, `.normalization_schemes`, `.use_mask_for_norm`, `foreground_intensity_properties_per_channel`, `transpose_forward`,
 * `image_reader_writer`, `channel_names`, `labels`, `regions_class_order`).
 *
 * @throws InputError `network.description` naming the field; `network.unsupported` for two-dimensional and cascaded configurations and normalisation inside a
 * mask; `network.axes` where nothing says how the training images lay.
 */
export function importNnunet(plansDocument: unknown, datasetDocument: unknown, given: NnunetGiven): NetworkDescription {
  const plans = new JsonPart(plansDocument, '', HINT)
  const dataset = new JsonPart(datasetDocument, '', HINT)
  const name = given.configuration ?? '3d_fullres'
  const configuration = resolved(plans.at('configurations'), name, [])
  const field = (key: string): JsonPart => new JsonPart(configuration[key], `configurations.${name}.${key}`, HINT)
  const unsupported = (why: string): InputError =>
    new InputError('network.unsupported', `The configuration "${name}" cannot be used: ${why}.`, 'Export another one.')
  if (Array.isArray(configuration.patch_size) && configuration.patch_size.length === 2)
    throw unsupported('it looks at single slices')
  if (typeof configuration.previous_stage === 'string') throw unsupported('it needs the answer of another network')
  const masked = field('use_mask_for_norm')
  if (!masked.isMissing && masked.list().some((part) => part.truth()))
    throw unsupported('it normalises inside a mask of the image')

  const schemes = field('normalization_schemes')
    .list()
    .map((part) => part.text())
  const intensities = plans.at('foreground_intensity_properties_per_channel')
  const channelNames = dataset.at('channel_names')
  const channels = schemes.map((scheme, n) => {
    const channelName = channelNames.at(String(n)).text()
    return {
      name: channelName,
      modality: modalityOf(channelName, given.modality),
      normalisation: normalisationOf(scheme, intensities, n, unsupported),
    }
  })
  if (Object.keys(channelNames.object()).length !== channels.length)
    throw channelNames.wrong(`names of ${channels.length} channels, as many as there are normalisations`)
  const { labels, outputs, areRegions } = labelsOf(dataset)
  return parseNetworkDescription({
    schema: 'theratwin-network/1',
    name: given.name,
    version: given.version,
    source: given.source,
    licence: given.licence,
    sha256: given.sha256,
    channels,
    axes: trainedAxes(plans, given),
    spacingMm: field('spacing').three((part) => part.positive()),
    patchSize: field('patch_size').three((part) => part.whole(1, 4096)),
    step: given.step ?? STEP,
    resampling: { interpolation: 'cubic', nearestPlaneAboveRatio: ANISOTROPIC_RATIO },
    cropToNonzero: true,
    output: {
      channels: outputs,
      activation: areRegions ? 'sigmoid' : 'softmax',
      decision: areRegions ? 'regions' : 'exclusive',
    },
    mirrorAxes: given.mirrorAxes ?? [],
    labels,
  })
}

/** A configuration with what it inherits from others. */
function resolved(configurations: JsonPart, name: string, above: readonly string[]): Record<string, unknown> {
  if (above.includes(name)) throw configurations.at(name).wrong('a configuration that does not inherit from itself')
  const part = configurations.at(name)
  const own = part.object()
  if (own.inherits_from === undefined) return { ...own }
  const parent = part.at('inherits_from').text()
  return { ...resolved(configurations, parent, [...above, name]), ...own }
}

/** Directions of the network's axes: those of the array z, y, x, permuted by `transpose_forward`. */
function trainedAxes(plans: JsonPart, given: NnunetGiven): readonly PatientDirection[] {
  const reader = plans.at('image_reader_writer')
  const isReoriented = !reader.isMissing && reader.text() === REORIENTING_READER
  const axes = given.axes ?? (isReoriented ? (['S', 'A', 'R'] as const) : null)
  if (axes === null)
    throw new InputError(
      'network.axes',
      'The plans do not say in which orientation the network was trained: nnU-Net read its images as they lay in the files.',
      'Say in which directions the indices z, y, x of the training images grow: S,A,R for images in RAS as TotalSegmentator makes them, S,P,L for DICOM series.',
    )
  axesOf(new JsonPart(axes, 'axes', HINT))
  const order = plans.at('transpose_forward').three((part) => part.whole(0, 2))
  if (new Set(order).size !== 3) throw plans.at('transpose_forward').wrong('a permutation of 0, 1, 2')
  return order.map((axis) => axes[axis]!)
}

function modalityOf(name: string, given: NetworkChannel['modality'] | undefined): NetworkChannel['modality'] {
  if (given !== undefined) return given
  if (/^ct\b/i.test(name)) return 'CT'
  if (/^(pet|pt)\b/i.test(name)) return 'PT'
  return /^(spect|nm)\b/i.test(name) ? 'NM' : 'other'
}

function normalisationOf(
  scheme: string,
  intensities: JsonPart,
  channel: number,
  unsupported: (why: string) => InputError,
): unknown {
  if (scheme === 'ZScoreNormalization') return { kind: 'z-score' }
  if (scheme === 'NoNormalization') return { kind: 'none' }
  if (scheme !== 'CTNormalization') throw unsupported(`the normalisation "${scheme}" is not known here`)
  const properties = intensities.at(String(channel))
  return {
    kind: 'window',
    lowest: properties.at('percentile_00_5').number(),
    highest: properties.at('percentile_99_5').number(),
    mean: properties.at('mean').number(),
    standardDeviation: properties.at('std').positive(),
  }
}

/** Labels without background; a label that is a list of numbers makes all of them regions, in the order in which they stand. */
function labelsOf(dataset: JsonPart): { labels: NetworkLabel[]; outputs: number; areRegions: boolean } {
  const part = dataset.at('labels')
  const entries = Object.keys(part.object()).map((name) => ({ name, value: part.at(name) }))
  const areRegions = entries.some(({ value }) => Array.isArray(value.raw) && value.raw.length > 1)
  const structures = entries.filter(({ name }) => name !== 'background' && name !== 'ignore')
  const kindOf = (name: string): NetworkLabel['kind'] =>
    /tumou?r|lesion|metasta|cancer/i.test(name) ? 'lesion' : 'organ'
  const common = (name: string) => ({ name, kind: kindOf(name), colourRgb: null, largestOnly: false })
  if (!areRegions) {
    const labels = structures.map(({ name, value }) => {
      const id = Array.isArray(value.raw) ? value.list(1)[0]!.whole(1, 32767) : value.whole(1, 32767)
      return { ...common(name), id, channel: id }
    })
    return { labels, outputs: structures.length + 1, areRegions }
  }
  // A JSON reader puts names that are whole numbers first, but the outputs stand in the order of the file.
  const numbered = structures.find(({ name }) => /^\d+$/.test(name))
  if (numbered) throw part.wrong(`regions with names; "${numbered.name}" is a number, and their order would be lost`)
  const order = dataset.at('regions_class_order').list(structures.length)
  const labels = structures.map(({ name }, n) => ({ ...common(name), id: order[n]!.whole(1, 32767), channel: n }))
  return { labels, outputs: structures.length, areRegions }
}

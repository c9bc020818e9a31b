import { describe, expect, it } from 'vitest'
import { importNnunet } from './nnunet.ts'

/** In the form in which nnU-Net 2 writes them; the numbers are made up. */
const PLANS = {
  dataset_name: 'Dataset900_Test',
  plans_name: 'nnUNetPlans',
  transpose_forward: [1, 0, 2],
  transpose_backward: [1, 0, 2],
  image_reader_writer: 'SimpleITKIO',
  configurations: {
    '2d': { patch_size: [256, 256], spacing: [1, 1] },
    '3d_fullres': {
      batch_size: 2,
      patch_size: [96, 112, 128],
      spacing: [3, 1.5, 1.25],
      normalization_schemes: ['CTNormalization'],
      use_mask_for_norm: [false],
    },
    '3d_small': { inherits_from: '3d_fullres', patch_size: [32, 32, 32] },
  },
  foreground_intensity_properties_per_channel: {
    0: { max: 3000, mean: 101.5, median: 90, min: -1024, percentile_00_5: -950, percentile_99_5: 1310.25, std: 290.75 },
  },
}
const DATASET = {
  channel_names: { 0: 'CT' },
  labels: { background: 0, spleen: 1, kidney_left: 2, liver_tumour: 3 },
  numTraining: 10,
  file_ending: '.nii.gz',
}
const GIVEN = {
  name: 'Organs',
  version: '2',
  source: 'test',
  licence: 'CC0',
  sha256: 'a'.repeat(64),
  axes: ['S', 'P', 'L'],
} as const

describe('plans and dataset of nnU-Net', () => {
  it('give spacing, patch, intensities and labels, with the axes in the order that transpose_forward makes', () => {
    const description = importNnunet(PLANS, DATASET, GIVEN)
    expect(description).toMatchObject({
      axes: ['P', 'S', 'L'],
      spacingMm: [3, 1.5, 1.25],
      patchSize: [96, 112, 128],
      step: 0.5,
      channels: [
        {
          name: 'CT',
          modality: 'CT',
          normalisation: { kind: 'window', lowest: -950, highest: 1310.25, mean: 101.5, standardDeviation: 290.75 },
        },
      ],
      output: { channels: 4, activation: 'softmax', decision: 'exclusive' },
      mirrorAxes: [],
    })
    expect(description.labels.map(({ name, id, channel, kind }) => [name, id, channel, kind])).toEqual([
      ['spleen', 1, 1, 'organ'],
      ['kidney_left', 2, 2, 'organ'],
      ['liver_tumour', 3, 3, 'lesion'],
    ])
  })

  it('give what a configuration inherits', () => {
    const small = importNnunet(PLANS, DATASET, { ...GIVEN, configuration: '3d_small' })
    expect(small.patchSize).toEqual([32, 32, 32])
    expect(small.spacingMm).toEqual([3, 1.5, 1.25])
  })

  it('make regions of labels that are lists, in the order of the outputs', () => {
    const labels = { background: 0, 'whole tumour': [1, 2], core: 2 }
    const { output, labels: found } = importNnunet(PLANS, { ...DATASET, labels, regions_class_order: [1, 2] }, GIVEN)
    expect(output).toEqual({ channels: 2, activation: 'sigmoid', decision: 'regions' })
    expect(found.map(({ name, channel, id }) => [name, channel, id])).toEqual([
      ['whole tumour', 0, 1],
      ['core', 1, 2],
    ])
  })

  it('name the axes only where the reader turned the images', () => {
    const { axes: _, ...unknown } = GIVEN
    expect(() => importNnunet(PLANS, DATASET, unknown)).toThrow(expect.objectContaining({ code: 'network.axes' }))
    const turned = { ...PLANS, image_reader_writer: 'NibabelIOWithReorient', transpose_forward: [0, 1, 2] }
    expect(importNnunet(turned, DATASET, unknown).axes).toEqual(['S', 'A', 'R'])
  })

  it.each([
    ['slices', PLANS, DATASET, { configuration: '2d' }, 'network.unsupported'],
    ['no such configuration', PLANS, DATASET, { configuration: '3d_lowres' }, 'network.description'],
    ['no plans', {}, DATASET, {}, 'network.description'],
    ['no labels', PLANS, { ...DATASET, labels: undefined }, {}, 'network.description'],
    ['only background', PLANS, { ...DATASET, labels: { background: 0 } }, {}, 'network.labels'],
    [
      'a label beyond the outputs',
      PLANS,
      { ...DATASET, labels: { background: 0, liver: 7 } },
      {},
      'network.description',
    ],
    [
      'channels without normalisation',
      PLANS,
      { ...DATASET, channel_names: { 0: 'CT', 1: 'PET' } },
      {},
      'network.description',
    ],
  ])('are refused: %s', (_, plans, dataset, change, code) => {
    expect(() => importNnunet(plans, dataset, { ...GIVEN, ...change })).toThrow(expect.objectContaining({ code }))
  })
})

import { describe, expect, it } from 'vitest'
import { InputError } from '../../../errors/index.ts'
import { parseNetworkDescription } from './description.ts'
import { DESCRIPTION } from './testNetwork.ts'

const changed = (change: object): unknown => ({ ...structuredClone(DESCRIPTION), ...change })

function refusal(document: unknown): InputError {
  try {
    parseNetworkDescription(document)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('the description of a network', () => {
  it('is read as it stands', () => {
    expect(parseNetworkDescription(JSON.parse(JSON.stringify(DESCRIPTION)))).toEqual(DESCRIPTION)
  })

  it.each([
    ['licence', { licence: '' }, '"licence"'],
    ['sha256', { sha256: 'abc' }, '"sha256"'],
    ['a spacing of zero', { spacingMm: [2, 0, 2] }, '"spacingMm[1]" is 0'],
    ['two axes', { axes: ['S', 'A'] }, '"axes"'],
    ['axes of one direction', { axes: ['S', 'I', 'R'] }, '"axes"'],
    ['a step that leaves gaps', { step: 1.5 }, '"step" is 1.5'],
    ['a patch of no voxels', { patchSize: [8, 8, 0] }, '"patchSize[2]"'],
    [
      'a label without a name',
      { labels: [{ ...DESCRIPTION.labels[0], name: undefined }] },
      '"labels[0].name" is missing',
    ],
    [
      'a label of a channel that is not there',
      { labels: [{ ...DESCRIPTION.labels[0], channel: 3 }] },
      '"labels[0].channel"',
    ],
    ['no label map', { labels: undefined }, '"labels" is missing'],
    ['no channel', { channels: [] }, '"channels"'],
    [
      'limits the wrong way round',
      {
        channels: [
          {
            name: 'CT',
            modality: 'CT',
            normalisation: { kind: 'window', lowest: 5, highest: -5, mean: 0, standardDeviation: 1 },
          },
        ],
      },
      '"channels[0].normalisation.highest"',
    ],
  ])('is refused by the field: %s', (_, change, field) => {
    const { code, message } = refusal(changed(change))
    expect(code).toBe('network.description')
    expect(message).toContain(field)
  })

  it.each([
    ['two structures of one channel', { labels: DESCRIPTION.labels.map((label) => ({ ...label, channel: 1 })) }],
    ['two of one name', { labels: DESCRIPTION.labels.map((label) => ({ ...label, name: 'Liver' })) }],
    ['two of one number', { labels: DESCRIPTION.labels.map((label) => ({ ...label, id: 7 })) }],
    ['an empty map', { labels: [] }],
    ['sigmoid that excludes', { output: { channels: 3, activation: 'sigmoid', decision: 'exclusive' } }],
    ['softmax of regions', { output: { channels: 3, activation: 'softmax', decision: 'regions' } }],
  ])('is refused where its label map contradicts itself: %s', (_, change) => {
    expect(refusal(changed(change)).code).toBe('network.labels')
  })

  it.each([null, 7, [], 'text'])('is no %j', (document) => {
    expect(refusal(document).code).toBe('network.description')
  })
})

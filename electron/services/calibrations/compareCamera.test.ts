import { describe, expect, it } from 'vitest'
import type { ImageCamera } from '../../contracts/domain.ts'
import { compareCamera } from './compareCamera.ts'

const named = (more: Partial<ImageCamera>): ImageCamera => ({
  model: '',
  stationName: '',
  serialNumber: '',
  collimatorName: '',
  collimatorType: '',
  ...more,
})
const compare = (
  camera: string,
  collimator: string,
  image: Partial<ImageCamera> | null,
  modality: 'NM' | 'PT' = 'NM',
) =>
  compareCamera(
    { camera, collimator },
    { manufacturer: 'SIEMENS NM', modality, camera: image === null ? null : named(image) },
  )

describe('a camera in words of a person', () => {
  it('is the same where it holds the words of the image, and unknown where it does not', () => {
    const image = { model: 'Symbia T16', serialNumber: '1404', stationName: 'NM2' }
    expect(compare('Siemens Symbia-T16, serial 1404', '', image)).toMatchObject({
      maker: 'same',
      model: 'same',
      unit: 'same',
    })
    expect(compare('Siemens Symbia', '', image)).toMatchObject({ maker: 'same', model: 'unknown', unit: 'unknown' })
    // A serial number of one digit is found in anything.
    expect(compare('Siemens room 2', '', { serialNumber: '2' }).unit).toBe('unknown')
    expect(compare('Siemens Symbia T16', '', null)).toEqual({
      maker: 'same',
      model: 'unknown',
      unit: 'unknown',
      collimator: 'unknown',
    })
  })

  it('of the same serial number is the same model, whatever its software calls it', () => {
    const device = { ...named({ model: 'Encore2', serialNumber: '1404' }), manufacturer: 'SIEMENS NM' }
    const image = named({ model: 'Symbia T16', serialNumber: '1404' })
    const conditions = { camera: '', collimator: '', device }
    expect(compareCamera(conditions, { manufacturer: 'Siemens', modality: 'NM', camera: image })).toMatchObject({
      maker: 'same',
      model: 'same',
      unit: 'same',
    })
    // Serial numbers of two makers have nothing to do with each other.
    expect(compareCamera(conditions, { manufacturer: 'Philips', modality: 'NM', camera: image })).toMatchObject({
      maker: 'other',
      unit: 'unknown',
    })
  })
})

describe('a collimator', () => {
  it.each([
    ['MELP', 'melp', 'same'],
    ['ME-LP', 'MELP', 'same'],
    ['LEHR', 'MELP', 'other'],
    ['high energy', 'MEGP', 'other'],
    ['medium energy', 'MEGP', 'unknown'],
    ['MEGP', 'MELP', 'unknown'],
    ['LEHR or MEGP', 'HEGP', 'unknown'],
    ['', 'MELP', 'unknown'],
    ['MELP', '', 'unknown'],
    ['my own', 'MELP', 'unknown'],
  ] as const)('written "%s" against the image\'s "%s" is %s', (written, collimatorName, state) => {
    expect(compare('', written, { collimatorName }).collimator).toBe(state)
  })

  it('of another type is another, and PET has none', () => {
    const device = { ...named({ collimatorType: 'PINH' }), manufacturer: '' }
    const image = named({ collimatorType: 'PARA' })
    expect(
      compareCamera({ camera: '', collimator: '', device }, { manufacturer: '', modality: 'NM', camera: image })
        .collimator,
    ).toBe('other')
    expect(compare('', '', {}, 'PT').collimator).toBe('same')
  })
})

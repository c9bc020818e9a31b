import { expect, it } from 'vitest'
import { cameraOf } from './camera.ts'
import { ctSlice, dataSet, nmFile, read } from './fixtures.ts'
import { TAG } from './tags.ts'

it('is read of the equipment and of all detectors, each collimator once', () => {
  const detectors = ['MELP', 'MELP', 'HE'].map((name) => ({
    [TAG.collimatorName]: name,
    [TAG.collimatorType]: 'PARA',
  }))
  expect(
    cameraOf(
      dataSet({
        [TAG.modelName]: 'Symbia T16',
        [TAG.stationName]: 'NM2',
        [TAG.deviceSerialNumber]: '1404',
        [TAG.detectorInformationSequence]: detectors,
      }),
    ),
  ).toEqual({
    model: 'Symbia T16',
    stationName: 'NM2',
    serialNumber: '1404',
    collimatorName: 'MELP / HE',
    collimatorType: 'PARA',
  })
})

it('says nothing where the file says nothing, and belongs to emission images only', async () => {
  const nothing = { model: '', stationName: '', serialNumber: '', collimatorName: '', collimatorType: '' }
  expect(cameraOf(dataSet({ [TAG.modelName]: '' }))).toEqual(nothing)
  const files = [nmFile({ [TAG.modelName]: 'Camera' }), ...[0, 5, 10].map((z, n) => ctSlice(n, z))]
  const images = (await read(files)).folder.patients.flatMap((patient) => patient.images)
  expect(images.map(({ modality, camera }) => [modality, camera?.model ?? null]).sort()).toEqual([
    ['CT', null],
    ['NM', 'Camera'],
  ])
})

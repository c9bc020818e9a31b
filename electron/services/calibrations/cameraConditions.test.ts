import { expect, it } from 'vitest'
import { calibrationConditionsSchema } from '../../contracts/calibrations.ts'
import { cameraConditions } from './cameraConditions.ts'

const camera = {
  manufacturer: 'SIEMENS NM',
  model: 'Symbia T16',
  stationName: 'NM2',
  serialNumber: '1404',
  collimatorName: 'MELP',
  collimatorType: 'PARA',
}
const written = (more: object) => calibrationConditionsSchema.parse(more)

it('takes the camera of the image where nothing was written, and keeps what was, with a remark where it contradicts', () => {
  expect(cameraConditions(written({}), camera)).toEqual({
    conditions: { ...written({}), camera: 'SIEMENS NM Symbia T16', collimator: 'MELP', device: camera },
    remarks: [],
  })
  const other = cameraConditions(written({ camera: 'GE Discovery', collimator: 'LEHR' }), camera)
  expect(other.conditions).toMatchObject({ camera: 'GE Discovery', collimator: 'LEHR', device: camera })
  expect(other.remarks).toEqual([
    'The camera was entered as "GE Discovery", but the image comes from "SIEMENS NM Symbia T16, serial number 1404, station NM2".',
    'The collimator was entered as "LEHR", but the image says "MELP (PARA)".',
  ])
})

it('leaves the conditions as they are where the image names nothing', () => {
  const nothing = Object.fromEntries(Object.keys(camera).map((key) => [key, ''])) as typeof camera
  for (const none of [null, nothing]) expect(cameraConditions(written({}), none).conditions).toEqual(written({}))
})

import { describe, expect, it } from 'vitest'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { ScannedImage } from '../ports/dicomSource.ts'
import { buildCourse } from './buildCourse.ts'
import { emissionImage, exampleInjection } from './exampleImage.ts'

const GALLIUM = {
  ...exampleInjection,
  agent: 'Ga-68 DOTATATE',
  nuclide: 'Ga-68',
  halfLifeS: 4057.74,
  administeredActivityBq: 1.5e8,
  administrationStart: { local: '2023-12-11T10:00:00', utcOffsetMin: null },
}
const pet = (key: string, local: string, change: object = {}): ScannedImage =>
  emissionImage(key, local, { modality: 'PT', radiopharmaceutical: { ...GALLIUM, ...change } })
const therapy = [emissionImage('a', '2024-01-08T13:05:00'), emissionImage('b', '2024-01-09T09:05:00')]

function course(images: readonly ScannedImage[], protocol: object = { nuclide: 'Lu-177' }) {
  const nobody = { key: 'p', mrn: '1', issuer: '', name: 'P', dicomName: 'P', birthDate: null, sex: null }
  const patient = { ...nobody, weightKg: null, heightM: null }
  return buildCourse(
    { patient, images, structureSets: [], registrations: [], kept: [] },
    {
      protocol: protocolSchema.parse(protocol),
      importProblems: [],
      isPositronEmitter: (nuclide) => nuclide === 'Ga-68',
    },
  )
}
const codes = ({ problems }: ReturnType<typeof course>): string[] => problems.map(({ code }) => code)

describe('scans of another nuclide than the therapy’s', () => {
  it('are a diagnostic administration of their own, never time points of a cycle', () => {
    const found = course([pet('late', '2023-12-11T13:00:00'), ...therapy, pet('early', '2023-12-11T11:00:00')])
    expect(found).toMatchObject({ nuclide: 'Lu-177', agent: 'Lutetium-177 DOTATATE' })
    expect(found.cycles.map(({ index, timePoints }) => [index, timePoints.length])).toEqual([[1, 2]])
    expect(found.diagnostics).toMatchObject([
      { index: -1, nuclide: 'Ga-68', agent: 'Ga-68 DOTATATE', administration: { activityBq: 1.5e8 } },
    ])
    expect(found.diagnostics[0]?.timePoints.map(({ hoursAfterInjection }) => hoursAfterInjection)).toEqual([1, 3])
    expect(codes(found).filter((code) => code === 'course.diagnostic-scan')).toHaveLength(2)
  })

  it('do not take what the protocol enters for a cycle', () => {
    const administrations = [{ cycle: 1, activityBq: 7e9, startLocal: '2024-01-08T09:00:00' }]
    const found = course([pet('early', '2023-12-11T11:00:00'), ...therapy], { nuclide: 'Lu-177', administrations })
    expect(found.cycles[0]?.administration.activityBq).toBe(7e9)
    expect(found.diagnostics[0]?.administration.activityBq).toBe(1.5e8)
  })

  it('are refused, not asked about, where their files say no activity', () => {
    const found = course([pet('early', '2023-12-11T11:00:00', { administeredActivityBq: null }), ...therapy])
    expect(found.diagnostics).toEqual([])
    expect(found.problems.find(({ code }) => code === 'administration.activity-missing')).toMatchObject({
      severity: 'refused',
      item: 'Diagnostic administration 1',
    })
  })

  it('are scans of the therapy with a wrong word, and warned of, where they share its administration', () => {
    const { administrationStart } = exampleInjection
    const wrong = emissionImage('c', '2024-01-15T09:05:00', {
      radiopharmaceutical: { ...exampleInjection, nuclide: 'Tc-99m', administrationStart },
    })
    const found = course([...therapy, wrong])
    expect(found.cycles[0]?.timePoints).toHaveLength(3)
    expect(found.diagnostics).toEqual([])
    expect(found.problems.find(({ code }) => code === 'course.other-nuclide')?.severity).toBe('warning')
  })

  it('are asked about where nobody says which nuclide is the therapy’s, and belong to it where no file names that', () => {
    expect(codes(course([pet('early', '2023-12-11T11:00:00'), ...therapy], {}))).toContain('nuclide.contradiction')
    const alone = course([pet('early', '2023-12-11T11:00:00')], { nuclide: 'Lu-177' })
    expect([alone.cycles.length, alone.diagnostics.length]).toEqual([1, 0])
    expect(codes(alone)).toContain('nuclide.not-that-of-the-files')
  })
})

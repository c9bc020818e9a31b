import { describe, expect, it } from 'vitest'
import { codes, ctSlice, makeFile, read } from './fixtures.ts'
import { shownName } from './patients.ts'
import { TAG } from './tags.ts'
import type { Elements } from './fixtures.ts'

const second = (more: Elements): Elements => ({ [TAG.seriesInstanceUid]: '1.2.3.44', ...more })

function twoSeries(more: Elements): ReturnType<typeof ctSlice>[] {
  return [ctSlice(0, 0), ctSlice(1, 5), ctSlice(2, 0, second(more)), ctSlice(3, 5, second(more))]
}

describe('patients', () => {
  it('two patients of one folder are two', async () => {
    const { folder } = await read(
      twoSeries({ [TAG.patientId]: 'P2', [TAG.patientName]: 'Roe^Richard', [TAG.studyInstanceUid]: '1.2.33' }),
    )
    expect(folder.problems).toEqual([])
    expect(folder.patients.map(({ patient, images }) => [patient.key, patient.name, images.length])).toEqual([
      ['P1', 'Doe, Jane', 1],
      ['P2', 'Roe, Richard', 1],
    ])
    expect(
      folder.patients.every(({ patient, images }) => images.every(({ patientKey }) => patientKey === patient.key)),
    ).toBe(true)
  })

  it('that share a study are warned of', async () => {
    const result = await read(twoSeries({ [TAG.patientId]: 'P2', [TAG.patientName]: 'Roe^Richard' }))
    expect(codes(result, 'warning')).toEqual(['patient.study-of-several'])
    expect(result.folder.patients).toHaveLength(2)
  })

  it('one ID of two issuers are two; files without issuer go to the only one there is', async () => {
    const issued = (issuer: string): Elements => ({ [TAG.patientIdIssuer]: issuer })
    const two = await read([
      ...twoSeries(issued('B')),
      ctSlice(4, 0, { ...issued('A'), [TAG.seriesInstanceUid]: '1.2.3.45' }),
    ])
    expect(two.folder.patients.map(({ patient }) => patient.key)).toEqual(['P1', 'P1^^^A', 'P1^^^B'])
    const one = await read(twoSeries(issued('B')))
    expect(one.folder.patients.map(({ patient, images }) => [patient.key, images.length])).toEqual([['P1^^^B', 2]])
  })

  it('a series of two patients is refused whole', async () => {
    const result = await read([ctSlice(0, 0), ctSlice(1, 5), ctSlice(2, 10, { [TAG.patientId]: 'P2' })])
    expect(codes(result, 'refused')).toEqual(['patient.mixed-in-series'])
    expect(result.folder.patients).toEqual([])
  })

  it('contradicting names and birth dates under one ID are asked about; case, accents and middle names are no contradiction', async () => {
    for (const name of ['DOE^JANE', 'Doe^Jane^Mary', 'Dœ^Jane'.replace('œ', 'oe'), 'Döe^Jane'.normalize('NFD')])
      expect(codes(await read(twoSeries({ [TAG.patientName]: name })), 'question')).toEqual([])
    const name = await read(twoSeries({ [TAG.patientName]: 'Roe^Jane' }))
    expect(codes(name, 'question')).toEqual(['patient.identity-contradiction', 'patient.identity-contradiction'])
    expect(name.folder.problems[0]!.message).toMatch(/Doe\^Jane.*Roe\^Jane/)
    expect(name.folder.patients[0]!.images.map(({ verdict }) => verdict)).toEqual(['ask', 'ask'])
    expect(codes(await read(twoSeries({ [TAG.patientBirthDate]: '19610229' })), 'question')).toEqual([]) // no calendar day
    expect(codes(await read(twoSeries({ [TAG.patientBirthDate]: '19610228' })), 'question')).toHaveLength(2)
  })

  it('are kept by name without ID, and by study without either, with a warning', async () => {
    const noId = await read([ctSlice(0, 0, { [TAG.patientId]: '' }), ctSlice(1, 5, { [TAG.patientId]: '' })])
    expect(codes(noId, 'warning')).toEqual(['patient.no-id'])
    const nothing: Elements = { [TAG.patientId]: null, [TAG.patientName]: null }
    expect(codes(await read([ctSlice(0, 0, nothing), ctSlice(1, 5, nothing)]), 'warning')).toEqual([
      'patient.no-identity',
    ])
  })

  it('have the weight and height of the latest study that states sensible ones', async () => {
    const dated = (day: string, kg: string, m: string): Elements => ({
      [TAG.studyDate]: day,
      [TAG.patientWeightKg]: kg,
      [TAG.patientSizeM]: m,
    })
    const { folder } = await read([
      ...[0, 1].map((i) => ctSlice(i, 5 * i, dated('20240101', '80', '1.8'))),
      ...[2, 3].map((i) => ctSlice(i, 5 * i, second(dated('20240301', '75', '180')))),
    ])
    expect(folder.patients[0]!.patient).toMatchObject({ weightKg: 75, heightM: 1.8 })
  })

  it('names are shown family first, with the ideographic form behind', () => {
    expect(shownName('Doe^Jane^Mary^Dr')).toBe('Doe, Jane Mary')
    expect(shownName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toBe('Yamada, Tarou (山田, 太郎)')
    expect(shownName('=山田^太郎')).toBe('山田, 太郎')
    expect(shownName('')).toBe('')
  })
})

describe('duplicates', () => {
  it('the same object in two files is taken once, whatever its name or encoding', async () => {
    const again = { ...ctSlice(1, 5), displayPath: 'copy/ct001' }
    const encoded = { ...makeFileLike(ctSlice(1, 5)), displayPath: 'jpeg/ct001' }
    const result = await read([ctSlice(0, 0), ctSlice(1, 5), again, encoded])
    expect(result.folder.patients[0]!.images.map(({ grid, verdict }) => [grid.dimensions[2], verdict])).toEqual([
      [2, 'accept'],
    ])
    expect(result.folder.problems.find(({ code }) => code === 'file.duplicate')?.filePaths).toEqual([
      'ct001',
      'jpeg/ct001',
    ])
  })

  it('different content under one UID is asked about, and the first by name is taken', async () => {
    const other = { ...ctSlice(1, 5, { [TAG.rescaleSlope]: '3' }), displayPath: 'edited/ct001' }
    const result = await read([ctSlice(0, 0), ctSlice(1, 5), other])
    expect(codes(result, 'question')).toEqual(['file.same-uid-different-content'])
    expect(result.folder.patients[0]!.images[0]!.verdict).toBe('ask')
  })
})

describe('kept objects', () => {
  it('are listed with a reason; private and unknown classes too', async () => {
    const object = (uid: string, n: number): ReturnType<typeof makeFile> =>
      makeFile({
        name: `o${n}`,
        elements: {
          [TAG.patientId]: 'P1',
          [TAG.sopClassUid]: uid,
          [TAG.sopInstanceUid]: `9.${n}`,
          [TAG.seriesInstanceUid]: `8.${n}`,
        },
      })
    const { folder } = await read(
      [
        '1.2.840.10008.5.1.4.1.1.88.33',
        '1.2.840.10008.5.1.4.1.1.104.1',
        '1.2.840.10008.5.1.4.1.1.66.5',
        '1.2.840.113619.4.27',
        '1.2.840.10008.5.1.4.1.1.7.2',
      ].map(object),
    )
    const reasons = folder.patients[0]!.kept.map(({ reason }) => reason)
    expect(reasons).toEqual([
      'structured report',
      'encapsulated document',
      'surface segmentation, not used yet',
      'object of a class that is not known (SOP Class 1.2.840.113619.4.27)',
      'secondary capture: a picture of an image, without measured values',
    ])
    expect(folder.problems.filter(({ code }) => code === 'object.kept')).toHaveLength(5)
  })

  it('nothing at all gives no patient', async () => {
    expect((await read([])).folder).toEqual({ patients: [], problems: [] })
  })
})

/** The same data set and voxels with other bytes, as another transfer syntax makes them. */
function makeFileLike(file: ReturnType<typeof ctSlice>): ReturnType<typeof ctSlice> {
  if (file.outcome.kind !== 'dicom') throw new Error('not a DICOM file')
  const { header } = file.outcome
  const elements = Object.fromEntries(
    Object.entries(header.elements).map(([tag, { values }]) => [
      tag,
      values!.length === 1 ? values![0]! : [...values!],
    ]),
  )
  return makeFile({
    name: 'jpeg/ct001',
    elements: { ...elements, '00020010': '1.2.840.10008.1.2.4.70' },
    pixels: Array.from({ length: 6 }, (_, i) => 100 + i),
  })
}

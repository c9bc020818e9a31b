import { describe, expect, it } from 'vitest'
import { codes, dataSet, HALF_LIVES, injection, nmFile, ptSlice, read } from './fixtures.ts'
import type { Elements } from './fixtures.ts'
import { readRadiopharmaceutical } from './radiopharmaceutical.ts'
import { TAG } from './tags.ts'

function reading(
  item: Elements,
  modality: 'NM' | 'PT' = 'NM',
  root: Elements = {},
): ReturnType<typeof readRadiopharmaceutical> {
  const elements = {
    [TAG.radiopharmaceuticalInformationSequence]: [
      { ...injection, [TAG.radionuclideTotalDose]: modality === 'NM' ? '7400' : '7.4e9', ...item },
    ],
    ...root,
  }
  return readRadiopharmaceutical(dataSet(elements), modality, (nuclide) => HALF_LIVES[nuclide] ?? null)
}

function found(result: ReturnType<typeof reading>): string[] {
  return result.findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ severity, code }) => `${severity} ${code}`)
}

const code = (value: string, scheme: string, meaning: string): Elements => ({
  [TAG.radionuclideCodeSequence]: [{ [TAG.codeValue]: value, [TAG.codingScheme]: scheme, [TAG.codeMeaning]: meaning }],
})

describe('radionuclide', () => {
  it.each([
    ['447553000', 'SCT', '^177^Lutetium'],
    ['C-101ED', 'SRT', '^177^Lutetium'],
    ['C-101ED', '99SDM', ''],
    ['C-101ED', 'SNM3', 'Lu-177'],
    ['177Lu', '99SIEMENS', 'Lutetium 177'],
    ['', '', '177Lu'],
  ])('is read from code %s %s "%s"', (value, scheme, meaning) => {
    const result = reading(code(value, scheme, meaning))
    expect(result.value).toMatchObject({ nuclide: 'Lu-177', halfLifeS: 574_300.8 })
    expect(found(result)).toEqual([])
  })

  it('is read from newer codes by their meaning', () => {
    const result = reading({
      ...code('999', '99XX', '^225^Actinium'),
      [TAG.radiopharmaceutical]: 'PSMA-617',
      [TAG.radionuclideHalfLife]: '864000',
    })
    expect(result.value?.nuclide).toBe('Ac-225')
  })

  it('warns where the half-life differs by more than 1 %, showing both, and is silent within', () => {
    expect(found(reading({ [TAG.radionuclideHalfLife]: '570000' }))).toEqual([])
    const result = reading({ [TAG.radionuclideHalfLife]: '560000' })
    expect(found(result)).toEqual(['warning nuclide.half-life-differs'])
    expect(result.findings[0]!.message).toMatch(/560000.*574300\.8/)
    expect(result.value).toMatchObject({ nuclide: 'Lu-177', halfLifeS: 560_000 })
  })

  it("takes the data set's half-life where the file has none", () => {
    expect(reading({ [TAG.radionuclideHalfLife]: null }).value?.halfLifeS).toBe(574_300.8)
  })

  it('keeps a code that its half-life confirms, with a warning where the words say something else', () => {
    const technetium = {
      ...code('72454006', 'SCT', '^99m^Technetium'),
      [TAG.radionuclideHalfLife]: '21624',
      [TAG.radiopharmaceutical]: 'MDP',
    }
    const bone = reading(technetium, 'NM', { [TAG.studyDescription]: 'Bone scan before Lu-177 therapy' })
    expect(bone.value?.nuclide).toBe('Tc-99m')
    expect(found(bone)).toEqual(['warning nuclide.conflicts-with-therapy'])
  })

  it('leaves the nuclide open where half-life and words agree on another one than the code', () => {
    const result = reading(code('72454006', 'SCT', '^99m^Technetium'))
    expect(result.value?.nuclide).toBeNull()
    expect(found(result)).toEqual(['warning nuclide.half-life-differs', 'warning nuclide.conflicts-with-therapy'])
  })

  it('asks where code and meaning contradict each other', () => {
    expect(found(reading(code('447553000', 'SCT', '^131^Iodine')))).toEqual(['question nuclide.unknown'])
  })

  it('without code: words and half-life together are taken with a warning, words or half-life alone are asked about', () => {
    const none = { [TAG.radionuclideCodeSequence]: [] as never[] }
    const both = reading(none)
    expect([both.value?.nuclide, found(both)]).toEqual(['Lu-177', ['warning nuclide.from-text']])
    const words = reading({ ...none, [TAG.radionuclideHalfLife]: null })
    expect([words.value?.nuclide, found(words)]).toEqual([null, ['question nuclide.unknown']])
    const halfLife = reading({ ...none, [TAG.radiopharmaceutical]: 'DOTATATE' })
    expect([halfLife.value?.nuclide, found(halfLife)]).toEqual([null, ['question nuclide.unknown']])
  })

  it('warns where no energy window can hold a photon of the nuclide', () => {
    const window = (lower: string, upper: string): Elements => ({
      [TAG.energyWindowInformationSequence]: [
        {
          [TAG.energyWindowRangeSequence]: [
            { [TAG.energyWindowLowerLimit]: lower, [TAG.energyWindowUpperLimit]: upper },
          ],
        },
      ],
    })
    expect(found(reading({}, 'NM', window('187.2', '228.8')))).toEqual([])
    expect(found(reading({}, 'NM', window('126', '154')))).toEqual(['warning nuclide.energy-window'])
    const yttrium = {
      ...code('14691008', 'SCT', '^90^Yttrium'),
      [TAG.radionuclideHalfLife]: '230400',
      [TAG.radiopharmaceutical]: 'SIRT',
    }
    expect(found(reading(yttrium, 'NM', window('50', '300')))).toEqual([])
  })

  it('asks where the file names several radiopharmaceuticals, or none', () => {
    const two = readRadiopharmaceutical(
      dataSet({ [TAG.radiopharmaceuticalInformationSequence]: [injection, injection] }),
      'NM',
      () => null,
    )
    expect(found(two)).toContain('question nuclide.several')
    expect(found(readRadiopharmaceutical(dataSet({}), 'NM', () => null))).toEqual(['question nuclide.missing'])
  })
})

describe('administered activity', () => {
  it('is MBq in NM and Bq in PT', () => {
    expect(reading({}, 'NM').value?.administeredActivityBq).toBe(7.4e9)
    expect(reading({}, 'PT').value?.administeredActivityBq).toBe(7.4e9)
  })

  it.each([
    ['PT', '370', '370 MBq'],
    ['PT', '7400', '7400 MBq'],
    ['NM', '7400000000', '7400 MBq'],
    ['NM', '0.0074', '0.0074 GBq'],
  ] as const)('in %s of %s looks like %s: asked about, never scaled in silence', (modality, value, other) => {
    const result = reading({ [TAG.radionuclideTotalDose]: value }, modality)
    expect(found(result)).toEqual(['question administration.activity-unit'])
    expect(result.findings[0]!.message).toContain(other)
    expect(result.value?.administeredActivityBq).toBeNull()
  })

  it('of alpha emitters, a few MBq, is taken as it is', () => {
    expect(
      found(
        reading({
          ...code('24853006', 'SCT', '^223^Radium'),
          [TAG.radiopharmaceutical]: 'Xofigo',
          [TAG.radionuclideTotalDose]: '3.9',
          [TAG.radionuclideHalfLife]: '987984',
        }),
      ),
    ).toEqual([])
  })

  it('is absent where the file has none or zero', () => {
    for (const value of [null, '0', ''])
      expect(reading({ [TAG.radionuclideTotalDose]: value }).value?.administeredActivityBq).toBeNull()
  })
})

describe('times of administration', () => {
  it('are the DateTimes, with their offset or that of the file', () => {
    const own = reading(
      {
        [TAG.radiopharmaceuticalStartDateTime]: '20240108090500.00+0100',
        [TAG.radiopharmaceuticalStopDateTime]: '20240108103500',
      },
      'NM',
      { [TAG.timezoneOffset]: '+0200' },
    )
    expect(own.value?.administrationStart).toEqual({ local: '2024-01-08T09:05:00.00', utcOffsetMin: 60 })
    expect(own.value?.administrationStop).toEqual({ local: '2024-01-08T10:35:00', utcOffsetMin: 120 })
  })

  it('are those of a local clock where the offset of the file is none, and a person is told', () => {
    const read = reading({}, 'NM', { [TAG.timezoneOffset]: '+9999' })
    expect(read.value?.administrationStart?.utcOffsetMin).toBeNull()
    expect(found(read)).toEqual(['warning time.zone-unreadable'])
  })

  it('without a date stay open', () => {
    const result = reading({
      [TAG.radiopharmaceuticalStartDateTime]: null,
      [TAG.radiopharmaceuticalStartTime]: '090500',
    })
    expect(found(result)).toEqual(['question administration.start-without-date'])
    expect(result.value?.administrationStart).toBeNull()
    expect(found(reading({ [TAG.radiopharmaceuticalStartDateTime]: '20240108' }))).toEqual([
      'question administration.start-missing',
    ])
  })

  it('that contradict each other are shown side by side; the same moment in UTC and local time is none', () => {
    const differing = reading({ [TAG.radiopharmaceuticalStartTime]: '100000' })
    expect(found(differing)).toEqual(['question administration.start-contradiction'])
    expect(differing.findings[0]!.message).toMatch(/09:05.*10:00/)
    expect(found(reading({ [TAG.radiopharmaceuticalStartTime]: '090530' }))).toEqual([])
    expect(
      found(
        reading({
          [TAG.radiopharmaceuticalStartDateTime]: '20240108080500+0000',
          [TAG.radiopharmaceuticalStartTime]: '090500',
        }),
      ),
    ).toEqual([])
    // 23:58 on the day before and 00:02 are four minutes, not a day.
    expect(
      found(
        reading({
          [TAG.radiopharmaceuticalStartDateTime]: '20240107235930',
          [TAG.radiopharmaceuticalStartTime]: '000000',
        }),
      ),
    ).toEqual([])
  })

  it('are compared with the scan in UTC where both offsets are known', async () => {
    const zone = { [TAG.timezoneOffset]: '+0100' }
    // 09:20 at +02:00 is 08:20 at +01:00: before the scan at 09:15.
    const before = await read([nmFile(zone, { [TAG.radiopharmaceuticalStartDateTime]: '20240109092000+0200' })])
    expect(codes(before, 'refused')).toEqual([])
    const after = await read([nmFile(zone, { [TAG.radiopharmaceuticalStartDateTime]: '20240109092000+0100' })])
    expect(codes(after, 'refused')).toEqual(['time.injection-after-scan'])
    expect(after.folder.patients[0]!.images).toEqual([])
    const one = await read([nmFile({}, { [TAG.radiopharmaceuticalStartDateTime]: '20240108090500+0100' })])
    expect(codes(one, 'warning')).toEqual(['time.zone-of-one-only'])
  })

  it('long before the scan are doubted', async () => {
    expect(
      codes(await read([nmFile({}, { [TAG.radiopharmaceuticalStartDateTime]: '20230108090500' })]), 'warning'),
    ).toEqual(['time.injection-long-ago'])
  })
})

describe('series of one study', () => {
  it('that agree are silent; that contradict each other are shown side by side, each of them', async () => {
    const pt = (injected: Elements): ReturnType<typeof ptSlice>[] => [0, 1].map((i) => ptSlice(i, {}, injected))
    expect(codes(await read([nmFile(), ...pt({})]), 'question')).toEqual([])
    const activity = await read([nmFile(), ...pt({ [TAG.radionuclideTotalDose]: '6000000000' })])
    expect(codes(activity, 'question')).toEqual([
      'administration.activity-contradiction',
      'administration.activity-contradiction',
    ])
    expect(activity.folder.problems.find(({ severity }) => severity === 'question')?.message).toMatch(
      /7400 MBq.*6000 MBq|6000 MBq.*7400 MBq/,
    )
    expect(activity.folder.patients[0]!.images.map(({ verdict }) => verdict)).toEqual(['ask', 'ask'])
    const start = await read([nmFile(), ...pt({ [TAG.radiopharmaceuticalStartDateTime]: '20240108100500' })])
    expect(codes(start, 'question')).toEqual([
      'administration.start-contradiction',
      'administration.start-contradiction',
    ])
    const nuclide = await read([
      nmFile(),
      ...pt({
        ...code('C-111A1', 'SRT', '^18^Fluorine'),
        [TAG.radionuclideHalfLife]: '6586.2',
        [TAG.radiopharmaceutical]: 'FDG',
        [TAG.radiopharmaceuticalStartDateTime]: '20240109081500',
      }),
    ])
    expect(codes(nuclide, 'question')).toEqual(['nuclide.contradiction', 'nuclide.contradiction'])
  })
})

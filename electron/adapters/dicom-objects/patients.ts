/** Whose files they are: PatientID with its issuer; names and birth dates that contradict each other are asked about. */
import type { PatientIdentity } from '../../contracts/domain.ts'
import { num, parseDate, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { TAG } from './tags.ts'
import { studyStart } from './times.ts'
import type { DicomFile } from './types.ts'

/** IssuerOfPatientIDQualifiersSequence and the universal entity ID in it. */
const ISSUER_QUALIFIERS = '00100024'
const UNIVERSAL_ENTITY_ID = '00400032'

/** Sizes above this are centimetres by mistake. */
const TALLEST_M = 2.6
const HEAVIEST_KG = 500

export interface PatientGroup {
  readonly identity: PatientIdentity
  readonly files: readonly DicomFile[]
  /** True where the files do not name a patient; the group is a study then. */
  readonly isNameless: boolean
  /** Name or birth date that stand against those of most files, with the series in which they stand. */
  readonly contradictions: readonly IdentityContradiction[]
}

export interface IdentityContradiction {
  readonly what: 'name' | 'birth date' | 'sex'
  readonly message: string
  readonly seriesUids: readonly string[]
}

/** Identifier of the patient as the file gives it, for finding series with two patients: ID and name where there is no ID. */
export function patientIdOf(file: DicomFile): string {
  return str(file.header, TAG.patientId) ?? `(no ID) ${str(file.header, TAG.patientName) ?? ''}`
}

/** Groups files by patient. Files without issuer go to the patient of that ID if there is only one issuer for it. */
export function groupPatients(files: readonly DicomFile[]): PatientGroup[] {
  const issuersOfId = new Map<string, Set<string>>()
  for (const { header } of files) {
    const id = str(header, TAG.patientId)
    const issuer = issuerOf(header)
    if (id !== null && issuer !== '') issuersOfId.set(id, (issuersOfId.get(id) ?? new Set()).add(issuer))
  }
  const groups = new Map<string, { files: DicomFile[]; mrn: string; issuer: string; isNameless: boolean }>()
  for (const file of files) {
    const mrn = str(file.header, TAG.patientId) ?? ''
    const own = issuerOf(file.header)
    const others = [...(issuersOfId.get(mrn) ?? [])]
    const issuer = own === '' && others.length === 1 ? others[0]! : own
    const { key, isNameless } = keyOf(file, mrn, issuer)
    const group = groups.get(key)
    if (group) group.files.push(file)
    else groups.set(key, { files: [file], mrn, issuer, isNameless })
  }
  return [...groups].map(([key, group]) => ({
    identity: identityOf(key, group),
    files: group.files,
    isNameless: group.isNameless,
    contradictions: [
      ...contradictionsOf(
        group.files,
        'name',
        (header) => comparableName(str(header, TAG.patientName)),
        (header) => str(header, TAG.patientName) ?? '',
      ),
      ...contradictionsOf(
        group.files,
        'birth date',
        (header) => parseDate(str(header, TAG.patientBirthDate)) ?? '',
        (header) => parseDate(str(header, TAG.patientBirthDate)) ?? '',
      ),
      ...contradictionsOf(
        group.files,
        'sex',
        (header) => sexOf(header) ?? '',
        (header) => sexOf(header) ?? '',
      ),
    ],
  }))
}

function keyOf(file: DicomFile, mrn: string, issuer: string): { key: string; isNameless: boolean } {
  if (mrn !== '') return { key: issuer === '' ? mrn : `${mrn}^^^${issuer}`, isNameless: false }
  const name = comparableName(str(file.header, TAG.patientName))
  const born = parseDate(str(file.header, TAG.patientBirthDate)) ?? ''
  if (name !== '') return { key: `name:${name}:${born}`, isNameless: false }
  return { key: `study:${file.studyUid || file.seriesUid}`, isNameless: true }
}

function issuerOf(header: DicomDataSet): string {
  const qualified = seq(header, ISSUER_QUALIFIERS)[0]
  return str(header, TAG.patientIdIssuer) ?? (qualified ? str(qualified, UNIVERSAL_ENTITY_ID) : null) ?? ''
}

function identityOf(key: string, group: { files: readonly DicomFile[]; mrn: string; issuer: string }): PatientIdentity {
  // What is stated latest is most likely right (weight changes, names get corrected).
  const latest = [...group.files].sort((a, b) => studyTime(b) - studyTime(a)).map(({ header }) => header)
  const pick = <T>(read: (header: DicomDataSet) => T | null): T | null =>
    latest.map(read).find((value) => value !== null) ?? null
  const dicomName = pick((header) => str(header, TAG.patientName)) ?? ''
  return {
    key,
    mrn: group.mrn,
    issuer: group.issuer,
    name: shownName(dicomName),
    dicomName,
    birthDate: pick((header) => parseDate(str(header, TAG.patientBirthDate))),
    sex: pick(sexOf),
    weightKg: pick((header) => within(num(header, TAG.patientWeightKg), HEAVIEST_KG)),
    heightM: pick((header) => within(num(header, TAG.patientSizeM), TALLEST_M)),
  }
}

function studyTime(file: DicomFile): number {
  const start = studyStart(file.header)
  return start ? Date.parse(`${start.local}Z`) : 0
}

function sexOf(header: DicomDataSet): 'M' | 'F' | 'O' | null {
  const sex = str(header, TAG.patientSex)?.toUpperCase()
  return sex === 'M' || sex === 'F' || sex === 'O' ? sex : null
}

function within(value: number | null, highest: number): number | null {
  return value !== null && value > 0 && value <= highest ? value : null
}

/** "Family, Given Middle", and the ideographic form in brackets behind it: "Yamada, Tarou (山田, 太郎)". */
export function shownName(dicomName: string): string {
  const [alphabetic = '', ideographic = ''] = dicomName.split('=').map(shownGroup)
  if (alphabetic === '') return ideographic
  return ideographic === '' || ideographic === alphabetic ? alphabetic : `${alphabetic} (${ideographic})`
}

function shownGroup(group: string): string {
  const [family = '', given = '', middle = ''] = group.split('^').map((part) => part.trim())
  const first = [given, middle].filter((part) => part !== '').join(' ')
  return [family, first].filter((part) => part !== '').join(', ')
}

/** Family and given name without case, accents and punctuation; '' if there is none. */
function comparableName(dicomName: string | null): string {
  const group = (dicomName ?? '').split('=')[0] ?? ''
  return group
    .split('^')
    .slice(0, 2)
    .map((part) =>
      part
        .normalize('NFD')
        .replace(/[\p{M}\p{P}\p{Z}\s]/gu, '')
        .toUpperCase(),
    )
    .join('^')
    .replace(/\^+$/, '')
}

function contradictionsOf(
  files: readonly DicomFile[],
  what: IdentityContradiction['what'],
  compare: (header: DicomDataSet) => string,
  show: (header: DicomDataSet) => string,
): IdentityContradiction[] {
  const seriesOf = new Map<string, { shown: string; series: Set<string> }>()
  for (const { header, seriesUid } of files) {
    const value = compare(header)
    if (value === '') continue
    const entry = seriesOf.get(value) ?? { shown: show(header), series: new Set<string>() }
    entry.series.add(seriesUid)
    seriesOf.set(value, entry)
  }
  const values = [...seriesOf.values()].sort((a, b) => b.series.size - a.series.size)
  if (values.length < 2) return []
  const shown = values.map((value) => `"${value.shown}" (${value.series.size} series)`).join(' and ')
  // Where one value clearly prevails the others are doubted; else nobody knows which is right.
  const doubted = values[0]!.series.size > values[1]!.series.size ? values.slice(1) : values
  return [
    {
      what,
      message: `Under one patient ID the files give different ${what}s: ${shown}.`,
      seriesUids: [...new Set(doubted.flatMap((value) => [...value.series]))],
    },
  ]
}

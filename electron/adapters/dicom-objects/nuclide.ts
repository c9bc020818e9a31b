/** Which radionuclide a file is about: its code, its half-life and its words weighed against each other; no silent choice. */
import { num, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { codeOf, showCode } from './codes.ts'
import { nuclideOfCode } from './nuclideCodes.ts'
import { nuclideOfText, nuclidesInText } from './nuclideNames.ts'
import { nuclidesOfWindows, windowsFitNuclide } from './photopeaks.ts'
import type { EnergyWindow } from './photopeaks.ts'
import { note, question, warning } from './problems.ts'
import type { Finding } from './problems.ts'
import { TAG } from './tags.ts'
import { showSpan } from './times.ts'

/** Half-life in s of a nuclide "Lu-177" by the program's decay data; null if it has none. */
export type HalfLifeLookup = (nuclide: string) => number | null

/** Half-lives that differ by more are not the same number rounded. */
const HALF_LIFE_TOLERANCE = 0.01

export interface NuclideReading {
  readonly nuclide: string | null
  /** The file's where it has one (it is what the writer decay-corrected with), else the data set's. */
  readonly halfLifeS: number | null
  readonly findings: readonly Finding[]
}

export interface NuclideContext {
  /** Study and series description. */
  readonly descriptions: readonly string[]
  readonly energyWindows: readonly EnergyWindow[]
  readonly knownHalfLifeS: HalfLifeLookup
}

/** Words of the file besides the radionuclide code, and where they stand. */
interface Mention {
  readonly nuclide: string
  readonly where: string
}

/** Reads one item of the Radiopharmaceutical Information Sequence. */
export function readNuclide(item: DicomDataSet, context: NuclideContext): NuclideReading {
  const code = codeOf(item, TAG.radionuclideCodeSequence)
  const fileHalfLife = positive(num(item, TAG.radionuclideHalfLife))
  const mentions = mentionsOf(item, context)
  const byCode = code ? nuclideOfCode(code.value) : null
  const byMeaning = code ? nuclideOfText(code.meaning) : null

  if (code && byCode && byMeaning && byCode !== byMeaning)
    return unclear(
      `The radionuclide code contradicts itself: ${showCode(code)}, but the code ${code.value} stands for ${byCode}.`,
      fileHalfLife,
    )
  const coded = byCode ?? byMeaning
  if (code && coded) return checkCoded(coded, showCode(code), byCode === null, fileHalfLife, mentions, context)
  return withoutCode(code ? showCode(code) : null, fileHalfLife, mentions, context)
}

function checkCoded(
  nuclide: string,
  codeText: string,
  onlyMeaning: boolean,
  fileHalfLife: number | null,
  mentions: readonly Mention[],
  context: NuclideContext,
): NuclideReading {
  const findings: Finding[] = []
  if (onlyMeaning)
    findings.push(
      note(
        'nuclide.code-unknown',
        `The radionuclide code of ${codeText} is not in the DICOM lists; its meaning was read as ${nuclide}.`,
      ),
    )
  const known = context.knownHalfLifeS(nuclide)
  const agrees = fileHalfLife === null || known === null ? null : isSame(fileHalfLife, known)
  if (agrees === false)
    findings.push(
      warning(
        'nuclide.half-life-differs',
        `The file gives a half-life of ${showHalfLife(fileHalfLife!)} for ${codeText}; the half-life of ${nuclide} is ${showHalfLife(known!)}.`,
        'Check which radionuclide was given; enter it in the protocol (nuclide) if the file is wrong.',
      ),
    )

  const others = mentions.filter((mention) => mention.nuclide !== nuclide)
  if (others.length > 0) {
    // The half-life decides which of two names the scanner was set to: only where it fits another name is the code itself in doubt.
    const rival = others.find((other) => fits(fileHalfLife, context.knownHalfLifeS(other.nuclide)))
    const doubted = agrees === false && rival !== undefined
    findings.push(
      warning(
        'nuclide.conflicts-with-therapy',
        `The file's radionuclide code says ${nuclide} (${codeText}), but ${saySources(others)}` +
          (doubted ? `, and the half-life in the file is that of ${rival.nuclide}. The nuclide is left open.` : '.'),
        'Check which radionuclide the image shows; enter it in the protocol (nuclide) if the code is wrong.',
      ),
    )
    if (doubted) return { nuclide: null, halfLifeS: fileHalfLife, findings }
  }
  findings.push(...windowFinding(nuclide, context.energyWindows))
  return { nuclide, halfLifeS: fileHalfLife ?? known, findings }
}

function withoutCode(
  codeText: string | null,
  fileHalfLife: number | null,
  mentions: readonly Mention[],
  context: NuclideContext,
): NuclideReading {
  const named = [...new Set(mentions.map(({ nuclide }) => nuclide))]
  const only = named.length === 1 ? named[0]! : null
  const missing =
    codeText === null ? 'has no radionuclide code' : `has a radionuclide code that is not known (${codeText})`
  if (only !== null && fits(fileHalfLife, context.knownHalfLifeS(only))) {
    const findings = [
      warning(
        'nuclide.from-text',
        `The file ${missing}; ${only} was taken because ${saySources(mentions)} and the half-life in the file (${showHalfLife(fileHalfLife!)}) agrees.`,
        'Check that this is right; enter the radionuclide in the protocol (nuclide) if not.',
      ),
      ...windowFinding(only, context.energyWindows),
    ]
    return { nuclide: only, halfLifeS: fileHalfLife, findings }
  }
  const hints = [
    fileHalfLife === null ? 'no half-life' : `a half-life of ${showHalfLife(fileHalfLife)}`,
    mentions.length > 0 ? saySources(mentions) : 'no words that name one',
  ]
  return unclear(`The radionuclide is not certain: the file ${missing}, and has ${hints.join('; ')}.`, fileHalfLife)
}

function unclear(message: string, fileHalfLife: number | null): NuclideReading {
  return {
    nuclide: null,
    halfLifeS: fileHalfLife,
    findings: [
      question('nuclide.unknown', message, 'Enter the radionuclide in the protocol (nuclide), for instance "Lu-177".'),
    ],
  }
}

function windowFinding(nuclide: string, windows: readonly EnergyWindow[]): Finding[] {
  if (windowsFitNuclide(nuclide, windows)) return []
  const shown = windows.map(({ lowerKev, upperKev }) => `${lowerKev}–${upperKev} keV`).join(', ')
  const candidates = nuclidesOfWindows(windows)
  return [
    warning(
      'nuclide.energy-window',
      `None of the energy windows (${shown}) holds a photon line of ${nuclide}${candidates.length > 0 ? `; they fit ${candidates.join(', ')}` : ''}.`,
      'Check which radionuclide the image shows.',
    ),
  ]
}

function mentionsOf(item: DicomDataSet, context: NuclideContext): Mention[] {
  const agent = str(item, TAG.radiopharmaceutical) ?? ''
  const agentCode = codeOf(item, TAG.radiopharmaceuticalCodeSequence)
  const sources: readonly (readonly [string, string])[] = [
    [agent, 'the radiopharmaceutical'],
    [agentCode?.meaning ?? '', 'the radiopharmaceutical code'],
    ...context.descriptions.map((text): readonly [string, string] => [text, 'the description']),
  ]
  return sources.flatMap(([text, where]) =>
    nuclidesInText(text).map((nuclide) => ({ nuclide, where: `${where} "${text}" says ${nuclide}` })),
  )
}

function saySources(mentions: readonly Mention[]): string {
  return [...new Set(mentions.map(({ where }) => where))].join(', ')
}

function fits(fileHalfLife: number | null, known: number | null): boolean {
  return fileHalfLife !== null && known !== null && isSame(fileHalfLife, known)
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a / b - 1) <= HALF_LIFE_TOLERANCE
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}

function showHalfLife(seconds: number): string {
  return `${seconds} s (${showSpan(seconds)})`
}

/** Lower and upper limits of all energy windows of a file. */
export function energyWindowsOf(root: DicomDataSet): EnergyWindow[] {
  return seq(root, TAG.energyWindowInformationSequence).flatMap((window) =>
    seq(window, TAG.energyWindowRangeSequence).flatMap((range) => {
      const lowerKev = num(range, TAG.energyWindowLowerLimit)
      const upperKev = num(range, TAG.energyWindowUpperLimit)
      return lowerKev !== null && upperKev !== null && upperKev > lowerKev ? [{ lowerKev, upperKev }] : []
    }),
  )
}

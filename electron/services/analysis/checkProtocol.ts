import { InputError } from '../../../native-core/errors/index.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft } from '../course/index.ts'
import { namesStructure } from './policyMasks.ts'
import { checkPointsLeftOut } from './pointsLeftOut.ts'
import { imageCorrection } from './recovery.ts'
import { sameStructure } from './structures.ts'

/** Lighter than lung or denser than tooth enamel is no tissue, but a slip of the unit (kg/m³ for g/mL). */
const TISSUE_G_PER_ML = { least: 0.05, most: 4 } as const

/**
 * Refuses a protocol that names structures, cycles or counts of time points which the images do not have, says two things
 * of one structure, or gives a density that no tissue has: a correction that silently applies to nothing, or to the wrong
 * degree, would be a wrong number that looks right.
 *
 * @throws InputError `protocol.unknown-structure`, `protocol.unknown-cycle`, `protocol.recovery-count`, `protocol.ambiguous`,
 *   `protocol.density`, `protocol.overlap-priority`, `protocol.point-left-out`, `partial-volume.no-curve`, `partial-volume.no-psf`.
 */
export function checkProtocolAgainst(
  protocol: Protocol,
  cycles: readonly CycleDraft[],
  structures: ReadonlySet<string>,
): void {
  checkStructures(protocol, structures)
  checkOnce('densityGPerMl', Object.keys(protocol.densityGPerMl))
  checkOnce('timeActivityModelByStructure', Object.keys(protocol.timeActivityModelByStructure))
  checkOnce('timeActivityFitByStructure', Object.keys(protocol.timeActivityFitByStructure))
  checkOnce('hollowOrgans', Object.keys(protocol.hollowOrgans))
  checkOnce('fewScans.byStructure', Object.keys(protocol.fewScans.byStructure))
  checkPriority(protocol, structures)
  imageCorrection(protocol)
  for (const [name, densityGPerMl] of Object.entries(protocol.densityGPerMl))
    if (densityGPerMl < TISSUE_G_PER_ML.least || densityGPerMl > TISSUE_G_PER_ML.most)
      throw new InputError(
        'protocol.density',
        `The protocol gives "${name}" a density of ${densityGPerMl} g/mL, which no tissue has (${TISSUE_G_PER_ML.least} to ${TISSUE_G_PER_ML.most} g/mL).`,
        'Give it in g/mL (soft tissue is near 1.04), or write the unit: "1050 kg/m^3".',
      )
  checkRecovery(protocol, cycles)
  checkPointsLeftOut(protocol, cycles)
}

function checkStructures(protocol: Protocol, structures: ReadonlySet<string>): void {
  const given = [
    ['densityGPerMl', Object.keys(protocol.densityGPerMl)],
    ['timeActivityModelByStructure', Object.keys(protocol.timeActivityModelByStructure)],
    ['timeActivityFitByStructure', Object.keys(protocol.timeActivityFitByStructure)],
    ['fewScans.byStructure', Object.keys(protocol.fewScans.byStructure)],
    ['pointsLeftOut', protocol.pointsLeftOut.map(({ structure }) => structure)],
    ['recoveryCoefficients', protocol.recoveryCoefficients.map(({ structure }) => structure)],
    [
      'hollowOrgans',
      Object.entries(protocol.hollowOrgans).flatMap(([organ, { wallStructure, contentStructure }]) => [
        organ,
        ...[wallStructure, contentStructure].filter((part) => part !== undefined),
      ]),
    ],
  ] as const
  for (const [where, names] of given)
    for (const name of names)
      if (![...structures].some((known) => sameStructure(known, name)))
        throw new InputError(
          'protocol.unknown-structure',
          `The protocol's ${where} names the structure "${name}", which no time point has. There are: ${[...structures].sort().join(', ')}.`,
          'Correct the name, or remove the entry.',
        )
}

function checkPriority({ overlapPriority }: Protocol, structures: ReadonlySet<string>): void {
  if (overlapPriority === 'none') return
  const idle = overlapPriority.find((entry) => ![...structures].some((name) => namesStructure(entry, name)))
  if (idle !== undefined)
    throw new InputError(
      'protocol.overlap-priority',
      `The protocol's overlapPriority names "${idle}", which is no structure and no regular expression of one's whole name. There are: ${[...structures].sort().join(', ')}.`,
      'Correct the entry, or remove it.',
    )
}

function checkOnce(where: string, names: readonly string[]): void {
  const again = names.find((name, position) => names.slice(0, position).some((other) => sameStructure(other, name)))
  if (again !== undefined)
    throw new InputError(
      'protocol.ambiguous',
      `The protocol's ${where} names "${again}" more than once.`,
      'Remove all entries but one; upper and lower case are the same name.',
    )
}

function checkRecovery({ recoveryCoefficients }: Protocol, cycles: readonly CycleDraft[]): void {
  recoveryCoefficients.forEach(({ structure, coefficient, cycle }, position) => {
    if (cycle !== undefined && !cycles.some((draft) => draft.index === cycle))
      throw new InputError(
        'protocol.unknown-cycle',
        `The protocol's recoveryCoefficients name cycle ${cycle} for "${structure}", but the usable images show only cycle ${cycles.map(({ index }) => index).join(', ')}.`,
        'Correct the cycle number, or remove the entry.',
      )
    const rival = recoveryCoefficients
      .slice(0, position)
      .some((other) => sameStructure(other.structure, structure) && other.cycle === cycle)
    if (rival)
      throw new InputError(
        'protocol.ambiguous',
        `The protocol's recoveryCoefficients have more than one entry for "${structure}"${cycle === undefined ? '' : ` in cycle ${cycle}`}.`,
        'Remove all entries but one; upper and lower case are the same name.',
      )
    if (typeof coefficient === 'number') return
    for (const draft of cycles.filter((candidate) => cycle === undefined || candidate.index === cycle))
      if (coefficient.length !== draft.timePoints.length)
        throw new InputError(
          'protocol.recovery-count',
          `The protocol gives ${coefficient.length} recovery coefficients for "${structure}", but cycle ${draft.index} has ${draft.timePoints.length} time points.`,
          'Give one coefficient for all, or one for each time point in order (with "cycle" where cycles differ).',
        )
  })
}

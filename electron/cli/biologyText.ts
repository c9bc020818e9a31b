/** The biological effect as text of the command line. */
import { join } from 'node:path'
import type { BiologyResult, StructureEffect } from '../contracts/biology.ts'
import type { PartsModel } from '../contracts/biologyParts.ts'
import { contributionWords, joinUncertain, printNumber, printPercent } from '../services/report/index.ts'

export function effectText(result: BiologyResult, out: string | undefined): string {
  return [
    ...result.structures.flatMap(structureText),
    ...(result.uncomplicatedControl === null
      ? []
      : [`Control without complication: ${printPercent(result.uncomplicatedControl)} %`]),
    ...result.assumptions.map((assumption) => `  - ${assumption}`),
    ...(out === undefined ? [] : [`Written: ${join(out, 'biology.json')}, biology.csv`]),
  ].join('\n')
}

function structureText({
  name,
  cycles,
  totalBedGy,
  totalEqd2Gy,
  evidence,
  problem,
  ...effect
}: StructureEffect): string[] {
  if (cycles.length === 0) return [`${name.padEnd(16)} ${problem}`]
  const outcomes = [
    ...(effect.complication ? [{ kind: 'complication', ...effect.complication }] : []),
    ...(effect.control ? [{ kind: 'control', ...effect.control }] : []),
  ]
  return [
    `${name.padEnd(16)} ${joinUncertain(effect.doseGy)} Gy   BED ${joinUncertain(totalBedGy)} Gy   EQD2 ${printNumber(totalEqd2Gy)} Gy   (${evidence})`,
    ...effect.limits.map(
      (use) => `  ${printPercent(use.share)} % of ${printNumber(use.limitGy)} Gy: ${use.title} (${use.evidence})`,
    ),
    ...outcomes.map(
      ({ kind, endpoint, probability, low, high, evidence: basis }) =>
        `  ${kind} ${printPercent(probability)} % (${printPercent(low)} to ${printPercent(high)} %): ${endpoint} (${basis})`,
    ),
    ...(effect.contributions
      ? [`  dose from: ${effect.contributions.map((one) => contributionWords(one)).join('; ')}`]
      : []),
    ...partsText(effect.parts),
    ...furtherText(effect.further),
  ]
}

function partsText(parts: StructureEffect['parts']): string[] {
  if (!parts) return []
  const { geudGy, gebedGy, a, eubedGy, alphaPerGy } = parts.equivalent
  return [
    `  parts: ${parts.title} (${parts.evidence})`,
    ...parts.parts.map(
      ({ name, activityShare, doseGy, g, totalBedGy, totalEqd2Gy }) =>
        `    ${name.padEnd(14)} ${printPercent(activityShare)} % of the activity   ${joinUncertain(doseGy)} Gy   G ${printNumber(g)}   BED ${joinUncertain(totalBedGy)} Gy   EQD2 ${printNumber(totalEqd2Gy)} Gy`,
    ),
    ...(geudGy === null || gebedGy === null
      ? []
      : [`    gEUD ${printNumber(geudGy)} Gy, of the BED ${printNumber(gebedGy)} Gy (a ${printNumber(a)})`]),
    ...(eubedGy === null ? [] : [`    EUBED ${printNumber(eubedGy)} Gy (α ${printNumber(alphaPerGy)} per Gy)`]),
    ...parts.remarks.map((remark) => `    - ${remark}`),
  ]
}

function furtherText(further: StructureEffect['further']): string[] {
  if (!further) return []
  return [
    ...further.cycles.map(
      ({ start, activityBq, doseGy, bedGy }) =>
        `  further cycle ${start.slice(0, 10)}, ${printNumber(activityBq / 1e9)} GBq: ${printNumber(doseGy)} Gy, BED ${printNumber(bedGy)} Gy`,
    ),
    `  with them: ${joinUncertain(further.doseGy)} Gy   BED ${joinUncertain(further.totalBedGy)} Gy   EQD2 ${printNumber(further.totalEqd2Gy)} Gy`,
    ...further.limits.map((use) => `    ${printPercent(use.share)} % of ${printNumber(use.limitGy)} Gy: ${use.title}`),
    ...(further.complication ? [`    complication ${printPercent(further.complication.probability)} %`] : []),
    ...(further.control ? [`    control ${printPercent(further.control.probability)} %`] : []),
  ]
}

export const modelText = ({ id, title, organ, evidence, parts }: PartsModel): string =>
  `${id.padEnd(20)} ${organ}: ${title}; ${parts.map(({ name, massShare, activityShare }) => `${name} ${printPercent(massShare)} % of the mass, ${printPercent(activityShare)} % of the activity`).join('; ')} (${evidence})`

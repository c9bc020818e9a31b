/** The report of an analysis: title, patient, and the sections in the order in which a reader needs them. */
import type { Analysis } from '../../contracts/analysis.ts'
import type { BiologyResult } from '../../contracts/biology.ts'
import type { PairPrediction } from '../../contracts/pair.ts'
import type { ReportContext, ReportedResponse, ReportedVoxelDose } from '../ports/reportWriter.ts'
import type { Block, ReportDocument } from '../ports/reportDocument.ts'
import { MISSING, printNumber } from './numbers.ts'
import { biologyBlocks } from './sections/biology.ts'
import { courseBlocks, doseBlocks } from './sections/dose.ts'
import { imageBlocks } from './sections/images.ts'
import { kineticsBlocks } from './sections/kinetics.ts'
import { pairBlocks } from './sections/pair.ts'
import { responseBlocks } from './sections/response.ts'
import { inputBlocks, methodBlocks, recordBlocks } from './sections/record.ts'
import { structureBlocks } from './sections/structures.ts'
import { uncertaintyBlocks } from './sections/uncertainty.ts'
import { voxelDoseBlocks } from './sections/voxelDose.ts'
import { count } from './sections/words.ts'

/** What the program is for and not for; on the first page in full, on every page in short. */
export const INTENDED_USE =
  'Not for prescription: Theratwin is research software, not a medical device. Every number in this report must be checked by a qualified medical physicist before it takes part in a decision about a patient.'

/** Builds the report. Pure: the same analysis, context, voxel doses and effect give the same document. */
export function reportDocument(
  analysis: Analysis,
  context: ReportContext,
  voxelDoses: readonly ReportedVoxelDose[] = [],
  biology: BiologyResult | null = null,
  responses: readonly ReportedResponse[] = [],
  pairs: readonly PairPrediction[] = [],
): ReportDocument {
  const { patient, program, course } = analysis
  const printed = context.printedAt.slice(0, 16).replace('T', ' ')
  const sex = patient.sex === null ? MISSING : { M: 'male', F: 'female', O: 'other' }[patient.sex]
  const subtitle = [
    course.agent,
    namesNuclide(course.agent, course.nuclide) ? '' : course.nuclide,
    count(analysis.cycles.length, 'cycle'),
  ]
    .filter((t) => t !== '')
    .join(' · ')
  const head: Block[] = [
    {
      kind: 'facts',
      perRow: 4,
      items: [
        { label: 'Patient', value: [{ text: patient.name || MISSING, style: 'strong' }] },
        {
          label: 'Patient ID',
          value: [
            { text: patient.mrn || MISSING, style: 'strong' },
            ...(patient.issuer ? [{ text: `  ${patient.issuer}`, style: 'note' as const }] : []),
          ],
        },
        { label: 'Born', value: patient.birthDate ?? MISSING },
        { label: 'Sex', value: sex },
        { label: 'Weight', value: patient.weightKg === null ? MISSING : `${printNumber(patient.weightKg)} kg` },
        { label: 'Height', value: patient.heightM === null ? MISSING : `${printNumber(patient.heightM * 100)} cm` },
        { label: 'Protocol', value: analysis.protocol.name || MISSING },
        { label: 'Printed', value: context.operator ? `${printed}, ${context.operator}` : printed },
      ],
    },
    { kind: 'callout', text: INTENDED_USE },
  ]
  return {
    title: 'Absorbed dose report',
    subtitle,
    language: 'en-GB',
    pageHeader: {
      left: [patient.name || MISSING, `ID ${patient.mrn || MISSING}`, `born ${patient.birthDate ?? MISSING}`].join(
        ' · ',
      ),
      right: `Absorbed dose report · ${subtitle}`,
    },
    pageFooter: {
      left: `${program.name} ${program.version} · analysis ${analysis.key.slice(0, 12)}`,
      middle: 'Not for prescription',
      right: `printed ${printed}`,
    },
    author: `${program.name} ${program.version}`,
    subject: `Absorbed dose of ${course.agent || course.nuclide}`,
    keywords: `dosimetry, ${course.nuclide}, ${analysis.key}`,
    createdAt: context.printedAt,
    blocks: [
      ...head,
      ...doseBlocks(analysis),
      ...voxelDoseBlocks(analysis, voxelDoses),
      ...biologyBlocks(biology),
      ...responseBlocks(responses),
      ...pairBlocks(pairs),
      ...courseBlocks(analysis),
      ...kineticsBlocks(analysis),
      ...uncertaintyBlocks(analysis),
      ...structureBlocks(analysis),
      ...imageBlocks(analysis),
      ...methodBlocks(analysis),
      ...recordBlocks(analysis),
      ...inputBlocks(analysis),
      { kind: 'signatures', roles: ['Medical physicist', 'Physician'] },
    ],
  }
}

/** Whether an agent's name says the radionuclide in any way of writing it: "Lutetium-177 PSMA-617", "[177Lu]Lu-…". */
function namesNuclide(agent: string, nuclide: string): boolean {
  const mass = /\d+/.exec(nuclide)?.[0]
  return mass !== undefined && new RegExp(`(^|\\D)${mass}(\\D|$)`).test(agent)
}

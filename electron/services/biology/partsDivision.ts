/** How an organ is divided: by a model of the program or by a person's own table. */
import { InputError } from '../../../native-core/errors/index.ts'
import {
  electronReachGPerCm2,
  givenActivityShares,
  parseSuborganTable,
  partRatios,
  suborganDoses,
} from '../../../native-core/dosimetry/suborgan/index.ts'
import type { SuborganModel, SuborganShare } from '../../../native-core/dosimetry/suborgan/index.ts'
import { canonicalNuclideName } from '../../../native-core/physics/index.ts'
import type { Analysis, StructureResult } from '../../contracts/analysis.ts'
import type { BiologyParameterView } from '../../contracts/biology.ts'
import type { PartsChoice, PartsModel } from '../../contracts/biologyParts.ts'
import type { BiologyDosimetry } from './dosimetry.ts'
import type { CycleDose } from './doseRates.ts'
import { weakest } from './parameters.ts'

export interface DivisionRequest {
  readonly choice: PartsChoice
  /** Why a person's own shares are what they are. */
  readonly reason: string
  readonly structure: StructureResult
  readonly analysis: Analysis
  readonly dosimetry: BiologyDosimetry
}

/** The parts in a cycle: their doses by the organ's own radiation over the organ's. */
export interface Division {
  readonly title: string
  readonly validity: string
  readonly parts: readonly {
    readonly name: string
    readonly massShare: number | null
    readonly activityShare: number
  }[]
  readonly parameters: readonly BiologyParameterView[]
  readonly remarks: readonly string[]
  /** The doses hold the photons that the organ sends out itself. */
  readonly hasOwnPhotons: boolean
  readonly ratios: (cycle: CycleDose) => readonly number[]
}

/** @throws InputError `biology.parts` for a model that is none, a hollow organ, a table of another nuclide; those of the core for shares, tables and masses. */
export const divisionOf = (request: DivisionRequest): Division =>
  'table' in request.choice ? ofTable(request, request.choice.table) : ofModel(request, request.choice)

const shareView = (
  name: string,
  what: 'mass' | 'activity',
  {
    value,
    source,
    evidence,
  }: Omit<SuborganShare, 'evidence'> & { readonly evidence: BiologyParameterView['evidence'] },
): BiologyParameterView => ({
  name: `${what}Share ${name}`,
  title: `${name}, share of ${what}`,
  value,
  unit: '1',
  source,
  evidence,
})

function ofModel(
  { structure, analysis, reason, dosimetry }: DivisionRequest,
  choice: Extract<PartsChoice, { model: string }>,
): Division {
  const models = dosimetry.models()
  const model = models.find(({ id }) => id === choice.model)
  if (!model)
    throw new InputError(
      'biology.parts',
      `There is no model "${choice.model}" of an organ's parts.`,
      `Choose one of: ${models.map(({ id }) => id).join(', ')}; or give a table of your own.`,
    )
  if (structure.hollow)
    throw new InputError(
      'biology.parts',
      `"${structure.name}" is a hollow organ: its wall is no ball with shells.`,
      'Take the parts away in the settings of biology.',
    )
  const given = choice.activityShares
  const shares = given ? givenActivityShares(model, given) : model.parts.map(({ activityShare }) => activityShare.value)
  const kernel = dosimetry.kernel(analysis.course.nuclide)
  const byCycle = new Map(
    analysis.cycles.map((cycle) => {
      const { massKg, densityGPerMl } = cycle.structures.find(({ name }) => name === structure.name) ?? structure
      return [cycle.index, partRatios(model, shares, kernel, massKg.value, densityGPerMl)] as const
    }),
  )
  const last = byCycle.get(analysis.cycles.at(-1)?.index ?? 0) ?? []
  const reach = electronReachGPerCm2(kernel)
  return {
    title: model.title,
    validity: model.validity,
    parts: model.parts.map(({ name, massShare }, p) => ({
      name,
      massShare: massShare.value,
      activityShare: shares[p] ?? 0,
    })),
    parameters: model.parts.flatMap((part, p) => [
      shareView(part.name, 'mass', part.massShare),
      shareView(
        part.name,
        'activity',
        given
          ? { value: shares[p] ?? 0, source: reason ? `given: ${reason}` : 'given', evidence: 'given' }
          : part.activityShare,
      ),
    ]),
    remarks: [
      'Parts are concentric shells of one ball of the organ’s mass (designed); charged particles cross between them, and what would leave the organ counts in its outermost part, as in local energy deposition.',
      ...(reach === null
        ? []
        : [`90 % of the electrons’ energy stays within ${Number((10 * reach).toPrecision(2))} mm of water.`]),
      'Parts have the time course of the whole organ.',
    ],
    hasOwnPhotons: false,
    ratios: ({ index }) => (byCycle.get(index) ?? last).map(({ doseRatio }) => doseRatio),
  }
}

function ofTable({ structure, analysis }: DivisionRequest, json: unknown): Division {
  const table = parseSuborganTable(json)
  if (canonicalNuclideName(table.nuclide) !== canonicalNuclideName(analysis.course.nuclide))
    throw new InputError(
      'biology.parts',
      `The table "${table.name}" is of ${table.nuclide}, and the analysis of ${analysis.course.nuclide}.`,
      'Give the S values of the nuclide that was administered.',
    )
  const tiaOf = (index: number): { readonly tiaBqS: number; readonly doseGy: number } => {
    const cycle = analysis.cycles.find((one) => one.index === index) ?? analysis.cycles.at(-1)
    const found = cycle?.structures.find(({ name }) => name === structure.name)
    return { tiaBqS: found?.fit?.tiaBqS.value ?? 0, doseGy: found?.doses[0]?.doseGy.value ?? 0 }
  }
  const { doses, remarks } = suborganDoses(1, table)
  const massKg = doses.every((dose) => dose.massKg !== null)
    ? doses.reduce((sum, dose) => sum + (dose.massKg ?? 0), 0)
    : null
  const { source, citation, evidence } = table.provenance
  return {
    title: table.name,
    validity: `Table of a person for ${table.organ}: ${citation}.`,
    parts: doses.map((dose) => ({
      name: dose.part,
      massShare: massKg === null || dose.massKg === null ? null : dose.massKg / massKg,
      activityShare: table.fractions.find(({ part }) => part === dose.part)?.fraction ?? 0,
    })),
    parameters: table.fractions.map(({ part, fraction }) =>
      shareView(part, 'activity', { value: fraction, source: `${table.name}: ${source}`, evidence }),
    ),
    remarks: [
      ...remarks,
      'The S values are those of the table’s masses, not scaled to the patient’s.',
      'Parts have the time course of the whole organ.',
    ],
    hasOwnPhotons: true,
    ratios: ({ index }) => {
      const { tiaBqS, doseGy } = tiaOf(index)
      return doses.map((dose) => (dose.doseGy * tiaBqS) / doseGy)
    },
  }
}

/** A model as the window lists it. */
export function partsModelView({ id, title, organ, validity, parts }: SuborganModel): PartsModel {
  const evidence = weakest(
    parts.flatMap(({ name, massShare, activityShare }) => [
      shareView(name, 'mass', massShare),
      shareView(name, 'activity', activityShare),
    ]),
  )
  return {
    id,
    title,
    organ,
    validity,
    parts: parts.map(({ name, massShare, activityShare }) => ({
      name,
      massShare: massShare.value,
      activityShare: activityShare.value,
    })),
    evidence,
  }
}

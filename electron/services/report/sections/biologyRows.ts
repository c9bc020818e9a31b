/** Biological effect as rows of the long table, in Gy and as shares. */
import type { BiologyResult, EffectOutcome, StructureEffect } from '../../../contracts/biology.ts'
import type { NumberRow } from '../table.ts'
import { inProportion } from '../numbers.ts'
import { protractionOf } from './biology.ts'

type Cells = Pick<NumberRow, 'quantity' | 'value' | 'unit'> & Partial<NumberRow>

const row = (structure: string, cells: Cells): NumberRow => ({
  cycle: null,
  structure,
  hoursAfterInjection: null,
  standardUncertainty: null,
  note: '',
  ...cells,
})

/** In the order of the report: cycles, sum, limits, outcomes, parameters of each structure; last what holds for all. */
export function biologyRows(result: BiologyResult): NumberRow[] {
  return [
    ...result.structures.flatMap(structureRows),
    ...(result.uncomplicatedControl === null
      ? []
      : [row('', { quantity: 'uncomplicated control', value: result.uncomplicatedControl, unit: '1' })]),
    ...result.assumptions.map((note) => row('', { quantity: 'assumption of the effect', value: null, unit: '', note })),
  ]
}

function structureRows(effect: StructureEffect): NumberRow[] {
  const { name, problem, cycles } = effect
  const at = (cells: Cells): NumberRow => row(name, cells)
  const said = problem === '' ? [] : [at({ quantity: 'problem of the effect', value: null, unit: '', note: problem })]
  if (cycles.length === 0) return said
  return [
    ...cycles.flatMap(({ index: cycle, g, bedGy, eqd2Gy }) => [
      at({ cycle, quantity: 'Lea–Catcheside factor', value: g, unit: '1' }),
      at({ cycle, quantity: 'BED', ...bedGy, unit: 'Gy' }),
      at({ cycle, quantity: 'EQD2', ...inProportion(eqd2Gy, bedGy), unit: 'Gy' }),
    ]),
    at({ quantity: 'Lea–Catcheside factor of all cycles', value: protractionOf(effect), unit: '1' }),
    at({ quantity: 'BED of the radionuclides', ...effect.bedGy, unit: 'Gy', note: effect.evidence }),
    at({ quantity: 'BED by incomplete repair between cycles', value: effect.incompleteRepairGy, unit: 'Gy' }),
    at({ quantity: 'BED of external beam', value: effect.externalBeamBedGy, unit: 'Gy' }),
    at({ quantity: 'BED in all', ...effect.totalBedGy, unit: 'Gy', note: effect.evidence }),
    at({
      quantity: 'EQD2 in all',
      ...inProportion(effect.totalEqd2Gy, effect.totalBedGy),
      unit: 'Gy',
      note: effect.evidence,
    }),
    ...effect.limits.flatMap((use) => {
      const note = `${use.evidence}; ${use.quantity}, ${use.scope}; ${use.source}`
      return [
        at({ quantity: `limit ${use.set}`, value: use.limitGy, unit: 'Gy', note }),
        at({ quantity: `value for limit ${use.set}`, ...use.valueGy, unit: 'Gy', note }),
        at({ quantity: `share of limit ${use.set}`, value: use.share, unit: '1', note }),
        at({ quantity: `probability above limit ${use.set}`, value: use.probabilityAbove, unit: '1', note }),
      ]
    }),
    ...outcomeRows(name, 'complication', effect.complication),
    ...outcomeRows(name, 'control', effect.control),
    ...(effect.contributions ?? []).map((one) =>
      at({
        quantity: `absorbed dose by ${one.kind === 'cross' ? one.source : one.kind}`,
        value: one.doseGy,
        unit: 'Gy',
      }),
    ),
    ...partRows(effect),
    ...furtherRows(effect),
    ...effect.parameters.map(({ name: parameter, value, unit, source, evidence }) =>
      at({ quantity: `parameter ${parameter}`, value, unit, note: `${evidence}; ${source}` }),
    ),
    ...said,
  ]
}

function partRows({ name, parts }: StructureEffect): NumberRow[] {
  if (!parts) return []
  const { geudGy, gebedGy, eubedGy } = parts.equivalent
  const note = `${parts.evidence}; ${parts.title}`
  return [
    ...parts.parts.flatMap((part) => [
      row(name, { quantity: `absorbed dose of ${part.name}`, ...part.doseGy, unit: 'Gy', note }),
      row(name, { quantity: `largest dose rate of ${part.name}`, value: part.largestRateGyPerS, unit: 'Gy/s', note }),
      row(name, { quantity: `Lea–Catcheside factor of ${part.name}`, value: part.g, unit: '1', note }),
      row(name, { quantity: `BED of ${part.name} in all`, ...part.totalBedGy, unit: 'Gy', note }),
      row(name, { quantity: `EQD2 of ${part.name} in all`, value: part.totalEqd2Gy, unit: 'Gy', note }),
    ]),
    row(name, { quantity: 'mean dose of all parts', value: parts.meanDoseGy, unit: 'Gy', note }),
    row(name, { quantity: 'gEUD of all parts', value: geudGy, unit: 'Gy', note }),
    row(name, { quantity: 'gEUD of the BED of all parts', value: gebedGy, unit: 'Gy', note }),
    row(name, { quantity: 'EUBED of all parts', value: eubedGy, unit: 'Gy', note }),
    ...parts.parameters.map(({ title, value, unit, source, evidence }) =>
      row(name, { quantity: title, value, unit, note: `${evidence}; ${source}` }),
    ),
    ...parts.remarks.map((remark) =>
      row(name, { quantity: 'remark on the parts', value: null, unit: '', note: remark }),
    ),
  ]
}

function furtherRows({ name, further }: StructureEffect): NumberRow[] {
  if (!further) return []
  const note = 'not delivered'
  const share = (use: (typeof further.limits)[number]): NumberRow =>
    row(name, { quantity: `share of limit ${use.set} with further cycles`, value: use.share, unit: '1', note })
  return [
    ...further.cycles.flatMap(({ start, activityBq, doseGy, bedGy }) => [
      row(name, { quantity: `activity of a further cycle ${start.slice(0, 10)}`, value: activityBq, unit: 'Bq', note }),
      row(name, {
        quantity: `absorbed dose of a further cycle ${start.slice(0, 10)}`,
        value: doseGy,
        unit: 'Gy',
        note,
      }),
      row(name, { quantity: `BED of a further cycle ${start.slice(0, 10)}`, value: bedGy, unit: 'Gy', note }),
    ]),
    row(name, { quantity: 'absorbed dose with further cycles', ...further.doseGy, unit: 'Gy', note }),
    row(name, { quantity: 'BED in all with further cycles', ...further.totalBedGy, unit: 'Gy', note }),
    row(name, { quantity: 'EQD2 in all with further cycles', value: further.totalEqd2Gy, unit: 'Gy', note }),
    ...further.limits.map(share),
    ...[further.complication, further.control].flatMap((one) =>
      one
        ? [
            row(name, {
              quantity: `probability ${one.set} with further cycles`,
              value: one.probability,
              unit: '1',
              note,
            }),
          ]
        : [],
    ),
  ]
}

function outcomeRows(structure: string, kind: string, outcome: EffectOutcome | null): NumberRow[] {
  if (!outcome) return []
  const { set, model, quantity, endpoint, evidence, doseGy, probability, low, high, bandOver = '' } = outcome
  const note = `${evidence}; ${model}, ${quantity}; ${endpoint}`
  const band = bandOver === '' ? note : `${note}; ${bandOver}`
  return [
    row(structure, { quantity: `equivalent dose of ${kind} ${set}`, value: doseGy, unit: 'Gy', note }),
    row(structure, { quantity: `probability of ${kind} ${set}`, value: probability, unit: '1', note }),
    row(structure, { quantity: `probability of ${kind} ${set}, 5 %`, value: low, unit: '1', note: band }),
    row(structure, { quantity: `probability of ${kind} ${set}, 95 %`, value: high, unit: '1', note: band }),
    ...outcome.parameters.map((parameter) =>
      row(structure, {
        quantity: `parameter ${parameter.name} of ${set}`,
        value: parameter.value,
        unit: parameter.unit,
        note: `${parameter.evidence}; ${parameter.source}`,
      }),
    ),
  ]
}

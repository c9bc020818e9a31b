/** Biological effect: BED and EQD2 of the structures, limits, probabilities with their bands, and what all of it rests on. */
import type { BiologyParameterView, BiologyResult, EffectOutcome, StructureEffect } from '../../../contracts/biology.ts'
import type { Block, Cell, Text } from '../../ports/reportDocument.ts'
import { inProportion, MISSING, printNumber, printPercent, printUncertain } from '../numbers.ts'
import { biologyPartsBlocks } from './biologyParts.ts'
import { marked, STRUCTURE } from './marks.ts'

const S_PER_H = 3600
const MODEL_NAMES: Readonly<Record<string, string>> = {
  lkb: 'Lyman–Kutcher–Burman',
  tcp: 'Poisson',
  'ntcp-formula': 'local formula',
  'tcp-formula': 'local formula',
}
const UNVERIFIED_NOTE =
  '‡ Rests on a parameter that is not verified: recalled from the literature or carried over from external beam. To be checked before it is relied on.'

/** Nothing where there is no result. */
export function biologyBlocks(result: BiologyResult | null): Block[] {
  if (!result) return []
  const effects = result.structures.filter(({ cycles }) => cycles.length > 0)
  const without = result.structures.filter(({ cycles, doseGy }) => cycles.length === 0 && doseGy.value > 0)
  return [
    { kind: 'heading', level: 1, text: 'Biological effect' },
    ...(effects.length > 0
      ? [effectTable(effects, without)]
      : ([{ kind: 'paragraph', text: withoutEffect(without) }] as const)),
    ...limitTable(effects),
    ...outcomeTable(effects, result),
    ...biologyPartsBlocks(result),
    ...parameterTable(effects),
    { kind: 'list', items: [...result.assumptions, ...reasonsOf(result)] },
  ]
}

const name = (effect: StructureEffect, more = ''): Text => [
  { text: `${marked(effect.name, effect.evidence)}${more}`, style: 'strong' },
]

const withoutEffect = (without: readonly StructureEffect[]): string =>
  without.length > 0
    ? `No α/β and repair half-time are known for ${without.map((one) => one.name).join(', ')}: no BED is stated.`
    : 'No structure has a dose.'

function effectTable(effects: readonly StructureEffect[], without: readonly StructureEffect[]): Block {
  const several = effects.some(({ cycles }) => cycles.length > 1)
  const beams = effects.some(({ externalBeamBedGy }) => externalBeamBedGy > 0)
  const rows = effects.flatMap((effect): Cell[][] => [
    ...(several
      ? effect.cycles.map((cycle): Cell[] => [
          `${effect.name}, cycle ${cycle.index}`,
          printUncertain(cycle.doseGy),
          printNumber(cycle.g),
          printUncertain(cycle.bedGy),
          ...(beams ? [MISSING] : []),
          printUncertain(inProportion(cycle.eqd2Gy, cycle.bedGy)),
        ])
      : []),
    [
      name(effect, several ? ', all cycles' : ''),
      printUncertain(effect.doseGy),
      printNumber(protractionOf(effect)),
      printUncertain(effect.totalBedGy),
      ...(beams ? [effect.externalBeamBedGy > 0 ? printNumber(effect.externalBeamBedGy) : MISSING] : []),
      printUncertain(inProportion(effect.totalEqd2Gy, effect.totalBedGy)),
    ],
  ])
  return {
    kind: 'table',
    columns: [
      STRUCTURE,
      { title: 'Absorbed dose', unit: 'Gy', kind: 'uncertain', stretch: 0 },
      { title: 'G', kind: 'number', stretch: 0 },
      { title: 'BED', unit: 'Gy', kind: 'uncertain', stretch: 0 },
      ...(beams ? [{ title: 'of it external', unit: 'Gy', kind: 'number', stretch: 0 } as const] : []),
      { title: 'EQD2', unit: 'Gy', kind: 'uncertain', stretch: 0 },
    ],
    rows,
    notes: [
      'BED = D·(1 + G·D/(α/β)); G is the Lea–Catcheside factor. The uncertainty (k = 1) is that of the dose carried through; that of α/β and repair is not in it.',
      ...effects
        .filter(({ incompleteRepairGy, bedGy }) => incompleteRepairGy > 5e-4 * bedGy.value)
        .map(
          (effect) =>
            `${effect.name}: ${printNumber(effect.incompleteRepairGy)} Gy of its BED is there because repair is not complete between cycles.`,
        ),
      ...(without.length > 0 ? [withoutEffect(without)] : []),
      ...(effects.some(({ evidence }) => evidence === 'unverified') ? [UNVERIFIED_NOTE] : []),
    ],
  }
}

/** G of all cycles on one clock, from the BED that it makes. */
export function protractionOf({ doseGy, bedGy, parameters }: StructureEffect): number | null {
  const alphaBetaGy = parameters.find((parameter) => parameter.name === 'alphaBetaGy')?.value
  if (alphaBetaGy === undefined || !(doseGy.value > 0)) return null
  return ((bedGy.value - doseGy.value) * alphaBetaGy) / (doseGy.value * doseGy.value)
}

function limitTable(effects: readonly StructureEffect[]): Block[] {
  const uses = effects.flatMap((effect) => effect.limits.map((use) => ({ effect, use })))
  if (uses.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: 'Limits' },
    {
      kind: 'table',
      columns: [
        STRUCTURE,
        { title: 'What is limited', kind: 'text', stretch: 1.5 },
        { title: 'Limit', unit: 'Gy', kind: 'number', stretch: 0 },
        { title: 'Value', unit: 'Gy', kind: 'uncertain', stretch: 0 },
        { title: 'Used', unit: '%', kind: 'number', stretch: 0 },
        { title: 'Above it', unit: '%', kind: 'number', stretch: 0 },
        { title: 'Evidence', kind: 'text', stretch: 0 },
      ],
      rows: uses.map(({ effect, use }): Cell[] => [
        [{ text: effect.name, style: 'strong' }],
        `${marked(use.title, use.evidence)}; ${use.quantity}, ${use.scope === 'cycle' ? 'largest cycle' : 'all cycles and external beam'}`,
        printNumber(use.limitGy),
        printUncertain(use.valueGy),
        use.share > 1 ? [{ text: printPercent(use.share), style: 'strong' }] : printPercent(use.share),
        printPercent(use.probabilityAbove),
        use.evidence,
      ]),
      notes: [
        'Above it: probability that the true value is above the limit, by the uncertainty of the dose alone. A value in BED or EQD2 is taken with the α/β that the limit is stated with, where it states one.',
        ...unique(
          uses.map(({ use }) => `${use.title}: ${use.endpoint}; ${use.population}. ${use.validity} ${use.source}`),
        ),
      ],
    },
  ]
}

function outcomeTable(effects: readonly StructureEffect[], { uncomplicatedControl }: BiologyResult): Block[] {
  const outcomes = effects.flatMap((effect) => [
    ...(effect.complication ? [{ effect, kind: 'Complication', outcome: effect.complication }] : []),
    ...(effect.control ? [{ effect, kind: 'Control', outcome: effect.control }] : []),
  ])
  if (outcomes.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: 'Complications and control' },
    {
      kind: 'table',
      columns: [
        STRUCTURE,
        { title: 'Probability of', kind: 'text', stretch: 1.5 },
        { title: 'Equivalent dose', unit: 'Gy', kind: 'number', stretch: 0 },
        { title: 'Probability', unit: '%', kind: 'number', stretch: 0 },
        { title: '5 % to 95 %', unit: '%', kind: 'number', stretch: 0 },
        { title: 'Evidence', kind: 'text', stretch: 0 },
      ],
      rows: outcomes.map(({ effect, kind, outcome }): Cell[] => [
        [{ text: effect.name, style: 'strong' }],
        `${kind}: ${marked(outcome.endpoint, outcome.evidence)} (${MODEL_NAMES[outcome.model] ?? outcome.model}, ${outcome.quantity})`,
        printNumber(outcome.doseGy),
        [{ text: printPercent(outcome.probability), style: 'strong' }],
        `${printPercent(outcome.low)} to ${printPercent(outcome.high)}`,
        outcome.evidence,
      ]),
      notes: [
        'The band is over the uncertainty of the dose and of those parameters that state one; parameters without a stated uncertainty are held.',
        ...(uncomplicatedControl === null
          ? []
          : [
              `Control of all lesions that have a model, without any complication that is modelled: ${printPercent(uncomplicatedControl)} %.`,
            ]),
        ...unique(outcomes.map(({ outcome }) => outcomeWords(outcome))),
      ],
    },
  ]
}

const outcomeWords = ({ title, population, validity, parameters, bandOver = '' }: EffectOutcome): string =>
  `${title}: ${population}. ${validity} ${parameters.map(parameterWords).join('; ')}. ${bandOver}`.trimEnd()

const parameterWords = (parameter: BiologyParameterView): string => {
  const { value, unit } = printed(parameter)
  return marked(`${parameter.title} ${value}${unit === '' ? '' : ` ${unit}`} (${parameter.source})`, parameter.evidence)
}

/** Times in h, others as they are; numbers without unit have none. */
function printed({ value, unit }: BiologyParameterView): { readonly value: string; readonly unit: string } {
  return unit === 's'
    ? { value: printNumber(value / S_PER_H), unit: 'h' }
    : { value: printNumber(value), unit: unit === '1' ? '' : unit }
}

function parameterTable(effects: readonly StructureEffect[]): Block[] {
  if (effects.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: 'Sensitivities' },
    {
      kind: 'table',
      columns: [
        STRUCTURE,
        { title: 'Parameter', kind: 'text', stretch: 0 },
        { title: 'Value', kind: 'number', stretch: 0 },
        { title: '', kind: 'text', stretch: 0 },
        { title: 'Evidence', kind: 'text', stretch: 0 },
        { title: 'Source', kind: 'text', stretch: 2 },
      ],
      rows: alike(effects).flatMap(({ names, parameters }) =>
        parameters.map((parameter): Cell[] => [
          [{ text: names.join(', '), style: 'strong' }],
          marked(parameter.title, parameter.evidence),
          printed(parameter).value,
          printed(parameter).unit,
          parameter.evidence,
          [{ text: parameter.source, style: 'note' }],
        ]),
      ),
      notes: effects.some(({ parameters }) => parameters.some(({ evidence }) => evidence === 'unverified'))
        ? [UNVERIFIED_NOTE]
        : [],
    },
  ]
}

/** Structures with the same parameters from the same sources, together. */
function alike(
  effects: readonly StructureEffect[],
): readonly { readonly names: readonly string[]; readonly parameters: StructureEffect['parameters'] }[] {
  const groups = new Map<string, { readonly names: string[]; readonly parameters: StructureEffect['parameters'] }>()
  for (const { name: structure, parameters } of effects) {
    const key = JSON.stringify(parameters)
    const group = groups.get(key)
    if (group) group.names.push(structure)
    else groups.set(key, { names: [structure], parameters })
  }
  return [...groups.values()]
}

const reasonsOf = ({ settings }: BiologyResult): string[] => [
  ...Object.entries(settings.byStructure).flatMap(([structure, { reason }]) =>
    reason === '' ? [] : [`${structure}: parameters chosen by a person: ${reason}.`],
  ),
  ...settings.externalBeam.map(
    ({ structure, fractions, dosePerFractionGy, note }) =>
      `${structure}: ${fractions} × ${dosePerFractionGy} Gy of external beam${note === '' ? '' : ` (${note})`}.`,
  ),
]

const unique = (texts: readonly string[]): string[] => [...new Set(texts)]

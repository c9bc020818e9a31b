/** What each dose is uncertain by, and what would reduce it. */
import type { Analysis, CycleAnalysis } from '../../../contracts/analysis.ts'
import type { UncertaintyBudget, UncertaintyInputs } from '../../../contracts/uncertainty.ts'
import type { Block, Cell, Column } from '../../ports/reportDocument.ts'
import { MISSING, printPercent } from '../numbers.ts'
import { cycleTitle } from './words.ts'

type TermId = UncertaintyBudget['terms'][number]['id']

/** In the order of the chain, from counts to dose. */
const COLUMNS: readonly (readonly [TermId, string])[] = [
  ['calibration', 'Calibration'],
  ['recovery', 'Recovery'],
  ['counts', 'Counts'],
  ['registration', 'Registration'],
  ['points', 'Scans'],
  ['curve', 'Curve'],
  ['volume', 'Volume'],
  ['density', 'Density'],
  ['s-value', 'S value'],
  ['energy-per-decay', 'Energy'],
]

/** A table for each cycle: relative standard uncertainties of the dose by term; empty where the analysis has no budgets. */
export function uncertaintyBlocks(analysis: Analysis): Block[] {
  const cycles = analysis.cycles.filter((cycle) => budgetsOf(cycle).length > 0)
  if (cycles.length === 0) return []
  const several = analysis.cycles.length > 1
  return [
    { kind: 'heading', level: 1, text: 'Uncertainty of the doses' },
    ...cycles.flatMap((cycle): Block[] => [
      ...(several ? [{ kind: 'heading', level: 2, text: cycleTitle(cycle) } as const] : []),
      budgetTable(cycle),
    ]),
  ]
}

function budgetsOf(cycle: CycleAnalysis): { readonly name: string; readonly budget: UncertaintyBudget }[] {
  return cycle.structures.flatMap(({ name, uncertainty }) => (uncertainty ? [{ name, budget: uncertainty }] : []))
}

function budgetTable(cycle: CycleAnalysis): Block {
  const budgets = budgetsOf(cycle)
  const present = COLUMNS.filter(([id]) => budgets.some(({ budget }) => budget.terms.some((term) => term.id === id)))
  const columns: Column[] = [
    { title: 'Structure', kind: 'text', stretch: 1 },
    { title: 'TIA', unit: '%', kind: 'number', stretch: 0 },
    { title: 'Dose', unit: '%', kind: 'number', stretch: 0 },
    ...present.map(([, title]): Column => ({ title, unit: '%', kind: 'number', stretch: 0 })),
  ]
  const rows = budgets.map(({ name, budget }): Cell[] => [
    [{ text: budget.validity.isValid ? name : `${name} *`, style: 'strong' }],
    printPercent(budget.tiaRelative),
    [{ text: printPercent(budget.doseRelative), style: 'strong' }],
    ...present.map(([id]): Cell => {
      const term = budget.terms.find((one) => one.id === id)
      const text = term ? printPercent(term.doseRelative) : MISSING
      return id === budget.dominant ? [{ text, style: 'strong' }] : text
    }),
  ])
  return { kind: 'table', columns, rows, notes: notesOf(budgets) }
}

function notesOf(budgets: ReturnType<typeof budgetsOf>): string[] {
  const improved = budgets.flatMap(({ name, budget }) => {
    const [best] = budget.improvements
    return best ? [`${name}: ${best.action}`] : []
  })
  return [
    'Relative standard uncertainties (k = 1) that each term alone gives the dose; the largest is set bold. Scans: what is random in a single activity, through the fit. Curve: what the fit adds beyond its points.',
    ...(improved.length > 0 ? ['What would reduce the uncertainty of a dose most:', ...improved] : []),
    ...[...new Set(budgets.map(({ budget }) => budget.curveWords))]
      .filter((words) => words !== '')
      .map((words) => `Curve of ${namesOf(budgets, words)}: ${words}.`),
    ...budgets
      .filter(({ budget }) => !budget.validity.isValid)
      .map(
        ({ name, budget: { validity } }) =>
          `* ${name}: the law of propagation does not hold here, so the stated uncertainty is not to be relied on. ${[...validity.curveReasons, ...validity.reasons].join(' ')}`,
      ),
  ]
}

const namesOf = (budgets: ReturnType<typeof budgetsOf>, words: string): string =>
  budgets.flatMap(({ name, budget }) => (budget.curveWords === words ? [name] : [])).join(', ')

/** What a person stated of further uncertainties, as a decision. */
export function uncertaintyWords(inputs: UncertaintyInputs): string {
  const { outlineFwhmMm, registrationMm, densityRelative, energyPerDecayRelative } = inputs
  const said = [
    outlineFwhmMm > 0 ? `outlines seen with a resolution of ${outlineFwhmMm} mm` : '',
    registrationMm > 0 ? `outlines displaced by ${registrationMm} mm along each axis` : '',
    densityRelative > 0 ? `density ${printPercent(densityRelative)} %` : '',
    energyPerDecayRelative > 0 ? `energy per decay ${printPercent(energyPerDecayRelative)} %` : '',
  ].filter((words) => words !== '')
  return `Further uncertainties: ${said.join(', ')}.`
}

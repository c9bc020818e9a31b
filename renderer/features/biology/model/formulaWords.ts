/** Local formulas as they are read. */
import type { FormulaDraft, LocalFormula } from '../../../../electron/contracts/index.ts'
import { formatNumber } from '../../../ui/index.ts'

export const KIND_WORDS: Readonly<Record<FormulaDraft['kind'], string>> = {
  ntcp: 'Complication (NTCP)',
  tcp: 'Control (TCP)',
  growth: 'Growth',
}

/** What the formula is a function of. */
export function variableWords(formula: FormulaDraft): string {
  if (formula.kind === 'growth') return 'V, the volume in mL; its value is the relative growth rate'
  const { quantity, alphaBetaGy, of } = formula.dose
  const ratio =
    quantity === 'absorbed dose'
      ? ''
      : alphaBetaGy === undefined
        ? ' with the α/β of the structure'
        : ` with an α/β of ${formatNumber(alphaBetaGy, 3)} Gy`
  const what = {
    mean: `mean ${quantity}`,
    geud: `gEUD of the ${quantity}${of.kind === 'geud' ? ` with a = ${formatNumber(of.a, 3)}` : ''}`,
    eubed: `equivalent uniform ${quantity}${of.kind === 'eubed' ? ` with α = ${formatNumber(of.alphaPerGy, 3)} 1/Gy` : ''}`,
  }[of.kind]
  return `D, the ${what}${ratio}, in Gy`
}

export function testedWords(formula: FormulaDraft): string {
  const [range, unit] = formula.kind === 'growth' ? [formula.testedMl, 'mL'] : [formula.testedGy, 'Gy']
  return `Tested from ${formatNumber(range[0], 3)} to ${formatNumber(range[1], 4)} ${unit}`
}

export interface FormulaVersions {
  readonly name: string
  /** The newest first. */
  readonly versions: readonly LocalFormula[]
}

/** Formulas by name, each with its versions, the newest first. */
export function byName(formulas: readonly LocalFormula[]): FormulaVersions[] {
  const names = [...new Set(formulas.map(({ formula }) => formula.name))].sort()
  return names.map((name) => ({
    name,
    versions: formulas.filter(({ formula }) => formula.name === name).sort((a, b) => b.version - a.version),
  }))
}

/** Common shapes to start a formula from. Their parameters have names and units; the values are the person's. */
import { emptyForm, emptyParameter, type FormulaForm } from './formulaForm.ts'

export interface FormulaStart {
  readonly id: string
  readonly label: string
  readonly form: () => FormulaForm
}

const start =
  (kind: FormulaForm['kind'], expression: string, ...parameters: [string, string, string][]) =>
  () => ({
    ...emptyForm(kind),
    expression,
    parameters: parameters.map(([name, unit, title]) => emptyParameter(name, unit, title)),
  })
const TD50: [string, string, string] = ['TD50', 'Gy', 'Dose with 50 %']

export const FORMULA_STARTS: readonly FormulaStart[] = [
  {
    id: 'probit',
    label: 'NTCP: probit (Lyman 1985)',
    form: start('ntcp', '0.5*(1 + erf((D - TD50)/(m*TD50*sqrt(2))))', TD50, ['m', '1', 'Slope m']),
  },
  {
    id: 'logit',
    label: 'NTCP: log-logistic (Niemierko 1999)',
    form: start('ntcp', '1/(1 + (TD50/D)^(4*gamma50))', TD50, ['gamma50', '1', 'Normalised slope at TD50']),
  },
  {
    id: 'poisson',
    label: 'TCP: Poisson (Munro and Gilbert 1961)',
    form: start('tcp', 'exp(-N*exp(-alpha*D))', ['N', '1', 'Clonogenic cells'], ['alpha', '1/Gy', 'α']),
  },
  {
    id: 'logistic',
    label: 'Growth: logistic',
    form: start('growth', 'r*(1 - V/K)', ['r', '1/d', 'Rate of small tumours'], ['K', 'mL', 'Largest volume']),
  },
  {
    id: 'gompertz',
    label: 'Growth: Gompertz',
    form: start('growth', 'b*log(K/V)', ['b', '1/d', 'Rate of retardation'], ['K', 'mL', 'Largest volume']),
  },
]

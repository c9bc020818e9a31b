/** What diagnostic scans predict of the therapy, apart from all that was measured with it: a table for each scan, and rows of numbers. */
import type { PairPrediction, PairStructure } from '../../../contracts/pair.ts'
import type { Block, Cell } from '../../ports/reportDocument.ts'
import { MISSING, printNumber, printPercent, printUncertain, scaled } from '../numbers.ts'
import type { NumberRow } from '../table.ts'
import { marked } from './marks.ts'

const GY_PER_GBQ = 1e9
const PER_HOUR = 1 / 3600

const scanWords = ({ source }: PairPrediction): string =>
  `${source.nuclide} scan of ${source.startLocal.slice(0, 10)}${source.agent ? ` (${source.agent})` : ''}`

/** Nothing where nobody predicted anything. */
export function pairBlocks(predictions: readonly PairPrediction[]): Block[] {
  if (predictions.length === 0) return []
  return [
    { kind: 'heading', level: 1, text: 'Predicted from diagnostic scans, not measured' },
    ...predictions.flatMap(oneScan),
  ]
}

function oneScan(prediction: PairPrediction): Block[] {
  const { source, settings, structures, remarks } = prediction
  const hours = source.scanHours.map((one) => one.toFixed(1)).join(', ')
  const own = structures.flatMap(({ agentFactor }) => agentFactor ?? [])
  return [
    { kind: 'heading', level: 2, text: `${settings.therapyNuclide} predicted from the ${scanWords(prediction)}` },
    {
      kind: 'paragraph',
      text: `${printNumber(source.activityBq / 1e6, 4)} MBq of ${source.nuclide}; scans ${hours} h p.i.${settings.reason ? `. Reason: ${settings.reason}` : ''}`,
    },
    {
      kind: 'table',
      columns: [
        { title: 'Structure', kind: 'text', stretch: 1.2 },
        { title: 'Predicted dose', unit: 'Gy/GBq', kind: 'uncertain', stretch: 0 },
        { title: 'TIA', unit: 'h', kind: 'uncertain', stretch: 0 },
        { title: 'After last scan', unit: '%', kind: 'number', stretch: 0 },
        { title: 'Factor between agents', kind: 'text', stretch: 1.2 },
      ],
      rows: structures.map((one): Cell[] => [
        [{ text: one.name, style: 'strong' }],
        one.dosePerActivityGyPerBq ? printUncertain(scaled(one.dosePerActivityGyPerBq, GY_PER_GBQ)) : MISSING,
        one.tiaPerActivityS ? printUncertain(scaled(one.tiaPerActivityS, PER_HOUR)) : MISSING,
        printPercent(one.shareAfterLastScan),
        factorText(one),
      ]),
      notes:
        own.some(({ evidence }) => evidence !== 'verified') || own.length < structures.length
          ? ['‡ not verified: the prediction is as good as this factor.']
          : [],
    },
    {
      kind: 'list',
      items: [...structures.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : [])), ...remarks],
    },
  ]
}

function factorText({ agentFactor }: PairStructure): string {
  if (!agentFactor) return marked('1, both agents taken alike', 'unverified')
  const { value, standardUncertainty, source, evidence } = agentFactor
  return marked(
    `${printNumber(value)} ± ${printNumber(standardUncertainty)}, ${source} (${evidence})`,
    evidence === 'verified' ? 'given' : 'unverified',
  )
}

/** In the columns of the table of numbers; every row says that it is predicted. */
export function pairRows(predictions: readonly PairPrediction[]): NumberRow[] {
  return predictions.flatMap((prediction) =>
    prediction.structures.flatMap((one): NumberRow[] => {
      const note = `not measured: ${prediction.settings.therapyNuclide} from the ${scanWords(prediction)}; factor ${factorText(one)}`
      const row = (
        quantity: string,
        of: PairStructure['tiaPerActivityS'],
        unit: string,
        factor: number,
      ): NumberRow => ({
        ...{ cycle: null, structure: one.name, hoursAfterInjection: null, quantity, unit },
        value: of && of.value * factor,
        standardUncertainty: of && of.standardUncertainty * factor,
        note: one.problem || note,
      })
      return [
        row('predicted absorbed dose per activity', one.dosePerActivityGyPerBq, 'Gy/GBq', GY_PER_GBQ),
        row('predicted TIA per activity', one.tiaPerActivityS, 'h', PER_HOUR),
      ]
    }),
  )
}

/** What the report says of a TIA from few scans. */
import type { FewScansEstimate, FewScansRequest } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { FewScansResult } from '../../contracts/fewScans.ts'

const hours = (timeS: number): string => `${(timeS / 3600).toFixed(1)} h`
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`

/** Method, scans and population in a sentence: why the curve is as it is. */
export function fewScansSelection(
  { timesS }: FewScansRequest,
  { title, formula, source }: FewScansEstimate,
  population: FewScansResult['population'],
): string {
  const scans = `${timesS.length === 1 ? 'one scan' : `${timesS.length} scans`} (${timesS.map(hours).join(', ')})`
  return [
    `${title} from ${scans}: ${formula} (${source}).`,
    ...(population ? [`Kinetics: ${population.title} [${population.evidence}].`] : []),
  ].join(' ')
}

/** Warnings of the method, the error to expect at the chosen time, and what the population's numbers are worth. */
export function fewScansSentences(
  { expectedError, parts, warnings }: FewScansEstimate,
  population: FewScansResult['population'],
): string[] {
  return [
    `Not a fitted curve: standard uncertainty of the TIA from ${parts.map(({ title, relative }) => `${title} ${percent(relative)}`).join(', ')}.`,
    ...(expectedError
      ? [
          `Over that population this method at this time is off by ${percent(expectedError.rms)} (root mean square, mean ${signed(expectedError.bias)}); ${percent(expectedError.shareOver10)} of patients by more than 10 %, ${percent(expectedError.shareOver20)} by more than 20 %.`,
        ]
      : []),
    ...(population && population.evidence !== 'verified'
      ? [`The kinetics of the population are ${population.evidence}, not verified.`]
      : []),
    ...warnings.map(({ message }) => message),
  ]
}

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`

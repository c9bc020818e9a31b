/**
 * What a report says: its blocks (content.ts), its charts as SVG (charts.ts), its numbers in print (numbers.ts) and as a long table
 * (table.ts), and the writer that puts them together (writer.ts). How pages look is the business of the typesetter in adapters/report.
 */
export { INTENDED_USE, reportDocument } from './content.ts'
export { timeActivityChart } from './charts.ts'
export type { TimeActivityChart } from './charts.ts'
export { joinUncertain, printNumber, printPercent, printUncertain } from './numbers.ts'
export { biologyCsv, createReportWriter, reportCsv, reportJson } from './writer.ts'
export { contributionWords } from './sections/biologyParts.ts'
export { NUMBER_COLUMNS, numberRows } from './table.ts'
export type { NumberRow } from './table.ts'

/** What a cycle is called in messages; diagnostic scans are numbered −1, −2 … */
export const cycleWords = (index: number): string =>
  index > 0 ? `Cycle ${index}` : `Diagnostic administration ${-index}`

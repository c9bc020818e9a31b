/** Whether two names are of one structure: as the analysis takes it, the case and spaces around do not count. */
export const sameStructure = (a: string, b: string): boolean => a.trim().toUpperCase() === b.trim().toUpperCase()

/** Local dates and times of the simulated clinic: ISO strings without a zone, counted like UTC (no daylight saving). */

/** `local` ("2026-01-12T09:00:00") plus whole seconds. */
export function addSeconds(local: string, seconds: number): string {
  return new Date(Date.parse(`${local}Z`) + Math.round(seconds) * 1000).toISOString().slice(0, 19)
}

/** Hours from one local time to another. */
export function hoursBetween(from: string, to: string): number {
  return (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 3_600_000
}

/** Invented populations and the errors that scans would have with them. */
import type { AnswerOf, RequestOf, ScanAdvice, ScanTimes } from '../../electron/contracts/index.ts'

const HOUR = 3600

const entry = (timesH: readonly number[], rms: number): ScanTimes => ({
  timesS: timesH.map((hours) => hours * HOUR),
  rms,
  bias: -0.1 * rms,
  shareOver10: Math.min(1, 3 * rms),
  shareOver20: Math.min(1, rms),
})

function advice(method: ScanAdvice['method'], scans: 1 | 2, bestH: number, lowest: number): ScanAdvice {
  const timesH = scans === 1 ? Array.from({ length: 48 }, (_, i) => 4 * (i + 1)) : [4, 24, 48, 72, 96, 144, 192]
  const at = (hours: number, best: number) => Math.log(hours / best) ** 2
  const entries =
    scans === 1
      ? timesH.map((hours) => entry([hours], lowest * (1 + at(hours, bestH))))
      : timesH.flatMap((first, i) =>
          timesH
            .slice(i + 1)
            .map((second) => entry([first, second], lowest * (1 + 0.2 * at(first, 24) + at(second, 144)))),
        )
  const best = entries.reduce((least, one) => (one.rms < least.rms ? one : least))
  return {
    method,
    entries,
    best,
    windows: best.timesS.map((time) => ({ fromS: time * 0.8, toS: time * 1.25 })),
    patients: method === 'population-map' ? 400 : null,
  }
}

export const fakeScanTimeHandlers = {
  'scanTime.populations': ({ structure }: RequestOf<'scanTime.populations'>): AnswerOf<'scanTime.populations'> =>
    ['KIDNEY', 'LIVER', 'TUMOUR']
      .map((name) => ({
        populationId: name.toLowerCase(),
        title: `${name.toLowerCase()}, 177Lu-DOTATATE`,
        agent: '177Lu-DOTATATE',
        nuclide: 'Lu-177',
        patients: name === 'KIDNEY' ? 37 : null,
        evidence: 'unverified' as const,
        sources: ['written from memory of publications; the page was not looked up'],
        note: '',
        fits: structure.name.startsWith(name),
      }))
      .sort((a, b) => Number(b.fits) - Number(a.fits)),
  'scanTime.advice': ({ scans, noise }: RequestOf<'scanTime.advice'>): AnswerOf<'scanTime.advice'> => ({
    physicalHalfLifeS: 574_300,
    methods:
      scans === 1
        ? [
            advice('population-map', 1, 68, 0.05 + noise),
            advice('population-half-life', 1, 68, 0.054 + noise),
            advice('hanscheid', 1, 56, 0.06 + noise),
            advice('madsen', 1, 72, 0.056 + noise),
          ]
        : [advice('population-map', 2, 0, 0.03 + noise), advice('mono-exponential', 2, 0, 0.035 + noise)],
  }),
  'scanTime.cancel': () => ({}),
}

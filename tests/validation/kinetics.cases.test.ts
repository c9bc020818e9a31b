/**
 * The automatic fit on the synthetic cases, with what a perfect outline measures: mean of the image × volume at each time point.
 * The images carry noise, blur and motion; the truth of the case gives the recovery.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fitTimeActivity } from '../../native-core/kinetics/index.ts'

interface Measured {
  readonly volume_ml: number
  readonly recovery_coefficient: number
  readonly voi_mean_image_bq_ml?: number
}

interface Truth {
  readonly half_life_s: number
  readonly cycles: readonly {
    readonly reference_session: number
    readonly regions: Readonly<Record<string, { readonly tia_mbq_h: number }>>
    readonly sessions: readonly { readonly t_h: number; readonly regions: Readonly<Record<string, Measured>> }[]
  }[]
}

for (const name of ['synthetic-1cycle', 'synthetic-2cycles']) {
  const file = new URL(`../../../shared/cases/${name}/truth.json`, import.meta.url)
  describe.skipIf(!existsSync(file))(
    `${name}: TIA of the automatic fit (skipped where ../shared/cases is missing)`,
    () => {
      const truth = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Truth) : null
      const regions = (truth?.cycles ?? []).flatMap((cycle, c) =>
        Object.entries(cycle.regions).flatMap(([region, { tia_mbq_h: tiaMbqH }]) => {
          const points = cycle.sessions.map((s) => ({ tH: s.t_h, ...(s.regions[region] as Measured) }))
          if (points.some((p) => p.voi_mean_image_bq_ml === undefined)) return []
          return [
            { title: `cycle ${c + 1} ${region}`, region, tiaMbqH, points, reference: cycle.reference_session - 1 },
          ]
        }),
      )
      const fit = (label: string, points: (typeof regions)[0]['points'], corrected: boolean) =>
        fitTimeActivity({
          label,
          timesS: points.map((p) => p.tH * 3600),
          activityBq: points.map(
            (p) => ((p.voi_mean_image_bq_ml as number) * p.volume_ml) / (corrected ? p.recovery_coefficient : 1),
          ),
          physicalHalfLifeS: (truth as Truth).half_life_s,
        })

      it.each(regions.map((r) => [r.title, r] as const))('%s: corrected for recovery, 5 % of the truth', (_, r) => {
        const { tiaBqS } = fit(r.region, r.points, true)
        expect(Math.abs(tiaBqS / 3.6e9 / r.tiaMbqH - 1)).toBeLessThan(0.05)
      })

      it.each(regions.filter((r) => /TUMOUR|KIDNEY|SPLEEN|LIVER/.test(r.region)).map((r) => [r.title, r] as const))(
        '%s: as measured, 5 % of truth × recovery of the reference time point',
        (_, r) => {
          const recovery = r.points[r.reference]?.recovery_coefficient as number
          expect(Math.abs(fit(r.region, r.points, false).tiaBqS / 3.6e9 / r.tiaMbqH / recovery - 1)).toBeLessThan(0.05)
        },
      )
    },
  )
}

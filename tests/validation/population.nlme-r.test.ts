/**
 * Lindstrom & Bates' alternation against nlme of R, run here with tight tolerances on its own data sets. Skipped aloud where there is no
 * Rscript with nlme (Debian: r-base-core, r-cran-nlme; THERATWIN_RSCRIPT names another). `population.nlme.test.ts` compares with what
 * nlme's authors have published and needs no R.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fitPopulation } from '../../native-core/kinetics/population/index.ts'
import type { OmegaStructure, PopulationRequest } from '../../native-core/kinetics/population/index.ts'
import { biexponential, oralDose } from '../../native-core/kinetics/population/testCurves.ts'
import { indomethSubjects, THEOPH } from '../../native-core/kinetics/population/testData.ts'

const RSCRIPT = process.env['THERATWIN_RSCRIPT'] ?? 'Rscript'
const hasNlme = spawnSync(RSCRIPT, ['-e', 'library(nlme)']).status === 0

const PROGRAM = `
library(nlme)
tight <- nlmeControl(tolerance = 1e-7, pnlsTol = 1e-6, msTol = 1e-9, maxIter = 500, msMaxIter = 500)
indo <- function(random) nlme(conc ~ SSbiexp(time, A1, lrc1, A2, lrc2), data = Indometh, fixed = A1 + lrc1 + A2 + lrc2 ~ 1,
  random = random, groups = ~Subject, start = c(2.773, .886, .607, -1.092), control = tight)
theo <- function(random) nlme(conc ~ SSfol(Dose, Time, lKe, lKa, lCl), data = Theoph, fixed = lKe + lKa + lCl ~ 1,
  random = random, groups = ~Subject, start = c(-2.5, .5, -3), control = tight)
show <- function(fit) cat(format(c(logLik(fit), fixef(fit), sqrt(diag(pdMatrix(fit$modelStruct$reStruct[[1]]))) * fit$sigma, fit$sigma), digits = 12), "\\n")
show(indo(pdDiag(A1 + lrc1 + A2 ~ 1)))
show(indo(A1 + lrc1 + A2 ~ 1))
show(theo(pdDiag(lKa + lCl ~ 1)))
show(theo(lKe + lKa + lCl ~ 1))
`

const indometh: PopulationRequest = {
  curve: biexponential,
  subjects: indomethSubjects,
  residual: 'additive',
  algorithm: 'lindstrom-bates',
  start: [2.773, 0.886, 0.607, -1.092],
}
const theoph: PopulationRequest = {
  curve: oralDose(1),
  subjects: THEOPH.map(({ dose, times, values }, i) => ({
    label: `subject ${i + 1}`,
    curve: oralDose(dose),
    timesS: times,
    values,
  })),
  residual: 'additive',
  algorithm: 'lindstrom-bates',
  start: [-2.5, 0.5, -3],
}
const cases: readonly [string, PopulationRequest, OmegaStructure, readonly number[]][] = [
  ['Indometh, diagonal', indometh, { blocks: [[0], [1], [2]] }, [0, 1, 2]],
  ['Indometh, all covariances', indometh, { blocks: [[0, 1, 2]] }, [0, 1, 2]],
  ['Theoph, diagonal', theoph, { blocks: [[1], [2]] }, [1, 2]],
  ['Theoph, all covariances', theoph, 'full', [0, 1, 2]],
]

describe.skipIf(!hasNlme)('Lindstrom & Bates against nlme (skipped without Rscript and nlme)', () => {
  const run = spawnSync(RSCRIPT, ['-e', PROGRAM], { encoding: 'utf8' })
  const lines = (hasNlme ? run.stdout : '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((numbers) => numbers.length > 4 && numbers.every(Number.isFinite))

  it.each(cases.map((one, i) => [...one, i] as const))(
    '%s: log likelihood to 1e-4, means to 1e-4, standard deviations to 1e-3',
    (_, request, omega, random, index) => {
      const [logLik = NaN, ...rest] = lines[index] ?? []
      const fit = fitPopulation({ ...request, omega })
      const means = rest.slice(0, fit.mu.length)
      const sds = rest.slice(fit.mu.length, -1)
      expect(fit.converged).toBe(true)
      expect(Math.abs(-fit.minusTwoLogLikelihood / 2 - logLik)).toBeLessThan(1e-4)
      fit.mu.forEach(({ value }, k) => expect(Math.abs(value / (means[k] ?? NaN) - 1)).toBeLessThan(1e-4))
      random.forEach((k, i) =>
        expect(Math.abs(Math.sqrt(fit.omega[k]?.[k] ?? NaN) / (sds[i] ?? NaN) - 1)).toBeLessThan(1e-3),
      )
      expect(Math.abs(fit.residual.additive.value / (rest.at(-1) ?? NaN) - 1)).toBeLessThan(1e-3)
    },
  )
})

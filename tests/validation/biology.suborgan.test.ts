/** Parts of a kidney and doses from other organs against independent routes: sampled decays, quadrature, balances of energy. */
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import type { Analysis } from '../../electron/contracts/analysis.ts'
import { biologySettingsSchema } from '../../electron/contracts/biology.ts'
import { biologicalEffects, biologyDosimetry } from '../../electron/services/biology/index.ts'
import { enclosedFraction } from '../../native-core/dosimetry/pointKernel/index.ts'
import type { PointKernel } from '../../native-core/dosimetry/pointKernel/index.ts'
import { partRatios } from '../../native-core/dosimetry/suborgan/index.ts'
import type { SuborganModel } from '../../native-core/dosimetry/suborgan/index.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'
import { exampleAnalysis } from '../phantoms/index.ts'

const resources = fileResources()
const dosimetry = biologyDosimetry(resources)
const sets = resources.biologySets().flatMap(parseBiologySets)
const cortexOnly = modelOf('kidney-cortex')
const CORTEX = [0, 0, 1]
const DENSITY = 1.05
const MASS_KG = 0.15

function modelOf(id: string): SuborganModel {
  const found = dosimetry.models().find((model) => model.id === id)
  if (!found) throw new Error(`there is no model ${id}`)
  return found
}

/** Distance within which a share of the energy stays, by bisection of the kernel. */
function distanceOf(kernel: PointKernel, share: number): number {
  let [low, high] = [0, kernel.radiiGPerCm2.at(-1) ?? 0]
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2
    if (enclosedFraction(kernel, middle) < share) low = middle
    else high = middle
  }
  return high
}

describe('parts of a kidney of 150 g', () => {
  it.each(['Lu-177', 'Y-90', 'I-131', 'Ac-225'])(
    '%s: no energy is lost: the mean by mass is the whole, 1e-12',
    (nuclide) => {
      for (const shares of [CORTEX, [0.05, 0.25, 0.7], [1, 0, 0]]) {
        const ratios = partRatios(cortexOnly, shares, dosimetry.kernel(nuclide), MASS_KG, DENSITY)
        expect(ratios.reduce((sum, { massShare, doseRatio }) => sum + massShare * doseRatio, 0)).toBeCloseTo(1, 12)
      }
    },
  )

  it('Y-90 in the cortex: medulla and pelvis agree with 60,000 sampled decays along the same kernel within 4 standard errors', () => {
    const kernel = dosimetry.kernel('Y-90').electron
    if (!kernel) throw new Error('Y-90 has electrons')
    const outer = DENSITY ** (2 / 3) * Math.cbrt((3 * MASS_KG * 1e3) / (4 * Math.PI))
    const [pelvis, medulla] = [outer * Math.cbrt(0.05), outer * Math.cbrt(0.3)]
    const random = new RandomStream(11)
    const decays = 60_000
    const hits = [0, 0]
    for (let k = 0; k < decays; k++) {
      const x = Math.cbrt(medulla ** 3 + random.uniform() * (outer ** 3 - medulla ** 3))
      const r = distanceOf(kernel, random.uniform())
      const cosine = 2 * random.uniform() - 1
      const at = Math.sqrt(x * x + r * r + 2 * x * r * cosine)
      if (at < pelvis) hits[0] = (hits[0] ?? 0) + 1
      else if (at < medulla) hits[1] = (hits[1] ?? 0) + 1
    }
    const ratios = partRatios(cortexOnly, CORTEX, dosimetry.kernel('Y-90'), MASS_KG, DENSITY)
    ;[0.05, 0.25].forEach((mass, part) => {
      const share = (hits[part] ?? 0) / decays
      const error = Math.sqrt((share * (1 - share)) / decays) / mass
      expect(Math.abs((ratios[part]?.doseRatio ?? 0) - share / mass)).toBeLessThan(4 * error)
    })
    expect(hits[1]).toBeGreaterThan(500)
  })

  it('the cortex keeps more of Lu-177 than of Y-90, and all but nothing of Ac-225 leaves it', () => {
    const cortexOf = (nuclide: string): number =>
      partRatios(cortexOnly, CORTEX, dosimetry.kernel(nuclide), MASS_KG, DENSITY)[2]?.doseRatio ?? 0
    expect(cortexOf('Lu-177')).toBeGreaterThan(cortexOf('Y-90'))
    expect(cortexOf('Ac-225')).toBeLessThan(1 / 0.7)
    expect(cortexOf('Ac-225')).toBeGreaterThan(0.99 / 0.7)
  })
})

describe('the effect of a kidney with parts and doses from the liver', () => {
  const KIDNEY_H = 50
  const LIVER_H = 90
  const result = biologicalEffects({
    ...{ analysis: withLiver(), sets, dosimetry },
    settings: biologySettingsSchema.parse({
      crossDose: 'organ-s-values',
      byStructure: { KIDNEY_L: { parts: { model: 'kidney-cortex' } } },
    }),
  })
  const kidney = result.structures.find(({ name }) => name === 'KIDNEY_L')

  function withLiver(): Analysis {
    const analysis = structuredClone(exampleAnalysis())
    const structures = analysis.cycles[0]?.structures
    const first = structures?.[0]
    if (!structures || !first?.fit) throw new Error('the example has a structure')
    first.name = 'KIDNEY_L'
    const liver = structuredClone(first)
    const ratePerS = Math.LN2 / (LIVER_H * 3600)
    liver.name = 'LIVER'
    liver.massKg.value = 1.8
    if (!liver.fit) throw new Error('the copy has a fit')
    liver.fit.terms = [{ coefficientBq: 3e10, ratePerS }]
    liver.fit.curve.activityBq = liver.fit.curve.timeS.map((t) => 3e10 * Math.exp(-ratePerS * t))
    liver.fit.tiaBqS = { value: 3e10 / ratePerS, standardUncertainty: 0 }
    structures.push(liver)
    return analysis
  }

  it('parts of self-dose and doses from others have the organ’s dose as their mean by mass, 1e-10', () => {
    const mean = kidney?.parts?.parts.reduce((sum, { massShare, doseGy }) => sum + (massShare ?? 0) * doseGy.value, 0)
    expect(mean).toBeCloseTo(kidney?.doseGy.value ?? 0, 10)
    expect(kidney?.parts?.meanDoseGy).toBeCloseTo(kidney?.doseGy.value ?? 0, 10)
  })

  it('dose and G of organ and cortex agree with sums over time steps of the two rates, 0.05 %', () => {
    const fromLiver = kidney?.contributions?.find(({ source }) => source === 'LIVER')?.doseGy ?? 0
    const check = (doseGy: number, g: number): void => {
      const own = doseGy - fromLiver
      const [a, b] = [Math.LN2 / KIDNEY_H, Math.LN2 / LIVER_H]
      const rate = (hours: number): number => own * a * Math.exp(-a * hours) + fromLiver * b * Math.exp(-b * hours)
      const step = 0.05
      const kept = Math.exp((-Math.LN2 * step) / 2.8)
      let [dose, unrepaired, pair] = [0, 0, 0]
      for (let hours = step / 2; hours < 1500; hours += step) {
        const more = rate(hours) * step
        pair += 2 * more * (unrepaired * Math.sqrt(kept) + more / 2)
        unrepaired = unrepaired * kept + more * Math.sqrt(kept)
        dose += more
      }
      expect(Math.abs(dose / doseGy - 1)).toBeLessThan(5e-4)
      expect(Math.abs(pair / (dose * dose) / g - 1)).toBeLessThan(5e-4)
    }
    expect(fromLiver).toBeGreaterThan(0.1)
    check(kidney?.doseGy.value ?? 0, kidney?.cycles[0]?.g ?? 0)
    const cortex = kidney?.parts?.parts.find(({ name }) => name === 'Cortex')
    check(cortex?.doseGy.value ?? 0, cortex?.g ?? 0)
    // The pelvis has little but photons, much of them with the liver's slower course.
    const pelvis = kidney?.parts?.parts.find(({ name }) => name === 'Pelvis')
    check(pelvis?.doseGy.value ?? 0, pelvis?.g ?? 0)
    expect(pelvis?.g).toBeLessThan(cortex?.g ?? 0)
  })
})

/** Partial-volume correction through the whole chain, against the concentrations that the phantom was filled with. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Analysis } from '../../electron/contracts/index.ts'
import type { ProtocolInput } from '../../electron/contracts/protocol.ts'
import { makePhantomCase } from '../phantoms/index.ts'
import type { CaseTruth } from './support/caseTruth.ts'
import { analyseFolder } from './support/pipeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'theratwin-partial-volume-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PSF_MM = 12
const fwhmMm: [number, number, number] = [PSF_MM, PSF_MM, PSF_MM]
/** The form of a sphere in a Gaussian point spread function has the phantom's own width as its parameter. */
const recoveryCurve = {
  calibrationId: null,
  content: {
    kind: 'recovery-curve' as const,
    name: 'spheres in a Gaussian of 12 mm',
    conditions: {},
    date: '2026-01-05',
    form: 'gaussian-sphere' as const,
    parameters: [PSF_MM],
    covariance: [[0.36]],
    volumeRangeMl: [0.5, 100] as [number, number],
    spheres: [{ volumeMl: 26.5, coefficient: 0.7, standardUncertainty: 0.03 }],
    reducedChiSquare: null,
  },
}
const protocols = {
  none: {},
  gtm: { partialVolume: { method: 'gtm', fwhmMm, fwhmRelativeUncertainty: 0.05 } },
  'richardson-lucy': { partialVolume: { method: 'richardson-lucy', fwhmMm, iterations: 30 } },
  'recovery-curve': { partialVolume: { method: 'recovery-curve' }, recoveryCurve },
  surroundings: { partialVolume: { method: 'recovery-curve', background: 'surroundings', fwhmMm }, recoveryCurve },
} satisfies Record<string, ProtocolInput>
type Method = keyof typeof protocols

let truth: CaseTruth
const analyses = new Map<Method, Analysis>()

beforeAll(async () => {
  // Quiet images: what is to be seen here is the correction, not the noise.
  const made = await makePhantomCase({ seed: 42, outDir: folder, timesH: [24, 96], referenceSession: 1, noise: 0.2 })
  truth = made.truth
  const names = Object.keys(protocols) as Method[]
  const found = await analyseFolder(
    folder,
    names.map((name) => protocols[name]),
  )
  names.forEach((name, at) => analyses.set(name, found[at] as Analysis))
})

/** Concentration over the true one, less 1, at each time point. */
function errors(method: Method, name: string): number[] {
  const structure = analyses.get(method)?.cycles[0]?.structures.find((one) => one.name === name)
  return (structure?.points ?? []).map(
    (point, at) => point.concentrationBqPerMl / (truth.cycles[0]?.sessions[at]?.regions[name]?.conc_bq_ml ?? NaN) - 1,
  )
}
const worst = (method: Method, name: string): number => Math.max(...errors(method, name).map(Math.abs))
const small = ['TUMOUR_2', 'TUMOUR_3', 'TUMOUR_4']

describe('partial-volume correction', () => {
  it('is needed: without it small lesions miss more than a quarter of their concentration', () => {
    for (const name of small) expect(errors('none', name).every((error) => error < -0.25)).toBe(true)
  })

  it.each([
    // The phantom is what the geometric transfer matrix supposes: regions of one concentration each, but for the rest of the body.
    ['gtm', 0.01],
    // Thirty iterations do not bring all counts of a lesion of 20 mm back.
    ['richardson-lucy', 0.3],
    // Lesions in the liver are spheres and ellipsoids in a warm background, which the curve alone takes for recovered counts.
    ['recovery-curve', 0.2],
    // The curve is that of spheres without voxels: those of 6.8 mm take some per cent more.
    ['surroundings', 0.15],
  ] as const)('by %s leaves lesions within %d of the truth, and nearer than without it', (method, tolerance) => {
    const told = small.map((name) => `${name} ${errors(method, name).map((e) => e.toFixed(3))}`).join('; ')
    for (const name of small) {
      expect(worst(method, name), told).toBeLessThan(tolerance)
      expect(worst(method, name), told).toBeLessThan(worst('none', name))
    }
  })

  it('by the transfer matrix also corrects the kidneys, within 1 % of the truth', () => {
    for (const name of ['KIDNEY_L', 'KIDNEY_R']) {
      expect(worst('none', name)).toBeGreaterThan(0.1)
      expect(worst('gtm', name), `${errors('gtm', name)}`).toBeLessThan(0.01)
    }
  })

  it('brings its uncertainty, common to all time points, into TIA and dose', () => {
    for (const method of ['gtm', 'richardson-lucy', 'recovery-curve', 'surroundings'] as const) {
      const of = (which: Method) => analyses.get(which)?.cycles[0]?.structures.find(({ name }) => name === 'TUMOUR_3')
      const [plain, corrected] = [of('none'), of(method)]
      const own = corrected?.recoveryRelativeUncertainty ?? 0
      expect(own).toBeGreaterThan(0.02)
      const relative = (one: typeof plain): number => {
        const tia = one?.fit?.tiaBqS
        return (tia?.standardUncertainty ?? NaN) / (tia?.value ?? NaN)
      }
      const together = relative(corrected)
      if (method === 'recovery-curve') {
        // A larger outline holds more counts and has a larger recovery: the two share the error of the volume with opposite signs, so together
        // they are less uncertain than two errors of their own, but not by more than all of it.
        expect(together).toBeLessThan(Math.hypot(relative(plain), own))
        expect(together).toBeGreaterThan(Math.abs(relative(plain) - own))
      } else {
        // The correction's uncertainty comes on top in quadrature; that changes little, as the points are scaled nearly alike.
        expect(together / Math.hypot(relative(plain), own)).toBeGreaterThan(0.8)
        expect(together / Math.hypot(relative(plain), own)).toBeLessThan(1.25)
      }
      const term = corrected?.uncertainty?.terms.find(({ id }) => id === 'recovery')
      expect(term?.kind).toBe('systematic')
      expect(term?.doseRelative).toBeGreaterThan(0.02)
      expect(corrected?.doses[0]?.doseGy.standardUncertainty).toBeGreaterThan(0)
    }
  })

  it('is said of each image', () => {
    const said = (method: Method) => analyses.get(method)?.cycles[0]?.timePoints[0]?.emission.quantification
    expect(said('none')).not.toMatch(/transfer|Lucy|recovery/)
    expect(said('gtm')).toContain('geometric transfer matrix (point spread function of 12 × 12 × 12 mm)')
    expect(said('richardson-lucy')).toContain('30 iterations of Richardson–Lucy')
    expect(said('surroundings')).toContain('spill-in of the surroundings taken off')
  })

  it('warns where the volume lies outside what the curve was measured with', () => {
    expect(analyses.get('recovery-curve')?.assumptions.join(' ')).toMatch(/"LIVER": /)
  })
})

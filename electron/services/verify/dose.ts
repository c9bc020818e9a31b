/** Absorbed dose and geometry. */
import { emittedEnergy, localDose, massScaledDose, propagate } from '../../../native-core/dosimetry/index.ts'
import { shapeVolumeMl } from '../../../native-core/imaging/index.ts'
import type { PlanarContour } from '../../../native-core/imaging/index.ts'
import { chainEnergyMev, findNuclide } from '../../../native-core/physics/index.ts'
import type { Check, VerificationData } from './check.ts'

/** Dose in Gy when all of 1 GBq decays in 1 kg. */
function completeDecayGy({ nuclides }: VerificationData, name: string): number {
  const nuclide = findNuclide(nuclides, name)
  return localDose({
    label: name,
    tiaBqS: (1e9 * nuclide.halfLifeS) / Math.LN2,
    massKg: 1,
    energy: emittedEnergy(chainEnergyMev(nuclides, nuclide)),
  }).doseGy
}

/** Circles of a sphere at the heights z = (k + ½)·spacing, each of 180 points on the circle of equal area. */
function sphereContours(radiusMm: number, spacingMm: number): PlanarContour[] {
  const contours: PlanarContour[] = []
  const count = 180
  const areaFactor = Math.sqrt((2 * Math.PI) / count / Math.sin((2 * Math.PI) / count))
  for (let z = -radiusMm + spacingMm / 2; z < radiusMm; z += spacingMm) {
    const radius = Math.sqrt(radiusMm ** 2 - z ** 2) * areaFactor
    const pointsMm = new Float64Array(3 * count)
    for (let i = 0; i < count; i++) {
      pointsMm.set(
        [radius * Math.cos((2 * Math.PI * i) / count), radius * Math.sin((2 * Math.PI * i) / count), z],
        3 * i,
      )
    }
    contours.push({ pointsMm })
  }
  return contours
}

const sphere = (volumeMl: number, spacingMm: number): Check => ({
  name: `Volume of a sphere of ${volumeMl} mL from contours every ${spacingMm} mm`,
  source: 'closed form 4πr³/3',
  unit: 'mL',
  expected: volumeMl,
  tolerance: { kind: 'relative', value: 0.01 },
  find: () =>
    shapeVolumeMl({
      kind: 'contours',
      contours: sphereContours(Math.cbrt((3000 * volumeMl) / (4 * Math.PI)), spacingMm),
    }),
})

/** u(V/I) by the standard uncertainties and correlations that are printed, of V, I, φ. */
function impedanceUncertaintyOhm(): number {
  const u = [3.2e-3, 9.5e-6, 7.5e-4]
  const r = [
    [1, -0.36, 0.86],
    [-0.36, 1, -0.65],
    [0.86, -0.65, 1],
  ]
  const covariance = r.map((row, i) => row.map((v, j) => v * (u[i] ?? 0) * (u[j] ?? 0)))
  const found = propagate(([v = 0, i = 0]) => [v / i], [4.999, 19.661e-3, 1.04446], covariance)
  return found.standardUncertainties[0] ?? Number.NaN
}

export const doseChecks: readonly Check[] = [
  {
    name: 'Y-90: dose of 1 GBq that decays in 1 kg',
    source: 'Dezarn et al., Med Phys 38 (2011) 4824: 49.67 Gy·kg/GBq',
    unit: 'Gy',
    expected: 49.67,
    tolerance: { kind: 'relative', value: 0.01 },
    find: (data) => completeDecayGy(data, 'Y-90'),
  },
  {
    name: 'Lu-177: dose of 1 GBq that decays in 1 kg (147.9 keV electrons per decay)',
    source: 'closed form A·T/ln 2·E with E of ICRP Publication 107',
    unit: 'Gy',
    expected: ((1e9 * 159.528 * 3600) / Math.LN2) * 0.1479 * 1.602176634e-13,
    tolerance: { kind: 'relative', value: 0.005 },
    find: (data) => completeDecayGy(data, 'Lu-177'),
  },
  {
    name: 'Y-90 in the adult liver of 1.91 kg: self-dose S value',
    source: 'masses of ORNL/TM-8381 (Cristy & Eckerman 1987), electrons of ENDF/B-VIII.1',
    unit: 'mGy/(MBq·s)',
    expected: 7.82e-5,
    tolerance: { kind: 'relative', value: 0.002 },
    find: ({ nuclides }) =>
      localDose({
        label: 'liver',
        tiaBqS: 1e6,
        massKg: 1.91,
        energy: emittedEnergy(chainEnergyMev(nuclides, findNuclide(nuclides, 'Y-90'))),
      }).doseGy * 1e3,
  },
  {
    name: 'Mass scaling of a photon S value to an eighth of the mass',
    source: 'closed form (m_ref/m)^(2/3) = 4 (Snyder 1970)',
    unit: '1',
    expected: 4,
    tolerance: { kind: 'relative', value: 1e-12 },
    find: () =>
      massScaledDose({
        label: 'verification',
        tiaBqS: 1,
        massKg: 0.125,
        photon: { sGyPerBqS: 1, massKg: 1, source: 'unit' },
      }).doseGy,
  },
  sphere(1, 2),
  sphere(10, 3),
  sphere(100, 5),
  {
    name: 'Standard uncertainty of an impedance from correlated voltage, current and phase',
    source: 'JCGM 100:2008, H.2, tables H.2 and H.3: 0.236 Ω (0.071 Ω and 0.295 Ω of its parts)',
    unit: 'Ω',
    expected: 0.236,
    tolerance: { kind: 'absolute', value: 0.005 },
    find: () => impedanceUncertaintyOhm(),
  },
]

/** Lean body mass and body surface area from weight, height and sex. */
import { InputError } from '../../errors/index.ts'

/**
 * - `james-128`: men 1.10·W − 128·(W/H)², women 1.07·W − 148·(W/H)², W in kg, H in cm (James, Research on Obesity, HMSO 1976).
 * - `james-120`: the same with 120 for men, as some PET workstations have it (both are in DICOM, PS3.16 CID 85).
 * - `janmahasatian`: men 9270·W/(6680 + 216·BMI), women 9270·W/(8780 + 244·BMI) (Janmahasatian et al., Clin. Pharmacokinet. 44 (2005) 1051).
 */
export type LeanMassFormula = 'james-128' | 'james-120' | 'janmahasatian'

/** `du-bois`: 0.007184·W^0.425·H^0.725 (1916); `mosteller`: √(W·H/3600) (1987); m², W in kg, H in cm. */
export type SurfaceFormula = 'du-bois' | 'mosteller'

export interface BodySize {
  readonly weightKg: number
  readonly heightM: number
  readonly sex: 'M' | 'F'
}

export interface LeanMass {
  readonly massKg: number
  readonly remarks: readonly string[]
}

const MEN_JAMES = { 'james-128': 128, 'james-120': 120 } as const

/**
 * Lean body mass, kg. James' parabola falls again where W/H² exceeds a/(2b) (BMI 36 for women, 43 for men with 128): a remark says so there.
 * Use `janmahasatian` for obese patients (Tahari et al., J. Nucl. Med. 55 (2014) 1481).
 *
 * @throws InputError `pet.body-size` for weights and heights that no person has, and where a formula gives no mass between zero and the weight.
 */
export function leanBodyMass(formula: LeanMassFormula, { weightKg, heightM, sex }: BodySize): LeanMass {
  checkSize(weightKg, heightM)
  const bmi = weightKg / heightM ** 2
  if (formula === 'janmahasatian') {
    const [a, b] = sex === 'M' ? [6680, 216] : [8780, 244]
    const massKg = (9270 * weightKg) / (a + b * bmi)
    if (massKg < weightKg) return { massKg, remarks: [] }
    throw new InputError(
      'pet.body-size',
      `Janmahasatian's formula gives more lean mass than weight for a body mass index of ${bmi.toFixed(1)} kg/m²: it is for adults.`,
      'Normalise to the weight, or to the body surface.',
    )
  }
  const [linear, square] = sex === 'M' ? [1.1, MEN_JAMES[formula]] : [1.07, 148]
  // (W/H)² with H in cm is W·BMI·1e-4.
  const massKg = linear * weightKg - square * weightKg * bmi * 1e-4
  const turn = (linear * 1e4) / (2 * square)
  if (!(massKg > 0))
    throw new InputError(
      'pet.body-size',
      `James' formula gives a lean body mass of ${massKg.toFixed(1)} kg for a body mass index of ${bmi.toFixed(1)} kg/m².`,
      'Take the formula of Janmahasatian.',
    )
  return {
    massKg,
    remarks:
      bmi > turn
        ? [
            `The body mass index is ${bmi.toFixed(1)} kg/m²: above ${turn.toFixed(1)} James' formula gives less lean mass the heavier the patient, so that the SUV is too small. Take the formula of Janmahasatian.`,
          ]
        : [],
  }
}

/** Body surface area, m². @throws InputError `pet.body-size`. */
export function bodySurfaceM2(formula: SurfaceFormula, weightKg: number, heightM: number): number {
  checkSize(weightKg, heightM)
  const heightCm = heightM * 100
  return formula === 'du-bois'
    ? 0.007184 * weightKg ** 0.425 * heightCm ** 0.725
    : Math.sqrt((weightKg * heightCm) / 3600)
}

function checkSize(weightKg: number, heightM: number): void {
  if (weightKg > 0.3 && weightKg < 700 && heightM > 0.2 && heightM < 2.8) return
  throw new InputError(
    'pet.body-size',
    `A weight of ${weightKg} kg with a height of ${heightM} m is not of a person.`,
    'Check Patient Weight (0010,1030), in kg, and Patient Size (0010,1020), in m.',
  )
}

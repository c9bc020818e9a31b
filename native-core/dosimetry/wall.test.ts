import { describe, expect, it } from 'vitest'
import { localDose, wallDoseFromContent } from './index.ts'

const energy = {
  betaMev: 0.13,
  positronMev: 0.01,
  conversionAugerMev: 0.015,
  alphaMev: 0,
  recoilMev: 0,
  photonMev: 0.035,
}
const request = { label: 'BLADDER', tiaBqS: 1e13, massKg: 0.2, energy, uncertainty: { tiaFit: 0.05, volume: 0.1 } }

describe('wallDoseFromContent', () => {
  it('is half of the dose in the content for electrons', () => {
    const [wall, content] = [wallDoseFromContent(request), localDose(request)]
    expect(wall.doseGy).toBeCloseTo(content.doseGy / 2, 12)
    expect(wall.doseUncertaintyGy / wall.doseGy).toBeCloseTo(content.doseUncertaintyGy / content.doseGy, 12)
    // D = TIA · ΣE · 1.602e-13 J/MeV / (2 · m), by hand.
    expect(wall.doseGy).toBeCloseTo((1e13 * 0.155 * 1.602176634e-13) / (2 * 0.2), 9)
  })

  it('counts alphas by a hundredth of it and recoils not at all (ICRP 30)', () => {
    const alpha = { ...energy, betaMev: 0, positronMev: 0, conversionAugerMev: 0, alphaMev: 5.8, recoilMev: 0.1 }
    const { doseGy, byRadiationGy } = wallDoseFromContent({ ...request, energy: alpha })
    expect(doseGy).toBeCloseTo((1e13 * 5.8 * 0.01 * 1.602176634e-13) / (2 * 0.2), 9)
    expect(byRadiationGy.recoil).toBe(0)
  })
})

import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeBridge } from '../../dev/fakeBridge.ts'
import { usePatientStore } from '../patients/index.ts'
import { emissionWindow, presetHighs } from './model/scale.ts'
import { layerIn } from './model/suvUnit.ts'
import { useSuvStore } from './suvStore.ts'

beforeEach(async () => {
  vi.stubGlobal('window', { theratwin: createFakeBridge() })
  setActivePinia(createPinia())
  await usePatientStore().open('demo')
})
afterEach(() => vi.unstubAllGlobals())

async function loaded() {
  const suv = useSuvStore()
  await suv.load()
  const cycle = usePatientStore().view?.cycles[0]
  const [first, last] = [cycle?.timePoints[0], cycle?.timePoints.at(-1)]
  if (!cycle || !first || !last) throw new Error('the phantom has time points')
  return { suv, cycle, first, last }
}

describe('an emission image in SUV', () => {
  it('is the concentration times the weight over what is left of the activity', async () => {
    const { suv, first } = await loaded()
    suv.unit = 'weight'
    const layer = suv.emissionOf(first)
    expect(layer?.unit).toBe('SUVbw g/mL')
    // 70 kg, 7.4 GBq of Lu-177 (574300.8 s), all decayed since its administration.
    const left = 7.4e9 * 2 ** ((-(first.hoursAfterInjection ?? NaN) * 3600) / 574300.8)
    expect((10_000 / (layer?.perUnit ?? NaN)) * (left / 70_000 / 10_000)).toBeCloseTo(1, 10)
    suv.unit = 'surface'
    expect(suv.emissionOf(first)?.unit).toBe('SUVbsa cm²/mL')
  })

  it('has one scale for a cycle in the unit that is shown, though not in stored values', async () => {
    const { suv, cycle, first, last } = await loaded()
    suv.unit = 'weight'
    const per = (point: typeof first) => suv.emissionOf(point)?.perUnit ?? NaN
    const high = (point: typeof first) => emissionWindow({ kind: 'cycle' }, cycle, point, per).high
    expect(high(first) / per(first)).toBeCloseTo(high(last) / per(last), 10)
    expect(high(first)).toBeGreaterThan(1.5 * high(last))
    const fixed = emissionWindow({ kind: 'fixed', window: { low: 0, high: 10 } }, cycle, last, per)
    expect(fixed.high / per(last)).toBeCloseTo(10, 10)
    const shown = cycle.timePoints.map((point) => (point.emission?.maximum ?? 0) / per(point))
    expect(presetHighs(cycle, per)[0]).toBeGreaterThanOrEqual(Math.max(...shown))
  })

  it('stays as it is stored where its time point has no such scale', async () => {
    const { suv, first } = await loaded()
    const stored = suv.emissionOf(first)
    const scales = { timePointId: first.id, scales: [], missing: [], injected: '' }
    expect(stored && layerIn(stored, 'lean-mass', scales)).toEqual(stored)
    expect(suv.isOffered('unknown', 'weight')).toBe(false)
  })

  it('follows what a person says of the body', async () => {
    const { suv, first } = await loaded()
    suv.unit = 'weight'
    const before = suv.emissionOf(first)?.perUnit ?? NaN
    expect(await suv.setBody({ weightKg: 140, heightM: null, sex: null, reason: 'weighed' })).toBe(true)
    expect(before / (suv.emissionOf(first)?.perUnit ?? NaN)).toBeCloseTo(2, 10)
  })
})

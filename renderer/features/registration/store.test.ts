import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { createFakeBridge, type FakeBridge } from '../../dev/fakeBridge.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { useHandStore } from './handStore.ts'
import { useLandmarkStore } from './landmarkStore.ts'
import { askOf, blockedBy, firstForm } from './model/computeAsk.ts'
import { useRegistrationStore } from './store.ts'

let bridge: FakeBridge

async function begin() {
  bridge = createFakeBridge({ tickMs: 1 })
  Object.defineProperty(window, 'theratwin', { value: bridge, configurable: true })
  setActivePinia(createPinia())
  useJobStore().listen()
  const registration = useRegistrationStore()
  await usePatientStore().open('demo')
  registration.settlePair()
  await registration.load()
  return registration
}
const names = () => bridge.asked.map((one) => one.name)
const placeOf = (registration: ReturnType<typeof useRegistrationStore>) => ({
  patientId: 'demo',
  fixed: registration.fixed!.point,
  moving: registration.moving!.point,
  shown: registration.matrix,
  isLinked: registration.present !== null,
  crosshairMm: [1, 2, 3] as const,
})

beforeEach(() => localStorage.clear())

describe('the registrations of two time points', () => {
  it('begin with the reference, and with the one that counts', async () => {
    const registration = await begin()
    expect([registration.fixedId, registration.movingId]).toEqual(['tp2', 'tp1'])
    expect(registration.chosen).toMatchObject({ origin: 'REG', inUse: true })
    expect(registration.matrix?.[3]).toBe(3)
    registration.swap()
    await nextTick()
    expect(registration.matrix?.[3]).toBe(-3)
  })

  it('are shown by way of the reference where none links the two', async () => {
    const registration = await begin()
    registration.movingId = 'tp4'
    await nextTick()
    expect(registration.shown).toEqual([])
    expect(registration.chosen).toBeNull()
    expect(registration.matrix?.[3]).toBe(-3)
  })

  it('get a computed one, which is chosen and counts once it is accepted', async () => {
    const registration = await begin()
    const ask = askOf(firstForm, placeOf(registration))
    expect(ask).toMatchObject({ channels: ['ct'], initial: { kind: 'centres-of-mass' }, region: null })
    expect(await registration.make({ name: 'compute', ask })).toBe(true)
    expect(registration.chosen).toMatchObject({ origin: 'computed', status: 'proposed', inUse: false })
    await registration.judge('accepted')
    expect(registration.chosen).toMatchObject({ status: 'accepted', decidedBy: 'anna', inUse: true })
    expect(registration.shown).toHaveLength(2)
    expect(registration.inUse?.registrationId).toBe(registration.chosen?.registrationId)
  })

  it('say why a job failed or was cancelled, and keep what was chosen', async () => {
    const registration = await begin()
    const before = registration.chosenId
    const making = registration.make({ name: 'compute', ask: askOf(firstForm, placeOf(registration)) })
    const jobs = useJobStore()
    await new Promise((resolve) => setTimeout(resolve, 0))
    await jobs.cancel(jobs.running[0]?.jobId ?? 'job-1')
    expect(await making).toBe(false)
    expect(registration.chosenId).toBe(before)
    expect(registration.running).toBe(false)
  })

  it('ask for the carried images of a deformable one only, and measure others when told to', async () => {
    const registration = await begin()
    await registration.loadPreview()
    expect(names()).not.toContain('registrations.preview')
    await registration.loadPreview(true).catch(() => undefined)
    expect(names()).toContain('registrations.preview')
  })
})

describe('what is asked', () => {
  it('is a box, a structure or a matrix as it was set', async () => {
    const place = placeOf(await begin())
    expect(askOf({ ...firstForm, region: 'box', boxSideMm: 100 }, place).region).toEqual({
      kind: 'box',
      lowMm: [-49, -48, -47],
      highMm: [51, 52, 53],
    })
    expect(askOf({ ...firstForm, region: 'structure', structureId: 's', marginMm: 10 }, place).region).toEqual({
      kind: 'structure',
      structureId: 's',
      marginMm: 10,
    })
    expect(askOf({ ...firstForm, initial: 'shown' }, place).initial).toEqual({
      kind: 'matrix',
      movingToFixed: [...place.shown!],
    })
  })

  it('is not asked where something is missing', async () => {
    const place = placeOf(await begin())
    expect(blockedBy(firstForm, place)).toBe('')
    expect(blockedBy({ ...firstForm, ct: false }, place)).toContain('Choose images')
    expect(blockedBy(firstForm, { ...place, moving: { ...place.moving, ct: null } })).toContain('Choose images')
    expect(blockedBy({ ...firstForm, initial: 'present' }, { ...place, isLinked: false })).toContain('No registration')
    expect(blockedBy({ ...firstForm, initial: 'shown' }, { ...place, shown: null })).toContain('by hand first')
    expect(blockedBy({ ...firstForm, region: 'structure' }, place)).toContain('Choose a structure')
  })
})

describe('moving by hand', () => {
  it('begins from what is shown, goes back step by step, and is stored as a proposal', async () => {
    const registration = await begin()
    const hand = useHandStore()
    hand.begin()
    expect(hand.numbers.shiftMm[0]).toBeCloseTo(3)
    expect(hand.isChanged).toBe(false)
    hand.shift([4, 0, 0])
    hand.turn(2, 10, [0, 0, 0])
    expect(hand.numbers.turnDeg[2]).toBeCloseTo(10)
    hand.undo()
    expect(hand.numbers.shiftMm[0]).toBeCloseTo(7)
    hand.setNumbers({ ...hand.numbers, shiftMm: [5, 1, 0] })
    await hand.save()
    expect(bridge.asked.find(({ name }) => name === 'registrations.manual')?.ask).toMatchObject({
      fixedTimePointId: 'tp2',
      movingTimePointId: 'tp1',
    })
    expect(registration.chosen).toMatchObject({ origin: 'manual', status: 'proposed' })
    expect([registration.matrix?.[3], registration.matrix?.[7]]).toEqual([5, 1])
    expect(hand.pose).toBeNull()
  })

  it('ends when the pair is another', async () => {
    const registration = await begin()
    const hand = useHandStore()
    hand.begin()
    hand.shift([1, 0, 0])
    registration.swap()
    await nextTick()
    expect(hand.pose).toBeNull()
  })
})

describe('landmarks', () => {
  it('are marked in the fixed image and then in the moving one, named, measured and taken away', async () => {
    await begin()
    const landmarks = useLandmarkStore()
    await landmarks.load()
    await landmarks.mark([10, 0, 0])
    expect(landmarks.pendingMm).toEqual([10, 0, 0])
    // The moving image is shown 3 mm to the left of its own coordinates.
    await landmarks.mark([12, 0, 0])
    expect(landmarks.landmarks).toEqual([{ name: 'L1', fixedMm: [10, 0, 0], movingMm: [9, 0, 0] }])
    expect(landmarks.errors?.meanMm).toBeCloseTo(2)
    await landmarks.mark([0, 0, 0])
    landmarks.cancel()
    expect(landmarks.pendingMm).toBeNull()
    await landmarks.mark([0, 5, 0])
    await landmarks.mark([0, 5, 0])
    expect(landmarks.landmarks.map(({ name }) => name)).toEqual(['L1', 'L2'])
    await landmarks.remove('L1')
    await landmarks.mark([1, 1, 1])
    await landmarks.mark([1, 1, 1])
    expect(landmarks.landmarks.map(({ name }) => name)).toEqual(['L2', 'L1'])
    expect(bridge.asked.filter(({ name }) => name === 'registrations.saveLandmarks')).toHaveLength(4)
  })
})

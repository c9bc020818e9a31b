/** Regions on planar images: shapes, the request they stand for, and the page in a document without layout. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, type App as VueApp } from 'vue'
import { fakeWindow, find, mountAlone, press, says, seen, submit, type } from '../../dev/onScreen.ts'
import { usePatientStore } from '../patients/index.ts'
import { SeriesPage } from './index.ts'
import { requestOf, workOf } from './model/planarForm.ts'
import { emptyWork, freeName, newRegion, withAcquisitions, withCopy, type PlanarWork } from './model/planarWork.ts'
import { afterKey, type HeldShape } from './model/shapeKeys.ts'
import { edgesOf, isInside, moved, shapeBetween, withEdges, withHandle, type Shape } from './model/shapes.ts'
import { usePlanarStore } from './planarStore.ts'

const box: Shape = { kind: 'rectangle', edgesMm: [10, 20, 40, 80] }
const triangle: Shape = {
  kind: 'polygon',
  pointsMm: [
    [0, 0],
    [10, 0],
    [0, 20],
  ],
}

describe('shapes on a planar view', () => {
  it('are drawn from any corner, moved, reshaped at a handle and stretched, and keep what stays', () => {
    expect(shapeBetween('ellipse', [30, 5], [10, 25])).toEqual({ kind: 'ellipse', edgesMm: [10, 5, 30, 25] })
    expect(shapeBetween('ellipse', [30, 5], [30, 25])).toBeNull()
    expect(moved(box, [1, -2])).toEqual({ kind: 'rectangle', edgesMm: [11, 18, 41, 78] })
    // The third corner is moved: the first stays.
    expect(withHandle(box, 2, [50, 60])).toEqual({ kind: 'rectangle', edgesMm: [10, 20, 50, 60] })
    expect(withHandle(triangle, 1, [5, 5])).toMatchObject({
      pointsMm: [
        [0, 0],
        [5, 5],
        [0, 20],
      ],
    })
    expect(edgesOf(withEdges(triangle, [100, 100, 120, 110]))).toEqual([100, 100, 120, 110])
    expect(withEdges(box, [0, 0, 0, 5])).toBe(box)
    expect(isInside(triangle, [2, 2])).toBe(true)
    expect(isInside(triangle, [9, 19])).toBe(false)
    // A corner of the box around an ellipse is outside it.
    expect(isInside({ kind: 'ellipse', edgesMm: [0, 0, 10, 10] }, [0.5, 0.5])).toBe(false)
  })
})

describe('keys on a chosen shape', () => {
  const pixelMm = [4, 2] as const
  const after = (held: HeldShape, ...keys: readonly string[]): HeldShape =>
    keys.reduce((now, words) => {
      const [key = '', ...more] = words.split('+').reverse()
      const next = afterKey(now, { key, shiftKey: more.includes('Shift'), altKey: more.includes('Alt') }, pixelMm)
      if (!next) throw new Error(`${words} did nothing`)
      return next
    }, held)
  const free = (shape: Shape): HeldShape => ({ shape, corner: null })

  it('move it by pixels of the image, and its lower right edges with Alt', () => {
    expect(after(free(box), 'ArrowRight', 'Shift+ArrowUp').shape).toEqual({
      kind: 'rectangle',
      edgesMm: [14, 10, 44, 70],
    })
    expect(after(free(box), 'Alt+ArrowLeft').shape).toEqual({ kind: 'rectangle', edgesMm: [10, 20, 36, 80] })
  })

  it('take hold of one corner after the other, which alone is moved', () => {
    const held = after(free(triangle), 'PageDown', 'PageDown')
    expect(held.corner).toBe(1)
    expect(after(held, 'ArrowDown').shape).toMatchObject({
      pointsMm: [
        [0, 0],
        [10, 2],
        [0, 20],
      ],
    })
    expect(after(free(triangle), 'PageUp').corner).toBe(2)
    expect(after(held, 'PageDown', 'PageDown').corner).toBe(0)
    expect(after(held, 'Escape')).toEqual(free(triangle))
    // The corner opposite stays.
    expect(after(free(box), 'PageDown', 'ArrowRight').shape).toEqual({ kind: 'rectangle', edgesMm: [14, 20, 40, 80] })
  })

  it('put corners in and take them out, but leave a triangle', () => {
    const more = after({ shape: triangle, corner: 1 }, 'Insert')
    expect(more).toEqual({
      shape: {
        kind: 'polygon',
        pointsMm: [
          [0, 0],
          [10, 0],
          [5, 10],
          [0, 20],
        ],
      },
      corner: 2,
    })
    expect(after(more, 'Delete').shape).toEqual(triangle)
    const nothing = (held: HeldShape, key: string) => afterKey(held, { key, shiftKey: false, altKey: false }, pixelMm)
    expect(nothing({ shape: triangle, corner: 0 }, 'Delete')).toBeNull()
    expect(nothing({ shape: box, corner: 0 }, 'Insert')).toBeNull()
    expect(nothing(free(triangle), 'Delete')).toBeNull()
    expect(nothing(free(triangle), 'Escape')).toBeNull()
  })
})

/** With everything that the page can draw and type. */
const full: PlanarWork = {
  ...emptyWork,
  texts: { peakKev: '208', sensitivityCpsPerMbq: '8 ± 0.4', alignReachPixels: '3', ratio: '1,1 +- 0,1' },
  scatter: 'dual',
  attenuation: { kind: 'thickness', texts: { muPerCm: '0.11', bodyThicknessMm: '210 ± 10' } },
  scans: [
    {
      ...{ images: '/images/4h', timeH: '4', description: '', detectors: [], anteriorDetector: null },
      ...{ shiftMm: [0, 0], posteriorShiftMm: null },
    },
    {
      ...{ images: '/images/24h', timeH: '24', description: '', detectors: [1, 2], anteriorDetector: 2 },
      ...{ shiftMm: [5, -3], posteriorShiftMm: [1, 0] },
    },
  ],
  regions: [
    {
      ...newRegion('LEFT KIDNEY'),
      shape: { kind: 'ellipse', edgesMm: [1, 2, 3, 5] },
      texts: { sourceThicknessMm: '50', sourceMuPerCm: '0.14' },
      background: {
        ...{ shape: triangle, method: 'thickness' },
        texts: { sourceThicknessMm: '50', bodyThicknessMm: '210' },
      },
      overlap: { free: box, kind: 'contralateral', texts: {}, part: box, whole: moved(box, [50, 0]) },
    },
  ],
}

describe('a planar drawing', () => {
  it('makes a request of the command line, and is opened again from it as it was', () => {
    const made = requestOf(full, 'Lu-177', null)
    if (!made.ok) throw new Error(JSON.stringify(made.errors))
    expect(made.value).toMatchObject({
      ...{ nuclide: 'Lu-177', peakKev: 208, posteriorMirrored: true, alignReachPixels: 3 },
      sensitivityCpsPerMbq: { value: 8, standardUncertainty: 0.4 },
      scatter: { method: 'dual', ratio: { value: 1.1, standardUncertainty: 0.1 } },
      scans: [
        { timeH: 4, images: '/images/4h' },
        { timeH: 24, anteriorDetector: 2, shiftMm: [5, -3], posteriorShiftMm: [1, 0] },
      ],
    })
    const again = workOf({ request: made.value, folder: '', ctPath: null, region: 'LEFT KIDNEY' })
    expect(again && requestOf(again, 'Lu-177', null)).toEqual(made)
    expect(again?.regions[0]).toMatchObject({ shape: full.regions[0]?.shape, overlap: { part: box } })
    // Paths of a request file are relative to its folder.
    const request = { ...made.value, scans: [{ timeH: 4, images: '4h' }] }
    expect(workOf({ request, folder: '/data', ctPath: null, region: null })?.scans[0]?.images).toBe('/data/4h')
    expect(workOf({ request: { regions: 3 }, folder: '', ctPath: null, region: null })).toBeNull()
  })

  it('says by field what is missing and what is wrong', () => {
    const errorsOf = (work: PlanarWork) => {
      const made = requestOf(work, 'Lu-177', null)
      return made.ok ? [] : Object.keys(made.errors)
    }
    expect(errorsOf({ ...emptyWork, regions: [newRegion('LIVER')] })).toEqual([
      ...['scans', 'peakKev', 'sensitivityCpsPerMbq', 'attenuation.muPerCm', 'attenuation.bodyThicknessMm'],
      'LIVER.source.shape',
    ])
    expect(errorsOf({ ...full, texts: { ...full.texts, sensitivityCpsPerMbq: '8 ± -1' } })).toEqual([
      'sensitivityCpsPerMbq',
    ])
    expect(errorsOf({ ...full, texts: { ...full.texts, peakKev: '208 ± 1' } })).toEqual(['peakKev'])
    expect(errorsOf({ ...full, texts: { ...full.texts, sensitivityCpsPerMbq: '1,234' } })).toEqual([
      'sensitivityCpsPerMbq',
    ])
  })

  it('takes time points once, in their order, and copies a region with all of its parts', () => {
    const of = (images: string, timeH: number) => ({
      ...{ images, timeH, description: '', startLocal: null, frames: 2, namesViews: false, detectors: [1, 2] },
      ...{ windowsKev: [{ lowKev: 187, highKev: 229 }], isWholeBody: false },
    })
    const once = withAcquisitions(emptyWork, [of('b', 24), of('a', 4)])
    const work = withAcquisitions(once, [of('a', 4)])
    expect(work.scans.map(({ images, anteriorDetector }) => [images, anteriorDetector])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    expect(work.texts['peakKev']).toBe('208')
    expect(freeName(full, 'LEFT KIDNEY')).toBe('LEFT KIDNEY 2')
    const region = full.regions[0]
    const copy = region && withCopy(full, region, 'RIGHT KIDNEY', [100, 0]).regions[1]
    expect(copy).toMatchObject({ shape: { edgesMm: [101, 2, 103, 5] }, overlap: { free: moved(box, [100, 0]) } })
  })
})

let app: VueApp | null = null
afterEach(() => {
  app?.unmount()
  app = null
})

describe('the page of planar images', () => {
  it('draws by keys, measures at once, undoes, is kept as a series, and drawn further', async () => {
    localStorage.clear()
    const bridge = fakeWindow({ analysed: true })
    setActivePinia(createPinia())
    const patients = usePatientStore()
    await patients.open('demo')
    app = createApp(() => {
      const { analysis, protocol } = patients.view ?? {}
      const structure = analysis?.cycles[0]?.structures.find(({ name }) => name === 'SPLEEN')
      if (!analysis || !protocol || !structure) return null
      return h(SeriesPage, { analysis, protocol, cycle: 1, structure, patientId: 'demo' })
    })
    await mountAlone(app)
    const planar = usePlanarStore()
    await press('add-series')
    await press('series-add-planar')
    const plain = bridge.request
    const error = {
      kind: 'input',
      code: 'planar.none',
      message: 'No planar image lies there.',
      hint: 'Choose it.',
    } as const
    Object.assign(bridge, {
      request: (name: string, ask: never) =>
        name === 'planar.look' ? Promise.resolve({ ok: false, error }) : plain(name as never, ask),
    })
    await press('planar-add-images')
    await says('No planar image lies there. Choose it.')
    Object.assign(bridge, { request: plain })
    await press('planar-add-images')
    await vi.waitFor(() => expect(document.querySelectorAll('[data-testid="planar-scan"]')).toHaveLength(3))
    expect(find('planar-add-failure')).toBeNull()
    const anterior = await seen('planar-view-anterior')
    await press('planar-add-region')
    await says('draw the source')
    await type('planar-sensitivityCpsPerMbq', '9 ± 0.4')
    await type('planar-attenuation.muPerCm', '0.11')
    await type('planar-attenuation.bodyThicknessMm', '210')
    const key = async (name: string, more: object = {}) => {
      anterior.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }))
      await nextTick()
    }
    await key('Enter')
    const placed = planar.region?.shape
    expect(placed?.kind).toBe('ellipse')
    await key('ArrowLeft')
    await key('ArrowLeft', { shiftKey: true })
    expect(planar.region?.shape).toEqual(placed && moved(placed, [-30, 0]))
    await vi.waitFor(() => expect(document.querySelectorAll('[data-testid="planar-row"]')).toHaveLength(3))
    // The arrows are one step.
    await key('z', { ctrlKey: true })
    expect(planar.region?.shape).toEqual(placed)
    await key('y', { ctrlKey: true })
    expect(planar.region?.shape).toEqual(placed && moved(placed, [-30, 0]))
    await press('planar-background')
    await says('draw the background')
    expect(find('planar-row')).toBeNull()
    await key('r')
    await key('Enter')
    await vi.waitFor(() => expect(document.querySelectorAll('[data-testid="planar-row"]')).toHaveLength(3))
    await submit('planar-page')
    const sent = await vi.waitFor(() => {
      const found = bridge.asked.find(({ name }) => name === 'measuredSeries.fromRequest')
      expect(found).toBeDefined()
      return found?.ask
    })
    expect(sent).toMatchObject({
      ...{ from: 'planar', planarRegion: 'SPLEEN', structure: 'SPLEEN' },
      request: { regions: [{ background: { method: 'full' } }] },
    })
    await press('draft-keep')
    await says('Stored. It counts once you choose how.')
    planar.begin(emptyWork)
    await press('draw-further')
    await seen('planar-view-posterior')
    expect(planar.region?.shape).toEqual(placed && moved(placed, [-30, 0]))
    await vi.waitFor(() => expect(document.querySelectorAll('[data-testid="planar-row"]')).toHaveLength(3))
  })
})

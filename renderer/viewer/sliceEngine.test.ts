import { describe, expect, it } from 'vitest'
import type { ImageGrid } from '../../native-core/imaging/types.ts'
import { identity } from './affine.ts'
import { SliceEngine, type SliceAsk } from './sliceEngine.ts'

const grid: ImageGrid = {
  dimensions: [4, 4, 4],
  spacingMm: [1, 1, 1],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const bytesOf = (value: number) => new Uint8Array(new Float32Array(64).fill(value).buffer)
const source = (id: string) => ({ id, url: id, grid })

function serving(files: Record<string, Uint8Array<ArrayBuffer>>, asked: string[] = []) {
  return async (url: string) => {
    asked.push(url)
    const bytes = files[url]
    return bytes ? new Response(bytes) : new Response('', { status: 404 })
  }
}

const ask = (over: Partial<SliceAsk> = {}): SliceAsk => ({
  plane: { originMm: [0, 0, 1], stepRightMm: [1, 0, 0], stepDownMm: [0, 1, 0], width: 4, height: 4 },
  ct: null,
  emission: null,
  ctWindow: { low: 0, high: 100 },
  emissionWindow: { low: 0, high: 10 },
  map: 'grey',
  blend: 0.5,
  masks: [],
  levels: null,
  ...over,
})

describe('SliceEngine', () => {
  it('loads a volume once, telling how far it is, and slices it', async () => {
    const asked: string[] = []
    const engine = new SliceEngine(serving({ ct: bytesOf(100) }, asked))
    const fractions: number[] = []
    await engine.loadVolume(source('ct'), (fraction) => fractions.push(fraction))
    await engine.loadVolume(source('ct'), () => {})
    expect(asked).toEqual(['ct'])
    expect(fractions.at(-1)).toBe(1)
    const { rgba, missing } = engine.slice(ask({ ct: { id: 'ct', toWorld: identity } }))
    expect([...rgba.slice(0, 4)]).toEqual([255, 255, 255, 255])
    expect(missing).toEqual([])
    expect(engine.probe([1, 1, 1], [{ id: 'ct', toWorld: identity }])).toEqual([100])
  })

  it('names what it does not have instead of showing nothing in silence', () => {
    const engine = new SliceEngine(serving({}))
    const layer = (id: string) => ({ id, toWorld: identity })
    expect(engine.slice(ask({ ct: layer('a'), emission: layer('b'), masks: [layer('c')] })).missing).toEqual([
      'a',
      'b',
      'c',
    ])
    expect(engine.probe([0, 0, 0], [layer('a')])).toEqual([null])
    expect(engine.projection('a', 64, 'maximum')).toBeNull()
  })

  it('refuses truncated, overlong and missing voxels', async () => {
    const engine = new SliceEngine(serving({ short: bytesOf(1).slice(0, 100), long: new Uint8Array(300) }))
    await expect(engine.loadVolume(source('short'), () => {})).rejects.toThrow('Only 100 of 256 bytes')
    await expect(engine.loadVolume(source('long'), () => {})).rejects.toThrow('More voxels')
    await expect(engine.loadVolume(source('none'), () => {})).rejects.toThrow('status 404')
    expect(engine.has('short')).toBe(false)
  })

  it('forgets what was used longest ago when memory is short', async () => {
    const engine = new SliceEngine(serving({ a: bytesOf(1), b: bytesOf(2), c: bytesOf(3) }), 2 * 256)
    await engine.loadVolume(source('a'), () => {})
    await engine.loadVolume(source('b'), () => {})
    engine.probe([0, 0, 0], [{ id: 'a', toWorld: identity }])
    await engine.loadVolume(source('c'), () => {})
    expect([engine.has('a'), engine.has('b'), engine.has('c')]).toEqual([true, false, true])
  })

  it('follows the registration of an image', async () => {
    const values = new Float32Array(64)
    values[1 + 4 * (2 + 4 * 1)] = 7
    const engine = new SliceEngine(serving({ e: new Uint8Array(values.buffer) }))
    await engine.loadVolume(source('e'), () => {})
    const shifted = [1, 0, 0, 10, 0, 1, 0, -5, 0, 0, 1, 0] as const
    expect(engine.probe([11, -3, 1], [{ id: 'e', toWorld: shifted }])).toEqual([7])
    expect(engine.probe([1, 2, 1], [{ id: 'e', toWorld: shifted }])).toEqual([null])
  })

  it('tells fractions of masks from 0 to 1', async () => {
    const engine = new SliceEngine(serving({ m: new Uint8Array([255, 51]) }))
    await engine.loadMask({ ...source('m'), boxStart: [1, 1, 1], boxSize: [2, 1, 1] })
    const at = (x: number) => engine.probe([x, 1, 1], [{ id: 'm', toWorld: identity }])[0]
    expect([at(0), at(1), at(2), at(3), at(5)]).toEqual([0, 1, 0.2, 0, null])
  })
})

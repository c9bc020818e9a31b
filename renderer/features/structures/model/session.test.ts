import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { structureToSaveSchema } from '../../../../electron/contracts/index.ts'
import { gridAround } from '../../../../native-core/imaging/testShapes.ts'
import type { Vec3 } from '../../../../native-core/imaging/types.ts'
import { answerDrawing } from './answer.ts'
import type { DrawnStructure, DrawRules, Operation } from './protocol.ts'
import { DrawingSession } from './session.ts'

const grid = gridAround(50, [2, 2, 2])
const free: DrawRules = { overlap: 'free', insideId: null, value: null }
const ballMl = (r: number) => ((4 / 3) * Math.PI * r ** 3) / 1000
const z: Vec3 = [0, 0, 1]

const structure = (name: string, more: Partial<DrawnStructure> = {}): DrawnStructure => ({
  id: name,
  name,
  kind: 'lesion',
  type: '',
  colourRgb: [10, 20, 30],
  origin: 'drawn here',
  method: { kind: 'drawn', description: 'drawn by hand', parameters: {} },
  review: 'none',
  identity: null,
  keptId: null,
  ...more,
})
const brush = (at: Vec3, radiusMm: number, mode: 'add' | 'remove' = 'add'): Operation => ({
  kind: 'brush',
  mode,
  isBall: true,
  pointsMm: [at],
  normal: z,
  radiusMm,
})

/** A session with an imported cube of 10 voxels' side, on an image of 1000 − distance from the middle. */
function session(): DrawingSession {
  const made = new DrawingSession('ct', grid)
  const stored = structure('ORGAN', {
    kind: 'organ',
    keptId: 'stored-1',
    method: { kind: 'imported', description: 'RTSTRUCT "Organs"', parameters: {} },
  })
  made.load(stored, grid, {
    box: { start: [5, 5, 5], size: [10, 10, 10] },
    coverage: new Uint8Array(1000).fill(255),
  })
  const [nx, ny] = grid.dimensions
  const values = Float32Array.from({ length: nx * ny * grid.dimensions[2] }, (_, n) => {
    const at = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))].map(
      (i, axis) => grid.originMm[axis]! + 2 * i,
    )
    return 1000 - 10 * Math.hypot(at[0]!, at[1]!, at[2]!)
  })
  made.setImage('emission', { grid, values, unit: 'kBq/mL', perUnit: 10 })
  return made
}
const named = (made: DrawingSession, name: string) => made.state().structures.find((one) => one.name === name)!

describe('a drawing session', () => {
  it('shows an edit before it is committed, and takes it back', () => {
    const made = session()
    made.add(structure('T'))
    made.edit('T', brush([0, 0, 0], 10), free, 'anew')
    expect(made.state().pending).toMatchObject({ beforeMl: 0 })
    expect(made.state().pending!.afterMl / ballMl(10)).toBeCloseTo(1, 2)
    made.cancel()
    expect(named(made, 'T').volumeMl).toBe(0)
    made.edit('T', brush([0, 0, 0], 10), free, 'anew')
    made.edit('T', brush([30, 0, 0], 10), free, 'more')
    expect(made.commit().pending).toBeNull()
    expect(named(made, 'T').volumeMl / (2 * ballMl(10))).toBeCloseTo(1, 2)
    made.undo()
    expect(named(made, 'T').volumeMl).toBe(0)
  })

  it('keeps a stored structure to the bit until it is edited, and again when that is undone', async () => {
    const made = session()
    expect(made.state().isChanged).toBe(false)
    made.edit('ORGAN', { kind: 'grow', distanceMm: 4 }, free, 'anew')
    expect(named(made, 'ORGAN').keptId).toBe('stored-1')
    made.commit()
    expect(named(made, 'ORGAN')).toMatchObject({
      keptId: null,
      method: { kind: 'combined', description: 'RTSTRUCT "Organs"; then grown by 4.00 mm' },
    })
    expect(made.state().isChanged).toBe(true)
    made.undo()
    expect(named(made, 'ORGAN')).toMatchObject({ keptId: 'stored-1', method: { kind: 'imported' } })
    expect(made.state().isChanged).toBe(false)
    expect((await made.upload()).structures).toMatchObject([{ kind: 'kept', structureId: 'stored-1' }])
  })

  it('tells the threshold with its numbers, in the unit that is shown', () => {
    const made = session()
    made.add(structure('T'))
    made.edit(
      'T',
      {
        kind: 'threshold',
        mode: 'add',
        image: 'emission',
        rule: { kind: 'relative', part: 0.85 },
        pointMm: [4, 0, 0],
        halfSideMm: 40,
        isConnected: true,
      },
      free,
      'anew',
    )
    made.commit()
    expect(named(made, 'T').method).toMatchObject({
      kind: 'relative-threshold',
      description: '85.0 % of the maximum of 100.0 kBq/mL in a box of 80.0 mm, one piece',
      parameters: { partOfMaximum: 0.85, boxSideMm: 80 },
    })
    expect(named(made, 'T').volumeMl / ballMl(15)).toBeCloseTo(1, 1)
    made.edit('T', brush([0, 0, 0], 4, 'remove'), free, 'anew')
    made.commit()
    expect(named(made, 'T').method.kind).toBe('combined')
    expect(named(made, 'T').method.description).toMatch(/one piece; then eraser$/)
  })

  it('refuses what has no sense and leaves everything as it was', () => {
    const made = session()
    const before = named(made, 'ORGAN').volumeMl
    expect(() => made.edit('ORGAN', { kind: 'between', normal: z }, free, 'anew')).toThrow(/no empty slice/)
    const fixed = { kind: 'fixed', low: 1, high: null } as const
    const onCt = { kind: 'threshold', mode: 'add', image: 'ct', rule: fixed, pointMm: [0, 0, 0] as Vec3 } as const
    expect(() => made.edit('ORGAN', { ...onCt, halfSideMm: 20, isConnected: true }, free, 'anew')).toThrow(/no CT/)
    expect(made.state().pending).toBeNull()
    expect(named(made, 'ORGAN').volumeMl).toBe(before)
    expect(made.state().isChanged).toBe(false)
  })

  it('splits pieces into structures of their own, as one step', () => {
    const made = session()
    made.add(structure('T'))
    for (const x of [-25, 25]) {
      made.edit('T', brush([x, 0, 0], x < 0 ? 8 : 11), free, 'anew')
      made.commit()
    }
    const split: Operation = { kind: 'islands', keep: 'each', minimumMl: 0 }
    made.edit('T', split, free, 'anew')
    expect(made.state().structures).toHaveLength(3)
    made.cancel()
    expect(made.state().structures.map((one) => one.name)).toEqual(['ORGAN', 'T'])
    made.edit('T', split, free, 'anew')
    made.commit()
    expect(named(made, 'T').volumeMl / ballMl(11)).toBeCloseTo(1, 1)
    expect(named(made, 'T 2').volumeMl / ballMl(8)).toBeCloseTo(1, 1)
    made.undo()
    expect(named(made, 'T').volumeMl / (ballMl(8) + ballMl(11))).toBeCloseTo(1, 1)
    made.redo()
    expect(made.state().structures.map((one) => one.name)).toEqual(['ORGAN', 'T', 'T 2'])
  })

  it('keeps only what an area encloses, in its slice', () => {
    const made = session()
    const half: Vec3[] = [
      [-60, -60, -30],
      [-30, -60, -30],
      [-30, 60, -30],
      [-60, 60, -30],
    ]
    const before = named(made, 'ORGAN').volumeMl
    made.edit('ORGAN', { kind: 'area', tool: 'polygon', mode: 'intersect', pointsMm: half, normal: z }, free, 'anew')
    made.commit()
    // The cube reaches from −41 to −21 mm in x: in one of its ten slices the part beyond −30 mm goes.
    expect(before - named(made, 'ORGAN').volumeMl).toBeCloseTo((9 * 20 * 2) / 1000, 3)
  })

  it('draws the outline of a slice, and that of before while an edit is shown', () => {
    const made = session()
    const plane = {
      originMm: [-50, -50, -30] as Vec3,
      stepRightMm: [1, 0, 0] as Vec3,
      stepDownMm: [0, 1, 0] as Vec3,
      width: 101,
      height: 101,
    }
    const reach = (lines: readonly { points: Float32Array }[]) => {
      const x = lines.flatMap(({ points }) => [...points].filter((_, n) => n % 2 === 0))
      return Math.max(...x) - Math.min(...x)
    }
    const [plain] = made.lines(plane, ['ORGAN', 'not there'])
    expect(plain!.before).toBeNull()
    expect(reach(plain!.lines)).toBeCloseTo(20, 0)
    made.edit('ORGAN', { kind: 'grow', distanceMm: 5 }, free, 'anew')
    const [shown] = made.lines(plane, ['ORGAN'])
    expect(reach(shown!.lines)).toBeCloseTo(30, 0)
    expect(reach(shown!.before!)).toBeCloseTo(20, 0)
    expect(made.lines({ ...plane, originMm: [-50, -50, 40] }, ['ORGAN'])[0]!.lines).toEqual([])
  })

  it('sends what was drawn deflated, in its box, and names what is empty', async () => {
    const made = session()
    made.add(structure('T'))
    made.add(structure('EMPTY'))
    made.edit('T', brush([0, 0, 0], 10), free, 'anew')
    made.commit()
    const { structures, empty } = await made.upload()
    expect(empty).toEqual(['EMPTY'])
    const sent = structureToSaveSchema.parse(structures[1])
    if (sent.kind !== 'voxels') throw new Error('not sent as voxels')
    const { boxSize, deflatedBase64, image } = sent.mask
    const coverage = inflateSync(Buffer.from(deflatedBase64, 'base64'))
    expect(image).toBe('ct')
    expect(coverage).toHaveLength(boxSize[0] * boxSize[1] * boxSize[2])
    expect(coverage.reduce((sum, value) => sum + value, 0) * (8 / 255000)).toBeCloseTo(named(made, 'T').volumeMl, 9)
    expect(made.markSaved().isChanged).toBe(false)
  })

  it('brings a structure of other voxels onto those that are drawn on, volume and all', () => {
    const made = session()
    const coarse = gridAround(48, [4, 4, 4])
    const coverage = new Uint8Array(64).fill(200)
    made.load(structure('SPECT'), coarse, { box: { start: [10, 10, 10], size: [4, 4, 4] }, coverage })
    expect(named(made, 'SPECT').volumeMl / ((64 * 64 * (200 / 255)) / 1000)).toBeCloseTo(1, 2)
  })
})

describe('the drawing worker', () => {
  it('fetches what it opens, once, and says what did not come', async () => {
    const fetched: string[] = []
    const fetchBytes = (length: number) => (url: string) => {
      fetched.push(url)
      return Promise.resolve(new Response(new Uint8Array(length).fill(255)))
    }
    const ask = {
      key: 'k',
      role: 'ct' as const,
      grid,
      images: [],
      structures: [
        { structure: structure('A'), url: '/a', grid, boxStart: [0, 0, 0] as Vec3, boxSize: [2, 2, 2] as Vec3 },
      ],
    }
    await expect(answerDrawing({ call: 1, name: 'open', ask }, fetchBytes(7))).rejects.toThrow('7 of 8 bytes')
    await answerDrawing({ call: 2, name: 'open', ask }, fetchBytes(8))
    await answerDrawing({ call: 3, name: 'open', ask }, fetchBytes(8))
    expect(fetched).toEqual(['/a', '/a'])
    await expect(answerDrawing({ call: 4, name: 'undo', ask: { key: 'none' } }, fetchBytes(8))).rejects.toThrow(
      'before',
    )
  })
})

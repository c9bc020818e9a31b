import { beforeAll, describe, expect, it } from 'vitest'
import { applyMat4, invertAffine, mapPoint } from '../../../native-core/imaging/index.ts'
import type { Deformation, Mat4, Vec3 } from '../../../native-core/imaging/index.ts'
import { cube, humpDeformation, humpsAt } from '../../../native-core/imaging/testDeformations.ts'
import type { Hump } from '../../../native-core/imaging/testDeformations.ts'
import { isBuilt } from '../../../native-core/kernels/built.test-support.ts'
import { allowMainThread } from '../../../native-core/kernels/index.ts'
import { emissionImage } from '../course/exampleImage.ts'
import { acceptedLinks, RegistrationGraph } from '../course/index.ts'
import type { TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { RegistrationRecord, Store } from '../ports/store.ts'
import { mapperOf, runWarp } from '../registration/index.ts'
import { chainedMap } from './chainedMap.ts'

// source –(bent)– one –(turned)– two –(swollen, made from the target's side)– target
const turned: Mat4 = [0.96, -0.28, 0, 7, 0.28, 0.96, 0, -3, 0, 0, 1, 6, 0, 0, 0, 1]
const moved: Mat4 = [1, 0, 0, 4, 0, 1, 0, -6, 0, 0, 1, 2, 0, 0, 0, 1]
const bent: readonly Hump[] = [{ centreMm: [-5, -8, 4], sigmaMm: 24, amplitudeMm: [6, -5, 7] }]
const swollen: readonly Hump[] = [{ centreMm: [10, 6, -9], sigmaMm: 26, amplitudeMm: [-5, 4, 6] }]
const plus = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
/** From "one" to the source, and from "two" to the target, in closed form. */
const oneToSource = (x: Vec3): Vec3 => applyMat4(moved, plus(x, humpsAt(bent, x)))
const twoToTarget = (x: Vec3): Vec3 => applyMat4(moved, plus(x, humpsAt(swollen, x)))

const field = (humps: readonly Hump[]): Deformation => humpDeformation(cube(64, 3), humps, moved)
const volumes = new Map([
  ['bent', field(bent).displacementMm],
  ['swollen', field(swollen).displacementMm],
])

function record(id: string, from: string, to: string, volume: string | null, matrix: Mat4): RegistrationRecord {
  const { grid, fixedToMoving } = field(bent)
  return {
    id,
    contentHash: '',
    patientId: 'p',
    key: `key of ${id}`,
    fromFrameOfReferenceUid: from,
    toFrameOfReferenceUid: to,
    type: volume ? 'DEFORMABLE' : 'RIGID',
    matrix,
    deformation: volume ? { grid, fixedToMoving, displacementVolumeId: volume } : null,
    origin: 'computed',
    method: { description: id, remarks: [], quality: null },
    sourceSha256s: [],
    status: 'accepted',
    decidedBy: 'anna',
    decidedAt: '2026-01-02T03:04:05Z',
  }
}
const records = [
  record('bent', 'source', 'one', 'bent', invertAffine(moved)),
  // Made from "two": its matrix leads there.
  record('turned', 'one', 'two', null, turned),
  record('swollen', 'target', 'two', 'swollen', invertAffine(moved)),
]

const image = (frame: string) =>
  emissionImage(frame, '2024-01-08T13:05:00', { frameOfReferenceUid: frame, grid: cube(40, 4) })
const at = (frame: string) => ({ emission: image(frame), ct: null }) as unknown as TimePointDraft
const patient = {
  record: { id: 'p' },
  images: [image('source'), image('target')],
  registrations: [
    {
      ...image('one'),
      key: 'key of turned',
      transforms: [{ fromFrameOfReferenceUid: 'one', toFrameOfReferenceUid: 'two', type: 'RIGID', matrix: turned }],
      deformations: [],
    },
  ],
  acceptedDeformations: records
    .filter(({ deformation }) => deformation)
    .map(({ id, fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix }) => ({
      registrationId: id,
      fieldId: id,
      fromFrameOfReferenceUid,
      toFrameOfReferenceUid,
      matrix,
      provenance: id,
    })),
} as unknown as StoredPatient
const store = {
  read: { registrationsOfPatient: () => records },
  voxels: { get: (id: string) => Promise.resolve(volumes.get(id)) },
} as unknown as Store
const compute: Pick<Compute, 'warp'> = { warp: (task) => Promise.resolve(runWarp(task, null)) }
const tools = { store, patient, compute, signal: new AbortController().signal }

async function chain(from: string, to: string) {
  const path = new RegistrationGraph(acceptedLinks(patient)).path(from, to)
  if (!path) throw new Error('the links make a chain')
  return chainedMap(tools, path, at(to))
}

/** Points well inside all fields. */
const points: Vec3[] = [-24, -8, 8, 24].flatMap((x) =>
  [-20, 0, 20].flatMap((y) => [-16, 4, 18].map((z): Vec3 => [x, y, z])),
)
const furthest = (found: (x: Vec3) => Vec3, wanted: (x: Vec3) => readonly [Vec3, Vec3]): number =>
  Math.max(
    ...points.map((point) => {
      const [from, to] = wanted(point)
      const reached = found(from)
      return Math.hypot(reached[0] - to[0], reached[1] - to[1], reached[2] - to[2])
    }),
  )

/**
 * Trilinear interpolation of a hump at h = 3 mm is off by at most 3·h²/8·amplitude/σ²: 0.06 mm for either field. Three of them lie one behind the
 * other (two fields, the composition anew), one more is inverted, and the slopes of the fields (at most 0.3) change each a little: 0.4 mm.
 */
const WITHIN_MM = 0.4

describe.skipIf(!isBuilt)('chainedMap (skipped where the native kernels are not built)', () => {
  beforeAll(allowMainThread)

  it('puts a deformation, a matrix and a deformation taken backwards one after the other, as their closed forms do', async () => {
    const found = await chain('source', 'target')
    const map = mapperOf(found.toSource)
    // A point of "two" is known in the target and, over "one", in the source.
    const off = furthest(map, (two) => [twoToTarget(two), oneToSource(applyMat4(invertAffine(turned), two))])
    expect(off).toBeLessThan(WITHIN_MM)
    expect(found.registrationIds).toEqual(['bent', 'turned', 'swollen'])
    expect(found.descriptions).toEqual([
      'bent; accepted by anna on 2026-01-02',
      'turned; accepted by anna on 2026-01-02',
      'swollen, inverted; accepted by anna on 2026-01-02',
    ])
  })

  it('is the other way round with source and target exchanged', async () => {
    const map = mapperOf((await chain('target', 'source')).toSource)
    const off = furthest(map, (two) => [oneToSource(applyMat4(invertAffine(turned), two)), twoToTarget(two)])
    expect(off).toBeLessThan(WITHIN_MM)
  })

  it('adds no grid of its own where a matrix lies before or behind a deformation', async () => {
    const { toSource } = await chain('source', 'two')
    const exact = (two: Vec3): Vec3 => mapPoint(field(bent), applyMat4(invertAffine(turned), two))
    expect(furthest(mapperOf(toSource), (two) => [two, exact(two)])).toBeLessThan(1e-4)
  })
})

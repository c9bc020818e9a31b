/**
 * Registration of the synthetic CTs against the landmarks of their truth, and beside elastix on the same pair. Skipped where ../shared or
 * elastix is missing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import { writeNifti } from '../../electron/adapters/nifti/index.ts'
import { channelOf, landmarkErrors } from '../../electron/services/registration/index.ts'
import type { LandmarkPair } from '../../electron/services/registration/index.ts'
import { allowMainThread } from '../../native-core/kernels/index.ts'
import type { Volume } from '../../native-core/kernels/index.ts'
import { registerDeformable, registerLinear } from '../../native-core/kernels/registration.ts'
import type { RegistrationMetric } from '../../native-core/kernels/registration.ts'
import type { Vec3 } from '../../native-core/imaging/index.ts'
import { sharedCase } from '../integration/support/caseTruth.ts'
import { elastixParameters } from '../phantoms/elastixParameters.ts'

interface Session {
  readonly index: number
  readonly frame_of_reference_uid: string
  readonly landmarks_mm: Readonly<Record<string, Vec3>>
}
interface Truth {
  readonly cycles: readonly { readonly reference_session: number; readonly sessions: readonly Session[] }[]
}

const folder = sharedCase('synthetic-1cycle')
const hasElastix = spawnSync('elastix', ['--version']).error === undefined
const source = createDicomSource({ threads: 2 })
const root = mkdtempSync(join(tmpdir(), 'theratwin-registration-'))
allowMainThread()
afterAll(async () => {
  await source.close()
  rmSync(root, { recursive: true, force: true })
})

async function pairs(): Promise<{ name: string; fixed: Volume; moving: Volume; landmarks: LandmarkPair[] }[]> {
  const [cycle] = (JSON.parse(readFileSync(join(folder!, 'truth.json'), 'utf8')) as Truth).cycles
  const scan = await source.scan([folder!], {})
  const reference = cycle!.sessions.find(({ index }) => index === cycle!.reference_session)!
  const ctOf = async (session: Session): Promise<Volume> => {
    const image = scan.patients[0]!.images.find(
      ({ modality, frameOfReferenceUid }) =>
        modality === 'CT' && frameOfReferenceUid === session.frame_of_reference_uid,
    )!
    return { grid: image.grid, values: await source.loadVoxels(image) }
  }
  const fixed = await ctOf(reference)
  const out = []
  for (const session of cycle!.sessions) {
    if (session === reference) continue
    const landmarks = Object.entries(reference.landmarks_mm).flatMap(([name, fixedMm]) => {
      const movingMm = session.landmarks_mm[name]
      return movingMm ? [{ name, fixedMm, movingMm }] : []
    })
    out.push({ name: `session ${session.index}`, fixed, moving: await ctOf(session), landmarks })
  }
  return out
}

function registered(pair: { fixed: Volume; moving: Volume; landmarks: LandmarkPair[] }, metric: RegistrationMetric) {
  const channel = channelOf('ct', pair.fixed, pair.moving, metric)
  const rigid = registerLinear({ kind: 'rigid', channels: [channel], initial: 'centres-of-mass' })
  const deformable = registerDeformable({ channels: [channel], initial: rigid.fixedToMoving })
  return {
    before: landmarkErrors(pair.landmarks, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])!.meanMm,
    rigid: landmarkErrors(pair.landmarks, rigid.fixedToMoving)!.meanMm,
    deformable: landmarkErrors(pair.landmarks, deformable.deformation)!.meanMm,
    jacobianMinimum: deformable.jacobianMinimum,
  }
}

describe.skipIf(!folder)('registration of the synthetic CTs (skipped without ../shared/cases)', () => {
  for (const metric of ['mutual-information', 'normalised-correlation'] as const)
    it(`brings landmarks together: rigid within 2 mm, deformable within 1 mm, on average, no folding: ${metric}`, async () => {
      for (const pair of await pairs()) {
        const found = registered(pair, metric)
        expect(found.before, pair.name).toBeGreaterThan(2)
        expect(found.rigid, pair.name).toBeLessThan(2)
        expect(found.deformable, pair.name).toBeLessThan(1)
        expect(found.jacobianMinimum, pair.name).toBeGreaterThan(0.05)
      }
    })

  it.skipIf(!hasElastix)(
    'has no larger landmark error than elastix 5 on the same pair, rigid and B-spline (skipped where elastix is not installed)',
    async () => {
      const [pair] = await pairs()
      const ours = registered(pair!, 'mutual-information')
      const theirs = await elastixErrors(pair!)
      expect(ours.rigid).toBeLessThan(theirs.rigid + 0.1)
      expect(ours.deformable).toBeLessThan(theirs.deformable + 0.1)
    },
    600_000,
  )
})

async function elastixErrors(pair: { fixed: Volume; moving: Volume; landmarks: LandmarkPair[] }) {
  const clamped = ({ grid, values }: Volume): Volume => ({
    grid,
    values: values.map((v) => Math.min(300, Math.max(-200, v))),
  })
  const [fixed, moving] = [join(root, 'fixed.nii'), join(root, 'moving.nii')]
  await writeNifti(fixed, clamped(pair.fixed))
  await writeNifti(moving, clamped(pair.moving))
  writeFileSync(join(root, 'rigid.txt'), elastixParameters('EulerTransform'))
  writeFileSync(join(root, 'bspline.txt'), elastixParameters('BSplineTransform'))
  const p = ['-p', join(root, 'rigid.txt'), '-p', join(root, 'bspline.txt')]
  execFileSync('elastix', ['-f', fixed, '-m', moving, '-out', root, '-threads', '2', ...p], { stdio: 'ignore' })
  const points = join(root, 'points.txt')
  writeFileSync(
    points,
    ['point', String(pair.landmarks.length), ...pair.landmarks.map(({ fixedMm }) => fixedMm.join(' '))].join('\n'),
  )
  const errorOf = (step: number): number => {
    const parameters = join(root, `TransformParameters.${step}.txt`)
    execFileSync('transformix', ['-def', points, '-tp', parameters, '-out', root], { stdio: 'ignore' })
    const found = [
      ...readFileSync(join(root, 'outputpoints.txt'), 'utf8').matchAll(/OutputPoint = \[ ([^\]]+) \]/g),
    ].map((match) => match[1]!.trim().split(/\s+/).map(Number))
    expect(found).toHaveLength(pair.landmarks.length)
    return (
      pair.landmarks.reduce(
        (sum, { movingMm }, n) => sum + Math.hypot(...movingMm.map((v, axis) => v - found[n]![axis]!)),
        0,
      ) / found.length
    )
  }
  return { rigid: errorOf(0), deformable: errorOf(1) }
}

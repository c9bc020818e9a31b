/** Structures, registrations and activity maps written for any patient: as our reader, pydicom, plastimatch and dciodvfy find them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createDicomSource } from '../../electron/adapters/dicom/index.ts'
import { createObjectWriter } from '../../electron/adapters/dicom-write/index.ts'
import type {
  ActivityMapToWrite,
  DeformationToWrite,
  ObjectContext,
  ReferencedImages,
  SegmentationToWrite,
} from '../../electron/services/ports/dicomObjects.ts'
import { indexToPatient, maskVolumeMl, rasteriseShape, voxelCount } from '../../native-core/imaging/index.ts'
import { rotation } from '../../native-core/imaging/testShapes.ts'
import type { FractionalMask, ImageGrid, Mat3, Mat4, PlanarContour } from '../../native-core/imaging/types.ts'
import { expectClose, findPydicom } from './support/dicomOracle.ts'

const python = findPydicom()
const hasDciodvfy = spawnSync('dciodvfy', ['-h']).error === undefined
const hasPlastimatch = spawnSync('plastimatch', ['--version']).error === undefined
const root = mkdtempSync(join(tmpdir(), 'theratwin-objects-'))
const writer = createObjectWriter()
const source = createDicomSource({ threads: 1 })
afterAll(async () => {
  await source.close()
  rmSync(root, { recursive: true, force: true })
})

const turn = rotation(0.31, -0.72, 1.9)
const GRIDS: Readonly<Record<string, ImageGrid>> = {
  axial: {
    dimensions: [24, 20, 16],
    spacingMm: [4, 3, 5],
    originMm: [-48, -30, 33],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  },
  'left-handed': {
    dimensions: [24, 20, 16],
    spacingMm: [4, 3, 5],
    originMm: [7, 8, 9],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, -1],
  },
  oblique: { dimensions: [24, 20, 16], spacingMm: [4.4179, 3.125, 5.3], originMm: [-50.123, 8, 109], direction: turn },
  'oblique, left-handed': {
    dimensions: [24, 20, 16],
    spacingMm: [4.4179, 3.125, 5.3],
    originMm: [-50.123, 8, 109],
    direction: turn.map((v, n) => (n % 3 === 0 ? -v : v)) as unknown as Mat3,
  },
}

function contextOf(uid: string, frame = '2.25.4'): ObjectContext {
  return {
    patient: { name: 'Müller^Jörg', id: 'P1', birthDate: '', sex: '' },
    study: { uid: '2.25.100', id: '', description: 'study', start: '2026-01-12T09:00:00' },
    series: { uid: `2.25.2${uid}`, number: 900, description: 'made here' },
    instanceUid: `2.25.3${uid}`,
    frameOfReferenceUid: frame,
    equipment: { manufacturer: 'Theratwin', model: 'Theratwin', software: '0.1', serialNumber: '1' },
    createdAt: '2026-02-03T10:11:12',
  }
}

const images = (series: string, studyUid = '2.25.100', frame = '2.25.4'): ReferencedImages => ({
  studyUid,
  seriesUid: series,
  frameOfReferenceUid: frame,
  instances: [1, 2].map((n) => ({ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: `${series}.${n}` })),
})

const code = (value: string, meaning: string) => ({ value, scheme: 'SCT', meaning })

/** A ball with sub-voxel coverage, by 5³ points in each voxel. */
function ball(grid: ImageGrid, centre: readonly number[], radiusMm: number): FractionalMask {
  const fractions = new Float32Array(voxelCount(grid))
  const c = indexToPatient(grid, centre as [number, number, number])
  let n = 0
  for (let k = 0; k < grid.dimensions[2]; k++)
    for (let j = 0; j < grid.dimensions[1]; j++)
      for (let i = 0; i < grid.dimensions[0]; i++, n++) {
        let inside = 0
        for (let s = 0; s < 125; s++) {
          const at = [s % 5, Math.floor(s / 5) % 5, Math.floor(s / 25)].map((x) => (x - 2) / 5)
          const p = indexToPatient(grid, [i + at[0]!, j + at[1]!, k + at[2]!])
          if (Math.hypot(p[0] - c[0], p[1] - c[1], p[2] - c[2]) <= radiusMm) inside++
        }
        fractions[n] = inside / 125
      }
  return { grid, box: { start: [0, 0, 0], size: grid.dimensions }, fractions, volumeOutsideMl: 0 }
}

function segmentation(grid: ImageGrid, kind: SegmentationToWrite['kind'], uid: string): SegmentationToWrite {
  const segment = (number: number, name: string, mask: FractionalMask) => ({
    number,
    name,
    colourRgb: [200, 30, 10 * number] as const,
    algorithm: { type: 'SEMIAUTOMATIC' as const, name: '41 % of the maximum' },
    category: code('123037004', 'Anatomical Structure'),
    property: code('10200004', 'Liver'),
    tracking: number === 2 ? { id: 'lesion 2', uid: '2.25.77' } : null,
    mask,
  })
  return {
    context: contextOf(uid),
    label: 'Organs, drawn',
    references: images('2.25.50'),
    grid,
    kind,
    segments: [segment(1, 'Ball', ball(grid, [11, 9, 8], 20)), segment(2, 'Kügelchen', ball(grid, [15, 9, 8], 9))],
  }
}

async function scan(folder: string) {
  const found = await source.scan([folder], {})
  expect(found.problems.filter(({ severity }) => severity === 'refused')).toEqual([])
  return found
}

function expectNoErrors(file: string): void {
  const { stdout, stderr } = spawnSync('dciodvfy', [file], { encoding: 'utf8' })
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'))).toEqual([])
}

const ask = (script: string, ...args: string[]): unknown =>
  JSON.parse(execFileSync(python!, ['-c', script, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }))

/** What lies where in patient space: the sum of the fractions, and their centre. */
function moments(mask: FractionalMask): number[] {
  const { start, size } = mask.box
  const sum = [0, 0, 0, 0]
  let n = 0
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++) {
        const w = mask.fractions[n]!
        if (w === 0) continue
        const p = indexToPatient(mask.grid, [i + start[0], j + start[1], k + start[2]])
        sum[0]! += w
        for (let a = 0; a < 3; a++) sum[a + 1]! += w * p[a]!
      }
  return [sum[0]!, ...[1, 2, 3].map((a) => sum[a]! / sum[0]!)]
}

describe('a segmentation', () => {
  for (const [index, [name, grid]] of Object.entries(GRIDS).entries())
    it(`is read back with the same parts of voxels in the same places: ${name}`, async () => {
      const folder = join(root, `seg${index}`)
      const object = segmentation(grid, 'fractional', `0${index}`)
      const file = await writer.writeSegmentation(object, folder, 'seg.dcm')
      const set = (await scan(folder)).patients[0]!.structureSets[0]!
      expect(set).toMatchObject({ origin: 'SEG', frameOfReferenceUid: '2.25.4', referencedSeriesUid: '2.25.50' })
      expect(set.structures.map(({ name: one }) => one)).toEqual(['Ball', 'Kügelchen'])
      for (const [n, { shape }] of set.structures.entries()) {
        if (shape.kind !== 'voxels') throw new Error('a segmentation has voxels')
        const given = object.segments[n]!.mask
        // Fractions are steps of 1/255, positions tenths of a micrometre.
        expect(Math.abs(maskVolumeMl(shape.mask) / maskVolumeMl(given) - 1)).toBeLessThan(1e-3)
        expectClose(moments(shape.mask).slice(1), moments(given).slice(1), 5e-4, 1)
      }
      if (hasDciodvfy) expectNoErrors(file)
    })

  it('that is binary holds the voxels at least half of which lie inside', async () => {
    const folder = join(root, 'segb')
    const object = segmentation(GRIDS['oblique']!, 'binary', '10')
    const file = await writer.writeSegmentation(object, folder, 'seg.dcm')
    const set = (await scan(folder)).patients[0]!.structureSets[0]!
    for (const [n, { shape }] of set.structures.entries()) {
      if (shape.kind !== 'voxels') throw new Error('a segmentation has voxels')
      const expected = object.segments[n]!.mask.fractions.filter((fraction) => fraction >= 0.5).length
      expect(shape.mask.fractions.reduce((sum, fraction) => sum + fraction, 0)).toBe(expected)
    }
    if (hasDciodvfy) expectNoErrors(file)
  })

  it('is refused where nothing would be in it', async () => {
    const object = segmentation(GRIDS['axial']!, 'binary', '11')
    const segments = object.segments.map((segment) => ({
      ...segment,
      mask: { ...segment.mask, fractions: new Float32Array(segment.mask.fractions.length) },
    }))
    await expect(writer.writeSegmentation({ ...object, segments }, root, 'none.dcm')).rejects.toMatchObject({
      code: 'dicom.empty',
    })
  })

  it.skipIf(!python)('is what pydicom finds (skipped where python3-pydicom is not installed)', async () => {
    const object = segmentation(GRIDS['left-handed']!, 'fractional', '12')
    const file = await writer.writeSegmentation(object, join(root, 'segp'), 'seg.dcm')
    const found = ask(
      `import pydicom, json, sys
d = pydicom.dcmread(sys.argv[1])
a = d.pixel_array
out = {}
for f, g in zip(a, d.PerFrameFunctionalGroupsSequence):
    n = g.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    z = float(g.PlanePositionSequence[0].ImagePositionPatient[2])
    o = out.setdefault(str(n), [0, 0.0])
    o[0] += int(f.sum()); o[1] += float(f.sum()) * z
print(json.dumps({'sums': out, 'type': d.SegmentationType, 'max': d.MaximumFractionalValue, 'track': d.SegmentSequence[1].TrackingID}))`,
      file,
    ) as { sums: Record<string, [number, number]>; type: string; max: number; track: string }
    expect(found).toMatchObject({ type: 'FRACTIONAL', max: 255, track: 'lesion 2' })
    for (const { number, mask } of object.segments) {
      const stored = mask.fractions.reduce((sum, fraction) => sum + Math.round(fraction * 255), 0)
      expect(found.sums[String(number)]![0]).toBe(stored)
      expect(found.sums[String(number)]![1] / stored).toBeCloseTo(moments(mask)[3]!, 1)
    }
  })
})

/** Circles of a ball, and a smaller one inside as a hole of the middle planes. */
function ballContours(): PlanarContour[] {
  const circle = (z: number, r: number): PlanarContour => ({
    pointsMm: Float64Array.from(
      Array.from({ length: 72 }, (_, n) => [
        r * Math.cos((n * Math.PI) / 36),
        r * Math.sin((n * Math.PI) / 36),
        z,
      ]).flat(),
    ),
  })
  const contours: PlanarContour[] = []
  for (let z = -20; z <= 20; z += 2) {
    contours.push(circle(z, Math.sqrt(22 ** 2 - z ** 2)))
    if (Math.abs(z) < 8) contours.push(circle(z, Math.sqrt(8 ** 2 - z ** 2)))
  }
  return contours
}

describe('a structure set', () => {
  const contours = ballContours()
  const write = (uid: string, folder: string) =>
    writer.writeStructureSet(
      {
        context: contextOf(uid),
        label: 'Organs, drawn',
        references: images('2.25.50'),
        structures: [
          { number: 1, name: 'Shell', type: 'ORGAN', colourRgb: [1, 2, 3], generation: 'MANUAL', contours },
          { number: 5, name: 'Nothing', type: '', colourRgb: null, generation: '', contours: [] },
        ],
      },
      folder,
      'rs.dcm',
    )

  it('is read back with its contours', async () => {
    const folder = join(root, 'rs')
    const file = await write('20', folder)
    const set = (await scan(folder)).patients[0]!.structureSets[0]!
    expect(set).toMatchObject({ origin: 'RTSTRUCT', frameOfReferenceUid: '2.25.4', referencedSeriesUid: '2.25.50' })
    const shell = set.structures.find(({ name }) => name === 'Shell')!
    if (shell.shape.kind !== 'contours') throw new Error('a structure set has contours')
    expect(shell.shape.contours).toHaveLength(contours.length)
    for (const [n, { pointsMm }] of shell.shape.contours.entries())
      // Written with four decimals.
      expectClose([...pointsMm], [...contours[n]!.pointsMm], 3e-6, 20)
    if (hasDciodvfy) expectNoErrors(file)
  })

  it.skipIf(!hasPlastimatch)(
    'has the volume that plastimatch rasterises, and that of the balls (skipped where plastimatch is not installed)',
    async () => {
      const folder = join(root, 'rsp')
      const file = await write('21', folder)
      const out = join(root, 'masks')
      execFileSync(
        'plastimatch',
        [
          'convert',
          '--input',
          file,
          '--output-prefix',
          out,
          '--xor-contours',
          '--prefix-format',
          'nrrd',
          '--origin=-40 -40 -30',
          '--spacing=1 1 2',
          '--dim=81 81 31',
        ],
        { stdio: 'ignore' },
      )
      const stats = execFileSync('plastimatch', ['stats', join(out, 'Shell.nrrd')], { encoding: 'utf8' })
      const average = Number(/AVE\s+([\d.eE+-]+)/.exec(stats)?.[1])
      const theirsMl = (average * 81 * 81 * 31 * 2) / 1000
      const grid: ImageGrid = {
        dimensions: [81, 81, 31],
        spacingMm: [1, 1, 2],
        originMm: [-40, -40, -30],
        direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      }
      const oursMl = maskVolumeMl(rasteriseShape({ kind: 'contours', contours }, grid))
      expect(Math.abs(theirsMl / oursMl - 1)).toBeLessThan(0.02)
      expect(Math.abs(theirsMl / oursMl - 1)).toBeLessThan(0.02)
      expect(Math.abs(oursMl / (((4 / 3) * Math.PI * (22 ** 3 - 8 ** 3)) / 1000) - 1)).toBeLessThan(0.01)
    },
  )
})

const affine: Mat4 = [0.98, -0.1, 0.05, 12.25, 0.09, 1.01, 0.02, -7, -0.03, 0.01, 1.02, 3.5, 0, 0, 0, 1]
const sine: Mat4 = [...rotationMatrix(0.1, 0.2, -0.3, [5, -6, 7])]

function rotationMatrix(a: number, b: number, c: number, t: readonly number[]): number[] {
  const r = rotation(a, b, c)
  return [r[0], r[1], r[2], t[0]!, r[3], r[4], r[5], t[1]!, r[6], r[7], r[8], t[2]!, 0, 0, 0, 1]
}

describe('a registration', () => {
  for (const [type, matrix] of [
    ['RIGID', sine],
    ['AFFINE', affine],
  ] as const)
    it(`that is ${type} is read back, between images of two studies`, async () => {
      const folder = join(root, `reg${type}`)
      const file = await writer.writeRegistration(
        {
          context: contextOf(type === 'RIGID' ? '30' : '31'),
          label: 'reg',
          fixed: images('2.25.50'),
          moving: images('2.25.60', '2.25.101', '2.25.9'),
          type,
          movingToFixed: matrix,
          comment: 'mutual information',
        },
        folder,
        'reg.dcm',
      )
      const [registration] = (await scan(folder)).patients[0]!.registrations
      expect(registration!.deformations).toEqual([])
      expect(registration!.transforms).toHaveLength(1)
      expect(registration!.transforms[0]).toMatchObject({
        fromFrameOfReferenceUid: '2.25.9',
        toFrameOfReferenceUid: '2.25.4',
        type,
      })
      expectClose(registration!.transforms[0]!.matrix, matrix, 1e-11)
      if (hasDciodvfy) expectNoErrors(file)
    })
})

function deformationOn(grid: ImageGrid, uid: string): DeformationToWrite {
  const displacementMm = new Float32Array(3 * voxelCount(grid)).map((_, n) => 5 * Math.sin(n / 7) + (n % 3))
  return {
    context: contextOf(uid),
    label: 'deformable',
    fixed: images('2.25.50'),
    moving: images('2.25.60', '2.25.101', '2.25.9'),
    comment: 'B-spline',
    deformation: { grid, displacementMm, fixedToMoving: affine },
  }
}

describe('a deformable registration', () => {
  for (const [index, [name, grid]] of Object.entries(GRIDS).entries())
    it(`is read back with every vector where it was: ${name}`, async () => {
      const folder = join(root, `def${index}`)
      const object = deformationOn(grid, `4${index}`)
      const file = await writer.writeDeformation(object, folder, 'def.dcm')
      const [registration] = (await scan(folder)).patients[0]!.registrations
      expect(registration!.transforms).toEqual([])
      const { deformation, ...frames } = registration!.deformations[0]!
      expect(frames).toEqual({ fromFrameOfReferenceUid: '2.25.9', toFrameOfReferenceUid: '2.25.4' })
      expectClose(deformation.fixedToMoving, affine, 1e-11)
      // A left-handed grid comes back right-handed: the same vectors at the same places.
      const turned = name.includes('left-handed')
      for (const [i, j, k] of [
        [0, 0, 0],
        [3, 7, 2],
        [23, 19, 15],
      ] as const) {
        const at = (g: ImageGrid, u: Float32Array, x: number, y: number, z: number) => ({
          place: indexToPatient(g, [x, y, z]),
          vector: [...u.subarray(3 * (x + 24 * (y + 20 * z))).subarray(0, 3)],
        })
        const given = at(grid, object.deformation.displacementMm, i, j, k)
        const found = at(deformation.grid, deformation.displacementMm, i, j, turned ? 15 - k : k)
        expectClose(found.place, given.place, 1e-4, 1)
        expect(found.vector).toEqual(given.vector)
      }
      if (hasDciodvfy) expectNoErrors(file)
    })

  it.skipIf(!python)('is what pydicom finds (skipped where python3-pydicom is not installed)', async () => {
    const object = deformationOn(GRIDS['oblique']!, '48')
    const file = await writer.writeDeformation(object, join(root, 'defp'), 'def.dcm')
    const found = ask(
      `import pydicom, json, sys, struct
d = pydicom.dcmread(sys.argv[1])
i = d.DeformableRegistrationSequence[0]
g = i.DeformableRegistrationGridSequence[0]
v = struct.unpack('<%df' % (len(g.VectorGridData)//4), g.VectorGridData)
print(json.dumps({'dims': list(g.GridDimensions), 'res': list(g.GridResolution), 'post': [float(x) for x in i.PostDeformationMatrixRegistrationSequence[0].FrameOfReferenceTransformationMatrix], 'n': len(v), 'head': v[:6], 'tail': v[-3:]}))`,
      file,
    ) as { dims: number[]; res: number[]; post: number[]; n: number; head: number[]; tail: number[] }
    const { displacementMm } = object.deformation
    expect(found.dims).toEqual([24, 20, 16])
    expect(found.res).toEqual([4.4179, 3.125, 5.3])
    expectClose(found.post, affine, 1e-11)
    expect([found.n, ...found.head, ...found.tail]).toEqual([
      displacementMm.length,
      ...displacementMm.subarray(0, 6),
      ...displacementMm.subarray(-3),
    ])
  })

  it('with holes, a wrong length or a singular matrix is refused by name', async () => {
    const good = deformationOn(GRIDS['axial']!, '49')
    const broken = {
      nan: { displacementMm: good.deformation.displacementMm.map((v, n) => (n === 7 ? NaN : v)) },
      short: { displacementMm: good.deformation.displacementMm.subarray(0, 30) },
      singular: { fixedToMoving: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
    }
    const codes: Record<string, string[]> = {}
    for (const [name, change] of Object.entries(broken)) {
      const folder = join(root, `broken-${name}`)
      await writer.writeDeformation({ ...good, deformation: { ...good.deformation, ...change } }, folder, 'def.dcm')
      const { problems, patients } = await source.scan([folder], {})
      expect(patients.flatMap(({ registrations }) => registrations)).toEqual([])
      codes[name] = problems.filter(({ severity }) => severity === 'refused').map((problem) => problem.code)
    }
    expect(codes).toEqual({
      nan: ['registration.bad-grid'],
      short: ['registration.bad-grid'],
      singular: ['registration.bad-matrix'],
    })
  })
})

function activityOn(grid: ImageGrid, uid: string): ActivityMapToWrite {
  return {
    context: contextOf(uid),
    label: 'activity',
    modality: 'NM',
    references: images('2.25.50'),
    grid,
    concentrationBqPerMl: new Float32Array(voxelCount(grid)).map((_, n) => 1e4 * Math.abs(Math.sin(n / 11)) - 3),
    acquisitionStart: '2026-01-13T10:20:30',
    derivation: 'counts times calibration',
  }
}

describe('an activity map', () => {
  for (const [index, [name, grid]] of Object.entries(GRIDS).entries())
    it(`is read back to the bit, in place: ${name}`, async () => {
      const folder = join(root, `map${index}`)
      const object = activityOn(grid, `5${index}`)
      const file = await writer.writeActivityMap(object, folder, 'map.dcm')
      const image = (await scan(folder)).patients[0]!.images[0]!
      expect(image).toMatchObject({
        modality: 'NM',
        quantity: { kind: 'activity-concentration', unit: 'Bq/mL', origin: 'parametric-map' },
        frameOfReferenceUid: '2.25.4',
        acquisitionStart: { local: '2026-01-13T10:20:30' },
      })
      const values = await source.loadVoxels(image)
      const turned = name.includes('left-handed')
      const corner = indexToPatient(image.grid, [0, 0, turned ? 15 : 0])
      expectClose(corner, grid.originMm, 1e-4, 1)
      for (let k = 0; k < 16; k++)
        expect(values.slice(480 * k, 480 * (k + 1))).toEqual(
          object.concentrationBqPerMl.slice(480 * (turned ? 15 - k : k), 480 * (turned ? 16 - k : k + 1)),
        )
      if (hasDciodvfy) expectNoErrors(file)
    })

  it.skipIf(!python)('is what pydicom finds (skipped where python3-pydicom is not installed)', async () => {
    const object = activityOn(GRIDS['oblique']!, '57')
    const file = await writer.writeActivityMap(object, join(root, 'mapp'), 'map.dcm')
    const found = ask(
      `import pydicom, json, sys
import numpy as np
d = pydicom.dcmread(sys.argv[1])
a = np.frombuffer(d.FloatPixelData, '<f4').reshape(int(d.NumberOfFrames), d.Rows, d.Columns)
m = d.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
p = [float(x) for x in d.PerFrameFunctionalGroupsSequence[3].PlanePositionSequence[0].ImagePositionPatient]
print(json.dumps({'unit': m.MeasurementUnitsCodeSequence[0].CodeValue, 'slope': m.RealWorldValueSlope, 'frame': a[3].ravel()[:5].tolist(), 'at': p, 'sum': float(a.astype('f8').sum())}))`,
      file,
    ) as { unit: string; slope: number; frame: number[]; at: number[]; sum: number }
    const { concentrationBqPerMl: values, grid } = object
    expect(found).toMatchObject({ unit: 'Bq/ml', slope: 1, frame: [...values.subarray(3 * 480, 3 * 480 + 5)] })
    expectClose(found.at, indexToPatient(grid, [0, 0, 3]), 1e-4, 1)
    expectClose([found.sum], [values.reduce((sum, value) => sum + value, 0)], 1e-9)
  })

  it('is refused with values that are no numbers, and kept where it is a map of something else', async () => {
    const object = activityOn(GRIDS['axial']!, '58')
    const values = object.concentrationBqPerMl.map((v, n) => (n === 5 ? NaN : v))
    await expect(writer.writeActivityMap({ ...object, concentrationBqPerMl: values }, root, 'nan.dcm')).rejects.toThrow(
      RangeError,
    )
    const file = await writer.writeActivityMap(object, join(root, 'adc'), 'map.dcm')
    const bytes = readFileSync(file)
    // The unit of diffusion in place of that of activity, of the same length.
    for (let at = bytes.indexOf('Bq/ml '); at >= 0; at = bytes.indexOf('Bq/ml ')) bytes.write('mm2/s ', at, 'latin1')
    writeFileSync(file, bytes)
    const [patient] = (await scan(join(root, 'adc'))).patients
    expect(patient!.images).toEqual([])
    expect(patient!.kept[0]?.reason).toContain('not activity')
  })
})

/** SUV of a stored patient: scales of all time points, uptake of structures, and what a person says of the body. */
import { invertAffine } from '../../../native-core/imaging/index.ts'
import type { Mat4 } from '../../../native-core/imaging/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import type { SuvPatient } from '../../../native-core/imaging/pet/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'
import { suvBodySchema } from '../../contracts/suv.ts'
import type { SuvBody, SuvKind, SuvStructure, SuvStructures, SuvTimePoint } from '../../contracts/suv.ts'
import { namedStructures } from '../analysis/index.ts'
import type { NamedStructure } from '../analysis/structures.ts'
import type { CourseDraft, CycleDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import { timePointSuv } from '../pet/index.ts'
import type { Compute, StructureUptake } from '../ports/compute.ts'
import type { Store } from '../ports/store.ts'
import { imageQuantification } from './imageQuantification.ts'
import { patientRef, protocolOf } from './protocolOf.ts'
import { timePointOf } from './timePointOf.ts'

const CODE = 'suv-body'
const KINDS: readonly SuvKind[] = ['weight', 'lean-mass', 'surface']

/** What a person says of the patient's body; nothing where nobody has said anything. */
export function suvBodyOf(store: Store, patientId: string): SuvBody {
  return suvBodySchema.parse(store.read.decision(patientRef(patientId), CODE)?.value ?? {})
}

/** Keeps it as a decision with its reason; earlier ones stay in the history. */
export function saveSuvBody(store: Store, patientId: string, body: SuvBody): void {
  store.transaction({ action: 'suv.body' }, (write) =>
    write.recordDecision({ subject: patientRef(patientId), code: CODE, value: body, reason: body.reason }),
  )
}

/** Scales of every time point of the course, diagnostic ones too; what is missing is said with what to do. */
export function suvScales(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  nuclides: NuclideTable,
): readonly SuvTimePoint[] {
  return [...course.cycles, ...course.diagnostics].flatMap((cycle) =>
    cycle.timePoints.map((timePoint) => scalesOf(store, patient, course, cycle, timePoint, nuclides)),
  )
}

/**
 * Uptake of the structures of a time point: its own outlines, or the reference's carried by a linear registration.
 *
 * @throws InputError `time-point.unknown`, those of `quantification` and of the volume store; CancelledError.
 */
export async function suvStructures(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  timePointId: string,
  { compute, nuclides }: { readonly compute: Pick<Compute, 'uptake'>; readonly nuclides: NuclideTable },
): Promise<SuvStructures> {
  const timePoint = timePointOf(course, timePointId)
  const cycle = [...course.cycles, ...course.diagnostics].find(({ timePoints }) => timePoints.includes(timePoint))
  if (!cycle) throw new Error('a time point belongs to an administration')
  const scales = scalesOf(store, patient, course, cycle, timePoint, nuclides)
  const { structures, shapeToImage, outlines, remarks } = outlinesOf(store, patient, cycle, timePoint)
  if (structures.length === 0) return { timePoint: scales, outlines, structures: [], remarks }
  const { factorToBqPerMl } = imageQuantification(store, patient, course, timePoint, nuclides)
  const { emission } = timePoint
  const measured = await compute.uptake({
    emission: {
      grid: emission.grid,
      values: await store.voxels.get(patient.voxelsOf.get(emission.key) ?? ''),
      factorToBqPerMl,
    },
    structures: structures.map(({ name, kind, structure }) => ({ name, kind, shape: structure.shape })),
    shapeToImage,
    sliceThicknessMm: (timePoint.ct ?? emission).grid.spacingMm[2],
  })
  return {
    timePoint: scales,
    outlines,
    structures: measured.map((one) => withSuv(one, scales, factorToBqPerMl)),
    remarks,
  }
}

function withSuv(one: StructureUptake, { scales }: SuvTimePoint, factorToBqPerMl: number): SuvStructure {
  return {
    ...one,
    values: scales.map(({ kind, suvPerStored }) => {
      const of = (concentration: number) => ({
        value: (concentration / factorToBqPerMl) * suvPerStored.value,
        standardUncertainty: (concentration / factorToBqPerMl) * suvPerStored.standardUncertainty,
      })
      const peak = one.peakBqPerMl === null ? null : of(one.peakBqPerMl)
      return { kind, mean: of(one.meanBqPerMl), maximum: of(one.maximumBqPerMl), peak }
    }),
  }
}

function scalesOf(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  cycle: CycleDraft,
  timePoint: TimePointDraft,
  nuclides: NuclideTable,
): SuvTimePoint {
  const timePointId = timePoint.id
  try {
    const quantified = imageQuantification(store, patient, course, timePoint, nuclides)
    const { nuclide, halfLifeS, factorToBqPerMl: factor, relativeUncertainty } = quantified
    const { activityBq } = cycle.administration
    const { administeredRelativeUncertainty } = protocolOf(store, patient.record.id)
    const injection = {
      ...{ nuclide, halfLifeS, delayS: timePoint.hoursAfterInjection * 3600 },
      activityBq: { value: activityBq, standardUncertainty: activityBq * administeredRelativeUncertainty },
    }
    return { timePointId, ...timePointSuv(injection, bodyOf(store, patient), { factor, relativeUncertainty }) }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const { message, hint } = error
    return { timePointId, scales: [], missing: KINDS.map((kind) => ({ kind, message, hint })), injected: '' }
  }
}

/** What a person says counts before what the files say. */
function bodyOf(store: Store, { record }: StoredPatient): SuvPatient {
  const given = suvBodyOf(store, record.id)
  return {
    weightKg: given.weightKg ?? record.weightKg,
    heightM: given.heightM ?? record.heightM,
    sex: given.sex ?? record.sex,
  }
}

interface Outlines {
  readonly structures: readonly NamedStructure[]
  readonly shapeToImage: Mat4 | null
  readonly outlines: string
  readonly remarks: string[]
}

function outlinesOf(store: Store, patient: StoredPatient, cycle: CycleDraft, timePoint: TimePointDraft): Outlines {
  const protocol = protocolOf(store, patient.record.id)
  const own = namedStructures(timePoint.structureSet?.structures ?? [], protocol)
  const set = timePoint.structureSet
  if (set && own.length > 0)
    return { structures: own, shapeToImage: null, outlines: `${set.origin} "${set.label}"`, remarks: [] }
  const carried = namedStructures(cycle.reference.structureSet?.structures ?? [], protocol)
  const { toReference, deformable } = timePoint.registration
  if (carried.length === 0 || !toReference)
    return {
      ...{ structures: [], shapeToImage: null, outlines: '' },
      remarks: ['This time point has no outlines, and none can be carried to it: draw or import some.'],
    }
  return {
    structures: carried,
    shapeToImage: invertAffine(toReference),
    outlines: `carried from ${cycle.reference.hoursAfterInjection.toFixed(0)} h p.i. by ${timePoint.registration.source}`,
    remarks: deformable
      ? ['Outlines are carried by the linear part of the registration; the analysis carries them deformed.']
      : [],
  }
}

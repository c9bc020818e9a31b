/** Curves of the site's own patients in the stored analyses. */
import { InputError } from '../../../native-core/errors/index.ts'
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import { analysisSchema } from '../../contracts/analysis.ts'
import type { Analysis, CycleAnalysis, StructureResult } from '../../contracts/analysis.ts'
import type { GatheredCurve, PopulationSelection } from '../../contracts/populations.ts'
import type { PatientRecord, StoreReader } from '../ports/store.ts'

type Reader = Pick<StoreReader, 'patients' | 'latestArtifact' | 'staleness'>

/**
 * Every curve of the latest analyses that the selection names, by patient, cycle and structure; those that a fit leaves out say why.
 *
 * @throws InputError `population.pattern` for a regular expression that is none
 */
export function gatherCurves(read: Reader, selection: PopulationSelection): GatheredCurve[] {
  const agent = pattern(selection.agent, 'agent')
  const structure = pattern(selection.structure, 'structure')
  const nuclide = nuclideNameOf(selection.nuclide)
  return read.patients().flatMap((patient) => {
    const artifact = read.latestArtifact('cycle-analysis', { entity: 'patient', id: patient.id })
    const parsed = artifact ? analysisSchema.safeParse(artifact.payload) : null
    if (!artifact || !parsed?.success) return []
    const { course, cycles } = parsed.data
    if (!agent.test(course.agent) || nuclideNameOf(course.nuclide) !== nuclide) return []
    const stale = read.staleness(artifact.key).stale
    const curves = cycles.flatMap((cycle) =>
      cycle.structures
        .filter(({ name }) => structure.test(name))
        .map((result) => curveOf(patient, parsed.data, cycle, result, { selection, stale })),
    )
    return selection.cycles === 'all' ? curves : firstOfEach(curves)
  })
}

function pattern(text: string, what: string): RegExp {
  try {
    return new RegExp(text, 'i')
  } catch {
    throw new InputError(
      'population.pattern',
      `The pattern of the ${what}, "${text}", is no regular expression.`,
      'Give a part of the name, such as kidney.',
    )
  }
}

function curveOf(
  patient: PatientRecord,
  analysis: Analysis,
  cycle: CycleAnalysis,
  result: StructureResult,
  { selection, stale }: { readonly selection: PopulationSelection; readonly stale: boolean },
): GatheredCurve {
  const points = result.points
    .filter(({ used }) => used)
    .map(({ timeS, activityBq }) => ({ timeS, activityBq }))
    .sort((a, b) => a.timeS - b.timeS)
  const curve = {
    patientId: patient.id,
    patientName: patient.name,
    analysisKey: analysis.key,
    cycle: cycle.index,
    structure: result.name,
    points,
    administeredBq: cycle.administration.activityBq.value,
    massKg: result.massKg.value,
  }
  // Another way of measuring is another population.
  const leftOut = result.measuredSeries ? 'its curve is of a measured series, not of images' : ''
  return { ...curve, leftOut: reason(curve, selection, stale) || leftOut }
}

function reason(curve: Omit<GatheredCurve, 'leftOut'>, selection: PopulationSelection, stale: boolean): string {
  const { minimumPoints, excluded, normalisation } = selection
  const isExcluded = excluded.some(
    ({ patientId, cycle, structure }) =>
      patientId === curve.patientId && cycle === curve.cycle && structure === curve.structure,
  )
  if (isExcluded) return 'excluded by hand'
  if (stale) return 'the analysis is out of date: run it again'
  if (curve.points.length < minimumPoints)
    return `${curve.points.length} point${curve.points.length === 1 ? '' : 's'} in use, ${minimumPoints} are asked for`
  if (!(curve.administeredBq > 0)) return 'the administered activity is not known'
  if (normalisation === 'administered-per-kg' && !(curve.massKg > 0)) return 'the mass is not known'
  if (curve.points.every(({ activityBq }) => activityBq === 0)) return 'all activities are zero'
  if (curve.points.some(({ activityBq }) => activityBq < 0)) return 'an activity is negative'
  return ''
}

/** Of each structure the earliest cycle that is used; later ones are told as left out. */
function firstOfEach(curves: readonly GatheredCurve[]): GatheredCurve[] {
  const first = new Map<string, number>()
  for (const { structure, cycle, leftOut } of curves)
    if (leftOut === '') first.set(structure, Math.min(cycle, first.get(structure) ?? Infinity))
  return curves.map((curve) =>
    curve.leftOut === '' && curve.cycle !== first.get(curve.structure)
      ? { ...curve, leftOut: 'an earlier cycle of the patient is used' }
      : curve,
  )
}

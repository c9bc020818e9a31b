/**
 * The chain from images to dose for one patient: course → measurement of each time point → curves → fits → absorbed dose. Every step
 * is a pure function of the imported objects, the protocol and the data sets; this file only puts them in order.
 */
import { LOCAL_DOSE_VERSION, UNCERTAINTY_VERSION } from '../../../native-core/dosimetry/index.ts'
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import { FIT_VERSION } from '../../../native-core/kinetics/index.ts'
import { FEW_SCANS_VERSION } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import type { Analysis, CycleAnalysis } from '../../contracts/analysis.ts'
import type { FewScansResult } from '../../contracts/fewScans.ts'
import type { SeriesUse } from '../../contracts/measuredSeries.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { cameraMismatches } from '../calibrations/cameraMismatch.ts'
import { buildCourse, refuseAwaiting, settleProblems } from '../course/index.ts'
import { resolveQuantities } from '../quantities/index.ts'
import type { CourseDraft, CycleDraft, TimePointDraft } from '../course/index.ts'
import { basisWords } from './basisWords.ts'
import { checkMeasuredSeries } from './checkMeasuredSeries.ts'
import { checkProtocolAgainst } from './checkProtocol.ts'
import { analyseCycle, refusedItem } from './cycle.ts'
import type { CycleContext } from './cycle.ts'
import { cumulativeDoses } from './cumulative.ts'
import { decayDataOf } from './decayData.ts'
import { checkFewScansChoice, fewScansVersions } from './fewScansChoice.ts'
import type { DecayData } from './decayData.ts'
import { MEASURED_SERIES_VERSION } from './measuredSeries.ts'
import { ANALYSIS_VERSION, methodsOf } from './methods.ts'
import type { AnalysisPorts, AnalysisRequest } from './ports.ts'
import { namedStructures } from './structures.ts'

/** What an analysis would be made from; enough to know its key before anything is computed. */
export interface PreparedAnalysis {
  readonly course: CourseDraft
  readonly protocol: Protocol
  readonly decay: DecayData
  readonly key: string
}

/**
 * Orders the images and checks that a dose can be computed at all.
 *
 * @throws InputError naming what is missing (no emission image, open questions, unknown nuclide, registrations that nobody has accepted, a
 * protocol that does not fit).
 */
export function prepareAnalysis(
  request: Omit<AnalysisRequest, 'progress' | 'signal'>,
  protocolInput: unknown,
  ports: Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'>,
): PreparedAnalysis {
  const protocol = parseProtocol(protocolInput)
  const course = buildCourse(request.patient, {
    protocol,
    importProblems: request.importProblems,
    isPositronEmitter: (nuclide) => decayDataOf(nuclide, ports.nuclides, null)?.emitsPositrons ?? false,
  })
  refuseEmpty(course)
  const fromFile = course.cycles[0]?.reference.emission.radiopharmaceutical?.halfLifeS ?? null
  const decay = decayDataOf(course.nuclide, ports.nuclides, fromFile)
  if (!decay)
    throw new InputError(
      'nuclide.not-in-table',
      `There are no decay data for the radionuclide "${course.nuclide}".`,
      'Correct the radionuclide in the protocol (nuclide, e.g. "Lu-177"); `theratwin calc nuclide-info` lists those known.',
    )
  const names = new Set(
    course.cycles.flatMap((cycle) =>
      cycle.timePoints.flatMap((timePoint) =>
        namedStructures(timePoint.structureSet?.structures ?? [], protocol).map((structure) => structure.name),
      ),
    ),
  )
  const inSeries = (protocol.measuredSeries ?? []).map(({ structure }) => structure.trim())
  if (names.size === 0 && inSeries.length === 0)
    throw new InputError(
      'structures.none',
      'No time point has outlines (RTSTRUCT or SEG), so there is nothing to measure.',
      'Import the structure sets of the CT or emission images, or use measured series.',
    )
  for (const cycle of course.cycles) refuseAwaiting(cycle.index, withoutOwnOutlines(cycle))
  checkProtocolAgainst(protocol, course.cycles, new Set([...names, ...inSeries]))
  checkMeasuredSeries(protocol, course.cycles, course.nuclide)
  checkFewScansChoice(protocol, ports.populations)
  return { course, protocol, decay, key: ports.hashOf(keyMaterial(request, course, protocol, decay, ports)) }
}

/** Those that can be measured only where the reference's outlines are brought to them. */
function withoutOwnOutlines({ reference, timePoints }: CycleDraft): readonly TimePointDraft[] {
  const has = ({ structureSet }: TimePointDraft): boolean => (structureSet?.structures.length ?? 0) > 0
  return has(reference) ? timePoints.filter((timePoint) => !has(timePoint)) : []
}

/** Reads a protocol from anywhere. @throws InputError `protocol.invalid` naming the field. */
export function parseProtocol(input: unknown): Protocol {
  const parsed = protocolSchema.safeParse(resolveQuantities(input ?? {}))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new InputError(
    'protocol.invalid',
    issue && issue.path.length > 0
      ? `The protocol's "${issue.path.join('.')}" is ${/received undefined$/.test(issue.message) ? 'missing' : `wrong: ${issue.message}`}.`
      : `The protocol is wrong: ${issue?.message ?? 'unreadable'}.`,
    'Correct the field; `theratwin run --protocol-schema` prints all fields with their meaning.',
  )
}

function refuseEmpty(course: CourseDraft): void {
  if (course.cycles.length > 0 && course.nuclide !== '') return
  const standing = course.problems.filter(({ severity }) => severity === 'question' || severity === 'refused')
  const first = standing[0]
  if (!first)
    throw new InputError(
      'course.no-emission',
      'There is no SPECT or PET volume in activity or counts.',
      'Import the reconstructed emission series of the time points.',
    )
  throw new InputError(
    first.code,
    standing.map((problem) => problem.message).join(' '),
    [...new Set(standing.map((problem) => problem.hint))].join(' '),
  )
}

function keyMaterial(
  request: Omit<AnalysisRequest, 'progress' | 'signal'>,
  course: CourseDraft,
  protocol: Protocol,
  decay: DecayData,
  ports: Pick<AnalysisPorts, 'huDensity' | 'populations'>,
): unknown {
  return {
    version: [ANALYSIS_VERSION, FIT_VERSION, LOCAL_DOSE_VERSION, UNCERTAINTY_VERSION],
    ...fewScansVersions(protocol, ports.populations),
    ...(protocol.measuredSeries ? { measuredSeries: MEASURED_SERIES_VERSION } : {}),
    patient: request.patient.patient.key,
    protocol,
    decayData: decay.version,
    huDensity: ports.huDensity.version,
    cycles: course.cycles.map((cycle) => ({
      index: cycle.index,
      administration: cycle.administration,
      reference: cycle.reference.id,
      timePoints: cycle.timePoints.map((timePoint) => ({
        id: timePoint.id,
        hours: timePoint.hoursAfterInjection,
        emission: hashesOf(timePoint.emission),
        ct: timePoint.ct && hashesOf(timePoint.ct),
        structures: timePoint.structureSet && hashesOf(timePoint.structureSet),
        registration: timePoint.registration,
      })),
    })),
  }
}

export function hashesOf(object: { readonly files: readonly { readonly sha256: string }[] }): string[] {
  return [...new Set(object.files.map((file) => file.sha256))].sort()
}

/**
 * Computes the whole chain.
 *
 * A structure or time point that cannot be used is named in the result and the rest goes on.
 *
 * @throws InputError where nothing can be computed (see `prepareAnalysis`), CancelledError.
 */
export async function analyse(
  request: AnalysisRequest,
  protocolInput: unknown,
  ports: AnalysisPorts,
): Promise<Analysis> {
  const { course, protocol, decay, key } = prepareAnalysis(request, protocolInput, ports)
  const images = course.cycles.flatMap(({ timePoints }) => timePoints.map(({ emission }) => emission))
  const problems: ImportProblem[] = [
    ...settleProblems([...request.importProblems, ...course.problems], protocol),
    ...cameraMismatches(protocol, images),
  ]
  const assumptions: string[] = [...course.assumptions, ...decay.assumptions]
  const cycles: CycleAnalysis[] = []
  const stopped: InputError[] = []
  for (const [position, cycle] of course.cycles.entries()) {
    if (request.signal?.aborted) throw new CancelledError('The analysis')
    const context: CycleContext = {
      protocol,
      decay,
      course,
      earlierCycles: [...cycles],
      ports,
      problems,
      assumptions,
      progress: (fraction, what) =>
        request.progress?.((position + fraction) / course.cycles.length, `${cycleName(cycle, course)}${what}`),
      ...(request.signal ? { signal: request.signal } : {}),
    }
    try {
      cycles.push(await analyseCycle(cycle, context))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      stopped.push(error)
      problems.push(refusedItem(error, `Cycle ${cycle.index}`, null))
    }
  }
  if (cycles.length === 0 && stopped[0]) throw stopped[0]
  return {
    schema: 'theratwin-analysis/1',
    program: { name: 'Theratwin', version: request.programVersion },
    key,
    patient: request.patient.patient,
    course: {
      agent: course.agent,
      nuclide: course.nuclide,
      halfLifeS: decay.halfLifeS,
      nuclideSource: course.nuclideSource,
    },
    protocol,
    cycles,
    cumulativeDose: cumulativeDoses(cycles),
    methods: methodsOf({
      fit: FIT_VERSION,
      dose: LOCAL_DOSE_VERSION,
      nuclideData: decay,
      huDensity: ports.huDensity,
      fewScans: { version: FEW_SCANS_VERSION, used: fewScansUsed(cycles) },
      measuredSeries: { version: MEASURED_SERIES_VERSION, used: seriesUsed(cycles) },
    }),
    assumptions: [...new Set([...assumptions, ...basisWords(cycles, protocol)])],
    problems: dedupe(problems),
  }
}

const fewScansUsed = (cycles: readonly CycleAnalysis[]): FewScansResult[] =>
  cycles.flatMap(({ structures }) => structures.flatMap(({ fit }) => (fit?.fewScans ? [fit.fewScans] : [])))

const seriesUsed = (cycles: readonly CycleAnalysis[]): SeriesUse[] =>
  cycles.flatMap(({ structures }) => structures.flatMap(({ measuredSeries }) => measuredSeries?.use ?? []))

function cycleName(cycle: CycleDraft, course: CourseDraft): string {
  return course.cycles.length > 1 ? `Cycle ${cycle.index}: ` : ''
}

function dedupe(problems: readonly ImportProblem[]): ImportProblem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.code}|${problem.item}|${problem.message}`, problem])).values(),
  ]
}

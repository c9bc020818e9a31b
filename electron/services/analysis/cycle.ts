/** One cycle: measure its time points, build the curves, fit them, and compute doses. */
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { Mat4 } from '../../../native-core/imaging/index.ts'
import { invertAffine } from '../../../native-core/imaging/index.ts'
import type { CycleAnalysis, ImageUse, TimePointResult } from '../../contracts/analysis.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import type { CycleDraft, TimePointDraft } from '../course/index.ts'
import type { ProgressSink, ScannedImage } from '../ports/dicomSource.ts'
import { deformedShapes } from './deformedShapes.ts'
import { mapInTurns } from './mapInTurns.ts'
import type { MeasuredTimePoint } from './curves.ts'
import type { DecayData } from './decayData.ts'
import type { MeasureStructure, StructureMeasurement } from '../ports/compute.ts'
import { measuredFrom } from './keptMeasurements.ts'
import type { AnalysisPorts } from './ports.ts'
import { pairResults } from './pairs.ts'
import { quantification } from './quantify.ts'
import type { Quantification } from './quantify.ts'
import { imageCorrection } from './recovery.ts'
import { structureWarnings } from './structureChecks.ts'
import { seriesStructureResults, seriesWithoutOutline } from './seriesStructures.ts'
import { structureResults } from './structureResult.ts'
import { namedStructures, structureRules } from './structures.ts'
import type { NamedStructure } from './structures.ts'

export interface CycleContext {
  readonly protocol: Protocol
  readonly decay: DecayData
  readonly course: { readonly agent: string; readonly nuclide: string }
  /** Of the same patient, already analysed, in order. */
  readonly earlierCycles: readonly CycleAnalysis[]
  readonly ports: AnalysisPorts
  /** Grows with what this cycle finds. */
  readonly problems: ImportProblem[]
  readonly assumptions: string[]
  readonly progress: ProgressSink
  readonly signal?: AbortSignal
}

/** Time points measured at the same time: enough for two cores, without holding every image of a cycle in memory. */
const AT_ONCE = 2

export async function analyseCycle(cycle: CycleDraft, context: CycleContext): Promise<CycleAnalysis> {
  const outlines = outlinesOf(cycle, context)
  const shares = outlines.map(() => 0)
  const stopped: InputError[] = []
  const attempts = await mapInTurns(outlines, AT_ONCE, async (outline, position) => {
    if (context.signal?.aborted) throw new CancelledError('The analysis')
    const { timePoint, structures } = outline
    const what = `${timePoint.hoursAfterInjection.toFixed(0)} h p.i.: measuring ${structures.length} structures`
    try {
      return await measureTimePoint(outline, cycle.reference, context, (fraction) => {
        shares[position] = fraction
        context.progress(shares.reduce((sum, share) => sum + share, 0) / outlines.length, what)
      })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      stopped.push(error)
      const item = `Cycle ${cycle.index}, ${timePoint.hoursAfterInjection.toFixed(1)} h p.i.`
      context.problems.push(refusedItem(error, item, timePoint.emission.seriesUid))
      return null
    }
  })
  const measured = attempts.filter((attempt) => attempt !== null)
  if (measured.length === 0 && stopped[0]) throw stopped[0]
  context.progress(1, 'fitting curves')
  const reference = measured.find((entry) => entry.timePoint === cycle.reference)
  const named = new Map<string, NamedStructure>()
  for (const entry of outlines)
    for (const structure of entry.structures) named.set(structure.name, named.get(structure.name) ?? structure)
  const outlined = [...named.values()]
  // Series need no image; where nothing is outlined they are all that there is.
  const isSeriesAlone = outlined.length === 0 && seriesWithoutOutline([], cycle, context.protocol).length > 0
  if (!reference && !isSeriesAlone)
    throw new InputError(
      'course.no-reference',
      `Cycle ${cycle.index}: the reference time point cannot be measured.`,
      'Mend what is named for it (images, structure set), or choose another referenceTimePoint in the protocol.',
    )
  context.problems.push(...structureWarnings(measured, cycle))
  const activityBq = {
    value: cycle.administration.activityBq,
    standardUncertainty: cycle.administration.activityBq * context.protocol.administeredRelativeUncertainty,
  }
  const structures = [
    ...(reference ? structureResults(outlined, measured, reference, cycle, context) : []),
    ...seriesStructureResults(outlined, cycle, context),
  ]
  return {
    index: cycle.index,
    administration: {
      activityBq,
      start: cycle.administration.start,
      source: cycle.administration.source,
    },
    referenceTimePointId: cycle.reference.id,
    timePoints: cycle.timePoints.map((timePoint) =>
      timePointResult(
        timePoint,
        measured.find((entry) => entry.timePoint === timePoint),
        cycle,
      ),
    ),
    structures,
    ...(context.protocol.pairedOrgans === 'both' ? { pairs: pairResults(structures, activityBq) } : {}),
  }
}

/** An error of one time point or cycle as a problem of the list: that item stops, the others go on. */
export function refusedItem(error: InputError, item: string, seriesUid: string | null): ImportProblem {
  const message = error.message.startsWith(item) ? error.message : `${item}: ${error.message}`
  return { severity: 'refused', code: error.code, item, message, hint: error.hint, seriesUid, filePaths: [] }
}

interface Outlines {
  readonly timePoint: TimePointDraft
  readonly structures: readonly NamedStructure[]
  readonly shapeToImage: Mat4 | null
  /** The time point whose outlines these are, where an accepted deformable registration carries them; else null. */
  readonly deformedFrom: TimePointDraft | null
}

/** The outlines each time point is measured with: its own, or the reference's carried over by the registration. */
function outlinesOf(cycle: CycleDraft, { protocol, problems }: CycleContext): readonly Outlines[] {
  const own = (timePoint: TimePointDraft): readonly NamedStructure[] =>
    uniqueNames(namedStructures(timePoint.structureSet?.structures ?? [], protocol), timePoint, cycle, problems)
  const reference = own(cycle.reference)
  return cycle.timePoints.flatMap((timePoint): Outlines[] => {
    const structures = timePoint === cycle.reference ? reference : own(timePoint)
    if (structures.length > 0) return [{ timePoint, structures, shapeToImage: null, deformedFrom: null }]
    const toReference = timePoint.registration.toReference
    if (toReference && reference.length > 0) {
      const deformedFrom = timePoint.registration.deformable ? cycle.reference : null
      return [{ timePoint, structures: reference, shapeToImage: invertAffine(toReference), deformedFrom }]
    }
    problems.push({
      severity: 'refused',
      code: 'structures.none-at-time-point',
      item: `Cycle ${cycle.index}, ${timePoint.hoursAfterInjection.toFixed(1)} h p.i.`,
      message: `Cycle ${cycle.index}, ${timePoint.hoursAfterInjection.toFixed(1)} h p.i. has no outlines of its own, and ${reference.length > 0 ? 'no registration brings those of the reference time point to it' : 'the reference time point has none either'}.`,
      hint: 'Import outlines made on this time point, or a registration (REG) to the reference one.',
      seriesUid: timePoint.emission.seriesUid,
      filePaths: [],
    })
    return []
  })
}

/** Two outlines of one name cannot be told apart over time: the first counts, and the user is told. */
function uniqueNames(
  structures: readonly NamedStructure[],
  timePoint: TimePointDraft,
  cycle: CycleDraft,
  problems: ImportProblem[],
): readonly NamedStructure[] {
  const seen = new Map<string, NamedStructure>()
  for (const structure of structures) {
    if (!seen.has(structure.name)) {
      seen.set(structure.name, structure)
      continue
    }
    problems.push({
      severity: 'warning',
      code: 'structures.duplicate-name',
      item: structure.name,
      message: `Cycle ${cycle.index}, ${timePoint.hoursAfterInjection.toFixed(1)} h p.i. has more than one outline named "${structure.name}". The first was used.`,
      hint: 'Rename or remove one of them and import the structure set again.',
      seriesUid: timePoint.structureSet?.seriesUid ?? null,
      filePaths: [],
    })
  }
  return [...seen.values()]
}

async function measureTimePoint(
  outline: Outlines,
  reference: TimePointDraft,
  context: CycleContext,
  progress: (fraction: number) => void,
): Promise<MeasuredTimePoint> {
  const { protocol, decay, ports } = context
  const { timePoint, structures } = outline
  const quantified = quantification(timePoint.emission, protocol, decay.decayConstantPerS)
  const isOwn = outline.shapeToImage === null && outline.deformedFrom === null
  const material = measuredFrom(
    timePoint,
    isOwn ? timePoint : reference,
    structures,
    quantified.factorToBqPerMl,
    protocol,
    ports.huDensity.version,
  )
  const kept = ports.kept?.find(timePoint, material)
  const measurements = kept ?? (await measureImages(outline, quantified, context, progress))
  if (!kept) ports.kept?.keep(timePoint, material, measurements)
  return {
    timePoint,
    quantification: quantified,
    structures: new Map(measurements.map((measurement) => [measurement.name, measurement])),
  }
}

async function measureImages(
  outline: Outlines,
  quantified: Quantification,
  { protocol, ports, signal }: CycleContext,
  progress: (fraction: number) => void,
): Promise<readonly StructureMeasurement[]> {
  const { timePoint, structures, deformedFrom } = outline
  const carried = deformedFrom ? await deformedShapes(structures, deformedFrom, timePoint, ports, signal) : null
  const shapeToImage = carried ? null : outline.shapeToImage
  const emission = await ports.loadVoxels(timePoint.emission, signal)
  const ct = timePoint.ct ? await ports.loadVoxels(timePoint.ct, signal) : null
  progress(0.3)
  return ports.measure(
    {
      emission: {
        grid: timePoint.emission.grid,
        values: emission,
        factorToBqPerMl: quantified.factorToBqPerMl,
      },
      ct: timePoint.ct && ct ? { grid: timePoint.ct.grid, values: ct } : null,
      structures: structures.map(({ name, kind, structure }): MeasureStructure => ({
        name,
        kind,
        shape: carried?.get(name) ?? structure.shape,
      })),
      shapeToImage,
      ...structureRules(protocol),
      correction: imageCorrection(protocol),
      huDensity: ports.huDensity,
      sliceThicknessMm: (timePoint.ct ?? timePoint.emission).grid.spacingMm[2],
    },
    { progress: (fraction) => progress(0.3 + 0.7 * fraction), ...(signal ? { signal } : {}) },
  )
}

function timePointResult(
  timePoint: TimePointDraft,
  measured: MeasuredTimePoint | undefined,
  cycle: CycleDraft,
): TimePointResult {
  const set = timePoint.structureSet
  return {
    id: timePoint.id,
    index: timePoint.index,
    acquisitionStart: timePoint.start,
    hoursAfterInjection: timePoint.hoursAfterInjection,
    emission: imageUse(timePoint.emission, measured?.quantification.words ?? 'not used'),
    ct: timePoint.ct ? imageUse(timePoint.ct, '') : null,
    registration: timePoint.registration,
    structuresFrom: set
      ? `${set.origin} "${set.label}"`
      : measured
        ? `outlines of time point ${cycle.reference.index}, carried over by the ${timePoint.registration.deformable ? 'deformable ' : ''}registration`
        : 'none',
  }
}

function imageUse(image: ScannedImage, words: string): ImageUse {
  return {
    imageKey: image.key,
    seriesUid: image.seriesUid,
    modality: image.modality,
    description: image.seriesDescription,
    manufacturer: image.manufacturer,
    ...(image.camera ? { camera: image.camera } : {}),
    grid: image.grid as ImageUse['grid'],
    quantity: image.quantity,
    quantification: words,
    inputHashes: [...new Set(image.files.map((file) => file.sha256))].sort(),
  }
}

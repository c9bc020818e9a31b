/** Structures that no image of a cycle outlines: whole body, marrow, blood, and organs measured by series alone. */
import type { ActivitySeries, MeasuredSeriesEntry } from '../../contracts/measuredSeries.ts'
import type { StructureResult } from '../../contracts/analysis.ts'
import type { CycleDraft } from '../course/index.ts'
import type { CycleContext } from './cycle.ts'
import type { StructureMass } from './mass.ts'
import { NO_IMAGES } from './measuredSeries.ts'
import { fitAndDose } from './structureDose.ts'
import { moreThanGiven, withSeries } from './structureResult.ts'
import { sameStructure } from './structures.ts'
import type { StructureKind } from './structures.ts'

/** The entries of a cycle whose structure none of the outlined ones is. */
export function seriesWithoutOutline(
  outlined: readonly { readonly name: string }[],
  cycle: Pick<CycleDraft, 'index'>,
  { measuredSeries = [] }: CycleContext['protocol'],
): readonly MeasuredSeriesEntry[] {
  return measuredSeries.filter(
    (entry) => entry.cycle === cycle.index && !outlined.some(({ name }) => sameStructure(name, entry.structure)),
  )
}

/** Their curves, TIAs and, with a stated mass, the doses that they give themselves. */
export function seriesStructureResults(
  outlined: readonly { readonly name: string }[],
  cycle: CycleDraft,
  context: CycleContext,
): StructureResult[] {
  return seriesWithoutOutline(outlined, cycle, context.protocol).map((entry) => {
    const { content } = entry.series
    const name = entry.structure
    const { curve, refused } = withSeries(NO_IMAGES, name, 0, cycle, context)
    const kind = kindOf(content)
    context.assumptions.push(...curve.notes)
    moreThanGiven(name, curve.points, cycle, context)
    if (content.region === 'organ' || content.region === 'lesion') notOutlined(name, outlined, cycle, context)
    const mass = statedMass(content)
    return {
      name,
      kind,
      colourRgb: null,
      volumeMl: 0,
      volumeStandardUncertaintyMl: 0,
      densityGPerMl: 0,
      densityFrom: mass.densityFrom,
      massKg: mass.massKg,
      policy: '',
      points: [...curve.points],
      ...(curve.series ? { measuredSeries: { ...curve.series.result, isOutlined: false } } : {}),
      ...fitAndDose({ structure: { name, kind }, curve, mass, hollow: null, measured: [], cycle, refused }, context),
    }
  })
}

const kindOf = ({ region }: ActivitySeries): StructureKind =>
  region === 'organ' || region === 'lesion' ? region : 'other'

function statedMass({ mass }: ActivitySeries): StructureMass {
  return {
    volumeMl: 0,
    volumeStandardUncertaintyMl: 0,
    densityGPerMl: 0,
    densityRelativeUncertainty: 0,
    edge: { voxelMm: 0, fwhmMm: 0 },
    densityFrom: mass
      ? `no outline; mass as stated: ${mass.source} (${mass.evidence})`
      : 'no outline and no stated mass',
    edgeToMean: 0,
    massKg: { value: mass?.massKg ?? 0, standardUncertainty: mass?.standardUncertaintyKg ?? 0 },
    notes: [],
    stated: { source: mass?.source ?? 'none' },
  }
}

/** A name that is a little wrong makes a structure of its own beside the one that is meant. */
function notOutlined(
  name: string,
  outlined: readonly { readonly name: string }[],
  cycle: CycleDraft,
  { problems }: CycleContext,
): void {
  problems.push({
    severity: 'warning',
    code: 'series.not-outlined',
    item: name,
    message: `"${name}" has a measured series and no outline in cycle ${cycle.index}, so it stands beside the outlined structures (${outlined.map((one) => one.name).join(', ') || 'none'}).`,
    hint: 'If one of these is meant, give the series its name.',
    seriesUid: null,
    filePaths: [],
  })
}

/** Dose rates that a structure gets from photons of its own and of other structures, by the S values of the reference phantom. */
import {
  organSValue,
  RED_MARROW,
  REMAINDER,
  remainderSValue,
  TOTAL_BODY,
} from '../../../native-core/dosimetry/organ/index.ts'
import type { OrganPhantom, OrganRegion } from '../../../native-core/dosimetry/organ/index.ts'
import { PHOTON_MASS_EXPONENT } from '../../../native-core/dosimetry/index.ts'
import type { ChainEmissions } from '../../../native-core/physics/emissions/index.ts'
import { scaledCurve } from '../../../native-core/radiobiology/index.ts'
import type { DoseRateCourse } from '../../../native-core/radiobiology/index.ts'
import type { CycleAnalysis, StructureResult } from '../../contracts/analysis.ts'
import type { DoseContribution } from '../../contracts/biologyParts.ts'
import { activityCurve } from './activityCurve.ts'
import type { PhantomPlace } from './phantomRegions.ts'

/** What one source gives a structure in one cycle. Times are from the administration of the cycle. */
export interface CrossSource extends DoseContribution {
  readonly kind: 'own-photons' | 'cross'
  readonly sGyPerBqS: number
  /** Relative standard uncertainty of the source's TIA; the phantom states none for its S values. */
  readonly tiaRelative: number
  readonly curves: DoseRateCourse
}

export interface CrossDoseTools {
  readonly phantom: OrganPhantom
  readonly emissions: ChainEmissions
  readonly places: ReadonlyMap<string, PhantomPlace>
}

interface ActiveSource {
  readonly place: PhantomPlace
  readonly structure: StructureResult
  readonly tiaBqS: number
  readonly tiaRelative: number
  readonly curve: DoseRateCourse[number]
}

/**
 * Every dose rate in `name` beside its own charged radiation: R(t) = Σ_s S(target ← s)·A_s(t) (Baechler et al., Med Phys 35 (2008) 1123, for BED; MIRD Pamphlet
 * 21 for S). Each source has its own fitted curve. The photons of the structure itself are scaled with its mass by (m_ref/m)^(2/3); what one of a pair gives
 * the other counts as its own. Where the whole body has a curve, the remainder of the body is that less all sources.
 *
 * An outlined part of the marrow is a target only: its activity is not that of all marrow. Nothing for a structure without a place in the phantom.
 */
export function crossSources(cycle: CycleAnalysis, name: string, tools: CrossDoseTools): CrossSource[] {
  const own = tools.places.get(name)
  const target = own?.target
  const structure = cycle.structures.find((one) => one.name === name)
  if (!own || !target || !structure) return []
  const { emissions, phantom } = tools
  const found: CrossSource[] = []
  const self = activeSource(structure, own)
  const countsPhotons = structure.doses[0]?.method === 'mass-scaled-s-value'
  if (self && !countsPhotons) {
    const reference = own.isHalf ? target.massKg / 2 : target.massKg
    // All marrow is taken to have the concentration of the part that is outlined.
    const exponent = target.name === RED_MARROW ? 1 : PHOTON_MASS_EXPONENT
    const scale = own.source.name === target.name ? (reference / structure.massKg.value) ** exponent : 1
    const perDecay = organSValue(emissions, phantom, own.source, target).photon
    found.push(contribution(name, 'own-photons', self, perDecay * (own.isHalf ? 2 : 1) * scale))
  }
  if (target.name === TOTAL_BODY) return found
  const sources = activeSources(cycle, tools)
  for (const source of sources) {
    // The other one of a pair is in the photons of the structure itself.
    if (source.place.source.name === own.source.name) continue
    const s = organSValue(emissions, phantom, source.place.source, target)
    if (s.total > 0) found.push(contribution(source.structure.name, 'cross', source, s.total))
  }
  const remainder = remainderSource(cycle, sources, tools)
  if (!remainder) return found
  const regions = [...sources.map(({ place }) => place.source), ...(isSource(own) ? [own.source] : [])]
  const s = remainderSValue(emissions, phantom, uniqueRegions(regions), target, null)
  // Charged radiation of the structure's own mass is in its self-dose already.
  if (s.photon > 0) found.push(contribution(REMAINDER, 'cross', remainder, s.photon))
  return found
}

/** Why the remainder of the body is not among the sources of a cycle; '' where it is. */
export function remainderProblem(cycle: CycleAnalysis, tools: CrossDoseTools): string {
  const body = wholeBody(cycle, tools)
  if (!body) return 'there is no structure for the whole body'
  const sources = activeSources(cycle, tools)
  if ([body, ...sources].some(({ curve }) => curve.kind !== 'exponentials'))
    return 'a curve among the whole body and its organs is no sum of exponentials'
  return remainderSource(cycle, sources, tools)
    ? ''
    : 'the organs together have more activity than the whole body at some time'
}

const isSource = ({ source }: PhantomPlace): boolean => source.name !== RED_MARROW && source.name !== TOTAL_BODY

const uniqueRegions = (regions: readonly OrganRegion[]): OrganRegion[] => [
  ...new Map(regions.map((region) => [region.name, region])).values(),
]

function contribution(
  source: string,
  kind: CrossSource['kind'],
  { tiaBqS, tiaRelative, curve }: Pick<ActiveSource, 'tiaBqS' | 'tiaRelative' | 'curve'>,
  sGyPerBqS: number,
): CrossSource {
  return { source, kind, sGyPerBqS, doseGy: tiaBqS * sGyPerBqS, tiaRelative, curves: [scaledCurve(curve, sGyPerBqS)] }
}

function activeSource(structure: StructureResult, place: PhantomPlace): ActiveSource | null {
  const { fit } = structure
  const curve = fit && activityCurve(fit)
  if (!fit || !curve) return null
  const { value, standardUncertainty } = fit.tiaBqS
  return { place, structure, tiaBqS: value, tiaRelative: standardUncertainty / value, curve }
}

function activeSources({ structures }: CycleAnalysis, { places }: CrossDoseTools): ActiveSource[] {
  return structures.flatMap((structure) => {
    const place = places.get(structure.name)
    const source = place && isSource(place) ? activeSource(structure, place) : null
    return source ? [source] : []
  })
}

function wholeBody({ structures }: CycleAnalysis, { places }: CrossDoseTools): ActiveSource | null {
  const found = structures.find(({ name }) => places.get(name)?.source.name === TOTAL_BODY)
  const place = found && places.get(found.name)
  return found && place ? activeSource(found, place) : null
}

/** Whole body less all sources, where it is never negative. */
function remainderSource(
  cycle: CycleAnalysis,
  sources: readonly ActiveSource[],
  tools: CrossDoseTools,
): Pick<ActiveSource, 'tiaBqS' | 'tiaRelative' | 'curve'> | null {
  const body = wholeBody(cycle, tools)
  if (body?.curve.kind !== 'exponentials') return null
  const terms = [...body.curve.terms]
  for (const { curve } of sources) {
    if (curve.kind !== 'exponentials') return null
    terms.push(...curve.terms.map((term) => ({ ...term, rateGyPerS: -term.rateGyPerS })))
  }
  const tiaBqS = body.tiaBqS - sources.reduce((sum, source) => sum + source.tiaBqS, 0)
  const slowest = Math.min(...terms.map(({ decayPerS }) => decayPerS))
  const fastest = Math.max(...terms.map(({ decayPerS }) => decayPerS))
  // From a tenth of the fastest phase to twelve times the slowest, and the start: two hundred places tell where the sum is negative.
  const places = Array.from({ length: 200 }, (_, k) => (0.1 / fastest) * ((120 * fastest) / slowest) ** (k / 199))
  const rate = (time: number): number =>
    terms.reduce((sum, { rateGyPerS, decayPerS }) => sum + rateGyPerS * Math.exp(-decayPerS * time), 0)
  const size = body.curve.terms.reduce((sum, { rateGyPerS }) => sum + Math.abs(rateGyPerS), 0)
  if (!(tiaBqS > 0) || [0, ...places].some((time) => rate(time) < -1e-9 * size)) return null
  const spread = [body, ...sources].reduce((sum, one) => sum + one.tiaRelative * one.tiaBqS, 0)
  return { tiaBqS, tiaRelative: spread / tiaBqS, curve: { kind: 'exponentials', startS: 0, terms } }
}

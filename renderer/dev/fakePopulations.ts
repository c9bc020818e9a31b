/** Invented populations of kidneys: two versions that were fitted, and curves of five patients to fit a third to. */
import {
  populationPriorSchema,
  type GatheredCurve,
  type PopulationDocument,
  type PopulationPrior,
  type PopulationUse,
  type PopulationView,
  type Protocol,
  type RequestOf,
} from '../../electron/contracts/index.ts'
import type { FakeJob } from './fakeJobs.ts'

const HOUR = 3600

export const fakePrior: PopulationPrior = populationPriorSchema.parse({
  agent: 'DOTATATE',
  nuclide: 'Lu-177',
  structure: '^kidney',
  curve: { id: 'mono-exponential', physicalHalfLifeS: 574_300 },
  normalisation: 'administered',
  parameters: [
    { name: 'A1', title: 'amplitude of phase 1 at time zero', unit: 'Bq', scale: 'log' },
    {
      name: 'lambdaBiol1',
      title: 'biological rate of phase 1 (physical decay comes on top)',
      unit: '1/s',
      scale: 'log',
    },
  ],
  // 2 % of the administered activity; a biological half-life of 70 h.
  mu: [
    { value: Math.log(0.02), standardError: 0.1 },
    { value: Math.log(Math.LN2 / (70 * HOUR)), standardError: 0.05 },
  ],
  covariateEffects: [],
  omega: [
    [0.09, 0.012],
    [0.012, 0.04],
  ],
  omegaStandardErrors: [
    [0.045, null],
    [null, 0.02],
  ],
  residual: {
    form: 'proportional',
    additive: { value: 0, standardError: null },
    proportional: { value: 0.05, standardError: 0.008 },
  },
  patientCount: 9,
  curveCount: 9,
  pointCount: 36,
  minusTwoLogLikelihood: -310.4,
  aic: -298.4,
  aicc: -295.5,
  bic: -288.9,
  shrinkage: [0.02, 0.11],
  conditionNumber: 14.2,
  converged: true,
  candidates: [
    {
      curveId: 'mono-exponential',
      parameterCount: 6,
      minusTwoLogLikelihood: -310.4,
      aicc: -295.5,
      difference: 0,
      weight: 0.97,
      refusal: null,
    },
    {
      curveId: 'uptake-washout',
      parameterCount: 7,
      minusTwoLogLikelihood: -305.8,
      aicc: -288.2,
      difference: 7.3,
      weight: 0.03,
      refusal: null,
    },
    {
      curveId: 'bi-exponential-washout',
      parameterCount: 9,
      minusTwoLogLikelihood: -311,
      aicc: null,
      difference: null,
      weight: 0,
      refusal: 'the fit did not converge',
    },
  ],
  algorithm: {
    name: 'theratwin.population',
    version: '1.0.0',
    method: 'foce-interaction',
    objective: '−2 log likelihood, first-order conditional estimation with interaction',
  },
  dataHash: '0'.repeat(64),
  evidence: 'site',
  source: '9 curves of 9 patients of this site',
  from: [],
  warnings: [],
  note: '',
})

const view = (version: number, content: PopulationPrior, name = 'Kidneys'): PopulationView => ({
  populationId: `population-${name}-${version}`,
  name,
  version,
  superseded: false,
  addedAt: `2024-02-0${version}T09:30:00Z`,
  addedBy: 'physicist',
  content,
})

const gatheredOf = ({ excluded = [], structure, agent }: RequestOf<'populations.gather'>): GatheredCurve[] => {
  if (!new RegExp(structure, 'i').test('KIDNEY_L') || !new RegExp(agent, 'i').test('177Lu-DOTATATE')) return []
  return Array.from({ length: 5 }, (_, index) => {
    const patientId = `patient-${index + 1}`
    const isOut = excluded.some((one) => one.patientId === patientId)
    return {
      patientId,
      patientName: `Phantom ${index + 1}`,
      analysisKey: `analysis-${index + 1}`,
      cycle: 1,
      structure: 'KIDNEY_L',
      points: [4, 24, 72, 168].map((hours) => ({
        timeS: hours * HOUR,
        activityBq: 1.5e8 * Math.exp((-Math.LN2 * hours) / 50),
      })),
      administeredBq: 7.4e9,
      massKg: 0.16,
      leftOut: isOut ? 'excluded by hand' : index === 4 ? '1 point in use, 2 are asked for' : '',
    }
  })
}

/** @param protocol of the one patient there is */
export function createFakePopulations(job: FakeJob, protocol: () => Protocol) {
  let stored: PopulationView[] = [view(2, fakePrior), view(1, { ...fakePrior, curveCount: 6, patientCount: 6 })]
  const list = (): PopulationView[] =>
    stored.map((one) => ({
      ...one,
      superseded: stored.some((other) => other.name === one.name && other.version > one.version),
    }))
  const add = (name: string, content: PopulationPrior): string => {
    const version = Math.max(0, ...stored.filter((one) => one.name === name).map((one) => one.version)) + 1
    const added = view(version, content, name)
    stored = [added, ...stored]
    return added.populationId
  }
  return {
    'populations.list': list,
    'populations.uses': (): PopulationUse[] =>
      Object.entries(protocol().fewScans.byStructure).flatMap(([structure, { method, population }]) =>
        method === 'none' || population === null
          ? []
          : [{ populationId: population, patientId: 'demo', patientName: 'Phantom', structure, method }],
      ),
    'populations.gather': gatheredOf,
    'populations.fit': ({ name, selection, note = '' }: RequestOf<'populations.fit'>) =>
      job('population', 'Fit of a population', ['Fitting the curves', 'Fitting the curves'], () => {
        const { agent, nuclide, structure } = selection
        const populationId = add(name, { ...fakePrior, agent, nuclide, structure, note })
        return { kind: 'population', populationId, added: true }
      }),
    'populations.retire': ({ populationId }: { readonly populationId: string }) => {
      stored = stored.filter((one) => one.populationId !== populationId)
      return list()
    },
    'populations.export': ({ populationId }: { readonly populationId: string }): PopulationDocument => {
      const one = stored.find((own) => own.populationId === populationId)
      return {
        schema: 'theratwin-population/1',
        name: one?.name ?? '',
        version: one?.version ?? 1,
        exportedAt: '2024-02-03T10:00:00Z',
        content: one?.content ?? fakePrior,
      }
    },
    'populations.import': ({ document }: { readonly document: PopulationDocument }) => ({
      populationId: add(document.name, { ...document.content, evidence: 'imported' }),
    }),
  }
}

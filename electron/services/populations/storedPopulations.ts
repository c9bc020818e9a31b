/** Populations in the store: list, add as the next version, take out of use, export, import. */
import { InputError } from '../../../native-core/errors/index.ts'
import { populationPriorSchema } from '../../contracts/populations.ts'
import type { PopulationDocument, PopulationPrior, PopulationView } from '../../contracts/populations.ts'
import type { PopulationRecord, Store } from '../ports/store.ts'
import { patientPrior } from './priorContent.ts'

/** With what `content` is written; raised when its schema changes. */
const KIND = 'population/1'

/** All that are in use, by name, the newest version first. What another version of the program wrote and this one cannot read is left out. */
export function listPopulations(store: Pick<Store, 'read'>): PopulationView[] {
  const records = store.read.populations()
  return records
    .flatMap((record) => viewOf(record, records) ?? [])
    .sort((a, b) => a.name.localeCompare(b.name) || b.version - a.version)
}

function viewOf(record: PopulationRecord, all: readonly PopulationRecord[]): PopulationView | null {
  const parsed = populationPriorSchema.safeParse(record.content)
  if (!parsed.success) return null
  const { id, name, version, addedAt, addedBy } = record
  const superseded = all.some((other) => other.name === name && other.version > version)
  return { populationId: id, name, version, superseded, addedAt, addedBy, content: parsed.data }
}

/** @throws InputError `population.unknown`, `population.unreadable`. */
export function populationView(store: Pick<Store, 'read'>, populationId: string): PopulationView {
  const record = store.read.population(populationId)
  if (!record)
    throw new InputError(
      'population.unknown',
      'There is no such population, or it was taken out of use.',
      'Open the list of populations again.',
    )
  const view = viewOf(record, store.read.populations())
  if (view) return view
  throw new InputError(
    'population.unreadable',
    `The population "${record.name}" was written by another version of the program.`,
    'Update the program, or fit the population again.',
  )
}

/**
 * Stores it as the next version of its name; where the version in use says the same already, that one is the answer and nothing is added.
 */
export function addPopulation(
  store: Store,
  name: string,
  content: PopulationPrior,
  action: 'population.fit' | 'population.import',
): { readonly populationId: string; readonly added: boolean } {
  const newest = listPopulations(store).find((view) => view.name === name && !view.superseded)
  if (newest && JSON.stringify(newest.content) === JSON.stringify(populationPriorSchema.parse(content)))
    return { populationId: newest.populationId, added: false }
  const { id } = store.transaction({ action }, (write, read) =>
    write.addPopulation({ name, version: read.latestPopulationVersion(name) + 1, kind: KIND, content }),
  )
  return { populationId: id, added: true }
}

/** Takes one out of use; an earlier version of its name counts again. @throws InputError `population.unknown`. */
export function retirePopulation(store: Store, populationId: string): PopulationView[] {
  populationView(store, populationId)
  store.transaction({ action: 'population.retire' }, (write) => {
    write.retire({ entity: 'population', id: populationId })
  })
  return listPopulations(store)
}

/** As a document for another site; keys of analyses, which mean nothing there, are left out. @throws InputError `population.unknown`. */
export function exportPopulation(
  store: Pick<Store, 'read'>,
  populationId: string,
  exportedAt: string,
): PopulationDocument {
  const { name, version, content } = populationView(store, populationId)
  return { schema: 'theratwin-population/1', name, version, exportedAt, content: { ...content, from: [] } }
}

/**
 * Stores the population of a document as the next version of its name, with evidence `imported`.
 *
 * @throws InputError `kinetics.unknown-model`, and those of `patientPrior` where parameters, means, covariance and residual error do not belong together
 */
export function importPopulation(store: Store, { name, version, exportedAt, content }: PopulationDocument): string {
  checkDocument(content)
  const source = `imported: version ${version} of ${exportedAt.slice(0, 10)}; ${content.source}`.slice(0, 1000)
  const imported: PopulationPrior = { ...content, evidence: 'imported', source, from: [] }
  return addPopulation(store, name, imported, 'population.import').populationId
}

/** As for any patient: covariates at their reference. */
function checkDocument(content: PopulationPrior): void {
  const covariates = Object.fromEntries(
    content.covariateEffects.map(({ covariate, reference }) => [covariate, reference]),
  )
  patientPrior(content, { administeredBq: 1, massKg: 1, covariates })
}

/** What doses from other organs and parts of organs need beside the analysis: phantom, emissions, point kernels, models. Each is read when first asked for. */
import { parseOrganPhantom } from '../../../native-core/dosimetry/organ/index.ts'
import type { OrganPhantom } from '../../../native-core/dosimetry/organ/index.ts'
import { nuclidePointKernel, parsePointKernels } from '../../../native-core/dosimetry/pointKernel/index.ts'
import type { NuclidePointKernel } from '../../../native-core/dosimetry/pointKernel/index.ts'
import { parseSuborganModels } from '../../../native-core/dosimetry/suborgan/index.ts'
import type { SuborganModel } from '../../../native-core/dosimetry/suborgan/index.ts'
import {
  nuclideNameOf,
  chainEmissions,
  findNuclide,
  IN_EQUILIBRIUM,
  parseNuclideTable,
} from '../../../native-core/physics/index.ts'
import { parseEmissions } from '../../../native-core/physics/emissions/index.ts'
import type { ChainEmissions } from '../../../native-core/physics/emissions/index.ts'
import type { Resources } from '../ports/resources.ts'

export interface BiologyDosimetry {
  readonly phantom: () => OrganPhantom
  /** Per decay of the nuclide with every daughter in equilibrium where it decays, as the analysis takes it. */
  readonly emissions: (nuclide: string) => ChainEmissions
  /** In water, of the same chain. */
  readonly kernel: (nuclide: string) => NuclidePointKernel
  readonly models: () => readonly SuborganModel[]
}

type Tables = Pick<Resources, 'nuclideTable' | 'nuclideEmissions' | 'dosimetryTable' | 'suborganModels'>

/** @throws InputError of the parsers, at the first use of damaged data. */
export function biologyDosimetry(resources: Tables): BiologyDosimetry {
  const emissions = remembered((nuclide: string) => {
    const table = parseNuclideTable(resources.nuclideTable())
    const found = findNuclide(table, nuclideNameOf(nuclide))
    return chainEmissions(table, parseEmissions(resources.nuclideEmissions()), found, IN_EQUILIBRIUM)
  })
  const kernel = remembered((nuclide: string) =>
    nuclidePointKernel(
      nuclide,
      emissions(nuclide).total,
      parsePointKernels(resources.dosimetryTable('point-kernels-water')),
    ),
  )
  let phantom: OrganPhantom | null = null
  return {
    emissions,
    kernel,
    phantom: () =>
      (phantom ??= parseOrganPhantom(
        resources.dosimetryTable('organ-saf-ornl-tm8381'),
        resources.dosimetryTable('organ-masses-ornl-tm8381'),
      )),
    models: () => resources.suborganModels().flatMap(parseSuborganModels),
  }
}

function remembered<V>(make: (nuclide: string) => V): (nuclide: string) => V {
  const known = new Map<string, V>()
  return (nuclide) => {
    const made = known.get(nuclide) ?? make(nuclide)
    known.set(nuclide, made)
    return made
  }
}

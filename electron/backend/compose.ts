/**
 * The composition root: the only place that knows both the use cases and what they run on. The application's backend, the command
 * line and the tests all start from here.
 */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { createCompute } from '../adapters/compute/index.ts'
import { createDicomWriter, createObjectWriter } from '../adapters/dicom-write/index.ts'
import { createOrganNetworks } from '../adapters/network/index.ts'
import { encodeNifti } from '../adapters/nifti/index.ts'
import { createDicomSource } from '../adapters/dicom/index.ts'
import { createTypesetter } from '../adapters/report/index.ts'
import { fileResources } from '../adapters/resources/index.ts'
import { hashOfJson } from '../../db/index.ts'
import { doseEngines } from '../../native-core/dosimetry/engines/index.ts'
import type { VoxelDoseEngine } from '../../native-core/dosimetry/engines/index.ts'
import { parseHuDensityTable } from '../../native-core/imaging/index.ts'
import { parseNuclideTable } from '../../native-core/physics/index.ts'
import { parseEmissions } from '../../native-core/physics/emissions/index.ts'
import type { EmissionTable } from '../../native-core/physics/emissions/index.ts'
import type { AnalysisPorts } from '../services/analysis/index.ts'
import { computeVoxelDose } from '../services/dose/index.ts'
import type { DoseMapPorts } from '../services/doseMaps/index.ts'
import type { DoseFiles } from '../services/patients/index.ts'
import type { Compute } from '../services/ports/compute.ts'
import type { DicomObjectWriter } from '../services/ports/dicomObjects.ts'
import type { DicomSource } from '../services/ports/dicomSource.ts'
import type { OrganNetworks } from '../services/ports/organNetwork.ts'
import type { ReportWriter } from '../services/ports/reportWriter.ts'
import type { Resources } from '../services/ports/resources.ts'
import { createReportWriter } from '../services/report/index.ts'
import { readPopulations } from '../services/singleTimePoint/index.ts'
import { PROGRAM_VERSION } from './version.ts'

export interface Workbench {
  readonly programVersion: string
  readonly resources: Resources
  readonly source: DicomSource
  readonly compute: Compute
  readonly organNetworks: OrganNetworks
  readonly reportWriter: ReportWriter
  readonly data: Pick<AnalysisPorts, 'nuclides' | 'huDensity' | 'hashOf' | 'populations'>
  /** Lines and spectra of the nuclides; read when first asked for. */
  readonly emissions: () => EmissionTable
  readonly doseEngines: readonly VoxelDoseEngine[]
  /** Version of the data sets that dose engines read. */
  readonly doseDataVersion: () => string
  readonly runEngine: DoseMapPorts['runEngine']
  readonly doseFiles: DoseFiles
  readonly objectWriter: DicomObjectWriter
  readonly readFile: (path: string) => Promise<Uint8Array>
  close(): Promise<void>
}

export function createWorkbench(options: { readonly threads?: number } = {}): Workbench {
  const threads = options.threads ?? availableParallelism()
  const resources = fileResources()
  const source = createDicomSource({ threads })
  const compute = createCompute({ threads })
  const organNetworks = createOrganNetworks({ threads })
  const reportWriter = createReportWriter(createTypesetter())
  let emissions: EmissionTable | null = null
  const readEmissions = (): EmissionTable => (emissions ??= parseEmissions(resources.nuclideEmissions()))
  const data = {
    nuclides: parseNuclideTable(resources.nuclideTable()),
    huDensity: parseHuDensityTable(resources.huDensityTable()),
    hashOf: hashOfJson,
    populations: readPopulations(resources),
  }
  return {
    programVersion: PROGRAM_VERSION,
    resources,
    source,
    compute,
    organNetworks,
    reportWriter,
    data,
    emissions: readEmissions,
    doseEngines: doseEngines.filter((engine) => engine.scale === 'voxel'),
    doseDataVersion: () => `${readEmissions().name} ${readEmissions().version}`,
    runEngine: async ({ engineId, structures, ...request }, options) => {
      const { dose, densityGPerMl } = await computeVoxelDose(
        {
          ...request,
          engine: engineId,
          structures: structures.map(({ name, mask }) => ({ name, shape: { kind: 'voxels', mask } })),
          threads,
        },
        { ...data, emissions: readEmissions(), compute },
        options,
      )
      return { dose, densityGPerMl }
    },
    doseFiles: {
      dicom: (object, folder, name) => createDicomWriter().writeDose(object, folder, name),
      nifti: (volume, description) => encodeNifti(volume, { gzip: true, description }),
    },
    objectWriter: createObjectWriter(),
    readFile: (path) => readFile(path),
    close: async () => {
      await Promise.all([source.close(), compute.close(), organNetworks.close(), reportWriter.close()])
    },
  }
}

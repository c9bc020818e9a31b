/** The engine `cell`: mean doses of the regions of one cell from the decays in its regions. */
import { InputError } from '../../errors/index.ts'
import { CELL_DOSE_VERSION, CELL_REGIONS, cellSource, cellStopping, cellSValue, regionMassKg } from '../cell/index.ts'
import type { CellGeometry, CellRegion, CellTarget, ElectronModelId } from '../cell/index.ts'
import type {
  EngineData,
  EngineParameterValues,
  Radiation,
  TableDose,
  TableDoseEngine,
  TableDoseInput,
} from './types.ts'

const LENGTH = { kind: 'number', unit: 'µm', min: 0.1, max: 1000 } as const

function compute(input: TableDoseInput, parameters: EngineParameterValues, data: EngineData): TableDose {
  const geometry: CellGeometry = {
    cellRadiusUm: Number(parameters.cellRadiusUm),
    nucleusRadiusUm: Number(parameters.nucleusRadiusUm),
    densityGPerMl: Number(parameters.densityGPerMl),
  }
  const regions = input.sources.map((s): CellRegion => {
    const region = CELL_REGIONS.find((r) => r === s.region)
    if (!region)
      throw new InputError(
        'dose.cell-regions',
        `"${s.region}" is no region of a cell.`,
        'There are N (nucleus), Cy (cytoplasm), CS (cell surface) and C (whole cell).',
      )
    if (!(s.activity >= 0 && Number.isFinite(s.activity)))
      throw new InputError('dose.tia', `The activity in ${region} is ${s.activity}.`, 'Give zero or more.')
    return region
  })
  const model: ElectronModelId = parameters.electronModel === 'cole-1969' ? 'cole-1969' : 'csda-icru37'
  const stopping = cellStopping(
    data.dosimetryTable('cell-electron-water'),
    data.dosimetryTable('cell-alpha-water'),
    model,
  )
  const source = cellSource(input.source.total, geometry, stopping)
  const hasCytoplasm = geometry.nucleusRadiusUm < geometry.cellRadiusUm * (1 - 2e-6)
  const targets = (hasCytoplasm ? ['N', 'Cy', 'C'] : ['N', 'C']) as CellTarget[]
  const given = input.sources.some((s) => s.massKg !== null)
  return {
    quantity: input.quantity,
    targets: targets.map((target) => {
      const bySource = new Map<string, number>()
      const byRadiationGy: Record<Exclude<Radiation, 'photon'>, number> = { electron: 0, alpha: 0, recoil: 0 }
      input.sources.forEach(({ activity }, i) => {
        const region = regions[i]!
        const s = cellSValue(source, target, region)
        bySource.set(region, (bySource.get(region) ?? 0) + activity * s.sGyPerBqS)
        byRadiationGy.electron += activity * s.byRadiation.electron
        byRadiationGy.alpha += activity * s.byRadiation.alpha
        byRadiationGy.recoil += activity * s.byRadiation.recoil
      })
      return {
        region: target,
        massKg: regionMassKg(target, geometry),
        doseGy: byRadiationGy.electron + byRadiationGy.alpha + byRadiationGy.recoil,
        byRadiationGy,
        bySourceGy: Object.fromEntries(bySource),
      }
    }),
    facts: { electronModel: model, stopping: stopping.sources.join('; ') },
    remarks: [
      'Straight tracks that slow down continuously in water; photons are left out.',
      'Auger electrons are averages over shells: mean doses of regions, not of molecules.',
      ...(given ? ['The masses of cells follow from radii and density; those given were not used.'] : []),
    ],
  }
}

export const cell: TableDoseEngine = {
  id: 'cell',
  name: 'Single cell (MIRD cellular S values)',
  version: CELL_DOSE_VERSION,
  scale: 'cell',
  description:
    'Mean doses of nucleus, cytoplasm and whole cell from decays in the nucleus, the cytoplasm, on the surface or in the whole of one spherical cell. Electrons, positrons and alphas on straight tracks that slow down continuously in water, recoil nuclei where they start. No photons, no straggling, no delta rays, no scattering of electrons; other cells only by the calculations cell-s and cell-cluster.',
  needs: ['activity-table'],
  radiations: ['electron', 'alpha', 'recoil'],
  givesUncertainty: false,
  parameters: [
    {
      ...LENGTH,
      id: 'cellRadiusUm',
      label: 'Radius of the cell',
      description: 'The default is a cell of 10 µm diameter: designed, not of any tissue.',
      default: 5,
    },
    {
      ...LENGTH,
      id: 'nucleusRadiusUm',
      label: 'Radius of the nucleus',
      description: 'In the middle of the cell. The default is a nucleus of 8 µm diameter: designed.',
      default: 4,
    },
    {
      id: 'densityGPerMl',
      label: 'Density',
      description: 'Of the cell; ranges in water scale with it.',
      kind: 'number',
      unit: 'g/mL',
      min: 0.1,
      max: 10,
      default: 1,
    },
    {
      id: 'electronModel',
      label: 'Range of electrons',
      description: 'Stopping powers of ICRU 37, or the relation of Cole (1969) as in the tables of the MIRD monograph.',
      kind: 'choice',
      default: 'csda-icru37',
      choices: [
        { id: 'csda-icru37', label: 'ICRU 37 collision stopping power' },
        { id: 'cole-1969', label: 'Cole 1969 (MIRD monograph)' },
      ],
    },
  ],
  sources: [
    {
      citation: 'S.M. Goddu et al., J. Nucl. Med. 35 (1994) 303; MIRD Cellular S Values (1997): method',
      evidence: 'verified',
    },
    { citation: 'ICRU 37 (1984): collision stopping power of water', evidence: 'transcribed' },
    { citation: 'NIST ASTAR, ICRU 49 (1993): alphas in water', evidence: 'transcribed' },
    { citation: 'A. Cole, Radiat. Res. 38 (1969) 7: range of electrons', evidence: 'transcribed' },
  ],
  compute: (input, run, data) => compute(input, run.parameters, data),
}

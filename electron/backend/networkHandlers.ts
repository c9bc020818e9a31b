/** Requests about networks that the site has installed in the folder `networks` of its store. */
import { join } from 'node:path'
import type { AnswerOf } from '../contracts/index.ts'
import type { NetworkOriginAsk, NetworkRunAsk, networkRequests } from '../contracts/networks.ts'
import { runStoredNetwork } from '../services/networkSegmentation/index.ts'
import type { InstalledNetwork } from '../services/ports/organNetwork.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

export function networkHandlers(tools: SessionTools): HandlersOf<keyof typeof networkRequests> {
  const { store, bench, jobs, emit } = tools
  const installed = bench.organNetworks.installed(join(store.directory, 'networks'))
  const list = async (): Promise<AnswerOf<'networks.list'>> => {
    const { networks, damaged } = await installed.list()
    return { networks: networks.map(viewOf), damaged: [...damaged] }
  }
  const note = (action: string, { networkId, description: { name, version, sha256 } }: InstalledNetwork): void =>
    store.transaction({ action }, (write) => write.appendAudit(action, { networkId, name, version, sha256 }))
  return {
    'networks.list': list,
    'networks.add': async ({ path, origin }: { readonly path: string; readonly origin: NetworkOriginAsk | null }) => {
      const file = await bench.organNetworks.read(path, origin)
      await bench.organNetworks.check(file)
      const { network, isNew } = await installed.add(file)
      if (isNew) note('networks.add', network)
      return { networkId: network.networkId, isNew }
    },
    'networks.remove': async ({ networkId }: { readonly networkId: string }) => {
      note('networks.remove', await installed.remove(networkId))
      return list()
    },
    'networks.run': (ask: NetworkRunAsk) => ({
      jobId: jobs.start('segmentation', 'Structures by a network', async (how) => {
        const { patientId, timePointId } = ask
        const network = await installed.get(ask.networkId)
        const { patient, course } = await patientAndCourse(tools, patientId)
        const found = await runStoredNetwork(store, patient, course, ask, network, bench.organNetworks, how)
        emit('patientChanged', { patientId })
        return {
          kind: 'network-segmentation',
          patientId,
          timePointId,
          setId: found.setId,
          structures: found.structures.map(({ name, volumeMl, isCut }) => ({ name, volumeMl, isCut })),
          runtime: found.runtime,
          remarks: [...found.remarks],
        }
      }),
    }),
  }
}

function viewOf({ networkId, description }: InstalledNetwork): AnswerOf<'networks.list'>['networks'][number] {
  const { name, version, source, licence, sha256, channels, labels, spacingMm, mirrorAxes } = description
  return {
    networkId,
    name,
    version,
    source,
    licence,
    sha256,
    channels: channels.map((channel) => ({ name: channel.name, modality: channel.modality })),
    structures: labels.map((label) => ({ name: label.name, kind: label.kind })),
    spacingMm: [...spacingMm],
    hasMirrors: mirrorAxes.length > 0,
  }
}

/** Structure sets, lesions and networks of the bridge without Electron. */
import type {
  InstalledNetworkView,
  LesionFollowUp,
  RequestName,
  RequestOf,
  StructureSetView,
} from '../../electron/contracts/index.ts'
import { fakeMasks } from './fakeData.ts'
import type { FakeJob } from './fakeJobs.ts'
import { fakeCandidateMasks, fakeCandidates, fakeCarried, fakeFollowUp, fakeNetwork } from './fakeLesions.ts'

type Name = Extract<RequestName, `structures.${string}` | `lesions.${string}` | `networks.${string}`>

export function fakeStructureHandlers(job: FakeJob): { readonly [N in Name]: (ask: RequestOf<N>) => unknown } {
  let sets: StructureSetView[] = [
    { setId: 'set-1', label: 'Organs', origin: 'RTSTRUCT', structures: 9, toReview: 0, inUse: true },
  ]
  let networks: InstalledNetworkView[] = []
  let identified = false
  const names = new Map<string, string>()
  const withNames = (followUp: LesionFollowUp): LesionFollowUp => ({
    ...followUp,
    lesions: followUp.lesions.map((row) => ({ ...row, identity: names.get(row.identity) ?? row.identity })),
  })

  function addSet(label: string, structures: number, prefix = 'set'): string {
    const setId = `${prefix}-${sets.length + 1}`
    sets = [...sets, { setId, label, origin: 'computed', structures, toReview: structures, inUse: false }]
    return setId
  }

  return {
    'structures.list': ({ timePointId, setId }) =>
      setId?.startsWith('candidates') ? fakeCandidateMasks(timePointId) : fakeMasks(timePointId),
    'structures.sets': () => sets,
    'structures.save': ({ label, use, structures }) => {
      const setId = `set-${sets.length + 1}`
      if (use) sets = sets.map((set) => ({ ...set, inUse: false }))
      sets = [...sets, { setId, label, origin: 'drawn', structures: structures.length, toReview: 0, inUse: use }]
      return { setId }
    },
    'structures.use': ({ setId }) => {
      sets = sets.map((set) => ({ ...set, inUse: set.setId === (setId ?? 'set-1') }))
      return sets
    },
    'structures.propagate': ({ targetTimePointId }) =>
      job('segmentation', 'Structures carried over', ['Carrying LIVER'], () => ({
        kind: 'propagation',
        patientId: 'demo',
        timePointId: targetTimePointId,
        setId: addSet('Carried from cycle 1, 24 h p.i.', fakeCarried.length),
        registration: 'computed registration, accepted by anna on 2026-01-20',
        structures: [...fakeCarried],
        remarks: [],
      })),
    'lesions.find': ({ timePointId, threshold }) =>
      job('segmentation', 'Search for lesions', ['Looking for lesions'], () => {
        // Above everything that the phantom holds.
        const isNone = threshold.kind === 'fixed' && threshold.valueBqPerMl >= 1e9
        const candidates = isNone ? [] : fakeCandidates('', timePointId).candidates
        return {
          kind: 'lesions',
          patientId: 'demo',
          timePointId,
          setId: isNone ? null : addSet('Lesion candidates', candidates.length, 'candidates'),
          candidates: candidates.length,
          thresholdBqPerMl: threshold.kind === 'fixed' ? threshold.valueBqPerMl : 1e5,
          tooSmall: { count: isNone ? 0 : 2, volumeMl: isNone ? 0 : 0.6 },
        }
      }),
    'lesions.candidates': ({ setId, timePointId }) =>
      setId.startsWith('candidates')
        ? fakeCandidates(setId, timePointId)
        : {
            error: {
              kind: 'input',
              code: 'lesions.no-candidate',
              message: 'This set was not made by a search for lesions.',
              hint: 'Choose another set, or search.',
            },
          },
    'lesions.accept': ({ timePointId, accepted, label, use }) => {
      const taken = fakeCandidates('', timePointId).candidates.filter((one) =>
        accepted.some(({ structureId }) => structureId === one.structureId),
      )
      if (use) sets = sets.map((set) => ({ ...set, inUse: false }))
      const setId = `set-${sets.length + 1}`
      sets = [...sets, { setId, label, origin: 'drawn', structures: accepted.length, toReview: 0, inUse: use }]
      const sum = (of: 'volumeMl' | 'totalBq') => taken.reduce((total, one) => total + one[of], 0)
      const burden = { volumeMl: sum('volumeMl'), totalBq: sum('totalBq'), largestMl: 0 }
      return { setId, burden: { count: accepted.length, toReview: 0, ...burden } }
    },
    'lesions.follow': ({ timePointIds }) =>
      job('segmentation', 'Lesions over time', ['Measuring lesions'], () => ({
        kind: 'lesion-follow-up',
        patientId: 'demo',
        followUp: withNames(fakeFollowUp(timePointIds ?? ['tp2'], identified)),
      })),
    'lesions.identify': ({ sets: named }) => {
      identified = true
      return named.map(({ timePointId, setId }) => ({ timePointId, setId: `${setId}-identified` }))
    },
    'lesions.rename': ({ identity, newIdentity }) => {
      if (!identified) return []
      const [original = identity] = [...names].find(([, now]) => now === identity) ?? []
      names.set(original, newIdentity)
      return [{ timePointId: 'tp1', setId: 'set-of-tp1-renamed' }]
    },
    'networks.list': () => ({ networks, damaged: [] }),
    'networks.add': () => {
      networks = [fakeNetwork]
      return { networkId: fakeNetwork.networkId, isNew: true }
    },
    'networks.remove': () => ({ networks: (networks = []), damaged: [] }),
    'networks.run': ({ timePointId }) =>
      job('segmentation', 'Structures by a network', ['Tile 1 of 8', 'Tile 5 of 8'], () => ({
        kind: 'network-segmentation',
        patientId: 'demo',
        timePointId,
        setId: addSet('Abdominal organs 2.1', 2),
        structures: [
          { name: 'LIVER', volumeMl: 1740, isCut: false },
          { name: 'SPLEEN', volumeMl: 290, isCut: true },
        ],
        runtime: 'WebAssembly on the CPU',
        remarks: [],
      })),
  }
}

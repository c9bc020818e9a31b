/** Where a structure comes from, in a word or two for the list; the whole story is its method's description. */
import type { StructureMethodKind } from '../../../../electron/contracts/index.ts'
import type { DrawnStructure } from './protocol.ts'

const words: Readonly<Record<StructureMethodKind, string>> = {
  imported: 'imported',
  drawn: 'drawn',
  threshold: 'threshold',
  'relative-threshold': 'relative threshold',
  'adaptive-threshold': 'adapted threshold',
  gradient: 'gradient edge',
  'region-growing': 'region growing',
  'random-walker': 'random walker',
  'level-set': 'level set',
  'lesion-finding': 'lesion finding',
  combined: 'edited',
  propagated: 'propagated',
  network: 'network',
}

export const originWords = ({ method }: Pick<DrawnStructure, 'method'>): string => words[method.kind]

/** Names of structures that are not to be taken for each other. */
import type { ScannedStructure } from '../../services/ports/dicomSource.ts'
import { warning } from './problems.ts'
import type { Finding } from './problems.ts'

/** Structures of one name get their number behind it ("KIDNEY (ROI 4)"), each of them, with a warning; others keep their names. */
export function distinguishNames<T extends { readonly structure: ScannedStructure }>(
  structures: readonly T[],
  noun: 'ROI' | 'segment',
  findings: Finding[],
): T[] {
  const key = (name: string): string => name.trim().toLowerCase()
  const numbers = new Map<string, number[]>()
  for (const { structure } of structures)
    numbers.set(key(structure.name), [...(numbers.get(key(structure.name)) ?? []), structure.number])
  return structures.map((read) => {
    const { structure } = read
    const same = numbers.get(key(structure.name))!
    if (same.length === 1) return read
    if (same[0] === structure.number)
      findings.push(
        warning(
          'structure.duplicate-name',
          `${same.length} structures are named "${structure.name}" (${noun} ${same.join(', ')}). They are kept apart by their number.`,
          'Check which one is meant, and rename or exclude the other.',
        ),
      )
    return { ...read, structure: { ...structure, name: `${structure.name} (${noun} ${structure.number})` } }
  })
}

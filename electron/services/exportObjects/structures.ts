import type { FractionalMask, StructureShape } from '../../../native-core/imaging/types.ts'
import type {
  CodedConcept,
  ReferencedImages,
  RoiToWrite,
  SegmentationToWrite,
  StructureSetToWrite,
} from '../ports/dicomObjects.ts'
import { uidFromText } from '../uids.ts'
import { contextOf, referenceText } from './context.ts'
import { outlines } from './outlines.ts'
import type { ObjectOwner } from './context.ts'

export interface StructureToExport {
  readonly name: string
  readonly kind: 'organ' | 'lesion' | 'other'
  /** RT ROI interpreted type; '' for that of the kind. */
  readonly type: string
  readonly colourRgb: readonly [number, number, number] | null
  readonly shape: StructureShape
  /** On the grid of the images that the object refers to. */
  readonly mask: FractionalMask
  /** How it was made: by a person, by a person with a tool, by the program alone. */
  readonly made: { readonly by: 'MANUAL' | 'SEMIAUTOMATIC' | 'AUTOMATIC'; readonly how: string }
  readonly identity: string | null
}

const sct = (value: string, meaning: string): CodedConcept => ({ value, scheme: 'SCT', meaning })
const ANATOMICAL = sct('123037004', 'Anatomical Structure')
const ABNORMAL = sct('49755003', 'Morphologically Abnormal Structure')
const TISSUE = sct('85756007', 'Tissue')
const LESION = sct('52988006', 'Lesion')
const ORGAN = sct('113343008', 'Organ')

/** Names to SNOMED CT codes of DICOM PS3.16; the first that fits. Sides are in the name only. */
const ORGANS: readonly (readonly [RegExp, CodedConcept])[] = [
  [/kidney|\brenal/i, sct('64033007', 'Kidney')],
  [/liver|hepat/i, sct('10200004', 'Liver')],
  [/spleen/i, sct('78961009', 'Spleen')],
  [/parotid/i, sct('45289007', 'Parotid gland')],
  [/submandibular/i, sct('54019009', 'Submandibular gland')],
  [/salivary/i, sct('385294005', 'Salivary gland')],
  [/lacrimal/i, sct('13561001', 'Lacrimal gland')],
  [/marrow/i, sct('14016003', 'Bone marrow')],
  [/lung/i, sct('39607008', 'Lung')],
  [/heart/i, sct('80891009', 'Heart')],
  [/blood|aorta/i, sct('87612001', 'Blood')],
  [/stomach/i, sct('69695003', 'Stomach')],
  [/pancreas/i, sct('15776009', 'Pancreas')],
  [/adrenal/i, sct('23451007', 'Adrenal gland')],
  [/prostate/i, sct('41216001', 'Prostate')],
  [/brain/i, sct('12738006', 'Brain')],
  [/bone|vertebra/i, sct('272673000', 'Bone')],
  [/muscle/i, sct('71616004', 'Muscle')],
]

function conceptsOf({ name, kind }: StructureToExport): { category: CodedConcept; property: CodedConcept } {
  if (kind === 'lesion') return { category: ABNORMAL, property: LESION }
  const words = name.replaceAll('_', ' ')
  const organ = ORGANS.find(([pattern]) => pattern.test(words))?.[1]
  if (organ) return { category: ANATOMICAL, property: organ }
  return kind === 'organ' ? { category: ANATOMICAL, property: ORGAN } : { category: TISSUE, property: TISSUE }
}

/** Structures as a segmentation on the grid of their masks. */
export function segmentationObject(
  owner: ObjectOwner,
  structures: readonly StructureToExport[],
  options: {
    readonly kind: SegmentationToWrite['kind']
    readonly references: ReferencedImages | null
    readonly label: string
    readonly software: string
  },
): SegmentationToWrite {
  const { kind, references, label, software } = options
  const [first] = structures
  if (!first) throw new RangeError('a segmentation needs a structure')
  const content = structures.flatMap(({ name, mask }) => [name, JSON.stringify(mask.box), mask.fractions])
  return {
    context: contextOf(owner, `SEG ${kind}`, label, [referenceText(references), ...content], software),
    label,
    references,
    grid: first.mask.grid,
    kind,
    segments: structures.map((structure, position) => ({
      number: position + 1,
      name: structure.name,
      colourRgb: structure.colourRgb,
      algorithm: { type: structure.made.by, name: structure.made.how },
      ...conceptsOf(structure),
      tracking:
        structure.identity === null
          ? null
          : { id: structure.identity, uid: uidFromText(`${owner.patient.key} ${structure.identity}`) },
      mask: structure.mask,
    })),
  }
}

/** Structures as contours: those they have, or the outlines of their masks in every slice; holes are contours of their own. */
export function structureSetObject(
  owner: ObjectOwner,
  structures: readonly StructureToExport[],
  options: { readonly references: ReferencedImages; readonly label: string; readonly software: string },
): StructureSetToWrite {
  const { references, label, software } = options
  const rois = structures.map((structure, position): RoiToWrite => ({
    number: position + 1,
    name: structure.name,
    type: structure.type !== '' ? structure.type : structure.kind === 'lesion' ? 'GTV' : 'ORGAN',
    colourRgb: structure.colourRgb,
    generation: structure.made.by,
    contours: structure.shape.kind === 'contours' ? structure.shape.contours : outlines(structure.mask),
  }))
  const content = rois.flatMap(({ name, contours }) => [name, ...contours.map(({ pointsMm }) => pointsMm)])
  return {
    context: contextOf(owner, 'RTSTRUCT', label, [referenceText(references), ...content], software),
    label,
    references,
    structures: rois,
  }
}

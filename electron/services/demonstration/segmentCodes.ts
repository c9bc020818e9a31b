/** SNOMED CT codes of the drawn structures (DICOM PS3.16 CID 7150, 7166 and their includes). */

interface Coded {
  readonly value: string
  readonly meaning: string
}

const ANATOMICAL: Coded = { value: '91723000', meaning: 'Anatomical Structure' }
const ABNORMAL: Coded = { value: '49755003', meaning: 'Morphologically Abnormal Structure' }

const PROPERTIES: Record<string, Coded> = {
  KIDNEY_R: { value: '9846003', meaning: 'Right kidney' },
  KIDNEY_L: { value: '18639004', meaning: 'Left kidney' },
  SPLEEN: { value: '78961009', meaning: 'Spleen' },
  BLOOD_POOL: { value: '87612001', meaning: 'Blood' },
  LIVER: { value: '10200004', meaning: 'Liver' },
  MARROW_SPINE: { value: '14016003', meaning: 'Bone marrow' },
}

/** Category and property of a structure; what is no organ is a neoplasm. */
export function segmentCodes(name: string): { readonly category: Coded; readonly property: Coded } {
  const property = PROPERTIES[name]
  if (property) return { category: ANATOMICAL, property }
  return { category: ABNORMAL, property: { value: '86049000', meaning: 'Neoplasm, Primary' } }
}

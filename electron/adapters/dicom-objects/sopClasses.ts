/** What the SOP classes are to this program: images, structures and registrations to compute with, or objects to keep. */

export type ObjectKind =
  'CT' | 'MR' | 'PT' | 'NM' | 'RTDOSE' | 'RTSTRUCT' | 'SEG' | 'REG' | 'DEFORMABLE_REG' | 'PARAMETRIC_MAP'

const STORAGE = '1.2.840.10008.5.1.4.1.1.'

const COMPUTED: Readonly<Record<string, ObjectKind>> = {
  '2': 'CT',
  '2.1': 'CT',
  '2.2': 'CT',
  '4': 'MR',
  '4.1': 'MR',
  '4.4': 'MR',
  '20': 'NM',
  '128': 'PT',
  '128.1': 'PT',
  '130': 'PT',
  '481.2': 'RTDOSE',
  '481.3': 'RTSTRUCT',
  '66.4': 'SEG',
  '66.7': 'SEG',
  '66.1': 'REG',
  '66.3': 'DEFORMABLE_REG',
  '30': 'PARAMETRIC_MAP',
}

/** The longest matching beginning wins. */
const KEPT: readonly (readonly [string, string])[] = [
  ['7', 'secondary capture: a picture of an image, without measured values'],
  ['1', 'radiograph: no volume'],
  ['1.', 'radiograph: no volume'],
  ['3.1', 'ultrasound'],
  ['6.1', 'ultrasound'],
  ['6.2', 'ultrasound'],
  ['4.2', 'MR spectroscopy'],
  ['4.3', 'colour MR picture'],
  ['9.', 'waveform'],
  ['11.', 'presentation state'],
  ['12.', 'angiography or fluoroscopy'],
  ['13.', 'three-dimensional X-ray image, not CT'],
  ['66', 'raw data'],
  ['66.2', 'spatial fiducials'],
  ['66.5', 'surface segmentation, not used yet'],
  ['66.6', 'tractography'],
  ['67', 'real-world value mapping of another series, not applied yet'],
  ['68.', 'surface scan'],
  ['77.', 'visible-light, ophthalmic or microscopy image'],
  ['78.', 'ophthalmic measurement'],
  ['81.', 'ophthalmic measurement'],
  ['88.', 'structured report'],
  ['88.59', 'key object selection'],
  ['104.', 'encapsulated document'],
  ['131', 'basic structured display'],
  ['200.', 'protocol or procedure record'],
  ['481.1', 'RT image'],
  ['481.4', 'RT treatment record'],
  ['481.5', 'RT plan'],
  ['481.8', 'RT ion plan'],
  ['481.', 'RT object'],
  ['128.', 'PET object of another kind'],
]

/** What to do with an object of this class. */
export function kindOfSopClass(
  uid: string,
): { readonly kind: ObjectKind } | { readonly kind: 'KEPT'; readonly reason: string } {
  if (!uid.startsWith(STORAGE))
    return { kind: 'KEPT', reason: `object of a class that is not known (SOP Class ${uid})` }
  const tail = uid.slice(STORAGE.length)
  const computed = COMPUTED[tail]
  if (computed) return { kind: computed }
  const match = KEPT.filter(
    ([prefix]) => tail === prefix || tail.startsWith(prefix.endsWith('.') ? prefix : `${prefix}.`),
  ).sort((a, b) => b[0].length - a[0].length)[0]
  return { kind: 'KEPT', reason: match ? match[1] : `object of a class that is not used (SOP Class ${uid})` }
}

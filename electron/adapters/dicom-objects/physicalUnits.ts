/** Units of voxel values in DICOM files: UCUM codes of real-world value mappings, and the words of the PET and NM modules. */

const METRIC: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  m: 1e-3,
  u: 1e-6,
  µ: 1e-6,
  n: 1e-9,
}
const BQ_PER_CI = 3.7e10
const ML_PER: Readonly<Record<string, number>> = {
  ml: 1,
  mL: 1,
  ML: 1,
  cm3: 1,
  cc: 1,
  l: 1000,
  L: 1000,
  dm3: 1000,
  m3: 1e6,
}

/**
 * Bq/mL in one unit of `text`, a UCUM code such as "Bq/ml", "kBq/mL", "MBq/l", "uCi/cm3", or the DICOM word "BQML". Upper and lower case
 * count ("MBq" is not "mBq"). Null if it is no activity concentration.
 */
export function activityConcentrationFactor(text: string): number | null {
  const unit = text.trim()
  if (/^BQ\/?ML$/.test(unit)) return 1
  const match = /^([kKMGmuµn]?)(Bq|Ci)\/(ml|mL|ML|cm3|cc|l|L|dm3|m3)$/.exec(unit.replace(/\[|\]|\s/g, ''))
  if (!match) return null
  const perCurie = match[2] === 'Ci' ? BQ_PER_CI : 1
  return (METRIC[match[1]!]! * perCurie) / ML_PER[match[3]!]!
}

/** Whether a unit says that the values are counts. */
export function isCountsUnit(text: string): boolean {
  return /^(\{?counts?\}?|CNTS|CTS)$/i.test(text.trim())
}

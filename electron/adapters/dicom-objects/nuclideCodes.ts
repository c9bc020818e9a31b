/**
 * Codes of radionuclides in DICOM files: context groups 18 "Radioisotopes in Radiopharmaceuticals" and 4020 "PET Radionuclide"
 * (DICOM PS3.16). Compared row by row with pydicom's code dictionary (SNOMED CT and SNOMED-RT) and with the SNOMED-RT codes of DCMTK
 * and ClearCanvas; tests/validation holds the comparison. Newer therapy nuclides that the groups do not list (Ac-225, Pb-212,
 * Tb-161 …) come with private or later codes and are recognised by their code meaning.
 */

/** [nuclide, SNOMED CT (SCT) or DICOM (DCM) code, SNOMED-RT (SRT, 99SDM, SNM3) code or '' ]. */
const ROWS: readonly (readonly [string, string, string])[] = [
  ['C-11', '40565003', 'C-105A1'],
  ['N-13', '21576001', 'C-107A1'],
  ['C-14', '71647005', 'C-105A2'],
  ['O-14', '424875009', 'C-1018C'],
  ['O-15', '129504001', 'C-B1038'],
  ['F-18', '77004003', 'C-111A1'],
  ['Na-22', '71633006', 'C-155A1'],
  ['Na-24', '58541008', 'C-155A2'],
  ['P-32', '32505007', 'C-106A1'],
  ['K-38', '423764008', 'C-135A4'],
  ['K-42', '59844004', 'C-135A2'],
  ['K-43', '8202008', 'C-135A3'],
  ['Sc-43', '126605', ''],
  ['Sc-44', '126600', ''],
  ['Ti-45', '75696008', 'C-166A2'],
  ['Cr-51', '52745005', 'C-129A2'],
  ['Mn-51', '126601', ''],
  ['Fe-52', '69089000', 'C-130A1'],
  ['Mn-52', '37225000', 'C-149A1'],
  ['Mn-52m', '126607', ''],
  ['Co-57', '27054007', 'C-144A3'],
  ['Co-58', '89272005', 'C-144A4'],
  ['Fe-59', '68580003', 'C-130A3'],
  ['Co-60', '5405008', 'C-144A6'],
  ['Cu-60', '425364008', 'C-127A4'],
  ['Cu-61', '71425003', 'C-127A1'],
  ['Cu-62', '422934004', 'C-127A5'],
  ['Zn-62', '65054007', 'C-141A1'],
  ['Cu-64', '3932008', 'C-127A2'],
  ['Ga-66', '79477007', 'C-131A1'],
  ['Cu-67', '53700003', 'C-127A3'],
  ['Ga-67', '2008008', 'C-131A2'],
  ['Ga-68', '35337001', 'C-131A3'],
  ['Ge-68', '53315004', 'C-128A2'],
  ['As-70', '126602', ''],
  ['As-72', '2705002', 'C-115A2'],
  ['Se-73', '87437000', 'C-116A2'],
  ['Br-75', '17910003', 'C-113A1'],
  ['Se-75', '43239002', 'C-116A3'],
  ['Br-76', '79523006', 'C-113A2'],
  ['Br-77', '86521004', 'C-113A3'],
  ['Kr-81m', '61716009', 'C-173A5'],
  ['Rb-82', '79197006', 'C-159A2'],
  ['Kr-85', '34127007', 'C-173A7'],
  ['Sr-85', '111084009', 'C-158A3'],
  ['Y-86', '10738001', 'C-162A3'],
  ['Sr-87m', '78023008', 'C-158A5'],
  ['Sr-89', '7770004', 'C-158A6'],
  ['Zr-89', '63360001', 'C-168A4'],
  ['Nb-90', '126603', ''],
  ['Y-90', '14691008', 'C-162A7'],
  ['Tc-94m', '424079002', 'C-163AA'],
  ['Ru-97', '23788009', 'C-180A2'],
  ['Tc-99m', '72454006', 'C-163A8'],
  ['In-111', '56609000', 'C-145A4'],
  ['In-113m', '48895003', 'C-145A5'],
  ['I-123', '21572004', 'C-114A4'],
  ['I-124', '40937006', 'C-114A5'],
  ['I-125', '68630002', 'C-114A6'],
  ['Xe-127', '27081007', 'C-172A5'],
  ['I-131', '1368003', 'C-114B1'],
  ['Ba-133', '3027009', 'C-122A5'],
  ['Xe-133', '80751004', 'C-172A8'],
  ['Tb-152', '126606', ''],
  ['Gd-153', '14529005', 'C-178A8'],
  ['Sm-153', '419804008', 'C-B1134'],
  ['Yb-169', '41758004', 'C-181A3'],
  ['Lu-177', '447553000', 'C-101ED'],
  ['Ta-178', '6301006', 'C-156A6'],
  ['Re-186', '395865006', 'C-11906'],
  ['Re-188', '423578007', 'C-1018D'],
  ['Ir-191m', '126604', ''],
  ['Au-198', '24301009', 'C-146A9'],
  ['Au-199', '70544003', 'C-146B1'],
  ['Tl-201', '60057003', 'C-138A9'],
  ['Pb-203', '47588004', 'C-132A8'],
  ['Ra-223', '24853006', 'C-136A2'],
]

const byNewCode = new Map(ROWS.map(([nuclide, code]) => [code, nuclide]))
const bySrtCode = new Map(ROWS.filter(([, , srt]) => srt !== '').map(([nuclide, , srt]) => [srt, nuclide]))

/** Every nuclide of the two context groups, in mass order. */
export const CODED_NUCLIDES: readonly string[] = ROWS.map(([nuclide]) => nuclide)

/**
 * The nuclide of a code. The value alone decides: SNOMED CT numbers, the 1266xx codes of DICOM and the 'C-…' codes of SNOMED-RT cannot
 * be taken for each other, and files name the scheme in many ways (SCT, SRT, 99SDM, SNM3, "SNOMED"). Null if it is none of them.
 */
export function nuclideOfCode(codeValue: string): string | null {
  return byNewCode.get(codeValue) ?? bySrtCode.get(codeValue.toUpperCase()) ?? null
}

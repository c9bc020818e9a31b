/** One problem of each kind, as import would tell them. */
import type { ImportProblem } from '../../electron/contracts/index.ts'

export const fakeProblems: ImportProblem[] = [
  {
    severity: 'question',
    code: 'activity.needs-calibration',
    item: 'SPECT of 2024-01-15, series 12',
    message: 'The image holds counts, and no file says how many counts a MBq gives.',
    hint: 'Enter the calibration factor of this camera and reconstruction.',
    seriesUid: '1.2.826.0.1.3680043.8.498.12',
    filePaths: ['tp4/NM/NM_0001.dcm'],
  },
  {
    severity: 'question',
    code: 'administration.activity-contradiction',
    item: 'Cycle 1',
    message: 'Administered activity is 7400 MBq in the SPECT files and 7.31 GBq in the PET file.',
    hint: 'Say which one is right.',
    seriesUid: null,
    filePaths: [],
  },
  {
    severity: 'refused',
    code: 'geometry.gantry-tilt',
    item: 'CT of 2024-01-08, series 3',
    message: 'The gantry was tilted by 12°; such slices make no regular grid.',
    hint: 'Export the resampled series from the scanner.',
    seriesUid: '1.2.3',
    filePaths: ['tp1/CT/CT_0001.dcm', 'tp1/CT/CT_0002.dcm'],
  },
  {
    severity: 'warning',
    code: 'charset.undeclared',
    item: 'RTSTRUCT of time point 2',
    message: 'Names hold letters that the declared character set does not have; read as Latin-1.',
    hint: 'Check the names of the structures.',
    seriesUid: null,
    filePaths: ['tp2/RTSTRUCT.dcm'],
  },
  {
    severity: 'note',
    code: 'time.local',
    item: 'All time points',
    message: 'No file gives an offset from UTC; times are taken as local times of one place.',
    hint: '',
    seriesUid: null,
    filePaths: [],
  },
  {
    severity: 'ignored',
    code: 'file.not-dicom',
    item: 'README.txt',
    message: 'A text file.',
    hint: '',
    seriesUid: null,
    filePaths: ['README.txt'],
  },
]

"""Independent reading of DICOM folders with pydicom and numpy, for comparison with the program's.

Usage: python3 dicom-objects.oracle.py FOLDER...   Prints JSON: volumes by series UID, structures and registrations by SOP UID.
Only transfer syntaxes that pydicom decodes by itself are read; other images are left out.
"""
import json
import os
import sys
import warnings

import numpy as np
import pydicom

warnings.simplefilter('ignore')
NATIVE = {'1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.5'}
CLASSES = {
    '1.2.840.10008.5.1.4.1.1.2': 'slices',
    '1.2.840.10008.5.1.4.1.1.4': 'slices',
    '1.2.840.10008.5.1.4.1.1.128': 'slices',
    '1.2.840.10008.5.1.4.1.1.20': 'nm',
    '1.2.840.10008.5.1.4.1.1.481.2': 'dose',
    '1.2.840.10008.5.1.4.1.1.481.3': 'structures',
    '1.2.840.10008.5.1.4.1.1.66.4': 'segments',
    '1.2.840.10008.5.1.4.1.1.66.1': 'registration',
}


def floats(values):
    return np.array([float(v) for v in values])


def axes(orientation):
    o = floats(orientation)
    return o[:3], o[3:], np.cross(o[:3], o[3:])


def volume(x, y, n, origin, spacing, data):
    return {
        'dimensions': [int(data.shape[2]), int(data.shape[1]), int(data.shape[0])],
        'spacingMm': [float(s) for s in spacing],
        'originMm': [float(c) for c in origin],
        'direction': [float(v) for v in np.stack([x, y, n], axis=1).ravel()],
        'sum': float(data.sum()),
        'minimum': float(data.min()),
        'maximum': float(data.max()),
        # Weighted by the index of each voxel: two volumes that are mirrored or shuffled have other values.
        'moments': [float(m) for m in moments(data)],
    }


def moments(data):
    total = data.sum()
    for axis in (2, 1, 0):
        others = tuple(a for a in range(3) if a != axis)
        yield 0.0 if total == 0 else (data.sum(axis=others) * np.arange(data.shape[axis])).sum() / total


def stack(files):
    files = [ds for ds in files if ds.file_meta.TransferSyntaxUID in NATIVE]
    x, y, n = axes(files[0].ImageOrientationPatient)
    files.sort(key=lambda ds: float(floats(ds.ImagePositionPatient) @ n))
    data = np.stack([ds.pixel_array * float(ds.get('RescaleSlope', 1) or 1) + float(ds.get('RescaleIntercept', 0) or 0) for ds in files])
    first, last = floats(files[0].ImagePositionPatient), floats(files[-1].ImagePositionPatient)
    step = (last - first) @ n / (len(files) - 1) if len(files) > 1 else float(files[0].SliceThickness)
    row, col = floats(files[0].PixelSpacing)
    return volume(x, y, n, first, (col, row, step), data.astype(float))


def nuclear(ds):
    detector = ds.DetectorInformationSequence[0]
    x, y, n = axes(detector.ImageOrientationPatient)
    mapping = ds.get('RealWorldValueMappingSequence')
    slope = float(mapping[0].RealWorldValueSlope) if mapping else float(ds.get('RescaleSlope', 1) or 1)
    data = ds.pixel_array * slope
    origin, step = floats(detector.ImagePositionPatient), float(ds.SpacingBetweenSlices)
    if step < 0:
        origin, data, step = origin + (data.shape[0] - 1) * step * n, data[::-1], -step
    row, col = floats(ds.PixelSpacing)
    return volume(x, y, n, origin, (col, row, step), data.astype(float))


def dose(ds):
    x, y, n = axes(ds.ImageOrientationPatient)
    offsets = floats(ds.GridFrameOffsetVector)
    row, col = floats(ds.PixelSpacing)
    data = ds.pixel_array * float(ds.DoseGridScaling)
    return volume(x, y, n, floats(ds.ImagePositionPatient), (col, row, offsets[1] - offsets[0]), data.astype(float))


def area(data):
    points = floats(data).reshape(-1, 3)
    return 0.5 * np.linalg.norm(np.cross(points, np.roll(points, -1, axis=0)).sum(axis=0))


def structures(ds):
    names = {int(r.ROINumber): str(r.ROIName) for r in ds.StructureSetROISequence}
    found = {}
    for roi in ds.ROIContourSequence:
        closed = [c for c in roi.get('ContourSequence', []) if c.ContourGeometricType == 'CLOSED_PLANAR' and area(c.ContourData) > 1e-3]
        if closed:
            points = np.concatenate([floats(c.ContourData).reshape(-1, 3) for c in closed])
            found[names[int(roi.ReferencedROINumber)]] = {'contours': len(closed), 'points': len(points), 'mean': [float(m) for m in points.mean(axis=0)]}
    return found


def segments(ds):
    data = np.atleast_3d(ds.pixel_array)
    if data.shape[:2] != (ds.Rows, ds.Columns) and data.shape[1:] != (ds.Rows, ds.Columns):
        return None
    data = data.reshape(-1, ds.Rows, ds.Columns).astype(float) / float(ds.get('MaximumFractionalValue', 1))
    shared = ds.SharedFunctionalGroupsSequence[0]
    found = {}
    for i, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        pick = lambda name: getattr(groups if name in groups else shared, name)[0]
        number = int(groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        x, y, _ = axes(pick('PlaneOrientationSequence').ImageOrientationPatient)
        position = floats(pick('PlanePositionSequence').ImagePositionPatient)
        row, col = floats(pick('PixelMeasuresSequence').PixelSpacing)
        j, k = np.nonzero(data[i])
        entry = found.setdefault(number, {'voxels': 0, 'weight': 0.0, 'centre': np.zeros(3)})
        weights = data[i][j, k]
        entry['voxels'] += len(j)
        entry['weight'] += float(weights.sum())
        entry['centre'] = entry['centre'] + (weights[:, None] * (position + np.outer(k * col, x) + np.outer(j * row, y))).sum(axis=0)
    return {
        n: {'voxels': e['voxels'], 'weight': e['weight'], 'centre': [float(c) for c in e['centre'] / e['weight']]}
        for n, e in found.items()
        if e['voxels']
    }


def registration(ds):
    own = ds.FrameOfReferenceUID
    return [
        {'from': str(item.FrameOfReferenceUID), 'to': str(own), 'matrix': [float(v) for v in item.MatrixRegistrationSequence[0].MatrixSequence[0].FrameOfReferenceTransformationMatrix]}
        for item in ds.RegistrationSequence
        if item.FrameOfReferenceUID != own
    ]


def main(folders):
    result = {'volumes': {}, 'structures': {}, 'segments': {}, 'registrations': {}}
    series, seen = {}, set()
    paths = sorted(os.path.join(d, f) for folder in folders for d, _, names in os.walk(folder) for f in names)
    for path in paths:
        try:
            ds = pydicom.dcmread(path)
            kind = CLASSES.get(ds.SOPClassUID)
        except Exception:
            continue
        if kind is None or ds.SOPInstanceUID in seen:
            continue
        seen.add(ds.SOPInstanceUID)
        try:
            if kind == 'slices':
                series.setdefault(str(ds.SeriesInstanceUID), []).append(ds)
            elif ds.file_meta.TransferSyntaxUID not in NATIVE:
                continue
            elif kind == 'nm':
                result['volumes'][str(ds.SeriesInstanceUID)] = nuclear(ds)
            elif kind == 'dose' and ds.DoseUnits == 'GY':
                result['volumes'][str(ds.SeriesInstanceUID)] = dose(ds)
            elif kind == 'structures':
                result['structures'][str(ds.SOPInstanceUID)] = structures(ds)
            elif kind == 'segments':
                result['segments'][str(ds.SOPInstanceUID)] = segments(ds)
            elif kind == 'registration':
                result['registrations'][str(ds.SOPInstanceUID)] = registration(ds)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError, NotImplementedError) as error:
            print(f'{path}: {error!r}', file=sys.stderr)
    for uid, files in series.items():
        try:
            result['volumes'][uid] = stack(files)
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            print(f'{uid}: {error!r}', file=sys.stderr)
    json.dump(result, sys.stdout)


main(sys.argv[1:])

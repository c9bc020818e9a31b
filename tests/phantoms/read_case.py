"""Reads a simulated case with pydicom and numpy only, and prints what it finds as JSON: a second opinion on what was written."""
import glob
import json
import os
import sys

import numpy as np
import pydicom

root = sys.argv[1]
truth = json.load(open(os.path.join(root, "truth.json")))
uids, too_long, files = [], [], 0


def check(ds):
    for element in ds.iterall():
        if element.VR == "DS" and element.value not in (None, ""):
            values = element.value if element.VM > 1 else [element.value]
            for v in values:
                text = getattr(v, "original_string", str(v))
                if len(text) > 16:
                    too_long.append([str(element.tag), text])


def read(path):
    global files
    files += 1
    ds = pydicom.dcmread(path)
    uids.append(str(ds.SOPInstanceUID))
    assert ds.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
    check(ds)
    return ds


def volume(slices, value):
    """Values, and LPS coordinates of all voxels, from the position and orientation of each slice by itself."""
    data, xyz = [], []
    for s, v in zip(slices, value):
        iop = np.array(s[1], float)
        dr, dc = [float(x) for x in s[2]]
        jj, ii = np.mgrid[0 : v.shape[0], 0 : v.shape[1]]
        p = np.array(s[0], float) + ii[..., None] * iop[:3] * dc + jj[..., None] * iop[3:] * dr
        data.append(v)
        xyz.append(p)
    return np.array(data), np.array(xyz)


def centroid(data, xyz, centre, radius):
    near = np.sum((xyz - centre) ** 2, axis=-1) < radius**2
    w = data[near]
    return (w[:, None] * xyz[near]).sum(axis=0) / w.sum()


out = {"sessions": []}
for cycle in truth["cycles"]:
    for session in cycle["sessions"]:
        folder = os.path.join(root, session["dir"])
        found = {"dir": session["dir"]}
        ct = [read(f) for f in glob.glob(folder + "/CT/*")]
        hu, where = volume([(s.ImagePositionPatient, s.ImageOrientationPatient, s.PixelSpacing) for s in ct],
                           [s.pixel_array * float(s.RescaleSlope) + float(s.RescaleIntercept) for s in ct])
        found["ct"] = {"position": str(ct[0].PatientPosition), "hu_at": {}}
        for name, p in session["landmarks_mm"].items():
            near = np.sum((where - np.array(p)) ** 2, axis=-1) < 49
            found["ct"]["hu_at"][name] = float(hu[near].mean()) if near.any() else None
        by_uid = {str(s.SOPInstanceUID): s for s in ct}
        hot = {n: p for n, p in session["landmarks_mm"].items()}

        def measure(bqml, xyz, voxel_ml):
            return {
                "total_mbq": float(bqml.sum() * voxel_ml / 1e6),
                "centroid_error_mm": {n: float(np.linalg.norm(centroid(bqml, xyz, np.array(p), 15.0) - p)) for n, p in hot.items()},
            }

        for f in glob.glob(folder + "/NM/*"):
            nm = read(f)
            d = nm.DetectorInformationSequence[0]
            iop = np.array(d.ImageOrientationPatient, float)
            normal = np.cross(iop[:3], iop[3:])
            step = normal * float(nm.SpacingBetweenSlices)
            n = int(nm.NumberOfFrames)
            if "RealWorldValueMappingSequence" in nm:
                scale, how = nm.RealWorldValueMappingSequence[0].RealWorldValueSlope, "rwvm"
                assert nm.RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence[0].CodeValue == "Bq/ml"
            elif "RescaleSlope" in nm:
                scale, how = float(nm.RescaleSlope), "rescale"
                assert nm.Units == "BQML"
            else:
                scale, how = session["nm"]["stored_to_bqml"], "counts"
            both = "RealWorldValueMappingSequence" in nm and "RescaleSlope" in nm
            data, xyz = volume([(np.array(d.ImagePositionPatient, float) + k * step, iop, nm.PixelSpacing) for k in range(n)],
                               list(nm.pixel_array * float(scale)))
            ml = float(nm.PixelSpacing[0]) * float(nm.PixelSpacing[1]) * float(nm.SliceThickness) / 1000
            r = nm.RadiopharmaceuticalInformationSequence[0]
            found["nm"] = {**measure(data, xyz, ml), "how": "both" if both else how, "first_z": float(xyz[0, 0, 0, 2]), "last_z": float(xyz[-1, 0, 0, 2]),
                           "dose": float(r.RadionuclideTotalDose), "nuclide": r.RadionuclideCodeSequence[0].CodeMeaning,
                           "start": str(r.RadiopharmaceuticalStartDateTime), "counts": int(nm.CountsAccumulated), "stored_total": int(nm.pixel_array.sum(dtype="int64"))}
        pt = [read(f) for f in glob.glob(folder + "/PT/*")]
        if pt:
            r = pt[0].RadiopharmaceuticalInformationSequence[0]
            lam = np.log(2) / float(r.RadionuclideHalfLife)
            t = float(pt[0].ActualFrameDuration) / 1000
            measured = -np.expm1(-lam * t) / (lam * t)
            to_start = {"START": 1.0, "NONE": 1 / measured, "ADMIN": np.exp(-lam * session["t_h"] * 3600)}[pt[0].DecayCorrection]
            data, xyz = volume([(s.ImagePositionPatient, s.ImageOrientationPatient, s.PixelSpacing) for s in pt],
                               [s.pixel_array * float(s.RescaleSlope) * to_start for s in pt])
            ml = float(pt[0].PixelSpacing[0]) * float(pt[0].PixelSpacing[1]) * float(pt[0].SliceThickness) / 1000
            found["pt"] = {**measure(data, xyz, ml), "decay": str(pt[0].DecayCorrection), "dose": float(r.RadionuclideTotalDose),
                           "slopes": len({str(s.RescaleSlope) for s in pt})}
        if os.path.exists(folder + "/RTSTRUCT.dcm"):
            rt = read(folder + "/RTSTRUCT.dcm")
            names = {int(s.ROINumber): str(s.ROIName) for s in rt.StructureSetROISequence}
            thickness = float(ct[0].SliceThickness)
            found["rtstruct"] = {}
            for roi in rt.ROIContourSequence:
                ml, moment, worst, off_plane, negative = 0.0, np.zeros(3), 0, 0.0, 0
                for c in roi.ContourSequence:
                    p = np.array(c.ContourData, float).reshape(-1, 3)
                    assert len(p) == int(c.NumberOfContourPoints)
                    image = by_uid[str(c.ContourImageSequence[0].ReferencedSOPInstanceUID)]
                    off_plane = max(off_plane, abs(float(image.ImagePositionPatient[2]) - p[0, 2]), np.ptp(p[:, 2]))
                    q = np.roll(p, -1, axis=0)
                    cross = p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]
                    area = cross.sum() / 2
                    negative += area < 0
                    ml += area * thickness / 1000
                    moment += np.array([((p[:, 0] + q[:, 0]) * cross).sum() / 6, ((p[:, 1] + q[:, 1]) * cross).sum() / 6, area * p[0, 2]]) * thickness / 1000
                found["rtstruct"][names[int(roi.ReferencedROINumber)]] = {
                    "volume_ml": ml, "centroid_mm": (moment / ml).tolist(), "off_plane_mm": off_plane, "holes": int(negative)}
        if os.path.exists(folder + "/SEG.dcm"):
            seg = read(folder + "/SEG.dcm")
            shared = seg.SharedFunctionalGroupsSequence[0]
            iop = shared.PlaneOrientationSequence[0].ImageOrientationPatient
            m = shared.PixelMeasuresSequence[0]
            ml = float(m.PixelSpacing[0]) * float(m.PixelSpacing[1]) * float(m.SpacingBetweenSlices) / 1000
            labels = {int(s.SegmentNumber): str(s.SegmentLabel) for s in seg.SegmentSequence}
            found["seg"] = {}
            masks = seg.pixel_array
            for number, label in labels.items():
                frames = [i for i, f in enumerate(seg.PerFrameFunctionalGroupsSequence)
                          if f.SegmentIdentificationSequence[0].ReferencedSegmentNumber == number]
                for i in frames:
                    f = seg.PerFrameFunctionalGroupsSequence[i]
                    source = by_uid[str(f.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID)]
                    assert source.ImagePositionPatient == f.PlanePositionSequence[0].ImagePositionPatient
                data, xyz = volume([(seg.PerFrameFunctionalGroupsSequence[i].PlanePositionSequence[0].ImagePositionPatient, iop, m.PixelSpacing) for i in frames],
                                   [masks[i].astype(float) for i in frames])
                found["seg"][label] = {"volume_ml": float(data.sum() * ml), "centroid_mm": ((data[..., None] * xyz).sum(axis=(0, 1, 2)) / data.sum()).tolist()}
        if os.path.exists(folder + "/REG.dcm"):
            reg = read(folder + "/REG.dcm")
            item = next(i for i in reg.RegistrationSequence if i.FrameOfReferenceUID == ct[0].FrameOfReferenceUID and i.FrameOfReferenceUID != reg.FrameOfReferenceUID)
            found["reg"] = {"matrix": [float(v) for v in item.MatrixRegistrationSequence[0].MatrixSequence[0].FrameOfReferenceTransformationMatrix],
                            "to": str(reg.FrameOfReferenceUID)}
        found["frame"] = str(ct[0].FrameOfReferenceUID)
        out["sessions"].append(found)
out.update(files=files, distinct_uids=len(set(uids)), odd_uids=[u for u in uids if not u.startswith("2.25.") or len(u) > 64], ds_too_long=too_long[:10])
print(json.dumps(out))

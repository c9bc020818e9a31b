"""Oracle of NIfTI files: nibabel. `read FILE` prints what it finds as JSON; `write FOLDER` makes files of every type."""
import json
import sys

import nibabel
import numpy

TYPES = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
AFFINE = numpy.array([[-3.9, 0.3, 0.5, 101.5], [0.31, 4.0, -0.2, -77.25], [0.6, 0.05, 5.0, 12.125], [0, 0, 0, 1]])


def orthogonal(affine):
    """The nearest affine with perpendicular axes and the same voxel sizes."""
    sizes = numpy.linalg.norm(affine[:3, :3], axis=0)
    u, _, v = numpy.linalg.svd(affine[:3, :3] / sizes)
    out = affine.copy()
    out[:3, :3] = (u @ v) * sizes
    return out


def describe(path):
    image = nibabel.load(path)
    values = image.get_fdata()
    return {
        "dimensions": list(image.shape),
        "affine": image.affine.flatten().tolist(),
        "qform": image.header.get_qform().flatten().tolist(),
        "units": image.header.get_xyzt_units()[0],
        "values": values.flatten(order="F").tolist(),
    }


def write(folder):
    out = {}
    for kind in TYPES:
        for order in "<>":
            for mode in ("sform", "qform"):
                data = numpy.arange(24).reshape((2, 3, 4)).astype(kind)
                header = nibabel.Nifti1Header(endianness=order)
                header.set_data_dtype(numpy.dtype(kind).newbyteorder(order))
                image = nibabel.Nifti1Image(data, None, header)
                image.set_sform(orthogonal(AFFINE), 1 if mode == "sform" else 0)
                image.set_qform(orthogonal(AFFINE), 1 if mode == "qform" else 0)
                name = f"{folder}/{kind}-{'little' if order == '<' else 'big'}-{mode}.nii{'.gz' if order == '>' else ''}"
                nibabel.save(image, name)
                out[name] = describe(name)
    # Whole numbers with a slope, as most programs store SPECT.
    image = nibabel.Nifti1Image(numpy.linspace(-1, 7.5, 24).reshape((2, 3, 4)), orthogonal(AFFINE))
    image.set_data_dtype("int16")
    nibabel.save(image, f"{folder}/scaled.nii")
    out[f"{folder}/scaled.nii"] = describe(f"{folder}/scaled.nii")
    return out


print(json.dumps(write(sys.argv[2]) if sys.argv[1] == "write" else describe(sys.argv[2])))

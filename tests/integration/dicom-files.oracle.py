"""The independent reader for dicom-files.test.ts: what pydicom (and DCMTK for JPEG and JPEG-LS) make of files.

Reads a JSON list of paths on stdin and writes one JSON object a line: {path, elements} with 'headers' as argument,
{path, dtype, count, sha256} or {path, error} with 'pixels'. Values are text or numbers, components in a list.
"""
import hashlib
import json
import subprocess
import sys
import tempfile
import warnings

import numpy
import pydicom

warnings.simplefilter("ignore")
TEXT = {"AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
NUMBERS = {"US", "SS", "UL", "SL", "FL", "FD", "UV", "SV"}


def components(value):
    if value is None:
        return []
    if isinstance(value, (list, tuple, pydicom.multival.MultiValue)):
        return list(value)
    return [value]


def element(item):
    if item.VR == "SQ":
        return [data_set(child) for child in item.value]
    if item.VR in ("DS", "IS"):
        return [getattr(part, "original_string", None) or str(part) for part in components(item.value)]
    if item.VR in TEXT:
        return [str(part) for part in components(item.value)]
    if item.VR in NUMBERS:
        return [float(part) for part in components(item.value)]
    if item.VR == "AT":
        return ["%08x" % int(part) for part in components(item.value)]
    return None


def data_set(dataset):
    result = {}
    for item in dataset:
        if item.tag.group == 0x7FE0:
            continue
        value = element(item)
        if value is not None:
            result["%08x" % item.tag] = [item.VR, value]
    return result


def headers(path):
    dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    dataset.decode()
    return {"path": path, "elements": data_set(dataset)}


DCMTK = {"50": "dcmdjpeg", "51": "dcmdjpeg", "55": "dcmdjpeg", "57": "dcmdjpeg", "70": "dcmdjpeg", "80": "dcmdjpls", "81": "dcmdjpls"}


def pixels(path):
    dataset = pydicom.dcmread(path, force=True)
    syntax = str(dataset.file_meta.TransferSyntaxUID) if "TransferSyntaxUID" in dataset.file_meta else ""
    tool = DCMTK.get(syntax.split(".")[-1]) if ".1.2.4." in syntax else None
    if tool:
        with tempfile.NamedTemporaryFile(suffix=".dcm") as native:
            subprocess.run([tool, path, native.name], check=True, capture_output=True)
            values = pydicom.dcmread(native.name).pixel_array
    else:
        values = dataset.pixel_array
    values = numpy.ascontiguousarray(values)
    wide = values.astype("<f8").tobytes()
    return {"path": path, "dtype": str(values.dtype), "count": int(values.size), "sha256": hashlib.sha256(wide).hexdigest()}


what = {"headers": headers, "pixels": pixels}[sys.argv[1]]
for given in json.load(sys.stdin):
    try:
        answer = what(given)
    except Exception as error:  # whatever the oracle cannot read is not compared, and counted by the test
        answer = {"path": given, "error": repr(error)}
    print(json.dumps(answer))

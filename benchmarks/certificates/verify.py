"""Whether a bundle holds: the certificate of a risk, computed again from the bundle and the data.

``python verify.py BUNDLE DATA_FOLDER``, with Python 3.11 and NumPy, says in its last line "valid"
(exit 0), "not valid: REASON" (1), or (2) "not recounted: ..." of a code that is unknown here, and
"not looked at: ..." where a file is missing.

The theorem (Langford 2005, J. Mach. Learn. Res. 6, prior 2^-bits): a classifier takes so many bits
of a prefix code fixed before n examples were drawn independently, and is wrong on k of them.  Then,
with probability 1 - delta, its risk is at most every p with P(Bin(n, p) <= k) <= delta / (2^bits
options).  How examples were drawn, and how much was tried, no program sees: the bundle says it in
``options`` and ``statements``.
"""

import gzip
import hashlib
import json
import re
import sys
from base64 import b64decode
from fractions import Fraction
from math import isqrt, prod
from pathlib import Path

import numpy as np

# fmt: off
KINDS = {  # of all that a bundle holds; a key that is not here, or lacking, is refused
    "format": str, "version": int, "kind": str, "codec": str, "payload": str, "errors": int,
    "mistakes": str, "predictions_sha256": str, "delta": str, "bits": int, "limit": str,
    "options": dict, "charges": dict, "statements": list, "data": {
        "name": str, "part": str, "rows": str, "repeats": str, "n": int, "classes": int,
        "shape": list, "type": str, "inputs_sha256": str, "labels_sha256": str}}
PRIOR = {"prior": {"payload": str, "rows": str, "errors": int, "mistakes": str, "limit": str}}

def need(truth, reason):
    if not truth:
        raise ValueError(reason)

def kinds(value, known):  # known dicts are gone into
    if isinstance(value, dict) and isinstance(known, dict):
        return {name: kinds(each, known.get(name)) for name, each in value.items()}
    return type(value)

def read_bundle(path):
    """The bundle as a dict.  One text for one content: no key is twice, no byte is more."""
    need(path.is_file() and path.stat().st_size < 1 << 24, "the bundle is no file below 16 MiB")
    text = path.read_bytes().decode("ascii")
    bundle = json.loads(text)
    again = json.dumps(bundle, indent=1, sort_keys=True, allow_nan=False) + "\n"
    need(text == again and "\\" not in text, "the bundle is not in the one spelling of its content")
    need([*map(bundle.get, ("format", "version"))] == ["certificate bundle", 1], "another version")
    known = {"data-free": KINDS, "prior from data": KINDS | PRIOR}.get(str(bundle.get("kind")), {})
    seen = kinds(bundle, known)
    wrong = [key for key in sorted(seen | known) if seen.get(key) != known.get(key)]
    need(not wrong, f"keys or types of {', '.join(wrong)} are not those of the format")
    need({*map(type, bundle["statements"])} <= {str}, "statements are no lines")
    for name, most in ("options", 1 << 1000), ("charges", 1 << 27):
        counts = all(type(count) is int and 0 < count < most for count in bundle[name].values())
        need(counts and len(bundle[name]) < 100, f"{name} are no counts, or too many")
    return bundle

def numbers(text):  # the first, and the differences
    need(re.fullmatch(r"((0|-?[1-9]\d{0,17})( |$))*(?<! )", text, re.A), "numbers are misspelt")
    return np.cumsum(np.array(text.split(), np.int64))

def share(text, pattern, what):
    need(re.fullmatch(pattern, text, re.A) and Fraction(text), f"{what} is no decimal")
    return Fraction(text)

def check_limit(text, k, n, target, what):
    """P(Bin(n, p) <= k) <= target, for p = a / b, exactly."""
    a, b = share(text, r"0\.\d{4}|1\.0", what).as_integer_ratio()
    # With c = b - a, b^n P is c^(n - k) times the sum over i <= k of comb(n, i) a^i c^(k - i); each
    # of these terms follows from the one before, and the division has no remainder.
    c, term, total = b - a, (b - a) ** k, (b - a) ** k
    for i in range(k if c else 0):
        term = term * ((n - i) * a) // ((i + 1) * c)
        total += term
    holds = not c or total * c ** (n - k) * target.denominator <= target.numerator * b**n
    need(holds, f"{what} {text} is too small for {k:,} errors of {n:,} and what is charged")
    print(f"{what}: {text}, by the exact binomial tail of {k:,} errors of {n:,}")

def read_files(folder, name, part):
    """Inputs and labels from the files of a data set; what is not known here is an .npz file."""
    def content(file):
        path = folder / file if name == "digits" else folder / name / file
        for packed, unpacked in (path, bytes), (Path(f"{path}.gz"), gzip.decompress):
            if packed.is_file():
                return unpacked(packed.read_bytes())
        raise FileNotFoundError(f"{file} of {name} is not in the folder of data")
    if name in ("mnist", "fashion_mnist"):
        start = {"train": "train", "test": "t10k"}[part]
        images = np.frombuffer(content(f"{start}-images-idx3-ubyte")[16:], "u1")
        labels = np.frombuffer(content(f"{start}-labels-idx1-ubyte")[8:], "u1")
        return images.reshape(-1, 1, 28, 28), labels
    if name == "digits" and part == "whole":  # scikit-learn has the file in its datasets/data
        table = np.loadtxt(content("digits.csv").decode().split(), delimiter=",").astype("u1")
        return 15 * table[:, :64].reshape(-1, 1, 8, 8), table[:, 64]  # levels 0 to 16 as bytes
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        parts = ["train", "test"] if part == "whole" else [part]
        return tuple(np.concatenate([arrays[f"{axis}_{p}"] for p in parts]) for axis in "xy")

def read_data(data, folder):
    """Inputs, shape (n, channels, rows, columns), and labels, once they are those of the bundle."""
    name, n, classes = data["name"], data["n"], data["classes"]
    need(re.fullmatch(r"\w[\w-]{0,60}", name), "name of data is no name of a file")
    x, labels = read_files(folder, name, data["part"])
    rows = numbers(data["rows"]) if data["rows"] else np.arange(len(x))
    need(len({*rows.tolist()}) == len(rows) and rows.min() >= 0, "a row of the data is there twice")
    total, x, labels = len(x), x[rows], labels[rows]
    need(len(x) == len(labels) == n <= 1 << 17, f"n is {n}, and there are {len(x)} examples")
    need(0 <= labels.min() <= labels.max() < classes < 256 and labels.dtype.kind in "iu", "labels")
    x = x.reshape(n, *(1,) * (4 - x.ndim), *x.shape[1:])
    x = np.ascontiguousarray(x, "u1" if x.dtype == np.uint8 else "<f8")
    need((data["shape"], data["type"]) == ([*x.shape[1:]], x.dtype.name), "shape or type of inputs")
    for array, key in (x, "inputs_sha256"), (labels.astype("u1"), "labels_sha256"):
        need(hashlib.sha256(array).hexdigest() == data[key], f"{key} of {name} is another")
    distinct = len({hashlib.sha256(row).digest() for row in x})
    need(data["repeats"] == ("" if distinct == n else "drawn"), "repeats: inputs repeat, or do not")
    print(f"data: {n:,} of {total:,} rows of {name}, {data['part']}; {distinct:,} are distinct")
    return x, labels.astype("u1"), total

def read_network(payload, shape, classes):
    """Header, weights of the layers, and the bits of each of both, by the family ternary-1."""
    code, left, (channels, rows, columns) = int.from_bytes(payload, "big"), 8 * len(payload), shape
    def take(*widths):  # a shift by less than nothing is refused
        nonlocal left
        return [code >> (left := left - width) & (1 << width) - 1 for width in widths]
    series, (moments,), layers, shapes = rows == 1, take(1), [], []
    frame = take(5, 5) if moments else None
    reach, mirror, lift, apart, count = take(2, 1, 1, 1, 3)
    need(count and moments <= (channels == 1 < rows <= 64 >= columns), "layers or moments are none")
    channels *= 4 if lift else 1
    for _ in range(count - 1):
        units, side, step, same, pool, deep, mean = take(5, 3, 1, 1, 1, 1, 1)
        units, side, step, pad = units + 1, side + 1, step + 1, side // 2 * same
        shapes.append((units, 1 if deep else channels, 1 if series else side, side))
        sizes = [((size + 2 * pad - side) // step + 1) >> pool for size in (rows, columns)]
        channels, rows, columns = units, 1 if series else sizes[0], sizes[1]
        need(rows > 0 and columns > 0, "a layer of the network has no place left")
        layers.append((step, pad, pool, deep, mean * rows * columns))
    shapes.append((classes, channels, rows, columns))
    sizes, header = [prod(each) for each in shapes], 8 * len(payload) - left
    need(sum(sizes) <= 1 << 14 and left < 1 << 16, "more than 16,384 weights, or bits for them")
    found, length = read_weights(code & (1 << left) - 1, left, sizes, apart)
    parts = np.split(np.array(found), np.cumsum(sizes)[:-1])
    weights = [part.reshape(each) for part, each in zip(parts, shapes, strict=True)]
    largest = (255 << 12 * moments) * ((2 * reach + 1) ** (2 - series) << mirror)
    largest *= prod(max(1, 2 * layer[-1]) for layer in layers)  # |m x - sum(x)| < 2 m max|x|
    largest *= prod(max(1, int(abs(w).sum((1, 2, 3)).max())) for w in weights)
    need(largest < 1 << 62, "sums of the network could leave 64 bits")
    bits = {"header": header, "weights": length}
    return (series, frame, reach, mirror, lift, layers), weights, bits

def read_weights(word, left, sizes, apart):
    """Weights -1, 0, 1 from a Shannon-Fano-Elias code, and its length, in whole numbers."""
    # Weights so far have the interval [F, F + P), P = low / high; the code is F + P inside / parts.
    inside, parts, low, high, found, counts = word, 1 << left, 1, 1, [], [0, 0, 0]
    for size in sizes:
        counts = [0, 0, 0] if apart else counts
        for _ in range(size):
            total, start, weight = 2 * sum(counts) + 3, 0, 0
            inside, high = inside * total, high * total
            while inside >= (start + 2 * counts[weight] + 1) * parts:
                start, weight = start + 2 * counts[weight] + 1, weight + 1
            inside, parts = inside - start * parts, parts * (2 * counts[weight] + 1)
            low, counts[weight] = low * (2 * counts[weight] + 1), counts[weight] + 1
            found.append(weight - 1)
    # The code is the first ceil(log2(1 / P)) + 1 digits of F + P / 2; zeros fill the last byte.
    length = (-(-high // low) - 1).bit_length() + 1
    filled = length <= left < length + 8 and word & (1 << left - length) - 1 == 0
    right = 2 * inside <= parts and (parts - 2 * inside) * low << length < 2 * parts * high
    need(filled and right, "the payload is not, to its last bit, the code of its weights")
    return found, length

def predictions(head, weights, images):  # the first of the largest sums over shifts and mirror
    series, frame, reach, mirror, *_ = head
    found, last, down = [], weights[-1].reshape(len(weights[-1]), -1), 0 if series else reach
    rows, columns = images.shape[2:]
    moves = list(np.ndindex(2 * down + 1, 2 * reach + 1))
    work = images[:, 0].size * len(moves) * sum(w.size for w in weights)
    need(work < 1 << 41, "to count again takes more than 2^41 products")
    size = 1 + (1 << 22) // (rows * columns * max([w[0].size for w in weights[:-1]], default=1))
    for k in range(0, len(images), size):
        x = images[k : k + size].astype(np.int64)
        x = normalised(x[:, 0], *frame)[:, None] if frame else x
        wide = np.pad(x.transpose(1, 2, 3, 0), ((0, 0), (down, down), (reach, reach), (0, 0)))
        views = (wide[:, i : i + rows, j : j + columns][:, :, ::way]
                 for i, j in moves for way in (1, -1)[: 1 + mirror])
        seen = sum(through(view, head, weights) for view in views)
        found.append(product(last, seen.reshape(-1, len(x))).argmax(0))
    return np.concatenate(found)

def through(x, head, weights):  # what the last layer is given
    flat, *_, lift, layers = head  # x are images (channels, rows, columns, n)
    if lift:  # what rises and falls to the right and below; outside is zero
        right = np.pad(x[:, :, 1:], ((0, 0), (0, 0), (0, 1), (0, 0))) - x
        below = np.pad(x[:, 1:], ((0, 0), (0, 1), (0, 0), (0, 0))) - x
        x = np.stack([right, -right, below, -below], 1).reshape(-1, *x.shape[1:]).clip(0)
    for (step, pad, pool, deep, mean), w in zip(layers, weights, strict=False):
        x = np.pad(x, ((0, 0), (0, 0) if flat else (pad, pad), (pad, pad), (0, 0)))
        patches = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], (1, 2))
        patches = patches[np.arange(len(w)) % len(x) if deep else slice(None), ::step, ::step]
        groups, (rows, columns) = len(w) if deep else 1, patches.shape[1:3]
        patches = patches.transpose(0, 4, 5, 1, 2, 3).reshape(groups, w[0].size, -1)
        x = product(w.reshape(groups, -1, w[0].size), patches).reshape(len(w), rows, columns, -1)
        if pool:
            x = x[:, : rows if flat else rows // 2 * 2, : columns // 2 * 2]
            x = x.reshape(len(x), -1, 1 if flat else 2, columns // 2, 2, x.shape[-1]).max((2, 4))
        x = (mean * x - x.sum((1, 2), keepdims=True) if mean else x).clip(0)
    return x

def product(w, x):  # of matrices of whole numbers, exact
    # Sums on the way, in any order, are whole numbers of at most ``largest``, and floats of 24 or
    # 53 bits hold all whole numbers up to 2^24 or 2^53: nothing is rounded.
    largest = int(abs(w).sum(-1).max()) * int(abs(x).max())
    kind = np.float32 if largest < 1 << 24 else np.float64 if largest < 1 << 53 else np.int64
    return (w.astype(kind) @ x.astype(kind)).astype(np.int64)

def normalised(images, spread, shape):
    """Images (n, rows, columns) upright, central and of one size, in 2^-12 grey levels."""
    # By centre and variances of their ink, as coordinates in 2^-20 pixels; all are floors.
    (i, j), (rows, columns) = np.indices(images.shape[1:]), images.shape[1:]
    factors = 1 + 0 * i, i, j, i * i, i * j, j * j
    m, y, x, yy, yx, xx = ((images * each).sum((1, 2)).astype(object) for each in factors)
    m = np.maximum(m, 1)
    tall, both, wide = m * yy - y * y, m * yx - y * x, m * xx - x * x
    some = np.maximum(tall, 1)  # without height there is no slant: then both is 0
    wide = np.where(tall > 0, wide * tall - both * both, wide)
    pairs = (tall, m * m), (wide, m * m * some)
    tall, wide = (((10 * over + under) << 40) // (10 * under) for over, under in pairs)
    roots = [[isqrt(a), root(a, b, shape)] for a, b in zip(tall, wide, strict=True)]
    steps = 4 * np.array(roots, object).T // (spread + 1)
    frames = (y << 20) // m, (x << 20) // m, *steps, (both << 20) // some
    y, x, down, right, slant = (part.astype(np.int64)[:, None, None] for part in frames)
    far = (2 * i - (rows - 1)) * down >> 1
    y, x = y + far, x + ((2 * j - (columns - 1)) * right >> 1) + (slant * far >> 20)
    out, n = np.zeros_like(images), np.arange(len(images))[:, None, None]
    for a, b in np.ndindex(2, 2):
        p, q = (y >> 20) + a, (x >> 20) + b
        inside = (0 <= p) & (p < rows) & (0 <= q) & (q < columns)
        grey = images[n, p.clip(0, rows - 1), q.clip(0, columns - 1)] * inside
        out += grey * ((1 << 20) - abs(y - (p << 20))) * ((1 << 20) - abs(x - (q << 20)))
    return out >> 28

def root(tall, wide, shape):  # the 40th of tall^(20 - shape) wide^shape, floored, bit by bit
    power, least = tall ** max(20 - shape, 0) * wide**shape // tall ** max(shape - 20, 0), 0
    for bit in reversed(range(power.bit_length() // 40 + 1)):
        least |= (1 << bit) * ((least | 1 << bit) ** 40 <= power)
    return least

def listed(part, labels, classes, what):
    """Predictions, from the mistakes that are listed: index classes + class, as many as errors."""
    found, (at, wrong) = labels.astype(int), np.divmod(numbers(part["mistakes"]), classes)
    right = len(at) == part["errors"] and (np.diff(at) > 0).all() and (at >= 0).all()
    need(right and (found[at] != wrong).all(), f"errors of {what} are not its list of mistakes")
    found[at] = wrong
    return found

def verify(path, folder):
    bundle = read_bundle(path)
    data, charges, options = bundle["data"], bundle["charges"], bundle["options"]
    x, labels, total = read_data(data, folder)
    n, payload = len(labels), b64decode(bundle["payload"], validate=True)
    found = listed(bundle, labels, data["classes"], "the network")
    digest = hashlib.sha256(found.astype("u1")).hexdigest()
    need(digest == bundle["predictions_sha256"], "predictions_sha256 is not of those listed")
    network, bits = None, {"payload": 8 * len(payload)}
    if bundle["codec"] == "ternary-1" and data["type"] == "uint8" and "prior" not in bundle:
        *network, bits = read_network(payload, data["shape"], data["classes"])
    bits |= {"length": charges["length"]} if "length" in charges and not network else {}
    need(charges == bits, f"charges are {charges}, and those of the payload {bits}")
    delta = share(bundle["delta"], r"0\.\d{0,8}[1-9]", "delta")
    target = delta / (prod(options.values()) << sum(bits.values()))
    whole = (-(-target.denominator // target.numerator) - 1).bit_length()
    need(whole == bundle["bits"], f"bits with options and delta are {whole}")
    print(f"bits: {bits}, options {options}, delta {bundle['delta']}: in all {whole}")
    check_limit(bundle["limit"], bundle["errors"], n, target, "limit")
    if prior := bundle.get("prior"):  # what it alone is worth is the null
        saw, counted = (numbers(each["rows"]).tolist() or range(total) for each in (prior, data))
        need(len(saw) == len({*saw} & {*range(total)} - {*counted}), "rows of the prior: no others")
        listed(prior, labels, data["classes"], "the prior")
        check_limit(prior["limit"], prior["errors"], n, delta, "null, by mistakes that are listed")
        need(float(bundle["limit"]) < float(prior["limit"]), "the limit is not below its null")
    print(*("stated: " + str(line) for line in bundle["statements"]), sep="\n")
    if network is None:
        return f"not recounted: {bundle['codec']} is not decoded here: its bytes may be any"
    others = int((predictions(*network, x) != found).sum())
    need(not others, f"{others} predictions are others than those listed")
    print(f"errors: {bundle['errors']:,}, counted again, and no prediction is another")
    return "valid" if n == total else f"valid for the {n:,} of {total:,} rows that the bundle lists"

if __name__ == "__main__":
    sys.argv[2:] or sys.exit("usage: python verify.py BUNDLE DATA_FOLDER")
    try:
        said = verify(*map(Path, sys.argv[1:3]))
    except Exception as error:  # whatever happens, it is not valid
        said = f"not {'looked at' if isinstance(error, OSError) else 'valid'}: {error}"[:200]
    print(said)
    sys.exit(0 if said.startswith("valid") else 1 if said.startswith("not valid") else 2)

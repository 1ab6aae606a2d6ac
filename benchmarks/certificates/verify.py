"""Whether a bundle holds: the certificate of a risk, computed again from the bundle and the data.

``python verify.py BUNDLE DATA_FOLDER``, with Python 3.11 and NumPy, says in its last line "valid"
(exit 0), "not valid: REASON" (1), or (2) "not recounted: ..." of a code that is unknown here or too
long to run, and "not looked at: ..." where a file is missing or cannot be read.

The theorem (Langford 2005, J. Mach. Learn. Res. 6, prior 2^-bits): a classifier takes so many bits
of a prefix code fixed before n examples were drawn independently, and is wrong on k of them.  With
probability 1 - delta its risk is at most any p with P(Bin(n, p) <= k) <= delta / (2^bits options).
How they were drawn, and how much was tried, no program sees: ``statements``, ``options`` say it.
"""

import gzip
import json
import re
import sys
from base64 import b64decode, b64encode
from collections import namedtuple
from fractions import Fraction
from hashlib import sha256
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
Network = namedtuple("Network", "frame series reach mirror lift layers weights work widest")

def need(truth, reason, kind=ValueError):
    if not truth:
        raise kind(reason)

def kinds(value, known):  # of a value, and of what is in it where ``known`` is a dict
    if isinstance(value, dict) and isinstance(known, dict):
        return {name: kinds(each, known.get(name)) for name, each in value.items()}
    return type(value)

def read_bundle(path):
    """The bundle as a dict.  One text for one content: no key is twice, no byte is more."""
    need(path.is_file(), f"{path} is no file", OSError)
    need(path.stat().st_size < 1 << 24, "the bundle has 16 MiB or more")
    text = path.read_bytes().decode("ascii")
    bundle = json.loads(text)
    again = json.dumps(bundle, indent=1, sort_keys=True, allow_nan=False) + "\n"
    need(text == again and text[0] == "{" and "\\" not in text, "not in the one spelling of JSON")
    need([*map(bundle.get, ("format", "version"))] == ["certificate bundle", 1], "another version")
    known = {"data-free": KINDS, "prior from data": KINDS | PRIOR}.get(str(bundle.get("kind")), {})
    seen = kinds(bundle, known)
    wrong = [key for key in sorted(seen | known) if seen.get(key) != known.get(key)]
    need(not wrong, f"keys or types of {', '.join(wrong)} are not those of the format")
    need({*map(type, bundle["statements"])} <= {str}, "statements are no lines")
    for name in ("options", "charges"):
        counts = all(type(each) is int and 0 < each < 1 << 1000 for each in bundle[name].values())
        need(counts and len(bundle[name]) < 100, f"{name} are no counts, or too many")
    for text in bundle["payload"], bundle.get("prior", bundle)["payload"]:
        need(b64encode(b64decode(text)).decode() == text, "a payload has other base64")
    return bundle

def numbers(text):  # the first, and the differences; of more than 2^20 the last has a space
    words = text.split(" ", (1 << 20) - 1) if text else []
    need(all(re.fullmatch(r"0|-?[1-9]\d{0,17}", word) for word in words), "numbers are misspelt")
    return np.cumsum(np.array(words, np.int64))

def check_limit(text, k, n, target, what, least=False):
    """P(Bin(n, p) <= k) <= target for p, exactly; of the least p not for the decimal below it."""
    need(re.fullmatch(r"0\.(?!0000)\d{4}|1\.0", text), f"{what} is no decimal of four digits")
    for below in range(1 + least):
        # With c = b - a, b^n P is c^(n - k) times the sum of comb(n, i) a^i c^(k - i) to i = k.
        a, b = (Fraction(text) - Fraction(below, 10**4)).as_integer_ratio()
        c, term, total = b - a, (b - a) ** k, (b - a) ** k
        for i in range(k if c else 0):  # at p = 1 all is 0, and it holds
            term = term * ((n - i) * a) // ((i + 1) * c)  # the next one, without a remainder
            total += term
        holds = total * c ** (n - k) * target.denominator <= target.numerator * b**n
        need(holds != below, f"{what} {text} is too {['small', 'large'][below]} for {k:,} errors")
    print(f"{what}: {text}, by the exact binomial tail of {k:,} errors of {n:,}")

def read_files(folder, name, parts):
    """Inputs and labels from the files of a data set; what is not known here is an .npz file."""
    def content(file):
        path = folder / file if name == "digits" else folder / name / file
        path, unpacked = (path, open) if path.is_file() else (Path(f"{path}.gz"), gzip.open)
        with unpacked(path, "rb") as stream:
            return stream.read(1 << 30)
    if name in ("mnist", "fashion_mnist"):
        starts = [{"train": "train", "test": "t10k"}[each] for each in parts]
        images = b"".join(content(f"{start}-images-idx3-ubyte")[16:] for start in starts)
        labels = b"".join(content(f"{start}-labels-idx1-ubyte")[8:] for start in starts)
        return np.frombuffer(images, "u1").reshape(-1, 1, 28, 28), np.frombuffer(labels, "u1")
    if name == "digits" and len(parts) == 2:  # scikit-learn has the file in its datasets/data
        table = np.loadtxt(content("digits.csv").decode().split(), delimiter=",").astype("u1")
        return 15 * table[:, :64].reshape(-1, 1, 8, 8), table[:, 64]  # levels 0 to 16 as bytes
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        need(sum(file.file_size for file in arrays.zip.infolist()) < 1 << 32, "data above 4 GiB")
        return tuple(np.concatenate([arrays[f"{axis}_{p}"] for p in parts]) for axis in "xy")

def read_data(data, folder):
    """Inputs, shape (n, channels, rows, columns), and labels, once they are those of the bundle."""
    name, n, classes = data["name"], data["n"], data["classes"]
    need(re.fullmatch(r"\w[\w-]{0,60}", name), "name of data is no name of a file")
    parts = {"train": ["train"], "test": ["test"], "whole": ["train", "test"]}.get(data["part"])
    need(parts, "part is none of train, test and whole")
    try:
        x, labels = read_files(folder, name, parts)
    except Exception as error:
        raise OSError(f"data {name}, whose files README.md tells: {error}") from None
    rows = numbers(data["rows"]) if data["rows"] else np.arange(len(x))
    need(len({*rows.tolist()}) == len(rows) and rows.min() >= 0, "a row of the data is there twice")
    total, x, labels = len(x), x[rows], labels[rows]
    need(len(x) == n <= 1 << 17 and labels.shape == (n,), f"n is {n}, of {len(x)} examples")
    need(0 <= labels.min() <= labels.max() < classes < 256 and labels.dtype.kind in "iu", "labels")
    x = x.reshape(n, *(1,) * (4 - x.ndim), *x.shape[1:])
    x, labels = np.ascontiguousarray(x, "u1" if x.dtype == np.uint8 else "<f8"), labels.astype("u1")
    need(str([data["shape"], data["type"]]) == str([[*x.shape[1:]], x.dtype.name]), "shape or type")
    for array, key in (x, "inputs_sha256"), (labels, "labels_sha256"):
        need(sha256(array).hexdigest() == data[key], f"{key} of {name} is another")
    distinct = len({sha256(row).digest() for row in x})
    need(data["repeats"] == ("" if distinct == n else "drawn"), "repeats: inputs repeat, or do not")
    print(f"data: {n:,} of {total:,} rows of {name}, {data['part']}; {distinct:,} are distinct")
    return x, labels, total

def read_network(payload, shape, classes):
    """The network of a payload by the family ternary-1, and the bits of its header and weights."""
    code, left, (channels, rows, columns) = int.from_bytes(payload, "big"), 8 * len(payload), shape
    def take(*widths):
        nonlocal left
        need(sum(widths) <= left, "the payload ends within its header")
        return [code >> (left := left - width) & (1 << width) - 1 for width in widths]
    series, (moments,) = rows == 1, take(1)
    frame = take(5, 5) if moments else None
    reach, mirror, lift, apart, count = take(2, 1, 1, 1, 3)
    small = channels == 1 and 2 <= rows <= 64 and columns <= 64
    need(count and (small or not moments), "layers are none, or moments not of a small image")
    channels *= 4 if lift else 1
    layers, shapes, work = [], [], [4 * channels * rows * columns]  # products, nearly
    for _ in range(count - 1):
        units, side, step, same, pool, deep, mean = take(5, 3, 1, 1, 1, 1, 1)
        units, side, step, pad = units + 1, side + 1, step + 1, side // 2 * same
        shapes.append((units, 1 if deep else channels, 1 if series else side, side))
        down, across = ((size + 2 * pad - side) // step + 1 for size in (rows, columns))
        channels, rows, columns = units, 1 if series else down >> pool, across >> pool
        need(rows > 0 and columns > 0, "a layer of the network has no place left")
        work.append((units + 1) * (prod(shapes[-1][1:]) + 1) * rows * columns << 2 * (pool + deep))
        layers.append((step, pad, pool, deep, mean * rows * columns))  # mean: places, or 0
    shapes.append((classes, channels, rows, columns))
    need(sum(map(prod, shapes)) <= 1 << 14 and left < 1 << 16, "more than 16,384 weights, or bits")
    header, (weights, length) = 8 * len(payload) - left, read_weights(code, left, shapes, apart)
    views = (2 * reach + 1) ** (2 - series) << mirror
    largest = (255 << 12 * moments) * views * prod(max(1, 2 * mean) for *_, mean in layers)
    largest *= prod(max(1, int(abs(w).sum((1, 2, 3)).max())) for w in weights)
    need(largest < 1 << 62, "sums of the network could leave 64 bits")
    network = frame, series, reach, mirror, lift, layers, weights, views * sum(work), max(work)
    return Network(*network), {"header": header, "weights": length}

def read_weights(code, left, shapes, apart):
    """Weights -1, 0, 1 from the last bits, a Shannon-Fano-Elias code, and how many it has."""
    # Weights so far have the interval [F, F + P), P = low / high; the code is F + P inside / parts.
    word = inside = code & (1 << left) - 1
    parts, low, high, chances, weights = 1 << left, 1, 1, [1, 1, 1], []
    for shape in shapes:
        chances, letters = [1, 1, 1] if apart else chances, []  # chances: twice the counts, and 1
        for _ in range(prod(shape)):
            inside, high, letter = inside * sum(chances), high * sum(chances), 0
            while inside >= parts * chances[letter]:
                inside, letter = inside - parts * chances[letter], letter + 1
            parts, low = parts * chances[letter], low * chances[letter]
            chances[letter] += 2
            letters.append(letter - 1)
        weights.append(np.reshape(letters, shape))
    # The code is the first ceil(log2(1 / P)) + 1 digits of F + P / 2; zeros fill the last byte.
    length = (-(-high // low) - 1).bit_length() + 1
    filled = length <= left < length + 8 and word & (1 << left - length) - 1 == 0
    middle = 0 <= (parts - 2 * inside) * low << length < 2 * parts * high
    need(filled and middle, "the payload is not, to its last bit, the code of its weights")
    return weights, length

def predictions(network, images):
    """For each image the first of its largest scores, which are sums over shifts and mirror."""
    found, (rows, columns), reach, w = [], images.shape[2:], network.reach, network.weights[-1]
    down, ways = 0 if network.series else reach, (1, -1)[: 1 + network.mirror]
    for x in np.array_split(images, min(len(images), 1 + (len(images) * network.widest >> 22))):
        x = x.astype(np.int64)
        x = normalised(x[:, 0], *network.frame)[:, None] if network.frame else x
        wide = np.pad(x.transpose(1, 2, 3, 0), ((0, 0), (down, down), (reach, reach), (0, 0)))
        views = (wide[:, i : i + rows, j : j + columns][:, :, ::way]
                 for i, j in np.ndindex(2 * down + 1, 2 * reach + 1) for way in ways)
        seen = sum(through(view, network) for view in views)
        found.append(product(w.reshape(len(w), -1), seen.reshape(-1, len(x))).argmax(0))
    return np.concatenate(found)

def through(x, network):  # what the last layer is given
    tall = 1 if network.series else 2  # x are images (channels, rows, columns, n)
    if network.lift:  # what rises and falls to the right and below; outside is zero
        right, below = np.diff(x, axis=2, append=0), np.diff(x, axis=1, append=0)
        x = np.stack([right, -right, below, -below], 1).reshape(-1, *x.shape[1:]).clip(0)
    for (step, pad, pool, deep, mean), w in zip(network.layers, network.weights, strict=False):
        x = np.pad(x, ((0, 0), (pad * (tall - 1),) * 2, (pad, pad), (0, 0)))
        patches = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], (1, 2))
        patches = patches[np.arange(len(w)) % len(x) if deep else slice(None), ::step, ::step]
        groups, (rows, columns) = len(w) if deep else 1, patches.shape[1:3]
        patches = patches.transpose(0, 4, 5, 1, 2, 3).reshape(groups, w[0].size, -1)
        x = product(w.reshape(groups, -1, w[0].size), patches).reshape(len(w), rows, columns, -1)
        if pool:
            x = x[:, : rows // tall * tall, : columns // 2 * 2]
            x = x.reshape(len(x), -1, tall, columns // 2, 2, x.shape[-1]).max((2, 4))
        x = (mean * x - x.sum((1, 2), keepdims=True) if mean else x).clip(0)  # < 2 mean max|x|
    return x

def product(w, x):  # of matrices of whole numbers, exact
    # All sums on the way are whole numbers up to ``largest``, which floats of so many bits hold.
    largest = int(abs(w).sum(-1).max()) * int(abs(x).max())
    kind = np.float32 if largest < 1 << 24 else np.float64 if largest < 1 << 53 else np.int64
    return (w.astype(kind) @ x.astype(kind)).astype(np.int64)

def normalised(images, spread, shape):
    """Images (n, rows, columns) upright, central and of one size, in 2^-12 grey levels."""
    (i, j), (rows, columns) = np.indices(images.shape[1:]), images.shape[1:]
    sums = [(images * each).sum((1, 2)).tolist() for each in (1, i, j, i * i, i * j, j * j)]
    frames = [frame(*each, spread, shape) for each in zip(*sums, strict=True)]
    y, x, down, right, slant = np.array(frames, np.int64).T[:, :, None, None]
    far = (2 * i - (rows - 1)) * down >> 1
    y, x = y + far, x + ((2 * j - (columns - 1)) * right >> 1) + (slant * far >> 20)
    out, n = np.zeros_like(images), np.arange(len(images))[:, None, None]
    for a, b in np.ndindex(2, 2):  # between four pixels it is linear, outside the image zero
        p, q = (y >> 20) + a, (x >> 20) + b
        inside = (0 <= p) & (p < rows) & (0 <= q) & (q < columns)
        grey = images[n, p.clip(0, rows - 1), q.clip(0, columns - 1)] * inside
        out += grey * ((1 << 20) - abs(y - (p << 20))) * ((1 << 20) - abs(x - (q << 20)))
    return out >> 28

def frame(m, y, x, yy, yx, xx, spread, shape):
    """Centre, steps down and right, slant, in 2^-20 pixels and floored, of ink with these sums."""
    m = max(m, 1)
    tall, both, wide = m * yy - y * y, m * yx - y * x, m * xx - x * x  # m^2 times (co)variances
    slant = (both << 20) // tall if tall else 0  # by how much a row is right of the one above
    wide = Fraction(wide * tall - both * both, tall) if tall else wide  # once it is upright
    tall, wide = ((Fraction(1, 10) + Fraction(of, m * m)) * 2**40 // 1 for of in (tall, wide))
    eighth = isqrt(isqrt(isqrt(tall**20 * wide**shape // tall**shape)))
    fifth = round(eighth**0.2)  # a float may be above the whole root, by one at most
    steps = (4 * size // (spread + 1) for size in (isqrt(tall), fifth - (fifth**5 > eighth)))
    return (y << 20) // m, (x << 20) // m, *steps, slant

def listed(part, labels, classes, what):
    """Predictions, from the mistakes that are listed: index classes + class, as many as errors."""
    found, (at, wrong) = labels.copy(), np.divmod(numbers(part["mistakes"]), classes)
    right = len(at) == part["errors"] and (np.diff(at) > 0).all() and (at >= 0).all()
    need(right and (found[at] != wrong).all(), f"errors of {what} are not its list of mistakes")
    found[at] = wrong
    return found

def verify(path, folder):
    bundle = read_bundle(path)
    data, charges, options = bundle["data"], bundle["charges"], bundle["options"]
    x, labels, total = read_data(data, folder)
    n, payload = len(labels), b64decode(bundle["payload"])
    found = listed(bundle, labels, data["classes"], "the network")
    need(sha256(found).hexdigest() == bundle["predictions_sha256"], "another predictions_sha256")
    network, bits = None, {"payload": 8 * len(payload)}
    if bundle["codec"] == "ternary-1":
        need(data["type"] == "uint8" and "prior" not in bundle, "ternary-1 is of bytes, alone")
        network, bits = read_network(payload, data["shape"], data["classes"])
    elif bundle["codec"] not in ("adaptive", "grouped", "lzma", "zlib"):  # these end by themselves
        bits["length"] = 2 * (len(payload) + 1).bit_length() - 1  # by Elias' gamma code
    need(charges == bits, f"charges are {charges}, and those of the payload {bits}")
    need(re.fullmatch(r"0\.\d{0,8}[1-9]", bundle["delta"]), "delta is no decimal of 1 to 9 digits")
    target = (delta := Fraction(bundle["delta"])) / (prod(options.values()) << sum(bits.values()))
    whole = (-(-target.denominator // target.numerator) - 1).bit_length()
    need(whole == bundle["bits"], f"bits with options and delta are {whole}")
    print(f"bits: {bits}, options {options}, delta {bundle['delta']}: in all {whole}")
    check_limit(bundle["limit"], bundle["errors"], n, target, "limit")
    if prior := bundle.get("prior"):  # what it alone is worth is the null
        saw, counted = ([*numbers(each["rows"])] or range(total) for each in (prior, data))
        need(len(saw) == len({*saw} & {*range(total)} - {*counted}), "rows of the prior: no others")
        listed(prior, labels, data["classes"], "the prior")
        check_limit(prior["limit"], prior["errors"], n, delta, "null by mistakes listed", True)
        need(float(bundle["limit"]) < float(prior["limit"]), "the limit is not below its null")
    print("stated by its author, not checked:", *bundle["statements"], sep="\n  ")
    if network is None:
        return f"not recounted: {bundle['codec']} is not decoded here: its bytes may be any"
    if n * network.work > 1 << 37:  # minutes; the committed bundles take 2^35 at most
        return f"not recounted: this takes about {n * network.work:,} products, above 2^37"
    need(not (wrong := (predictions(network, x) != found).sum()), f"{wrong} predictions are others")
    return "valid" if n == total else f"valid for the {n:,} of {total:,} rows that the bundle lists"

if __name__ == "__main__":
    len(sys.argv) == 3 or sys.exit("usage: python verify.py BUNDLE DATA_FOLDER")
    try:
        said = verify(*map(Path, sys.argv[1:]))
    except BaseException as error:  # whatever happens, it is not valid
        unseen = isinstance(error, OSError | KeyboardInterrupt)
        said = f"not {'looked at' if unseen else 'valid'}: {str(error) or type(error).__name__}"
    print(" ".join(said.split())[:200])
    sys.exit(0 if said.startswith("valid") else 1 if said.startswith("not valid") else 2)

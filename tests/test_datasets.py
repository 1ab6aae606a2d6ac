import gzip
import lzma
import os
import sys
import tempfile
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from stablenoise.data import datasets, official_files
from stablenoise.data.datasets import load_digits, load_ecg5000, load_fashion_mnist, load_mnist

REAL = os.environ.get("STABLENOISE_DATA")  # read before the tests are cut off from it
PACK = {
    "": bytes,
    ".gz": lambda content: gzip.compress(content, compresslevel=1, mtime=0),
    ".xz": lambda content: lzma.compress(content, preset=0),
}
EPS = np.finfo(float).eps


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """Empty home folder, in which nothing of the user's is found."""
    folder = tmp_path / "home"
    monkeypatch.delenv("STABLENOISE_DATA", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def real():
    """Folder of the official files."""
    if not REAL:
        pytest.skip("the environment variable STABLENOISE_DATA names no folder of official files")
    return Path(REAL).absolute()


@pytest.fixture
def tiny(monkeypatch):
    """Contents of four small files that load_mnist takes for the official ones."""
    files = {}
    for part, n in ("train", 7), ("t10k", 5):
        pixels = np.random.default_rng(n).integers(0, 256, (n, 2, 3), dtype=np.uint8)
        pixels[:, 0, :2] = 0, 210  # two constant pixels
        files[f"{part}-images-idx3-ubyte"] = idx(pixels)
        files[f"{part}-labels-idx1-ubyte"] = idx(np.arange(n, dtype=np.uint8) % 4)
    accept(monkeypatch, files)
    return files


def idx(array):
    sizes = np.array(array.shape, ">u4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def test_a_data_set_is_told_on_one_line():
    x, y = np.zeros((1500, 3)), np.r_[np.ones(1499, int), 4]
    line = "Dataset(zeros: 1,500 to train on, 2 to test on, inputs of 3, 5 classes)"
    assert repr(datasets.Dataset("zeros", x, y, x[:2], y[:2])) == line
    nothing = repr(datasets.Dataset("none", x[:0], y[:0], x[:0], y[:0]))
    assert nothing == "Dataset(none: 0 to train on, 0 to test on, inputs of 3, 0 classes)"


def accept(monkeypatch, files):
    digests = {name: sha256(content).hexdigest() for name, content in files.items()}
    monkeypatch.setattr(datasets, "MNIST_SHA256", digests)


def write(folder, files, suffix=""):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / (name + suffix)).write_bytes(PACK[suffix](content))


def assert_same(one, other):
    assert one.name == other.name
    for part in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))


def assert_sound(data):
    for x, y in (data.x_train, data.y_train), (data.x_test, data.y_test):
        assert x.dtype == np.float64 and x.flags.c_contiguous and y.dtype == np.int64
        assert x.ndim == 2 and y.shape == x.shape[:1]
        assert set(y) == set(range(data.classes))


# --- digits


def test_the_digits_are_the_bundled_ones_each_in_one_part_of_the_split():
    sklearn = pytest.importorskip("sklearn.datasets")
    x, y = sklearn.load_digits(return_X_y=True)
    data = load_digits(standardise=False)
    assert_sound(data)
    assert data.x_train.shape == (1437, 64) and data.x_test.shape == (360, 64)
    rows = np.c_[np.r_[data.x_train, data.x_test] * 16, np.r_[data.y_train, data.y_test]]
    assert sorted(map(tuple, rows)) == sorted(map(tuple, np.c_[x, y]))


def test_the_split_of_the_digits_never_changes():
    pytest.importorskip("sklearn")
    data = load_digits(standardise=False)
    assert data.y_test[:10].tolist() == [6, 2, 2, 0, 7, 8, 4, 4, 5, 8]
    pixels = (data.x_test * 16).astype(np.uint8).tobytes()
    assert sha256(pixels + data.y_test.astype(np.uint8).tobytes()).hexdigest() == (
        "36445cebbbacda659bb7a26a21b8c50e7692a5251c117f6355823fd4f47071e3"
    )


def test_standardised_training_digits_have_mean_0_and_standard_deviation_1():
    pytest.importorskip("sklearn")
    x, raw = load_digits().x_train, load_digits(standardise=False).x_train
    varies = np.ptp(raw, axis=0) > 0
    assert 0 < varies.sum() < 64
    # A sum of n terms of mean size at most 1 is off by at most n eps; once for the mean that was
    # subtracted (sums of sixteenths are exact there), once for the mean taken here.
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=2 * len(x) * EPS)
    np.testing.assert_allclose(x.std(axis=0), varies, atol=2 * len(x) * EPS)


def test_the_test_digits_are_standardised_as_the_training_digits_are():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    data, raw = load_digits(), load_digits(standardise=False)
    oracle = preprocessing.StandardScaler().fit(raw.x_train)
    varies = np.ptp(raw.x_train, axis=0) > 0
    # Two computations of one variance over n terms; values reach 38.
    tolerance = {"rtol": 2 * len(raw.x_train) * EPS, "atol": 100 * EPS}
    for x, expected in (data.x_train, raw.x_train), (data.x_test, raw.x_test):
        expected = oracle.transform(expected)[:, varies]
        np.testing.assert_allclose(x[:, varies], expected, **tolerance)


def test_without_scikit_learn_the_digits_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r'pip install "stablenoise\[checks\]"$'):
        load_digits()


# --- files


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("layout", ["mnist", "MNIST/raw", ""])
def test_every_container_and_layout_gives_the_same_data(tiny, tmp_path, layout, suffix):
    write(tmp_path / layout, tiny, suffix)
    data = load_mnist(tmp_path, standardise=False)
    assert_sound(data)
    assert data.x_train.shape == (7, 6) and data.x_test.shape == (5, 6) and data.classes == 4
    images = tiny["train-images-idx3-ubyte"][16:]
    np.testing.assert_array_equal(data.x_train.ravel(), np.frombuffer(images, np.uint8) / 255)
    assert data.y_train.tolist() == [0, 1, 2, 3, 0, 1, 2]


@pytest.mark.filterwarnings("error")
def test_constant_pixels_are_0_once_standardised(tiny, tmp_path):
    tiny["t10k-images-idx3-ubyte"] = tiny["t10k-images-idx3-ubyte"][:-30] + bytes(range(30))
    write(tmp_path, tiny)
    datasets.MNIST_SHA256.update({k: sha256(v).hexdigest() for k, v in tiny.items()})
    raw, data = load_mnist(tmp_path, standardise=False), load_mnist(tmp_path)
    assert np.ptp(raw.x_train, axis=0)[:2].tolist() == [0, 0] and raw.x_train[0, 1] == 210 / 255
    assert raw.x_train[:, 1].std() > 0  # the trap: rounding alone gives it a spread
    assert (raw.x_test[1:, :2] > 0).all()
    assert not data.x_train[:, :2].any() and not data.x_test[:, :2].any()
    assert (data.x_train[:, 2:].std(axis=0) > 0.5).all()


@pytest.mark.parametrize("inputs", [[[1.5e308], [-1.5e308]], [[0.0], [1e-320]]])
def test_a_spread_beyond_the_floats_is_told_in_one_line(inputs):
    """One whose square is infinite, and one whose square is 0."""
    data = datasets.Dataset("two", np.array(inputs), np.arange(2), np.ones((1, 1)), np.zeros(1))
    line = "^inputs must be finite as standardised, got some that are not$"
    with pytest.raises(ValueError, match=line):
        datasets.standardised(data)


def test_folders_are_searched_in_their_order(tiny, tmp_path, home, monkeypatch):
    wrong = dict.fromkeys(tiny, b"wrong")
    argument, variable, cache = tmp_path / "argument", tmp_path / "variable", tmp_path / "cache"
    monkeypatch.setenv("STABLENOISE_DATA", str(variable))
    write(home / ".cache/stablenoise", tiny)
    expected = load_mnist()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    for folder in (cache / "stablenoise", variable, argument):
        write(folder, tiny)
        assert_same(load_mnist(argument), expected)
        assert_same(load_mnist(str(argument)), expected)
        write(folder, wrong)
        with pytest.raises(ValueError, match=f"^{folder}/train-images-idx3-ubyte: sha256"):
            load_mnist(argument)


def test_a_tilde_means_the_home_folder(tiny, home):
    write(home / "data", tiny)
    assert load_mnist("~/data").classes == 4


@pytest.mark.parametrize(
    ("load", "file", "layouts"),
    [
        (load_mnist, "train-images-idx3-ubyte", ["mnist/", "MNIST/raw/", ""]),
        (
            load_fashion_mnist,
            "train-images-idx3-ubyte",
            ["fashion_mnist/", "FashionMNIST/raw/", ""],
        ),
        (load_ecg5000, "ECG5000_TRAIN.txt", ["ecg5000/", "ECG5000/", ""]),
    ],
)
def test_a_missing_file_names_every_path_tried(load, file, layouts, tmp_path, home, monkeypatch):
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path / "variable"))
    bases = tmp_path / "argument", tmp_path / "variable", home / ".cache/stablenoise"
    tried = ", ".join(f"{base}/{way}{file}{{,.gz,.xz}}" for base in bases for way in layouts)
    with pytest.raises(FileNotFoundError) as error:
        load(tmp_path / "argument")
    rule = f"{file} must lie where STABLENOISE_DATA or data_home (--data-home) says"
    rule += f", where stablenoise data fetch {load.__name__[5:]} brings it"
    assert str(error.value) == f"{rule}, got none of {tried}"


def test_a_folder_of_an_odd_name_is_told_as_others(tmp_path, home):
    with pytest.raises(FileNotFoundError, match="where stablenoise data fetch mnist brings it"):
        load_mnist(tmp_path / "{odd" / "name")


def test_a_missing_file_says_that_the_variable_is_not_set(home, monkeypatch):
    monkeypatch.delenv("STABLENOISE_DATA", raising=False)
    with pytest.raises(
        FileNotFoundError, match=r"^\S+ must lie where STABLENOISE_DATA \(not set\) "
    ):
        load_mnist()


@contextmanager
def as_another_user():
    """Without the rights of root, for whom no folder is closed."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def open_folder():
    """Folder that another user can enter, unlike ``tmp_path``."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.parametrize("closed", ["folder", "file"])
def test_what_denies_permission_does_not_hide_what_does_not(tiny, open_folder, monkeypatch, closed):
    name, first, second = "train-images-idx3-ubyte", open_folder / "first", open_folder / "second"
    write(first, tiny)
    write(second, tiny)
    monkeypatch.setenv("XDG_CACHE_HOME", str(open_folder / "cache"))
    os.chmod(first if closed == "folder" else first / name, 0)
    monkeypatch.setenv("STABLENOISE_DATA", str(second))
    with as_another_user():
        assert load_mnist(first).classes == 4
        monkeypatch.setenv("STABLENOISE_DATA", str(open_folder / "third"))
        with pytest.raises(FileNotFoundError) as error:
            load_mnist(first)
    os.chmod(first, 0o755)
    line = str(error.value)
    assert f"{first / name}{{,.gz,.xz}} (Permission denied), " in line
    assert line.count("Permission denied") == (3 if closed == "folder" else 1)
    assert f"{open_folder / 'third' / name}{{,.gz,.xz}}, " in line and "\n" not in line


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda base: base.write_text("x"), "Not a directory"),
        (lambda base: base.symlink_to(base), "Too many levels of symbolic links"),
        (lambda base: base.symlink_to(base / "nowhere"), "Not a directory|Too many levels .*"),
        (lambda base: (base / "train-images-idx3-ubyte").mkdir(parents=True), "not a regular file"),
        (lambda base: base.mkdir() or os.mkfifo(base / "train-images-idx3-ubyte"), "not a regular"),
    ],
    ids=["a file", "a link to itself", "a link into itself", "a folder for a file", "a pipe"],
)
def test_what_is_no_folder_of_files_is_told_and_passed_over(
    tiny, tmp_path, monkeypatch, make, reason
):
    base, good = tmp_path / "base", tmp_path / "good"
    make(base)
    with pytest.raises(FileNotFoundError, match=rf"base/train-\S+ \({reason}"):
        load_mnist(base)
    write(good, tiny)
    monkeypatch.setenv("STABLENOISE_DATA", str(good))
    assert load_mnist(base).classes == 4


def test_a_link_that_leads_nowhere_is_as_if_it_were_not_there(tiny, tmp_path):
    (tmp_path / "mnist").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"mnist/train-images-idx3-ubyte\{,.gz,.xz\}, "):
        load_mnist(tmp_path)
    write(tmp_path / "elsewhere", tiny)
    (tmp_path / "MNIST").mkdir()
    (tmp_path / "MNIST" / "raw").symlink_to(tmp_path / "elsewhere")
    assert load_mnist(tmp_path).classes == 4


def test_a_file_that_cannot_be_read_to_its_end_is_named(tiny, tmp_path, monkeypatch):
    write(tmp_path, tiny)

    def broken(path, mode):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(official_files, "open", broken, raising=False)
    line = (
        f"^{tmp_path}/train-images-idx3-ubyte must be a readable file, got: .*Input/output error$"
    )
    with pytest.raises(ValueError, match=line):
        load_mnist(tmp_path)


@pytest.mark.parametrize("home_of_data", [5, b"bytes", ["a"], True])
def test_a_home_that_is_no_path_is_named(home_of_data):
    with pytest.raises(ValueError, match="^data_home must be a string or a path, got "):
        load_mnist(home_of_data)


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("file", range(4))
def test_one_changed_byte_is_caught_by_its_sha256(tiny, tmp_path, file, suffix):
    name, right = list(tiny.items())[file]
    wrong = right[:-1] + bytes([right[-1] ^ 1])
    write(tmp_path, tiny | {name: wrong}, suffix)
    expected, found = sha256(right).hexdigest(), sha256(wrong).hexdigest()
    with pytest.raises(ValueError) as error:
        load_mnist(tmp_path)
    path = tmp_path / (name + suffix)
    assert str(error.value) == f"{path}: sha256 of its content must be {expected}, got {found}"


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_a_truncated_container_says_which_file(tiny, tmp_path, suffix):
    write(tmp_path, tiny, suffix)
    path = tmp_path / f"t10k-images-idx3-ubyte{suffix}"
    whole = path.read_bytes()
    for size in range(1, len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError) as error:
            load_mnist(tmp_path)
        assert str(error.value).startswith(f"{path} must be a whole {suffix} file, got: ")
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_a_container_damaged_anywhere_gives_the_right_data_or_names_the_file(
    tiny, tmp_path, suffix
):
    write(tmp_path, tiny, suffix)
    expected = load_mnist(tmp_path)
    path = tmp_path / f"t10k-images-idx3-ubyte{suffix}"
    whole, harmless = path.read_bytes(), 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            assert_same(load_mnist(tmp_path), expected)
            harmless += 1
        except ValueError as error:
            assert str(error).startswith(str(path))
    assert harmless <= 6  # a gzip header has six bytes of no consequence: time, level and system


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: bytes([0, 0, 9]) + content[3:],
        lambda content: content[:3] + bytes([2]) + content[4:],
    ],
    ids=["empty", "part of a header", "too short", "too long", "other type", "other rank"],
)
def test_an_idx_header_must_fit_its_file(tiny, tmp_path, monkeypatch, change):
    name = "train-images-idx3-ubyte"
    files = tiny | {name: change(tiny[name])}
    accept(monkeypatch, files)
    write(tmp_path, files)
    with pytest.raises(ValueError, match=f"^{name} must be an IDX file of 3-d unsigned bytes, got"):
        load_mnist(tmp_path)


# --- the official files


@pytest.mark.parametrize(
    ("load", "mean", "std", "counts"),
    [
        (
            load_mnist,
            0.130660,
            0.308108,
            [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
        ),
        (load_fashion_mnist, 0.286041, 0.353024, [6000] * 10),
    ],
)
def test_mnist_and_its_like_have_their_known_moments(real, load, mean, std, counts):
    data = load(real, standardise=False)
    assert_sound(data)
    assert data.x_train.shape == (60000, 784) and data.x_test.shape == (10000, 784)
    assert np.bincount(data.y_train).tolist() == counts
    assert data.x_train.min() == 0 and data.x_train.max() == 1
    # Known to six decimals.
    assert data.x_train.mean() == pytest.approx(mean, abs=5e-7)
    assert data.x_train.std() == pytest.approx(std, abs=5e-7)


def test_ecg5000_has_its_known_shapes_and_classes(real):
    data = load_ecg5000(real, standardise=False)
    assert_sound(data)
    assert data.x_train.shape == (500, 140) and data.x_test.shape == (4500, 140)
    assert np.bincount(data.y_train).tolist() == [292, 208]
    assert np.bincount(data.y_test).tolist() == [2627, 1873]


def test_every_beat_of_ecg5000_has_mean_0_and_standard_deviation_1(real):
    data = load_ecg5000(real, standardise=False)
    x = np.r_[data.x_train, data.x_test]
    # The archive prints eight digits: each value is off by 5e-8 of itself at most.
    np.testing.assert_allclose(x.mean(axis=1), 0, atol=5e-8)
    np.testing.assert_allclose(x.std(axis=1, ddof=1), 1, atol=5e-8)


def test_ecg5000_is_the_same_from_every_container_and_layout(real, tmp_path):
    expected, folders = load_ecg5000(real), official_files.folders(real, "ecg5000", "ECG5000")
    digests = official_files.ECG5000_SHA256.items()
    files = {name: official_files.content(name, digest, folders) for name, digest in digests}
    for layout, suffix in ("ecg5000", ""), ("ECG5000", ".gz"), ("", ".xz"):
        base = tmp_path / f"base{suffix}"
        write(base / layout, files, suffix)
        assert_same(load_ecg5000(base), expected)


def test_the_shuffled_split_of_ecg5000_has_the_same_beats_in_parts_of_the_same_sizes(real):
    before, after = (load_ecg5000(real, False, split) for split in ("archive", "shuffled"))
    assert_sound(after)
    assert after.x_train.shape == (500, 140) and after.x_test.shape == (4500, 140)
    rows = [
        sorted(map(bytes, np.c_[np.r_[d.x_train, d.x_test], np.r_[d.y_train, d.y_test]]))
        for d in (before, after)
    ]
    assert rows[0] == rows[1]
    assert after.name == "ECG5000, shuffled by seed 0"
    # 50 beats of a part are expected from the archive's own 500; hypergeometric, 6.4 standard
    # deviations of 6.4 beats each: a right shuffle fails once in 1e9.
    own = {beat.tobytes() for beat in before.x_train}
    assert abs(sum(beat.tobytes() in own for beat in after.x_train) - 50) < 41


def test_the_shuffled_split_never_changes_and_follows_its_seed(real):
    data = load_ecg5000(real, False, "shuffled", 0)
    assert (
        sha256(data.x_train.tobytes() + data.y_train.tobytes()).hexdigest()
        == "f96bcb331a3a64e5062e4d886730a9b5c6a680fb43ab9e496a53baba574cc9bb"
    )
    other = load_ecg5000(real, False, "shuffled", 1)
    assert not np.array_equal(data.y_train, other.y_train)
    assert other.name == "ECG5000, shuffled by seed 1"
    assert_same(load_ecg5000(real, False, "archive", 5), load_ecg5000(real, False))


def test_a_standardised_shuffle_has_mean_0_over_its_own_training_part(real):
    data = load_ecg5000(real, split="shuffled", seed=3)
    np.testing.assert_allclose(data.x_train.mean(axis=0), 0, atol=500 * EPS)
    assert abs(data.x_test.mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("split", ["shuffle", None, 1])
def test_a_split_that_there_is_not_is_told(split):
    with pytest.raises(ValueError, match="^split must be one of archive, shuffled, got "):
        load_ecg5000(split=split)


def test_both_splits_have_names():
    assert datasets.SOURCES["ecg5000_shuffled"] == datasets.SOURCES["ecg5000"]

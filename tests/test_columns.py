"""A column of a file: the numbers that are in it, or one line that names what is none."""

import bz2
import gzip
import lzma
import sys
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stablenoise.data.columns import column

NUMBERS = [1.5, -2.0, 3e300, -4e-300, 5.0]


@pytest.fixture
def write(tmp_path):
    def written(content, name="data.csv"):
        path = tmp_path / name
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    return written


def refused(path, *arguments, **keywords):
    """The line by which a file is refused."""
    with pytest.raises(ValueError) as error:
        column(path, *arguments, **keywords)
    line = str(error.value)
    assert "\n" not in line and " must " in line and ", got" in line and not line.endswith(".")
    return line


# ------------------------------------------------------------------ text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "1.5\n-2\n3e300\n-4e-300\n5\n"),
        ("a.csv", "x\n1.5\n-2\n3e300\n-4e-300\n5"),
        ("a.csv", "\ufeffx\r\n1.5\r\n-2\r\n3e300\r\n-4e-300\r\n5\r\n\r\n"),
        ("a.csv", "\ufeff1.5\n-2\n3e300\n-4e-300\n5\n"),
        ("a.csv", '"the ""x"", all of it"\n"1.5"\n"-2"\n"3e300"\n"-4e-300"\n"5"\n'),
        ("a.csv", "# of a run\nx\n1.5\n-2\n# more\n3e300\n-4e-300\n5\n"),
        ("a.csv", "day,x\n2020-01-01,1.5\n,-2\nc,3e300\nd, -4e-300\ne,5\n"),
        ("a.csv", "2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e300\nd,-4e-300\ne,5\n"),
        ("a.csv", "day;x\na;1.5\nb;-2\nc;3e300\nd;-4e-300\ne;5\n"),
        ("a.csv", 'day,x\n"a, b\n c",1.5\nb,-2\nc,3e300\nd,-4e-300\ne,5\n'),
        ("a.csv", ",x\n0,1.5\n1,-2\n2,3e300\n3,-4e-300\n4,5\n"),  # an index, as pandas writes it
        ("a.tsv", "day\tx\na b\t1.5\nb\t-2\nc\t3e300\nd\t-4e-300\ne\t5\n"),
        ("a.txt", "1.5\n\n  -2\n3e300\n-4e-300\n5"),
        ("a.txt", "# written by numpy\n1.5 \n-2\n3e300\n-4e-300\n5"),
        ("a.txt", "x day\n1.5   a\n-2 b\n3e300\tc\n-4e-300 d\n5 e\n"),
        ("a.dat", "x,day\n1.5,a\n-2,b\n3e300,c\n-4e-300,d\n5,e\n"),
        ("noise", "1.5\n-2\n3e300\n-4e-300\n5"),
        ("A.CSV", "x\n1.5\n-2\n3e300\n-4e-300\n5"),
    ],
)
def test_text_is_read(write, name, content):
    values = column(write(content, name))
    assert values.dtype == float and values.flags.writeable
    assert_array_equal(values, NUMBERS)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_float_comes_back(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("x") / "a.csv"
    path.write_text("day,x\n" + "".join(f"d{i},{v!r}\n" for i, v in enumerate(values)))
    assert_array_equal(column(path), values)
    np.savetxt(path.with_suffix(".txt"), values, fmt="%.17g", header="a comment")
    assert_array_equal(column(path.with_suffix(".txt")), values)


@pytest.mark.parametrize("opener", [gzip, lzma, bz2])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a", "a.npy"])
def test_compressed_files_are_read_and_damaged_ones_told(tmp_path, opener, name):
    path = tmp_path / f"{name}.{ {gzip: 'gz', lzma: 'xz', bz2: 'bz2'}[opener] }"
    content = BytesIO()
    if "npy" in name:
        np.save(content, NUMBERS)
    else:
        content.write("".join(f"{x!r}\n" for x in NUMBERS * 400).encode())
    whole = opener.compress(content.getvalue())
    path.write_bytes(whole)
    assert_array_equal(column(path)[:5], NUMBERS)
    path.write_bytes(whole[: len(whole) // 2])
    assert "must be a whole" in refused(path)
    path.write_bytes(b"1.5\n2.5\n" * 9)
    assert "must be a whole" in refused(path)


def test_the_encoding_of_spreadsheets_is_read(write):
    text = "größe\t日\n1.5\ta\n2.5\tb\n"
    for encoding in ("utf-16", "utf-8-sig", "latin-1" if "日" not in text else "utf-8"):
        assert_array_equal(column(write(text.encode(encoding), "a.tsv")), [1.5, 2.5])
    latin = write("größe\n1.5\n2.5\n".encode("latin-1"))
    assert_array_equal(column(latin), [1.5, 2.5])


def test_a_column_is_named_or_counted(write):
    assert_array_equal(column(write("\ufeffx,y\n1,2\n", "a.csv"), "x"), [1])
    path = write("day,price,volume,3\na,1,10,7\nb,2,20,8\n")
    assert_array_equal(column(path, "price"), [1, 2])
    assert_array_equal(column(path, "2"), [1, 2])
    assert_array_equal(column(path, "3"), [7, 8])  # a name goes before a number
    bare = write("a,1,10\nb,2,20\n", "b.csv")
    assert_array_equal(column(bare, "3"), [10, 20])


def test_several_columns_are_told_by_their_names(write):
    path = write("day,price,volume\na,1,10\nb,2,20\n")
    assert refused(path) == "column must be one of price, volume, got none named"
    assert refused(path, "prize") == "column must be one of day, price, volume, got 'prize'"
    for name in ("0", "4", "-1", "²"):
        assert refused(path, name).endswith(f"got {name!r}")
    assert refused(write("1,2\n3,4\n")) == "column must be one of 1, 2, got none named"
    twice = write("x,x\n1,2\n")
    assert refused(twice, "x") == "column must be one alone, got 'x', of which there are 2"
    many = write(",".join(f"column{i}" for i in range(99)) + "\n" + "1," * 98 + "1\n")
    assert len(refused(many)) < 200


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        *(("", "''"), ("NA", "'NA'"), ("nan", "'nan'"), ("NULL", "'NULL'"), ("-", "'-'")),
        *(("inf", "'inf'"), ("-Infinity", "'-Infinity'"), ("1e400", "'1e400'")),
        *(("5%", "'5%'"), ("1_000", "'1_000'"), ("0x10", "'0x10'"), ("2020-01-01", "'2020-01-01'")),
        *(("$5", "'$5'"), ("1.2.3", "'1.2.3'"), ("one", "'one'"), ("1 2", "'1 2'")),
        ("x" * 999, "..."),
    ],
)
def test_what_is_no_number_is_told_with_its_row(write, cell, told):
    path = write(f"day,x\na,1\nb,2\nc,{cell}\nd,4\n")
    line = refused(path)
    assert line.startswith(f"column x of {path} must be of finite numbers, got")
    assert told in line and line.endswith("in row 3 (line 4)") and len(line) < 300
    first = write(f"x\n{cell}\n1\n2\n")  # the first of all: its column is still of numbers
    if not cell.startswith(("$", "one", "x")):
        assert "in row 1 (line 2)" in refused(first, "x")


def test_a_first_number_with_a_slip_is_no_name(write):
    """Taken as one, a value would be lost in silence."""
    for slip in ("1..5", "-1.5e", "+2x", ".5.", "3M"):
        assert "in row 1 (line 1)" in refused(write(f"{slip}\n2\n3\n"))


def test_an_empty_line_among_numbers_lacks_one(write):
    assert "got '' in row 2 (line 3)" in refused(write("x\n1\n\n3\n"))
    assert_array_equal(column(write("x,day\n1,a\n\n3,b\n\n\n")), [1, 3])
    assert_array_equal(column(write("x\n1\n3\n\n\n")), [1, 3])


def test_rows_of_other_lengths_are_told(write):
    """An unquoted 1,234.5 would move every column behind it."""
    path = write("price,volume\n12.5,7\n1,234.5,8\n")
    assert refused(path, "price").endswith(
        "must have 2 cells in every row, got 3 in row 2 (line 3)"
    )
    assert "got 1 in row 1 (line 2)" in refused(write("price,volume\n12.5\n1,8\n"), "price")
    assert "got 3 in row 2 (line 3)" in refused(write("x day\n1 a\n2 b c\n", "a.txt"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "must hold numbers, got an empty file"),
        ("\n\n", "must hold numbers, got no row"),
        ("# nothing\n", "must hold numbers, got no row"),
        ("x,y\n", "must hold numbers, got a row of names alone"),
        ("day,name\n2020-01-01,bob\n2020-01-02,eve\n", "must have a column of numbers, got 1, 2"),
        ("x\nNA\nNA\n", "must have a column of numbers"),
        (b"\x00\x01\x02\xff" * 99, "must"),
        (b"%PDF-1.4\n\xe2\xe3", "must"),
        ('x\n"1\n2\n', "must"),
    ],
)
def test_a_file_without_numbers_is_told(write, content, told):
    assert told in refused(write(content))


def test_one_huge_cell_is_told(write):
    assert "field larger than field limit" in refused(write("x\n1\n" + "2" * 200_000 + "\n"))


# ------------------------------------------------------------------ arrays


@pytest.mark.parametrize("dtype", [float, np.float32, ">f8", np.int8, np.uint64, np.longdouble])
def test_arrays_of_any_real_type_are_read(tmp_path, dtype):
    np.save(tmp_path / "a.npy", np.array([1, 2, 3], dtype))
    np.savez(tmp_path / "a.npz", x=np.array([1, 2, 3], dtype), name=np.array("a name"))
    for name in ("a.npy", "a.npz"):
        values = column(tmp_path / name)
        assert values.dtype == np.dtype(float)
        assert_array_equal(values, [1, 2, 3])


def test_a_large_array_is_read_as_it_is_used(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(9.0))
    values = column(tmp_path / "a.npy")
    while not isinstance(values, np.memmap) and values.base is not None:
        values = values.base
    assert isinstance(values, np.memmap)


def test_columns_of_a_matrix_a_record_and_an_archive(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.arange(6.0).reshape(3, 2))
    assert_array_equal(column(path, "2"), [1, 3, 5])
    assert refused(path) == "column must be one of 1, 2, got none named"
    for shape in ((3, 1), (1, 3)):
        np.save(path, np.arange(3.0).reshape(shape))
        assert_array_equal(column(path), [0, 1, 2])
    record = np.array([("a", 1.0), ("b", 2.0)], [("day", "U3"), ("x", float)])
    np.save(path, record)
    assert_array_equal(column(path), [1, 2])
    assert "must be of real numbers, got <U3" in refused(path, "day")
    archive = tmp_path / "a.npz"
    np.savez_compressed(archive, x=[1.0], y=[2.0], m=np.eye(2))
    assert_array_equal(column(archive, "y"), [2.0])
    assert refused(archive) == "column must be one of x, y, got none named"
    assert "must be a column of numbers, got shape (2, 2)" in refused(archive, "m")


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.array([1j]), "real numbers, got complex128"),
        (np.array(["a"]), "real numbers, got <U1"),
        (np.array([True]), "real numbers, got bool"),
        (np.array(["2020-01-01"], "M8[D]"), "real numbers, got datetime64[D]"),
        (np.array(1.5), "must be a column of numbers, got shape ()"),
        (np.ones((2, 2, 2)), "must be a column of numbers, got shape (2, 2, 2)"),
        (np.array([]), "must hold numbers, got none"),
        (np.array([1.0, np.nan]), "finite numbers, got nan in row 2"),
        (np.array([-np.inf, 1.0]), "finite numbers, got -inf in row 1"),
        (np.array([1, "1e4000"], np.longdouble), "finite numbers, got inf in row 2"),
    ],
)
def test_arrays_of_something_else_are_told(tmp_path, array, told):
    np.save(tmp_path / "a.npy", array)
    assert told in refused(tmp_path / "a.npy")


def test_rows_far_on_are_counted(tmp_path):
    values = np.ones(3_000_000)
    values[2_500_000] = np.inf
    np.save(tmp_path / "a.npy", values)
    assert refused(tmp_path / "a.npy").endswith("got inf in row 2500001")


class Trap:
    """What a pickle would run."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_no_pickle_is_loaded(tmp_path, name):
    (np.save if name == "a.npy" else np.savez)(tmp_path / name, np.array([Trap()], object))
    assert "without pickled objects" in refused(tmp_path / name)
    (tmp_path / name).write_bytes(b"\x80\x04N.")
    assert "without pickled objects" in refused(tmp_path / name)


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_half_an_array_is_told(tmp_path, name):
    (np.save if name == "a.npy" else np.savez)(tmp_path / name, np.arange(1000.0))
    whole = (tmp_path / name).read_bytes()
    for size in (4, 60, len(whole) // 2, len(whole) - 9):
        (tmp_path / name).write_bytes(whole[:size])
        assert "must be a whole file of numbers" in refused(tmp_path / name)


def test_an_archive_under_the_name_of_an_array_is_told(tmp_path):
    np.savez(tmp_path / "a.npz", x=[1.0])
    (tmp_path / "a.npz").rename(tmp_path / "a.npy")
    assert "one array, got an archive" in refused(tmp_path / "a.npy")
    np.save(tmp_path / "b.npy", [1.0])
    (tmp_path / "b.npy").rename(tmp_path / "b.npz")
    assert "archive of arrays, got one array" in refused(tmp_path / "b.npz")


# ------------------------------------------------------------------ tables of pandas


def frame(**columns):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(columns)


def test_a_parquet_table_is_read_by_pandas(tmp_path, monkeypatch):
    table = frame(day=["a", "b"], x=[1.5, 2.5])
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(read_parquet=lambda path: table))
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    assert_array_equal(column(path), [1.5, 2.5])
    assert_array_equal(column(path, "x"), [1.5, 2.5])
    assert "must be of real numbers" in refused(path, "day")
    table["n"] = [7, 8]
    assert refused(path) == "column must be one of x, n, got none named"
    table["n"] = table["n"].astype("Int64").where(table["x"] < 2)
    assert "got nan in row 2" in refused(path, "n")


def test_a_parquet_table_without_pandas_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(ImportError, match="needs pandas with pyarrow or fastparquet, got: "):
        column(path)


def test_a_parquet_table_that_is_none_is_told(tmp_path, monkeypatch):
    def read_parquet(path):
        raise OSError("Could not open Parquet input source:\n no magic bytes")

    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(read_parquet=read_parquet))
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    assert "must be a whole file" in refused(path)


# ------------------------------------------------------------------ returns and paths


def test_returns_are_differences_of_logarithms(write):
    path = write("day,price\na,1e300\nb,1e-300\nc,1e-300\n")
    np.testing.assert_allclose(column(path, returns=True), [-600 * np.log(10), 0], rtol=1e-15)


@pytest.mark.parametrize("price", ["0", "-1.5", "-0.0"])
def test_prices_that_are_not_positive_are_told(write, price):
    path = write(f"day,price\na,1\nb,2\nc,{price}\n")
    line = refused(path, returns=True)
    assert line.startswith(f"column price of {path} must be of positive prices, got")
    assert line.endswith("in row 3")
    assert "two prices or more, got 1" in refused(write("1\n"), returns=True)


def test_a_folder_no_file_and_another_kind_are_told(tmp_path, write):
    assert "must be a file, got the folder" in refused(tmp_path)
    with pytest.raises(FileNotFoundError):
        column(tmp_path / "none.csv")
    assert refused(write("1\n", "a.xlsx")).startswith("path must end in .csv, .tsv")
    assert refused(write("1\n", "a.xlsx.gz")).startswith("path must end in .csv, .tsv")

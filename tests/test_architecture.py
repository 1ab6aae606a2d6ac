"""Architectures as names and files say them, and what they refuse."""

import pytest

from stablenoise.layers.architecture import (
    NAMES,
    Architecture,
    load_architecture,
    of_dense_layers,
    parsed,
)
from stablenoise.layers.kinds import (
    KINDS,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gelu,
    Linear,
    MaxPool,
    MeanPool,
    Relu,
    Scale,
    Sigmoid,
    Tanh,
)

LENET = ((Conv(), Relu(), MaxPool()), (Flatten(), Dense(), Relu(), Dense()))


def file_of(architecture):
    """The file that says it."""
    names = {kind: name for name, kind in KINDS.items()}
    lines = ["version = 1"]
    if architecture.image:
        lines.append(f"image = {list(architecture.image)}")
    if architecture.scale:
        lines.append(f'scale = "{architecture.scale}"')
    for layer in architecture.layers:
        lines += ["[[layers]]", f'kind = "{names[type(layer)]}"']
        options = {name: getattr(layer, name) for name in layer.__dataclass_fields__}
        lines += [f"{k} = {v!r}" for k, v in options.items() if v is not None]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "said",
    [
        *NAMES.values(),
        Architecture((Conv(2, 3), Relu(), MaxPool(3, 2), Flatten("channels_last"), Dense())),
        Architecture(of_dense_layers(3).layers, image=(1, 4, 6), scale="unit"),
    ],
)
def test_a_file_says_all_that_an_architecture_is(said, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_bytes(file_of(said))
    for given in path, str(path):
        found = load_architecture(given)
        assert (found.layers, found.image, found.scale) == (said.layers, said.image, said.scale)


def test_defaults_are_those_that_the_module_says():
    kinds = ("conv", "relu", "maxpool", "flatten", "dense")
    text = "version = 1\nlayers = [" + ", ".join(f'{{kind = "{k}"}}' for k in kinds) + "]"
    conv, _, pool, flatten, _ = parsed(text.encode()).layers
    assert (conv.stride, conv.padding, pool.size, pool.step) == (1, 0, 2, 2)
    assert flatten.order == "channels_first"


def test_the_names_are_an_ordinary_lenet_and_the_released_one():
    assert NAMES["lenet5"].layers == LENET[0] * 2 + LENET[1]
    assert NAMES["lenet5-zhou"].layers == (Conv(), MaxPool()) * 2 + LENET[1]
    assert (NAMES["lenet5"].scale, NAMES["lenet5-zhou"].scale) == (None, "centred")


def test_shapes_are_those_of_lenet_5():
    weights = [(20, 1, 5, 5), (50, 20, 5, 5), (500, 800), (10, 500)]
    assert NAMES["lenet5-zhou"].shapes(784, weights) == [
        *((1, 28, 28), (20, 24, 24), (20, 12, 12), (50, 8, 8), (50, 4, 4)),
        *((800,), (500,), (500,), (10,)),
    ]


def test_strides_pads_and_pools_make_the_sizes_that_they_say():
    """Rows (7 + 2 - 3) // 2 + 1 = 4, columns (9 + 2 - 2) // 2 + 1 = 5; then squares of 3 by 1."""
    plan = Architecture((Conv(2, 1), MaxPool(3, 1), Flatten(), Dense()), image=(2, 7, 9))
    assert plan.shapes(126, [(5, 2, 3, 2), (1, 30)])[1:] == [(5, 4, 5), (5, 2, 3), (30,), (1,)]


def test_relu_between_the_dense_layers_is_seen():
    assert NAMES["lenet5"].rectified and of_dense_layers(1).rectified
    for layers in [(Dense(), Dense()), (Dense(), Relu()), (Conv(), Flatten()), LENET[0]]:
        assert not Architecture(layers).rectified


@pytest.mark.parametrize("last", [Relu(), Flatten(), MaxPool()])
def test_what_follows_the_last_dense_layer_is_not_passed_over(last):
    assert not Architecture((Dense(), Relu(), last)).rectified
    assert not Architecture((Dense(), last)).rectified


def test_a_flatten_before_matrices_alone_takes_rows_as_they_are():
    assert Architecture((Flatten(), Dense())).shapes(5, [(2, 5)]) == [(5,), (5,), (2,)]


LAYERS = 'layers = [{kind = "dense"}]'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("layers = [", "plan must be TOML, got: "),
        (b"\xff = 1", "plan must be TOML, got: "),
        ("version = " + 5000 * "1", "plan must be TOML, got: "),
        ("version = 0x" + 5000 * "1", "plan: version must be 1, got int"),
        (LAYERS, "plan: version must be 1, got 'none'"),
        (f"version = 2\n{LAYERS}", "plan: version must be 1, got 2"),
        (f"version = true\n{LAYERS}", "plan: version must be 1, got True"),
        (f"version = 1.0\n{LAYERS}", "plan: version must be 1, got 1.0"),
        (f"version = 1\nlr = 0.1\n{LAYERS}", "keys of file must be version, .*, got 'lr'"),
        ("version = 1", "layers must be a list of one or more, got None"),
        ("version = 1\nlayers = []", r"layers must be a list of one or more, got \[\]"),
        ("version = 1\nlayers = [3]", "layer 1 must be a table with a kind, got 3"),
        ("version = 1\nlayers = [{}]", "layer 1 must be of kind conv, .*, got 'none'"),
        ('version = 1\nlayers = [{kind = "lstm"}]', "layer 1 must be of kind conv, .*, got 'lstm'"),
        ("version = 1\nlayers = [{kind = [1]}]", r"layer 1 must be of kind conv, .*, got \[1\]"),
        (
            'version = 1\nlayers = [{kind = "relu", stride = 2}]',
            r"keys of layer 1 \(relu\) must be kind, got 'stride'",
        ),
        (
            'version = 1\nlayers = [{kind = "dense"}, {kind = "conv", stride = 0}]',
            r"layer 2: stride of a conv must be an integer in \[1, .*, got 0",
        ),
        (
            'version = 1\nlayers = [{kind = "conv", padding = true}]',
            "padding of a conv must be an integer in .*, got True",
        ),
        ('version = 1\nlayers = [{kind = "maxpool", size = 1.5}]', "size of a maxpool .* got 1.5"),
        ('version = 1\nlayers = [{kind = "maxpool", stride = 0}]', "stride of a maxpool .* got 0"),
        (
            'version = 1\nlayers = [{kind = "flatten", order = "c"}]',
            "order of a flatten must be one of channels_first, channels_last, got 'c'",
        ),
        (f"version = 1\nimage = [28, 28]\n{LAYERS}", "image must be channels, height and width"),
        (f"version = 1\nimage = 28\n{LAYERS}", "image must be channels, .*, got 28"),
        (f"version = 1\nimage = [1, 28, 0]\n{LAYERS}", "each number of image must be an integer"),
        (f'version = 1\nscale = "unity"\n{LAYERS}', "scale must be one of unit, centred, got 'un"),
        (f"version = 1\nscale = [2]\n{LAYERS}", r"scale must be one of unit, centred, got \[2\]"),
    ],
)
def test_what_a_file_must_not_say_is_one_line(text, line):
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ValueError, match=line) as refused:
        parsed(content, "plan")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("said", ["lenet", "", 5, None, b"x.toml", ("lenet5",), "plan.json"])
def test_what_is_no_name_and_no_file_is_refused(said):
    with pytest.raises(ValueError, match="must be lenet5, .*, vgg-small or a .toml file, got "):
        load_architecture(said)


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.toml"):
        load_architecture(tmp_path / "none.toml")


def test_a_pad_is_smaller_than_its_kernel():
    """A pad of 1,000,000 passed, with a stride as long, and asked for 28 PiB."""
    tail = (Flatten(), Dense())
    assert Architecture((Conv(1, 2), *tail)).shapes(16, [(1, 1, 3, 3), (2, 36)])[1] == (1, 6, 6)
    for pad, sides in (3, (3, 3)), (2, (2, 3)), (2, (3, 2)), (1_000_000, (3, 3)):
        plan = Architecture((Conv(2 * pad, pad), *tail))
        shown = f"{sides[0]} x {sides[1]}"
        line = f"layer 1: padding of a conv must be below the sides of its kernel, got {pad} for "
        with pytest.raises(ValueError, match=f"^{line}{shown}$"):
            plan.shapes(16, [(1, 1, *sides), (2, 4)])


def test_nothing_of_ones_own_is_an_architecture():
    """What overrides a method would not be what a certificate says of it."""

    class Relus(Relu):
        pass

    class Plan(Architecture):
        pass

    with pytest.raises(ValueError, match="layers must be of conv, relu"):
        Architecture((Relus(), Dense()))
    with pytest.raises(ValueError, match="architecture must be lenet5, .*, got "):
        load_architecture(Plan((Dense(),)))


@pytest.mark.parametrize(
    ("layers", "line"), [((), "one or more"), ([Dense()], "one or more"), ((Dense,), "must be of")]
)
def test_layers_are_a_tuple_of_layers(layers, line):
    with pytest.raises(ValueError, match=line):
        Architecture(layers)


def test_a_line_says_the_sizes_and_what_is_not_usual():
    plan = Architecture(
        (Conv(2, 1), Relu(), MaxPool(3, 1), Flatten("channels_last"), Dense()), name="mine"
    )
    assert plan.line(49, [(4, 1, 3, 3), (2, 16)]) == (
        "mine: 1 x 7 x 7, conv 4 of 3 x 3 stride 2 padding 1, relu, maxpool 3 stride 1, "
        "flatten channels_last, dense 2"
    )


def test_padding_may_be_of_height_and_width():
    """Zeros above and below, and on the left and right; a side must stay below the kernel's."""
    layer = Conv(padding=(2, 1))
    assert layer.pads((1, 5, 6), (4, 1, 3, 2)) == ((2, 2), (1, 1))
    assert layer.outputs((1, 5, 6), (4, 1, 3, 2)) == (4, 7, 7)
    assert Conv(padding=[3, 3]) == Conv(padding=3)
    for kernel in (2, 2), (3, 1):
        with pytest.raises(ValueError, match=r"below the sides of its kernel, got \(2, 1\) for"):
            layer.pads((1, 5, 6), (4, 1, *kernel))
    plan = Architecture((layer, Flatten(), Dense()), name="wide")
    assert "conv 4 of 3 x 2 padding 2 x 1" in plan.line(36, [(4, 1, 3, 2), (2, 224)])


def test_a_line_says_all_kinds():
    """A certificate is of what its line says."""
    norm = BatchNorm("a", "b", "c", "d", 1e-3)
    layers = (
        *(Conv(padding="same"), norm, Gelu("tanh"), MeanPool(3), Scale(0.25), Flatten()),
        *(Dense(), Gelu(), Dense(), Tanh(), Dense(), Sigmoid(), Dense(), Linear(), Dense()),
        BatchNorm("e", "f", "g", "h"),
    )
    weights = [(4, 1, 2, 2), (5, 16), (4, 5), (3, 4), (2, 3), (1, 2)]
    assert Architecture(layers, name="all").line(36, weights) == (
        "all: 1 x 6 x 6, conv 4 of 2 x 2 padding same, batchnorm epsilon 0.001, gelu tanh, "
        "meanpool 3, scale 0.25, flatten, dense 5, gelu, dense 4, tanh, dense 3, sigmoid, dense 2, "
        "linear, dense 1, batchnorm"
    )


@pytest.mark.parametrize(
    ("stride", "side", "kernel", "pads"),
    [
        (1, 28, 3, (1, 1)),
        (1, 28, 4, (1, 2)),
        (1, 2, 5, (2, 2)),
        (2, 5, 3, (1, 1)),
        (2, 6, 3, (0, 1)),
        (3, 7, 2, (0, 1)),
        (4, 8, 1, (0, 0)),
    ],
)
def test_padding_that_is_the_same_makes_a_patch_for_every_so_many_pixels(
    stride, side, kernel, pads
):
    """As TensorFlow has it: what is odd goes below and to the right."""
    layer = Conv(stride, "same")
    found = layer.pads((1, side, 28), (1, 1, kernel, 3))
    assert found[0] == pads
    assert layer.pads((1, 28, side), (1, 1, 3, kernel))[1] == pads
    assert layer.outputs((1, side, 28), (1, 1, kernel, 3))[1] == -(-side // stride)

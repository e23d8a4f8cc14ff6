"""torchvision's networks: their size, their new layers, and weights from a file in place of the published one."""

import hashlib
import pickle
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision
from torch import nn

import compute.models.published
from compute.errors import BadInputError
from compute.models.published import weights_file
from compute.models.zoo import build_model
from tests.compute.tiny import same_bits

WEIGHTS = {  # torchvision's, https://docs.pytorch.org/vision/stable/models.html
    "resnet18": ("resnet18-f37072fd.pth", 11_689_512, 512),
    "resnet50": ("resnet50-0676ba61.pth", 25_557_032, 2048),
    "vgg11": ("vgg11-8a719046.pth", 132_863_336, 4096),
    "vgg16": ("vgg16-397923af.pth", 138_357_544, 4096),
}


def build(name: str = "resnet18", *, channels=3, classes=10, image_size=32, seed=0, pretrained=True) -> nn.Module:
    return build_model(
        name, channels=channels, classes=classes, image_size=image_size, seed=seed, pretrained=pretrained
    )


@pytest.fixture(scope="module")
def original() -> nn.Module:
    """A ResNet-18 of somebody's, trained as little as none."""
    with torch.random.fork_rng():
        torch.manual_seed(99)
        return torchvision.models.resnet18(weights=None).eval()


@pytest.fixture(scope="module")
def stocked(original, tmp_path_factory) -> Path:
    """A folder for $TORCH_HOME with its weights in it."""
    home = tmp_path_factory.mktemp("torch")
    (home / "hub" / "checkpoints").mkdir(parents=True)
    torch.save(original.state_dict(), home / "hub" / "checkpoints" / WEIGHTS["resnet18"][0])
    return home


@pytest.fixture
def cached(stocked, monkeypatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(stocked))
    return stocked / "hub" / "checkpoints"


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return tmp_path / "hub" / "checkpoints"


def one_line(caught: pytest.ExceptionInfo[BadInputError]) -> str:
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.mark.parametrize("name", WEIGHTS)
def test_they_have_as_many_parameters_as_published_but_for_the_head_and_the_first_layer(name):
    _, published, features = WEIGHTS[name]
    with torch.device("meta"):  # shapes alone
        grey = build(name, channels=1, classes=10, image_size=224, pretrained=False)
        colour = build(name, classes=1000, image_size=224, pretrained=False)
    assert sum(p.numel() for p in colour.parameters()) == published
    first = 49 * 64 if name.startswith("resnet") else 9 * 64  # weights for one channel
    lost = 2 * first + 990 * (features + 1)
    assert sum(p.numel() for p in grey.parameters()) == published - lost


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
@pytest.mark.parametrize(("channels", "side"), [(1, 28), (3, 32)])
def test_small_images_go_in(name, channels, side):
    model = build(name, channels=channels, classes=7, image_size=side, pretrained=False)
    assert model(torch.zeros(2, channels, side, side)).shape == (2, 7)
    assert model.training


def test_the_seed_decides_them_and_the_global_generator_is_left_alone():
    before = torch.random.get_rng_state()
    one, same, other = (build(channels=1, seed=seed, pretrained=False).state_dict() for seed in (3, 3, 4))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert same_bits(one, same)
    for key in ("conv1.weight", "layer4.1.conv2.weight", "fc.weight"):
        assert not torch.equal(one[key], other[key])


def test_a_new_first_layer_starts_with_he_variance():
    weight = build(channels=1, pretrained=False).get_parameter("conv1.weight")
    ratio = float(weight.detach().double().square().mean()) * 49 * 64 / 2
    assert ratio == pytest.approx(1, abs=5 * (2 / weight.numel()) ** 0.5)  # five deviations of a mean square


@pytest.mark.parametrize("name", WEIGHTS)
def test_the_weights_are_those_of_the_first_enumeration_in_torchs_folder(name, empty):
    path, url = weights_file(name)
    assert path == empty / WEIGHTS[name][0]
    assert url == f"https://download.pytorch.org/models/{path.name}"


def test_pretrained_it_is_the_published_network_with_a_new_head_from_the_seed(cached, original):
    one, other = build(seed=0).state_dict(), build(seed=1).state_dict()
    assert {key for key in one if not torch.equal(one[key], other[key])} == {"fc.weight", "fc.bias"}
    assert one["fc.weight"].shape == (10, 512)
    published = original.state_dict()
    assert all(torch.equal(one[key], published[key]) for key in one if not key.startswith("fc."))


def test_with_a_thousand_classes_the_head_is_the_published_one(cached, original):
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert torch.equal(build(classes=1000).eval()(x), original(x))


def test_a_grey_image_gives_what_it_gives_as_three_channels_of_grey(cached, original):
    x = torch.randn(2, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    grey, colour = build(channels=1, classes=1000).eval()(x), original(x.expand(-1, 3, -1, -1))
    assert torch.allclose(grey, colour, atol=1e-5 * float(colour.detach().abs().max()))


def test_vggs_first_and_last_layers_are_found(empty, monkeypatch):
    """Constants in place of weights, each with one number of memory, and a narrow network: the names are the same."""
    with torch.device("meta"):
        shapes = {key: t.shape for key, t in torchvision.models.vgg11().state_dict().items()}
    numbers = {key: torch.tensor(float(k)) for k, key in enumerate(shapes)}
    empty.mkdir(parents=True)
    torch.save({key: numbers[key].expand(shape) for key, shape in shapes.items()}, empty / WEIGHTS["vgg11"][0])
    for name in ("normal_", "kaiming_uniform_"):  # of 123 million weights, for nothing
        monkeypatch.setattr(nn.init, name, lambda tensor, *_, **__: tensor)
    model = build("vgg11", channels=1, classes=3)
    for key, tensor in model.state_dict().items():
        if key.startswith("classifier.6."):
            assert tensor.shape[0] == 3
        elif key == "features.0.weight":
            assert tensor.shape == (64, 1, 3, 3) and torch.equal(tensor, 3 * numbers[key].expand_as(tensor))
        else:
            assert tensor.shape == shapes[key] and torch.equal(tensor, numbers[key].expand_as(tensor))
    assert model.eval()(torch.zeros(1, 1, 32, 32)).shape == (1, 3)


@pytest.mark.parametrize("error", [URLError("no\nnetwork"), RuntimeError("invalid hash value"), OSError("disk full")])
def test_without_the_file_and_the_net_one_line_says_what_to_put_where(empty, monkeypatch, error):
    def fail(*args) -> None:
        raise error

    monkeypatch.setattr(torch.hub, "download_url_to_file", fail)
    with pytest.raises(BadInputError) as caught:
        build()
    line = one_line(caught)
    assert line.startswith(f"{empty / WEIGHTS['resnet18'][0]}: is missing")
    assert f"put https://download.pytorch.org/models/{WEIGHTS['resnet18'][0]} there" in line


@pytest.mark.parametrize("whole", [True, False])
def test_a_download_is_checked_and_comes_whole_or_not_at_all(cached, tmp_path, monkeypatch, whole):
    source = cached / WEIGHTS["resnet18"][0]
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:8] if whole else "0123abcd"
    target = tmp_path / "new" / f"resnet18-{digest}.pth"
    monkeypatch.setattr(compute.models.published, "weights_file", lambda name: (target, source.as_uri()))
    if whole:
        build()
        assert target.read_bytes() == source.read_bytes()
    else:
        with pytest.raises(BadInputError, match="invalid hash"):
            build()
        assert not list(target.parent.iterdir())


class Program:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("content", ["program", "text", "half", "list", "another network", "more", "numbers"])
def test_a_file_that_is_something_else_is_named_and_never_run(cached, empty, original, tmp_path, content):
    empty.mkdir(parents=True)
    path, ran = empty / WEIGHTS["resnet18"][0], tmp_path / "ran"
    if content == "program":
        path.write_bytes(pickle.dumps(Program(ran)))
    elif content == "text":
        path.write_text("<html>404</html>")
    elif content == "half":
        whole = (cached / path.name).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    else:
        weights = dict(original.state_dict())
        torch.save(
            {
                "list": [1, 2],
                "another network": {"fc.weight": torch.zeros(1000, 512)},
                "more": weights | {"extra": torch.zeros(1)},
                "numbers": weights | {"conv1.weight": 5},
            }[content],
            path,
        )
    for channels in (1, 3):
        with pytest.raises(BadInputError) as caught:
            build(channels=channels)
        assert one_line(caught).startswith(f"{path}: ") and "remove it" in str(caught.value)
    assert not ran.exists()


def test_other_numbers_of_channels_have_no_pretrained_weights(cached):
    with pytest.raises(BadInputError, match=r"^--pretrained: .* not 2;") as caught:
        build(channels=2)
    one_line(caught)


@pytest.mark.parametrize("name", ["vgg11", "vgg16"])
def test_images_that_would_vanish_are_refused(name):
    with pytest.raises(BadInputError, match=r"^--image-size 31: .*32") as caught:
        build(name, image_size=31, pretrained=False)
    one_line(caught)

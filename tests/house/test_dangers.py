"""What turns data into code, or follows an archive anywhere, is nowhere in the product."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT, Module, dotted, modules

CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "marshal.loads"),
    *("pickle.load", "pickle.loads", "joblib.load", "torch.load", "yaml.load", "shelve.open"),
    *("tarfile.open", "shutil.unpack_archive", "tempfile.mktemp"),
}
MODULES = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml", "tarfile"}
WEB = {"innerHTML", "outerHTML", "dangerouslySetInnerHTML", "document.write", "insertAdjacentHTML"}


def dangers(tree: ast.AST) -> Iterator[str]:
    """Every danger in a syntax tree, by its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if (name := dotted(node.func)) in CALLS or name.endswith(".extractall"):
                yield name
            for keyword in node.keywords:
                value = getattr(keyword.value, "value", None)
                if (keyword.arg, value) in {
                    ("shell", True),
                    ("verify", False),
                    ("allow_pickle", True),
                }:
                    yield f"{keyword.arg}={value}"
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name for name in names if name.partition(".")[0] in MODULES)


@pytest.mark.attack("E17")
@pytest.mark.parametrize("module", modules(), ids=lambda module: module.place)
def test_no_data_becomes_code(module: Module) -> None:
    assert [*dangers(module.tree)] == []


def test_a_danger_is_found() -> None:
    planted = ast.parse(
        "import pickle\nfrom yaml import load\neval('1')\nrun('x', shell=True)\na.extractall()"
    )
    assert len([*dangers(planted)]) == 5


def test_no_text_becomes_markup_on_the_pages() -> None:
    sources = [path for path in (ROOT / "web" / "src").rglob("*.ts*") if "api" not in path.parts]
    assert len(sources) > 50
    found = [
        (path.name, word)
        for path in sources
        for word in WEB
        if word in path.read_text(encoding="utf-8") and ".test." not in path.name
    ]
    assert found == []

"""The same text, the same grade: what of a file runs, as a .py and as a notebook, whatever stands beside the parts."""

from __future__ import annotations

import json
import sys

import pytest

from submissions.files import wanted
from submissions.inside import source

PART = "class LSTM:\n    def forward(self):\n        return {}\n"


def cells(*texts):
    """A notebook of these cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": text} for text in texts]})


def answers(kind, answer, *texts, beside=None):
    """What the part answers that stands below these texts, in one file or a cell each."""
    texts = [*texts, PART.format(answer)]
    name, text = ("own.ipynb", cells(*texts)) if kind == "notebook" else ("own.py", "\n".join(texts))
    return source.run(name, text, wanted(), beside)["LSTM"]().forward()


PARSER = "import argparse\nparser = argparse.ArgumentParser()"
both = pytest.mark.parametrize("kind", ["py", "notebook"])


@both
@pytest.mark.parametrize(
    "beside",
    [
        "import seaborn_of_nobody as sns\nsns.set_theme()\nsns.lineplot(x=[1], y=[2])",
        "import matplotlib_of_nobody.pyplot as plt\nplt.plot([1])\nplt.show()",
        "n = int(input('how many? '))\nfor _ in range(n):\n    print('again')",
        "name = input()\nprint(name)",
        "import sys\nsys.exit(0)",
        "exit()",
        "raise SystemExit",
        "raise KeyboardInterrupt",
        "import unittest\nclass Test(unittest.TestCase):\n    def test(self):\n        assert 1 == 2\nunittest.main()",
        "import pytest\npytest.main()",
        "import pandas_of_nobody as pd\ndata = pd.read_csv('data.csv')\nassert len(data) == 5",
        "with open('data.txt') as file:\n    text = file.read()",
        "lines = open('data.txt').readlines()",
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "assert 1 == 2",
        "1 / 0",
        "def main():\n    while True:\n        pass\nmain()",
        "class Net:\n    pass\nnet = Net()\nwhile True:\n    net.step()",
        "import torch\nx = torch.ones(3, requires_grad=True)\nwhile True:\n    x.sum().backward()",
        "import argparse\nargs = argparse.ArgumentParser().parse_args()",
        "import wandb_of_nobody\nwandb_of_nobody.init(project='rnn')",
        "if __name__ == '__main__':\n    import nothing_of_this_name\n    nothing_of_this_name.main()",
        "import torch\ntorch.load('weights.pt')",
    ],
    ids=lambda text: text.splitlines()[-1].strip()[:30],
)
def test_what_stands_beside_the_parts_sinks_nothing(kind, beside):
    """Above them and below them."""
    assert answers(kind, "1", beside) == 1
    text = f"{PART.format(1)}\n{beside}\n"
    name, text = ("own.ipynb", cells(text)) if kind == "notebook" else ("own.py", text)
    assert source.run(name, text, wanted())["LSTM"]().forward() == 1


@both
@pytest.mark.parametrize(
    ("texts", "answer", "wanted"),
    [
        (["cfg = {}", "cfg.update(scale=1.0)"], "cfg['scale']", 1.0),
        (["acts = []", "acts.append(3)"], "acts", [3]),
        (
            [f"{PARSER}\nparser.add_argument('--hidden', default=4)", "args = parser.parse_args([])"],
            "args.hidden",
            4,
        ),
        (
            [f"{PARSER}\n_ = parser.add_argument('-n', default=4)", "args = parser.parse_args()"],
            "args.n",
            4,
        ),
        (
            ["ACTS = {}", "def register(name, act):\n    ACTS[name] = act", "import math", "register('t', math.tanh)"],
            "ACTS['t'](0)",
            0,
        ),
        (["def fill(found, n):\n    found.extend(range(n))", "HID = []", "fill(found=HID, n=2)"], "HID", [0, 1]),
        (["def outer(a):\n    inner(a)", "def inner(b):\n    b.append(1)", "HID = []", "outer(HID)"], "HID", [1]),
        (["N = 0", "def count():\n    global N\n    N += 1", "count()"], "N", 1),
        (["HID = []", "for k in (1, 2):\n    HID.append(k)"], "HID", [1, 2]),
        (["HID = []", "for k in (1, 2):\n    print(k)\n    if k > 1:\n        HID.append(k)"], "HID", [2]),
        (["HID = []", "while len(HID) < 3:\n    HID.append(0)"], "HID", [0, 0, 0]),
        (["HID = [2, 1]", "HID.sort()"], "HID", [1, 2]),
        (["import heapq", "HID = [2]", "heapq.heappush(HID, 1)"], "HID", [1, 2]),
        (["HID = [1, 2]", "last = HID.pop()"], "HID", [1]),
        (["class Cfg:\n    pass", "cfg = Cfg()", "cfg.size = 3"], "cfg.size", 3),
        (["class Cfg:\n    pass", "setattr(Cfg, 'size', 3)"], "Cfg.size", 3),
        (["globals()['SIZE'] = 3"], "SIZE", 3),
        (["globals().update(SIZE=3)"], "SIZE", 3),
        (["class Cfg:\n    pass", "cfg = Cfg()", "vars(cfg)['size'] = 3"], "cfg.size", 3),
        (["class Box:\n    def put(self, n):\n        self.n = n", "box = Box()", "box.put(3)"], "box.n", 3),
        (["import random", "for n in range(5):\n    random.seed(n)"],
         "random.random() == random.Random(4).random()", True),
        (["import random", "here = int('4')", "own = here", "random.seed(own)"],
         "random.random() == random.Random(4).random()", True),
        (["import sys", "sys.setrecursionlimit(sys.getrecursionlimit() + 7)"], "1", 1),
        (["try:\n    get_ipython()\n    here = 'colab'\nexcept NameError:\n    here = 'home'"], "here", "home"),
        (["try:\n    import nothing_at_all as np\nexcept ImportError:\n    import math as np"], "np.pi > 3", True),
        (["REG = {}", "def reg(f):\n    REG[f.__name__] = f\n    return f", "@reg\ndef gate():\n    return 5"],
         "REG['gate']()", 5),
        (["x = " + " + ".join(["1"] * 900)], "x", 900),
    ],
    ids=lambda value: value[-1][:30] if isinstance(value, list) and value and isinstance(value[-1], str) else None,
)  # fmt: skip
def test_what_a_part_needs_is_followed_through_calls(monkeypatch, kind, texts, answer, wanted):
    """Methods of its names, functions of the file that change them, loops that fill them."""
    monkeypatch.setattr(sys, "argv", ["own.py"])  # as in a worker
    assert answers(kind, answer, *texts) == wanted


@both
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("for kind in (A, B):\n    kind.size = 3", 3),
        ("for kind in [A, B]:\n    setattr(kind, 'size', 3)", 3),
        ("def give(kind):\n    kind.size = 3\nfor kind in (A, B):\n    give(kind)", 3),
        ("for kind, size in ((A, 3), (B, 4)):\n    kind.size = size", 4),
        ("for kind, size in zip((A, B), (3, 4)):\n    kind.size = size", 4),
        ("for place, kind in enumerate((A, B)):\n    kind.size = place", 1),
        ("KINDS = {'b': B}\nfor name, kind in KINDS.items():\n    kind.size = 3", 3),
        ("KINDS = (A, B)\nfor kind in KINDS:\n    kind.size = 3", 3),
        ("[setattr(kind, 'size', 3) for kind in (A, B)]", 3),
        ("def fill(*kinds):\n    for kind in kinds:\n        kind.size = 3\nfill(A, B)", 3),
        ("def fill(a, b):\n    b.size = a.size = 3\nkinds = (A, B)\nfill(*kinds)\nB = kinds[1]", 3),
        ("C = B\nC.size = 3", 3),
        ("B = C = type('C', (), {})\nC.size = 3", 3),
    ],
)
def test_what_is_changed_under_another_name(kind, text, wanted):
    """One that a loop gives, a parameter, a second one of the same."""
    assert answers(kind, "B.size", "class A:\n    pass\nclass B:\n    pass", text) == wanted


@both
@pytest.mark.parametrize(
    "text",
    [
        "for name in ('b', 'c'):\n    globals()[name + '_size'] = three()",
        "globals().update({f'{name}_size': three() for name in 'bc'})",
        "globals().update({'b_size': three()})",
        "NAMES = {'b_size': three()}\nglobals().update(NAMES)",
        "def give(name):\n    globals()[name] = three()\ngive('b_size')",
        "names = globals()\nnames['b_size'] = three()",
        "import sys\nfor name in 'bc':\n    setattr(sys.modules[__name__], f'{name}_size', three())",
        "import sys\nown = sys.modules[__name__]\nfor name in 'bc':\n    setattr(own, '%s_size' % name, three())",
        "import sys\nvars(sys.modules[__name__])['b_size'] = three()",
        "import sys\nsys.modules[__name__].__dict__['b_size'] = three()",
    ],
)
def test_a_name_that_is_put_together_is_there(kind, text):
    """It stands nowhere in the file as one that is bound."""
    assert answers(kind, "b_size", "def three():\n    return 3", text) == 3


@both
def test_a_method_that_is_given_to_the_class_afterwards(kind):
    """By setattr, and by assignment; below the class."""
    text = "class LSTM:\n    pass\ndef forward(self):\n    return 7\n"
    for line in ("setattr(LSTM, 'forward', forward)", "LSTM.forward = forward"):
        name, whole = ("own.ipynb", cells(text, line)) if kind == "notebook" else ("own.py", text + line)
        assert source.run(name, whole, wanted())["LSTM"]().forward() == 7


@both
def test_an_experiment_is_not_run_for_what_only_it_changes(kind, capsys):
    """Nor for a needed class that it is handed."""
    text = [
        "class Trainer:\n    def fit(self, kind):\n        print('an hour')",
        PART.format("1"),
        "trainer = Trainer()\ntrainer.fit(LSTM)\nlosses = []\nlosses.append(trainer.fit(LSTM))\nprint(losses)",
        "found = {}\nfor name, kind in (('lstm', LSTM),):\n    net = kind()\n    found[kind] = trainer.fit(net)",
        "for kind in (Trainer, LSTM):\n    globals()[f'loss_{kind.__name__}'] = print(kind)",
        "import pprint\nfor kind in (Trainer, LSTM):\n    pprint.pprint(kind)",
    ]
    name, whole = ("own.ipynb", cells(*text)) if kind == "notebook" else ("own.py", "\n".join(text))
    source.run(name, whole, wanted())
    assert capsys.readouterr().out == ""


def test_why_names_that_are_put_together_are_not_there_is_told():
    """What failed in the statement that makes them."""
    text = (
        "def build(kind):\n    raise ValueError('no gates')\nfor kind in ('LSTM',):\n    globals()[kind] = build(kind)"
    )
    with pytest.raises(ValueError, match="no gates"):
        source.run("own.py", text, wanted())


def test_what_failed_for_a_key_sinks_no_part_of_that_name():
    """``found[LSTM] = ...`` binds found."""
    text = f"{PART.format(1)}\nfound = {{}}\nfound[LSTM] = 1 / 0\ndef train():\n    return found"
    assert source.run("own.py", text, wanted())["LSTM"]().forward() == 1


@both
def test_a_missing_package_is_named_by_its_own_line(kind):
    """Wherever it is used, so that it is one fault; what does not use it is whole."""
    texts = ["import numpy_of_nobody as np", "def one_hot():\n    return np.eye(3)", "TABLE = np.ones(3)"]
    texts += ["def train():\n    return TABLE + 1"]
    name, whole = ("own.ipynb", cells(*texts, PART.format("1"))) if kind == "notebook" else (
        "own.py", "\n".join([*texts, PART.format("1")]))  # fmt: skip
    names = source.run(name, whole, wanted())
    assert names["LSTM"]().forward() == 1
    places = set()
    for part in ("one_hot", "train"):
        with pytest.raises(ImportError, match=r"np is missing: ModuleNotFoundError: .*numpy_of_nobody") as caught:
            names[part]()
        places.add(caught.value.place)
    assert [place[1:] for place in places] == [(1, "import numpy_of_nobody as np")]
    with pytest.raises(ModuleNotFoundError):
        source.run(
            name,
            whole.replace("class LSTM", "class Other").replace("def one_hot", "def f").replace("def train", "def g"),
            wanted(),
        )


@pytest.mark.parametrize(
    ("write", "use"),
    [
        ("%%writefile model.py\nSIZE = 3\n", "from model import *"),
        ("%%writefile model.py\nSIZE = 2\n", "import model\nSIZE = model.SIZE + 1"),
        ("%%file /content/model.py\nSIZE = 3\n", "%run model.py"),
        ("%%writefile 01_model.py\nSIZE = 3\n", "%run ./01_model.py"),
        ("%%writefile pieces/model.py\nSIZE = 3\n", "from pieces.model import SIZE"),
        ("%%bash\ncat > model.py << 'EOF'\nSIZE = 3\nEOF\necho done", "from model import SIZE"),
        ("!cat > model.py\nSIZE = 3\n", "from model import SIZE"),
        (
            "%%writefile model.py\nSIZE = 3\nimport nothing_of_this_name\nnothing_of_this_name.plot()",
            "from model import *",
        ),
    ],
)
def test_a_cell_that_writes_a_file_is_a_helper(write, use):
    """By every way to write it and to have it."""
    assert answers("notebook", "SIZE", write, use) == 3


def test_a_file_is_written_in_pieces():
    """And one that nobody imports counts where there is nothing else."""
    pieces = ["%%writefile model.py\nSIZE = 3\n", f"%%writefile -a model.py\n{PART.format('SIZE')}"]
    assert source.run("own.ipynb", cells(*pieces), wanted())["LSTM"]().forward() == 3


@both
def test_helpers_run_by_the_same_rule(kind):
    """Their experiments are not run, their imports may fail, and they may be notebooks and packages."""
    gates = (
        "import sys\nimport nothing_of_this_name\nSIZE = 3\nx = input()\ndef split():\n    return SIZE\nsys.exit()\n"
    )
    beside = {"gates.py": gates, "parts/other.py": "from gates import SIZE as here\nfrom .third import three\n"}
    beside |= {"parts/third.py": "three = 3\n", "book.ipynb": cells("FOUR = 4", "while True:\n    pass_ = 1")}
    uses = "import gates\nfrom parts.other import here, three\nfrom book import FOUR"
    assert answers(kind, "gates.split() + here + three + FOUR", uses, beside=beside) == 13
    with pytest.raises(ImportError, match=r"split is missing: .*\(gates.py line 1\)"):
        answers(kind, "split()", "from gates import split", beside={"gates.py": "split = 1 / 0"})
    with pytest.raises(ImportError, match="SyntaxError"):
        answers(kind, "split()", "from gates import split", beside={"gates.py": "def split(:"})


def test_a_helper_stands_for_no_package():
    """A torch.py or random.py beside the file is not what it imports."""
    assert answers("py", "random.random() < 1", "import random", beside={"random.py": "raise SystemExit"})


def test_what_colab_writes_as_a_py():
    """Shell lines and magics stay in it."""
    assert answers("py", "SIZE", "# -*- coding: utf-8 -*-\n!pip install torch\n%matplotlib inline\nSIZE = 3") == 3


def test_a_return_outside_of_a_function_sinks_its_cell():
    """The compiler alone sees it."""
    assert source.run("own.ipynb", cells("return 3", PART.format("1")), wanted())["LSTM"]().forward() == 1
    with pytest.raises(SyntaxError):
        source.run("own.py", f"{PART.format('1')}\nreturn 3", wanted())

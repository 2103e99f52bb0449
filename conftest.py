"""Names the plugins, in order, and has them imported; nothing else."""

PLUGINS = [
    "fixtures.closed",
    "fixtures.garbage",
    "fixtures.ahead",
    "fixtures.lang",
    "fixtures.lectures",
    "fixtures.claim",
    "fixtures.seeds",
    "fixtures.sizes",
    "fixtures.devices",
    "fixtures.apart",
    "fixtures.parts",
    "fixtures.implementations",
    "fixtures.submissions",
    "fixtures.long_series",
    "fixtures.progress",
    "fixtures.experiments",
    "fixtures.collected",
    "fixtures.record",
    "report.plugin",
    "fixtures.causes",
    "fixtures.cases",
    "fixtures.terminal",
    "fixtures.workers",
    "versions.plugin",
    "pytester",
]


def pytest_addoption(pluginmanager):
    """Import them, as pytest would if the list were called ``pytest_plugins``. Then it would read what every installed
    package says of plugins once for each of them, a quarter of a second in all."""
    for name in PLUGINS:
        pluginmanager.import_plugin(name)

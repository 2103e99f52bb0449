"""Names the plugins, in order; nothing else."""

pytest_plugins = [
    "checks.language",
    "fixtures.claim",
    "fixtures.seeds",
    "fixtures.sizes",
    "fixtures.devices",
    "fixtures.implementations",
    "fixtures.submissions",
    "fixtures.experiments",
    "fixtures.record",
    "report.plugin",
    "fixtures.cases",
    "fixtures.terminal",
    "fixtures.workers",
    "versions.plugin",
    "pytester",
]

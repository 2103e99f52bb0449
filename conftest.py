"""Names the plugins, in order; nothing else."""

pytest_plugins = [
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
    "fixtures.progress",
    "fixtures.experiments",
    "fixtures.record",
    "report.plugin",
    "fixtures.causes",
    "fixtures.cases",
    "fixtures.terminal",
    "fixtures.workers",
    "versions.plugin",
    "pytester",
]

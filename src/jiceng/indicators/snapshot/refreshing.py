"""Keeping the snapshot up to date: what the rest of the program calls."""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

from jiceng.indicators.snapshot import child
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.files import current, folder, publish, writer
from jiceng.indicators.snapshot.making import Progress
from jiceng.indicators.snapshot.manifest import Manifest
from jiceng.indicators.snapshot.relations import schema
from jiceng.records.engine import columnar_source
from jiceng.records.models import ChainHead

OVERLAY_ROWS = 20_000
"""See `Making`."""
TROUBLE_LINES = 8
"""How much of what a failing process says is kept."""


class SnapshotError(RuntimeError):
    """The process that makes snapshots failed; the snapshot in force is still the one before."""


def rebuild(progress: Progress | None = None) -> Manifest:
    """Make a full snapshot of this moment and put it in force. `progress(done, total)` counts relations.

    Raises SnapshotError where the database or the disk fails.
    """
    with writer():
        return _made(None, progress)


def refresh(progress: Progress | None = None) -> Manifest:
    """Bring the snapshot up to date: what was written since is read again and laid over it.

    Without a usable snapshot, or where the database is another one, a full one is made. Where nothing was
    written this costs one small query. Raises SnapshotError as `rebuild` does.
    """
    with writer():
        manifest = current()
        return manifest if manifest and _is_up_to_date(manifest) else _made(manifest, progress)


def _is_up_to_date(manifest: Manifest) -> bool:
    chain = ChainHead.objects.first()
    return (
        chain is not None
        and (chain.seq, chain.hash) == (manifest.seq, manifest.head)
        and manifest.schema == schema(all_relations())
        and all((folder() / name).exists() for name in manifest.files())
    )


def _made(earlier: Manifest | None, progress: Progress | None) -> Manifest:
    """Let the child process make the next snapshot, and put it in force."""
    manifest, trouble = None, deque[str](maxlen=TROUBLE_LINES)
    for line in _child_says(child.order(columnar_source(), folder(), all_relations(), earlier, OVERLAY_ROWS)):
        if not line.startswith("{"):
            trouble.append(line.rstrip())
        elif "manifest" in (said := json.loads(line)):
            manifest = Manifest.parse(said["manifest"])
        elif progress:
            progress(*said["progress"])
    if manifest is None:
        raise SnapshotError("\n".join(trouble))
    publish(manifest)
    return manifest


def _child_says(told: str) -> Iterator[str]:
    """The lines that the child process prints when told so, its errors among them."""
    pipe, command = subprocess.PIPE, [sys.executable, "-m", child.__name__]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(told)
        process.stdin.close()
        yield from process.stdout

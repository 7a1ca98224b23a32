"""Kernels that the build talks to through files and not through ports.

Jupyter's client finds a free port, lets it go, and tells the kernel to take it; of two kernels that start side by side, as
those of a build do, one may find it taken and die (`jupyter_client` issue 487). A file with a name of its own is nobody else's.
"""

from __future__ import annotations

import os
import tempfile
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import uuid4

from nbclient import NotebookClient
from sphinx.application import Sphinx


def _through_files(create: Any, folder: Path) -> Any:
    @wraps(create)
    def create_kernel_manager(client: NotebookClient) -> Any:
        manager = create(client)
        manager.transport = "ipc"
        # Short: a path of a socket may have a hundred letters, and half of them are macOS's own folder for such files.
        manager.connection_file = str(folder / f"{uuid4().hex[:8]}.json")
        return manager

    return create_kernel_manager


def setup(app: Sphinx) -> dict[str, Any]:
    """Have every notebook of the build run so, where the system has such files; their folder goes when the build has ended."""
    create = NotebookClient.create_kernel_manager
    if os.name == "posix" and not hasattr(create, "__wrapped__"):
        folder = tempfile.TemporaryDirectory(prefix="kernels-")
        NotebookClient.create_kernel_manager = _through_files(create, Path(folder.name))  # type: ignore[method-assign]
        app.connect("build-finished", lambda *_: folder.cleanup())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

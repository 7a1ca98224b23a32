"""Imported before Altair: leaves out a grammar that takes most of a second and that nobody in a chapter needs.

JupyterLab brings `rfc3987_syntax`, by which jsonschema can check the form of international web addresses. jsonschema,
which Altair needs, imports it whenever it is there, and it builds its parser on import. While Altair is imported it is
not found; afterwards everything is as before.
"""

import importlib
import sys

_SLOW = "rfc3987_syntax"

if _SLOW not in sys.modules and "jsonschema" not in sys.modules:
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[_SLOW]

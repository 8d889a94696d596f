"""Is a clause meant? Denied, quoted, promised for later, conditional, or about somebody else, it is not."""

from __future__ import annotations

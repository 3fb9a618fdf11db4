"""County boundaries as the installed packs keep them, for the codes a page shows."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from jiceng.packs.catalogue import Catalogue
from jiceng.packs.models import PackFile

USE = "geo"


@lru_cache(maxsize=32)
def _read(pack: str, digest: str) -> dict[str, Any]:
    """The GeoJSON of the version of a pack; versions never change."""
    kept = PackFile.objects.get(version__pack=pack, version__digest=digest, use=USE)
    found: dict[str, Any] = json.loads(kept.text)
    return found


def boundaries(catalogue: Catalogue, codes: Sequence[str]) -> dict[str, Any]:
    """`{"source", "geo"}` with the features whose adcode is among `codes` (as six digits); empty where no
    pack has boundaries for at least one of them. `catalogue` is that of the installed versions in force.
    """
    wanted = {code.ljust(6, "0")[:6] for code in codes if len(code) <= 6}
    for pack, digest in catalogue.digests:
        if not wanted or USE not in catalogue.packs[pack].data:
            continue
        data = _read(pack, digest)
        features = [f for f in data["features"] if f["properties"]["adcode"] in wanted]
        if features:
            geo = {"type": "FeatureCollection", "features": features}
            return {"source": data.get("source", ""), "geo": geo}
    return {}

"""Reading packs: YAML with lines, bounds and all faults at once."""

from jiceng.packs.loading.folder import (
    WrittenPack,
    manifest_content,
    read_folder,
    read_manifest,
    stored_pack,
)
from jiceng.packs.loading.manifest import Binding, Manifest

__all__ = [
    "Binding",
    "Manifest",
    "WrittenPack",
    "manifest_content",
    "read_folder",
    "read_manifest",
    "stored_pack",
]

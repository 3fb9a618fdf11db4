"""Files that people add to records: judged by content, cleaned, kept once under the digest of what they hold.

`store` takes a file in; `attach` gives it to a record, inside that record's write.
"""

from jiceng.records.attachments.keeping import (
    attach,
    attachments_of,
    content_of,
    remove,
    store,
    sweep_attachments,
    waiting,
)
from jiceng.records.attachments.purposes import DOCUMENT, PHOTO, Purpose
from jiceng.records.models import Attachment

__all__ = [
    "DOCUMENT",
    "PHOTO",
    "Attachment",
    "Purpose",
    "attach",
    "attachments_of",
    "content_of",
    "remove",
    "store",
    "sweep_attachments",
    "waiting",
]

"""The audit chain, the keys that make a command happen once, attachments, number series, drafts and the outbox."""

from jiceng.records.models.attachments import Attachment
from jiceng.records.models.audit import AuditEntry, AuditRow, ChainHead, CommandKey
from jiceng.records.models.drafts import Draft
from jiceng.records.models.numbering import Series
from jiceng.records.models.outbox import Delivery, Subscription

__all__ = [
    "Attachment",
    "AuditEntry",
    "AuditRow",
    "ChainHead",
    "CommandKey",
    "Delivery",
    "Draft",
    "Series",
    "Subscription",
]

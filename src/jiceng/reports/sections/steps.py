"""Steps of matters name the papers that they bring forth: a check of packs that the room of matters cannot make."""

from django.utils.translation import gettext as _

from jiceng.packs.catalogue import Catalogue
from jiceng.packs.data import register_data_check
from jiceng.packs.filters.resolving import meant
from jiceng.packs.loading import WrittenPack
from jiceng.records.refusals import Refusal

ABOUT = "matter"


@register_data_check
def papers_of_steps(pack: WrittenPack, catalogue: Catalogue) -> list[Refusal]:
    """What steps of the pack's types call `document` must be a document about matters."""
    known = {
        key.partition(":")[2]
        for key, document in catalogue.section("documents").items()
        if document.about == ABOUT
    }
    faults = []
    for qualified, spec in catalogue.section("matters").items():
        owner, _colon, key = qualified.partition(":")
        for step, written in spec.steps.items() if owner == pack.id else ():
            if written.document and written.document not in known:
                what = _("没有关于事项的文书“%(key)s”") % {"key": written.document}
                where = pack.where("matters", key, ("steps", step, "document"))
                faults.append(Refusal(what, where, meant(written.document, known)))
    return faults

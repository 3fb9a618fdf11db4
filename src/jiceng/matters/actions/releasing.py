"""Releasing a matter to everybody (审核公开): a person writes what is told; what was reported stays what it is."""

from datetime import datetime

from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access, Denied
from jiceng.matters.actions.contending import contended
from jiceng.matters.actions.context import Acting
from jiceng.matters.actions.recording import last_line, line, locked, moment_of
from jiceng.matters.actions.reporters import clear_reporter
from jiceng.matters.actions.stepping import settle
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Event, Matter, Reporter
from jiceng.matters.publicity import personal_in, stripped
from jiceng.matters.rights import held_over, office_of
from jiceng.people.models import Person
from jiceng.protection.ciphers import UnreadableValueError
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.texts import clean_line, clean_text, given_reason
from jiceng.records.writing import write

RELEASE, UNRELEASE = "release", "unrelease"
"""The steps by which the timeline tells that a matter was made public, or is no longer."""

ABOUT_PEOPLE = frozenset({"person", "household"})
"""Subjects of whom nothing may be told by which they are found."""

TITLE, TEXT = 120, 2_000


def proposed(access: Access, matter: Matter) -> tuple[str, str]:
    """Title and text for the one who releases to begin with: those of the matter, or what is public of it now, without
    telephone and identity numbers and the names of those whom the matter knows. Raises Denied for who may not release.
    """
    _entitled(access, matter)
    title, text = matter.public_title or matter.title, matter.public_text or matter.text
    names = names_in(matter)
    return stripped(title, names), stripped(text, names)


@contended
def release(*, access: Access, matter: Matter, title: str, text: str, at: datetime | None = None) -> Event:
    """Make the matter public in these words, or change the words in which it is.

    Raises Denied for who may not where the matter lies; Refusal without a title; Refusals with whatever personal data
    stands in the words.
    """
    said = clean_line(title, _("公开标题"), TITLE), clean_text(text, _("公开内容"), TEXT)
    if not said[0]:
        raise Refusal(_("没有填写公开标题"), str(matter), _("用一句话概括，不写姓名、电话和住址"))
    office, by = _entitled(access, matter), Acting.person(access)
    with write(by=by.actor, action="matter.release"):
        kept = locked(matter.pk)
        _refuse_personal(kept, {_("公开标题"): said[0], _("公开内容"): said[1]})
        moment = moment_of(kept, at, last_line(kept))
        kept.public_title, kept.public_text = said
        kept.released_at = moment
        data = {"title": said[0], "text": said[1]}
        event = line(kept, spec_of(kept.flow), by, step=RELEASE, at=moment, data=data, office=office)
        settle(kept, moment)
    return event


@contended
def unrelease(*, access: Access, matter: Matter, reason: str, at: datetime | None = None) -> Event:
    """Take the matter back from the public. Raises Denied as `release`; Refusal without a reason, and for one that is
    not public.
    """
    note = given_reason(reason, _("撤回原因"), str(matter))
    office, by = _entitled(access, matter), Acting.person(access)
    with write(by=by.actor, action="matter.unrelease", reason=note):
        kept = locked(matter.pk)
        if kept.released_at is None:
            raise Refusal(_("这件没有公开"), str(kept), _("刷新后再看"))
        moment = moment_of(kept, at, last_line(kept))
        kept.released_at = None
        event = line(kept, spec_of(kept.flow), by, step=UNRELEASE, at=moment, note=note, office=office)
        settle(kept, moment)
    return event


def names_in(matter: Matter) -> list[str]:
    """The names of the people whom the matter knows: its reporters, its person, its household. For the program's own
    eyes: whoever shows them checks the right, and records the reading.
    """
    names = [name for reporter in Reporter._base_manager.filter(matter=matter) if (name := _name(reporter))]
    if matter.person is not None:
        names.append(matter.person.name)
    if matter.household is not None:
        names.append(matter.household.head_name)
        members = Person._base_manager.filter(household=matter.household)
        names += members.values_list("name", flat=True)
    return [name for name in names if name]


def _name(reporter: Reporter) -> str:
    try:
        return clear_reporter(reporter)[0]
    except UnreadableValueError:  # erased: nobody knows it any more
        return ""


def _entitled(access: Access, matter: Matter) -> str:
    held = held_over(access, Permission.MATTERS_RELEASE, matter)
    if held is None:
        raise Denied(_("公开由事项所在区域有审核权的人员决定"), str(matter))
    return office_of(held)


def _refuse_personal(matter: Matter, words: dict[str, str]) -> None:
    """Raise Refusals for personal data in the words to be released."""
    names, people = names_in(matter), spec_of(matter.flow).subject in ABOUT_PEOPLE
    faults = [
        Refusal(_("含有%(what)s") % {"what": what}, where, _("删去，或换成概括的说法"))
        for where, text in words.items()
        for what in personal_in(text, names, about_people=people)
    ]
    if faults:
        raise Refusals(faults)

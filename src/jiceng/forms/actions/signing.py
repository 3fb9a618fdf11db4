"""Signing a filled form off: the file that is reported, by one person, checked by another where the form says so."""

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, Denied, actor_of
from jiceng.forms.blanks.receiving import FILED, filled_file
from jiceng.forms.models import Filing, Form
from jiceng.forms.periods import Period
from jiceng.forms.queries import Standing, require_region, standing
from jiceng.organisations.models import Region
from jiceng.records.attachments import attach, store
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


def exported(stands: Standing) -> bytes:
    """The filled form in the layout that its blank came in."""
    return filled_file(stands.form.blank, stands.filled.writes(stands.bindings))


def sign(*, access: Access, form: Form, region: Region, period: Period, despite_gaps: bool = False) -> Filing:
    """Sign a filling off: what stands there now is what was reported.

    Raises Denied as `queries.standing`; Refusal for a form that is not in force, a filling that is signed already, and
    one with blanks that are neither filled nor left on purpose (`despite_gaps`).
    """
    if form.state != Form.State.ISSUED or form.is_over(access.day):
        raise Refusal(_("这张表没有在用，不能报送"), str(form), _("先下发，或更新有效期"))
    stands = standing(form, region=region, period=period, access=access)
    if stands.filing is not None:
        raise Refusal(_("这一期已经签报"), str(form), _("要更正的，由签报人撤回后重新签报"))
    filled, answered, missing = stands.filled.counts()
    if missing and not despite_gaps:
        raise Refusal(
            _("还有 %(count)s 处空缺") % {"count": missing}, str(form), _("先补齐，或确认带空缺报送")
        )
    by = actor_of(access.user)
    attachment = store(by=by, data=exported(stands), name=file_name(stands), purpose=FILED)
    filing = Filing(
        form=form, region=region, first=period[0], last=period[1], file=attachment, signed_by=access.user,
        filled=filled, answered=answered, missing=missing,
    )  # fmt: skip
    with write(by=by, action="form.sign", reason=str(form)):
        filing.save()
        attach([attachment.uid], by=by, holder=filing)
    return filing


def file_name(stands: Standing) -> str:
    """What the exported file is called: form, area, period."""
    form, asking = stands.form, stands.filler.asking
    return f"{form.number} {form.title} {asking.region.name} {asking.first:%Y%m%d}-{asking.last:%Y%m%d}.{form.kind}"


def check(*, access: Access, filing: Filing) -> None:
    """Agree to what somebody else has signed. Raises Denied for one's own, Refusal for what is checked already."""
    require_region(access, filing.region)
    if filing.signed_by_id == access.user.pk:
        raise Denied(_("不能审核自己签报的表"), str(filing.form), _("请另一人审核"))
    with write(by=actor_of(access.user), action="form.check", reason=str(filing.form)):
        kept = Filing.objects.select_for_update().get(pk=filing.pk)
        if kept.checked_by_id is not None or kept.withdrawn_at is not None:
            raise Refusal(_("这张表已经审核过，或已撤回"), str(filing.form))
        kept.checked_by, kept.checked_at = access.user, timezone.now()
        kept.save()
    filing.refresh_from_db()


def withdraw(*, access: Access, filing: Filing) -> None:
    """Take a signature back, by who gave it, as long as nobody has checked it: what the ledgers say then is what will
    be signed next. The file stays. Raises Denied for somebody else's, Refusal once it has been checked.
    """
    if filing.signed_by_id != access.user.pk:
        raise Denied(_("只有签报人能撤回"), str(filing.form))
    if filing.checked_by_id is not None:
        raise Refusal(_("已经审核，不能撤回"), str(filing.form), _("在下一期更正"))
    access.require(P.FORMS_ANSWER, filing.region)
    with write(by=actor_of(access.user), action="form.withdraw", reason=str(filing.form)):
        filing.withdrawn_at = timezone.now()
        filing.save(update_fields=["withdrawn_at"])

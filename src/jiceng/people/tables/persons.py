"""Persons and households in workbooks."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Reference, Table, register_table
from jiceng.exchange.writing.references import Asked, Context, Found, Trouble
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import chunked
from jiceng.exchange.writing.writers import Writer
from jiceng.organisations.tables.dated import UID, as_uid, region_fields
from jiceng.people.models import Household, Person
from jiceng.people.sealing import index_of
from jiceng.people.tables.fields import number_fields, trait_fields
from jiceng.people.tables.numbers import SEALED, Told, sealed
from jiceng.protection.scopes import within

CHUNK = 400
NAMED = 4


class HouseholdWriter(Writer):
    """Households stand where their region does."""

    one_at_a_time = False
    derived: ClassVar[frozenset[str]] = frozenset(("region_path",))

    def complete(self, row: Row) -> None:
        if region := row.found.get("region"):
            row.values["region_path"] = region.values["region_path"]


class HouseholdResolver:
    """Households by (code,)."""

    def __init__(self, context: Context) -> None:
        self._rows = Household.visible_to(context.scope)

    def find(self, asked: set[Asked]) -> Mapping[Asked, Found | Trouble]:
        """An answer for each code."""
        found: dict[str, Household] = {}
        for some in chunked(sorted(words[0] for words in asked), CHUNK):
            rows = self._rows.filter(code__in=some, valid_to__isnull=True)
            found |= {household.code: household for household in rows}
        answers: dict[Asked, Found | Trouble] = {}
        for words in asked:
            household = found.get(words[0])
            if household is None:
                answers[words] = Trouble(_("没有户编号“%(code)s”") % {"code": words[0][:30]})
            else:
                values = {"region_id": household.region_id, "region_path": household.region_path}
                answers[words] = Found(
                    household.pk, str(household), values, {"territory": household.region_path}
                )
        return answers


class PersonWriter(Writer):
    """Persons: their numbers are sealed under a key of their own; sex and birth date follow from the
    citizen ID.
    """

    one_at_a_time = False
    aliases: ClassVar[Mapping[str, str]] = {f"{name}_index": name for name in SEALED}
    derived: ClassVar[frozenset[str]] = frozenset(
        ("initials", "region_path", "citizen_id", "phone", "sealed_key", "citizen_id_noted_by")
    )

    def __init__(self, table: Table, context: Context) -> None:
        super().__init__(table, context)
        self._told = Told()

    def complete(self, row: Row) -> None:
        values = row.values
        if region := row.found.get("region"):
            values["region_path"] = region.values["region_path"]
        if contradicting := self._told.complete(values, row.given):
            row.refuse(contradicting, _("与公民身份号码不一致；以号码为准的，请留空"))
        if values.get("citizen_id_note"):
            values["citizen_id_noted_by"] = self.context.by.name[:80]

    def examine(self, rows: Sequence[Row]) -> None:
        for row in rows:
            assert row.kept is not None
            until = row.kept["valid_to"]
            if until is not None and until <= self.context.as_of:
                row.refuse("name", _("该人员已于 %(to)s 去世或离开") % {"to": until})

    def _finish(self, rows: Sequence[Row]) -> None:
        super()._finish(rows)
        for row in rows:
            if row.faults:
                continue
            names = [name for name in SEALED if f"{name}_index" in row.values]
            if row.kept is None:
                row.values.update(sealed(row.given, names))
            elif names:
                row.values.update(sealed(row.given, names, bytes(row.kept["sealed_key"])))

    # ------------------------------------------------------------------------------------ the same name
    def look_alike(self, rows: Sequence[Row]) -> None:
        """Persons of the same name in the same region."""
        wanted = {(row.values["name"], row.values["region_id"]) for row in rows}
        found: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for some in chunked(sorted({name for name, _region in wanted}), CHUNK):
            people = Person._base_manager.filter(name__in=some, valid_to__isnull=True)
            for key, name, region, born in people.values_list("id", "name", "region_id", "birth_date"):
                said = {"id": key, "name": name, "code": str(born or "")}
                found.setdefault((name, region), []).append(said)
        for row in rows:
            row.suspects = found.get((row.values["name"], row.values["region_id"]), [])


class PersonResolver:
    """Persons by (system number, citizen ID, telephone, name)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rows = Person.visible_to(context.scope).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=context.as_of)
        )

    def find(self, asked: set[Asked]) -> Mapping[Asked, Found | Trouble]:
        """An answer for each of them: numbers go before names, a name must be the only one in the area."""
        uids = {words: as_uid(words[0]) for words in asked if words[0]}
        by_uid = self._by("uid", set(uids.values()))
        hashed = {words: index_of("citizen_id", words[1]) for words in asked if words[1]}
        by_number = self._by("citizen_id_index", set(hashed.values()), everywhere=True)
        called = {words: index_of("phone", words[2]) for words in asked if words[2]}
        by_name = self._by("name", {words[3] for words in asked if words[3]}, in_area=True)
        answers: dict[Asked, Found | Trouble] = {}
        for words in asked:
            if words in uids:
                answers[words] = self._one(by_uid.get(uids[words], []), words)
            elif words in hashed:
                answers[words] = self._numbered(by_number.get(hashed[words], []), words)
            else:
                people = by_name.get(words[3], [])
                phone = called.get(words)
                same = [p for p in people if phone and p.phone_index == phone]
                apart = [p for p in people if not (phone and p.phone_index and p.phone_index != phone)]
                answers[words] = self._one(same or apart, words)
        return answers

    def _by(
        self, column: str, values: set[Any], *, everywhere: bool = False, in_area: bool = False
    ) -> dict[Any, list[Person]]:
        rows: Any = Person._base_manager.all() if everywhere else self._rows
        if in_area and self._context.area is not None:
            rows = rows.filter(within("region_path", self._context.area.today))
        found: dict[Any, list[Person]] = {}
        for some in chunked(sorted(values, key=str), CHUNK):
            for person in rows.filter(**{f"{column}__in": some}).select_related("region"):
                found.setdefault(getattr(person, column), []).append(person)
        return found

    def _numbered(self, people: Sequence[Person], words: Asked) -> Found | Trouble:
        if people and not self._rows.filter(pk=people[0].pk).exists():
            return Trouble(_("该身份号码已登记，但不在您的管辖范围内或已注明离开"))
        if people and words[3] and people[0].name != words[3]:
            return Trouble(_("该身份号码登记的是另一个姓名"))
        return self._one(people, words)

    def _one(self, people: Sequence[Person], words: Asked) -> Found | Trouble:
        if len(people) == 1:
            person = people[0]
            values = {"region_id": person.region_id, "region_path": person.region_path}
            return Found(person.pk, person.name, values, {"territory": person.region_path})
        if not people:
            return Trouble(_("没有登记“%(name)s”") % {"name": words[3] or "—"}, absent=True)
        listed = "；".join(f"{p.region.name} {p.birth_date or ''}".strip() for p in people[:NAMED])
        return Trouble(
            _("有 %(count)s 个“%(name)s”，请填写公民身份号码：%(list)s")
            % {"count": len(people), "name": words[3], "list": listed}
        )


_region, _region_ref = region_fields()

register_table(
    Table(
        key="households",
        label=gettext_noop("户"),
        model=Household,
        writer=HouseholdWriter,
        fields=(
            Field("code", gettext_noop("户编号"), "code", stored="code", required=True, most=30),
            *_region,
            Field("address", gettext_noop("住址"), stored="address", most=200),
            Field("head_name", gettext_noop("户主姓名"), stored="head_name", most=60),
            Field(
                "valid_from",
                gettext_noop("立户日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("销户日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已销户的才填"),
            ),
            UID,
        ),
        references=(_region_ref,),
        identities=(Identity(("uid",), "uid"), Identity(("code",), "code")),
        order=("region_path", "id"),
    )
)

register_table(
    Table(
        key="people",
        label=gettext_noop("人员"),
        model=Person,
        writer=PersonWriter,
        fields=(
            Field("name", gettext_noop("姓名"), stored="name", required=True, most=60),
            *number_fields(),
            *trait_fields(stored=True),
            *_region,
            Field("household", gettext_noop("户编号"), "code", source="household__code"),
            Field(
                "relation",
                gettext_noop("与户主关系"),
                "term",
                stored="relation",
                vocabulary="household_relations",
            ),
            Field(
                "valid_from",
                gettext_noop("登记日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("离开日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("去世或迁出的才填"),
            ),
            Field(
                "citizen_id_note",
                gettext_noop("证件说明"),
                stored="citizen_id_note",
                most=200,
                note=gettext_noop("号码校验不过而确属实际号码时，写明原因"),
            ),
            UID,
        ),
        references=(
            _region_ref,
            Reference("household", gettext_noop("户"), "household", ("household",), "household_id"),
        ),
        identities=(
            Identity(("uid",), "uid"),
            Identity(("citizen_id_index",), "citizen_id_index", ever=True),
            Identity(("name", "phone_index"), "name", also=("birth_date",)),
            Identity(("name", "region_id", "birth_date"), "name"),
            Identity(("name", "region_id"), "name", also=("birth_date", "sex")),
        ),
        order=("region_path", "id"),
    )
)

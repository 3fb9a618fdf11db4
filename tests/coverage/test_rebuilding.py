"""The spans follow the rules and the records, at once and both ways (动态清零)."""

import itertools
import random
from datetime import date, timedelta

from django.db.models import F

from jiceng.coverage.models import CompletenessSpan, CoverageSpan, RebuildMark
from jiceng.coverage.rebuilding import rebuild
from jiceng.organisations.models import UnitSpan
from jiceng.organisations.restructuring.applying import carry_out
from jiceng.organisations.restructuring.steps import Reparent
from jiceng.organisations.spans import REGIONS
from jiceng.records.bases import valid_on
from jiceng.records.models import AuditRow
from jiceng.records.writing import write
from tests.coverage.conftest import BASE, BY, LOCAL, START

DAY = date(2021, 6, 30)


def on(unit, day=DAY) -> CoverageSpan:
    return CoverageSpan.objects.filter(valid_on(day), unit=unit).get()


def change(record, **values) -> None:
    with write(by=BY, action="test"):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()


def test_three_full_members_oblige_an_own_branch(county):
    obliged, joint, none = county.unit(), county.unit(), county.unit()
    for _ in range(3):
        county.member(obliged)
    county.member(joint)
    rebuild()
    assert (on(obliged).need, on(obliged).obliged, on(obliged).organised) == ("base:own", True, False)
    assert (on(joint).need, on(joint).obliged, on(joint).members) == ("base:joint", False, 1)
    assert (on(none).need, on(none).rule) == ("base:instructor_group", "base:ledger.none")


def test_a_probationary_member_counts_as_full_from_the_day_it_is_one(county):
    unit, full_on = county.unit(), date(2021, 7, 1)
    county.member(unit)
    county.member(unit)
    county.member(unit, full_on=full_on)
    rebuild()
    assert not on(unit, full_on - timedelta(days=1)).obliged
    assert on(unit, full_on).obliged
    assert on(unit).members == 3


def test_the_gap_closes_and_opens_with_the_records(county):
    unit = county.unit()
    rebuild()
    assert not on(unit).organised
    cover = county.cover(unit, day=date(2021, 3, 1))
    rebuild()
    assert on(unit).organised
    assert on(unit).worked
    assert on(unit).way == "base:own"
    assert not on(unit, date(2021, 2, 28)).organised
    change(cover, valid_to=date(2021, 6, 1))
    rebuild()
    assert not on(unit).organised
    assert on(unit, date(2021, 5, 31)).organised


def test_temporary_organisations_and_units_out_of_scope_do_not_count(county):
    held, small, dormant = county.unit(), county.unit(employees=9), county.unit()
    county.cover(held, nature="temporary")
    change(UnitSpan.objects.get(unit=dormant), status="base:dormant")
    county.cover(small)
    rebuild()
    assert not on(held).organised
    assert (on(small).in_scope, on(small).organised, on(small).need) == (False, False, "")
    assert not on(dormant).in_scope
    assert not CoverageSpan.objects.filter(unit=county.unit(kind="base:bureau")).exists()


def test_an_ended_organisation_no_longer_covers(county):
    unit = county.unit()
    cover = county.cover(unit)
    change(cover.party_org, valid_to=date(2021, 6, 1))
    rebuild()
    assert not on(unit).organised


def test_work_coverage_without_an_organisation(county):
    unit = county.unit()
    county.union(unit, date(2021, 1, 1))
    rebuild()
    assert (on(unit).organised, on(unit).worked) == (False, True)
    assert not on(unit, date(2020, 12, 31)).worked


def test_the_nearest_pack_rules_and_keeps_the_ledgers_name(county):
    unit = county.unit(region=county.local, employees=1)
    county.union(unit, START)
    rebuild()
    span = on(unit)
    assert (span.in_scope, span.obliged, span.worked) == (True, True, False)
    assert span.ledger == "base:ledger"  # a local override is still that ledger
    assert span.rule == "local:ledger.all"


def test_units_of_a_place_that_moves_are_judged_by_the_rules_of_where_it_now_lies(county):
    village = county.region("990105", county.here)
    hamlet = county.region("990106", village)
    below, at_it, elsewhere = county.unit(region=hamlet), county.unit(region=village), county.unit()
    rebuild()
    assert on(below).rule == on(at_it).rule == "base:ledger.none"
    with write(by=BY, action="test"):
        carry_out(REGIONS, DAY, [Reparent("990105", "9902")])
    assert rebuild() == 2
    assert on(below).rule == on(at_it).rule == "local:ledger.all"
    assert on(elsewhere).rule == "base:ledger.none"


def test_changed_rules_change_every_span_at_once(county, packs):
    unit = county.unit(employees=5)
    rebuild()
    assert not on(unit).in_scope
    packs(base=BASE.replace("gte: 10", "gte: 5"), local=LOCAL)
    rebuild()
    assert on(unit).in_scope
    packs()
    rebuild()
    assert not on(unit).in_scope


def test_only_touched_units_are_looked_at_and_equal_spans_keep_their_keys(county):
    units = [county.unit() for _ in range(5)]
    assert rebuild() == 5
    keys = set(CoverageSpan.objects.values_list("pk", flat=True))
    assert rebuild() == 0
    county.cover(units[2])
    assert rebuild() == 1
    kept = set(CoverageSpan.objects.values_list("pk", flat=True))
    assert len(keys & kept) == 4
    gone = AuditRow.objects.filter(table="coverage_coveragespan", verb="delete").values_list(
        "record", flat=True
    )
    assert set(gone) == keys - kept  # whoever follows the stream sees which rows went


def test_following_the_stream_gives_what_a_full_rebuild_gives(county):
    rng = random.Random(7)
    units = [county.unit(surveyed_on=START) for _ in range(8)]
    rebuild()
    for _ in range(25):
        unit, day = rng.choice(units), START + timedelta(days=rng.randrange(600))
        match rng.randrange(5):
            case 0:
                county.cover(unit, kind=rng.choice(["own", "joint"]), day=day)
            case 1:
                county.member(unit, day=day, full_on=day + timedelta(days=365))
            case 2:
                county.union(unit, day)
            case 3:
                change(UnitSpan.objects.get(unit=unit), employees=rng.choice([None, 3, 10, 80]))
            case _:
                cover = unit.covered_by.filter(valid_to__isnull=True).first()
                if cover:
                    change(cover, valid_to=cover.valid_from + timedelta(days=rng.randrange(1, 300)))
        rebuild()
    followed = {model: content(model) for model in (CoverageSpan, CompletenessSpan)}
    for model in followed:
        model.objects.all().delete()

    RebuildMark.objects.all().delete()
    rebuild()
    assert {model: content(model) for model in followed} == followed


def content(model) -> set[tuple]:
    names = [f.attname for f in model._meta.concrete_fields if not f.primary_key]
    return set(model.objects.values_list(*names))


def test_spans_of_a_unit_follow_each_other_without_overlap(county):
    unit = county.unit()
    for offset in (10, 200, 40, 90):
        county.member(unit, day=START + timedelta(days=offset), full_on=START + timedelta(days=offset + 365))
    county.cover(unit, day=START + timedelta(days=120))
    rebuild()
    spans = list(CoverageSpan.objects.filter(unit=unit).order_by("valid_from"))
    assert spans[0].valid_from == START
    assert spans[-1].valid_to is None
    assert all(a.valid_to == b.valid_from for a, b in itertools.pairwise(spans))
    assert not CoverageSpan.objects.filter(valid_to__lte=F("valid_from")).exists()

"""The section `documents`: what a pack may say, and what is refused with file, line and remedy."""

from textwrap import indent

import pytest

from jiceng.packs.catalogue import of_folders, shipped
from jiceng.packs.installing import check
from jiceng.records.refusals import Refusals
from jiceng.reports import sources
from jiceng.reports.sections.blocks import (
    AnnexBlock,
    FormBlock,
    HeadingBlock,
    RollBlock,
    TableBlock,
    TextBlock,
)
from jiceng.reports.sources import COMMON, Name, Rows, Source, all_sources, register_source
from tests.reports.offered import CASE

WHOLE = """
label: 督办单
en: Supervision order
kind: supervision
about: case
series: 某督
head: 中共某县委组织部
issuer: "{unit}"
title: 关于{title}的督办单
addressee: "{unit}"
signer: "{unit}"
urgency: 特急
sealed: false
copies_to: ["{copies}", 县委办公室]
printed_by: "{unit}办公室"
note: 说明
blocks:
  - {heading: "情况（{number}）", text: "{date}", when: dispatched}
  - {heading: "{decision}", level: 2, text: "第{n}项，{due}前", each: decisions, unless: dispatches}
  - {text: "{unit}应于{deadline}前答复。"}
  - table: dispatches
    title: "{month}情况"
    above: "{unit}"
    notes: ["截至{date}"]
    total: 合计
    empty: 无
    columns:
      - {title: 序号, text: "{n}"}
      - {title: 单位, text: "{unit}（{title}）", group: 甲, width: 10, required: true}
      - {title: 派单, text: "{sent}", group: 甲, unit: 件, adds: true}
  - form: [[{label: 事项, text: "{title}"}, {label: 时限, text: "{deadline}", lines: 2}]]
  - {roll: 出席, text: "{present}"}
  - {annex: "{title}明细", landscape: true, blocks: [{text: "见上。"}]}
"""

SHORT = "label: 通知\nabout: case\ntitle: 通知\nblocks: [{text: 正文}]\n"


@pytest.fixture(autouse=True)
def case(monkeypatch) -> Source:
    """What the documents of these tests are about."""
    monkeypatch.setattr(sources, "_sources", dict(all_sources()))
    return register_source(CASE)


@pytest.fixture
def folder(tmp_path):
    """`folder(text)`: a pack with a document `paper` that says so, from line 3 of documents.yaml on."""

    def write(said: str):
        place = tmp_path / "place"
        place.mkdir(exist_ok=True)
        (place / "pack.yaml").write_text("pack: {id: place, name: 某县, version: 1.0.0}\n", encoding="utf-8")
        text = f"documents:\n  paper:\n{indent(said.strip(), '    ')}\n"
        (place / "documents.yaml").write_text(text, encoding="utf-8")
        return place

    return write


@pytest.fixture
def document(folder):
    return lambda said: of_folders(folder(said)).item("documents", "place:paper")


@pytest.fixture
def faults(folder):
    def find(said: str):
        with pytest.raises(Refusals) as found:
            check([folder(said)])
        return found.value.refusals

    return find


# ------------------------------------------------------------------------------------ what may be written
def test_everything_that_a_document_may_say_is_read(document):
    found = document(WHOLE)
    assert (found.label, found.kind, found.about, found.urgency, found.sealed) == (
        "督办单", "supervision", "case", "特急", False,
    )  # fmt: skip
    assert [type(block) for block in found.blocks] == [
        HeadingBlock, HeadingBlock, TextBlock, TableBlock, FormBlock, RollBlock, AnnexBlock,
    ]  # fmt: skip
    table = found.blocks[3]
    assert [column.title for column in table.columns] == ["序号", "单位", "派单"]
    assert (table.columns[1].required, table.columns[2].adds, table.total) == (True, True, "合计")
    assert found.blocks[4].form[0][1].lines == 2
    assert isinstance(found.blocks[6].blocks[0], TextBlock)


def test_little_needs_to_be_said(document):
    found = document(SHORT)
    assert (found.kind, found.series, found.head, found.sealed) == ("official", None, "", True)
    assert found.blocks[0].when is None


def test_every_place_of_a_document_is_looked_at(document):
    places = {use.place for use in document(WHOLE).uses()}
    assert {
        ("title",), ("copies_to", 0), ("blocks", 0, "heading"), ("blocks", 0, "when"), ("blocks", 1, "each"),
        ("blocks", 1, "unless"), ("blocks", 3, "table"), ("blocks", 3, "columns", 1, "text"), ("blocks", 3, "notes", 0),
        ("blocks", 4, "form", 0, 1, "text"), ("blocks", 5, "text"), ("blocks", 6, "annex"),
        ("blocks", 6, "blocks", 0, "text"),
    } <= places  # fmt: skip


def test_shipped_documents_are_free_of_faults():
    documents = of_folders(*shipped()).section("documents")
    assert "letter_of_appointment" in {key.partition(":")[2] for key in documents}
    assert all(document.en for document in documents.values())


# ----------------------------------------------------------------------------------------- unknown names
@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('issuer: "{unit}"', 'issuer: "{unitt}"', 9, "“case”没有名称“unitt”"),
        ("关于{title}的督办单", "关于{titel}的督办单", 10, "“titel”"),
        ('"{copies}", 县委办公室', '"{copy}", 县委办公室', 15, "“copy”"),
        ("when: dispatched", "when: despatched", 19, "“case”没有名称或清单“despatched”"),
        ("each: decisions", "each: decision", 20, "“case”没有清单“decision”"),
        ("unless: dispatches", "unless: nothing", 20, "“nothing”"),
        ("{due}前", "{deu}前", 20, "“deu”"),
        ("{deadline}前答复", "{due}前答复", 21, "“due”"),  # a name of a list's rows, outside the list
        ("table: dispatches", "table: dispatchs", 22, "“case”没有清单“dispatchs”"),
        ('above: "{unit}"', 'above: "{sent}"', 24, "“sent”"),
        ('notes: ["截至{date}"]', 'notes: ["截至{day}"]', 25, "“day”"),
        ('"{unit}（{title}）"', '"{unit}（{decision}）"', 30, "“decision”"),
        ('text: "{deadline}", lines', 'text: "{dedline}", lines', 32, "“dedline”"),
        ('"{present}"', '"{persons}"', 33, "“persons”"),
        ('"{title}明细"', '"{name}明细"', 34, "“name”"),
        ("text: 见上。", "text: 见上。", 34, None),
        ('blocks: [{text: "见上。"}]', 'blocks: [{text: "见{above}。"}]', 34, "“above”"),
    ],
)
def test_a_name_that_is_not_offered_is_refused_where_it_stands(folder, faults, old, new, line, what):
    if what is None:
        assert check([folder(WHOLE)])
        return
    assert WHOLE.count(old) == 1
    (fault,) = faults(WHOLE.replace(old, new))
    assert fault.where.endswith(f"documents.yaml:{line}")
    assert what in fault.what
    assert fault.remedy


def test_all_unknown_names_are_said_at_once(faults):
    said = SHORT.replace("title: 通知", 'title: "{甲}"'.replace("甲", "one")).replace(
        "正文", '"{two}、{three}、{two}"'
    )
    found = faults(said)
    assert [fault.what for fault in found] == [f"“case”没有名称“{name}”" for name in ("one", "two", "three")]


def test_the_nearest_name_is_proposed(faults):
    (fault,) = faults(SHORT.replace("正文", '"{dedline}"'))
    assert "“deadline”" in fault.remedy


# ---------------------------------------------------------------------------------------- other mistakes
@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("about: case", "about: cases", 4, "没有可写成文书的“cases”"),
        ("about: case", "kind: official", 2, "缺少字段“about”"),
        ("title: 通知", "title: 通知{", 5, "花括号里只能写名称"),
        ("title: 通知", 'title: ""', 5, "太短"),
        ("title: 通知", "title: 通知\nkind: letter", 6, "应为"),
        ("title: 通知", "title: 通知\nseries: 某督2022", 6, "不是发文机关代字"),
        ("title: 通知", "title: 通知\nseries: 〔某督〕", 6, "不是发文机关代字"),
        ("title: 通知", "title: 通知\nissue: true", 2, "按期编号也要写 series"),
        ("title: 通知", "title: 通知\ntitel: 通知", 6, "未知的字段“titel”"),
        ("{text: 正文}", "{txt: 正文}", 6, "看不出这是哪一种内容"),
        ("{text: 正文}", "正文", 6, "看不出这是哪一种内容"),
        ("{text: 正文}", '{text: ""}', 6, "太短"),
        ("{text: 正文}", "{text: 正文, level: 2}", 6, "未知的字段“level”"),
        ("{text: 正文}", "{heading: 标题, level: 5}", 6, "应不大于 4"),
        ("{text: 正文}", "{table: dispatches, columns: []}", 6, "太少"),
        ("{text: 正文}", "{form: [[]]}", 6, "太少"),
        ("{text: 正文}", "{form: [[{lable: 甲}]]}", 6, "未知的字段“lable”"),
        (
            "{text: 正文}",
            "{annex: 表, blocks: [{annex: 表中表, blocks: [{text: 甲}]}]}",
            6,
            "附件里不能再有附件",
        ),
        ("{text: 正文}", "{text: 正文, when: 'a b'}", 6, "写法不对"),
        ("blocks: [{text: 正文}]", "blocks: []", 6, "太少"),
    ],
)
def test_other_mistakes_are_refused_where_they_stand(faults, old, new, line, what):
    found = faults(SHORT.replace(old, new))
    assert [fault.where.rpartition(":")[2] for fault in found] == [str(line)] * len(found)
    assert any(what in fault.what for fault in found), found


def test_what_makes_a_block_is_said(faults):
    (fault,) = faults(SHORT.replace("{text: 正文}", "{txt: 正文}"))
    assert fault.remedy == "写 heading、table、chart、form、roll、annex、text 之一"


# ----------------------------------------------------------------------------------------------- numbers
def test_numbers_are_the_standard_s(document):
    assert document(SHORT + "series: 某组通\n").numbered(2022, 5) == "某组通〔2022〕5号"
    assert document(SHORT + "series: 某纪要\nissue: true\n").numbered(2022, 6) == "第6期"


def test_a_demonstration_s_numbers_cannot_be_taken_for_real_ones(document, settings):
    settings.DEMO = True
    assert document(SHORT + "series: 某组通\n").numbered(2022, 5) == "演示〔2022〕5号"
    assert document(SHORT + "series: 某纪要\nissue: true\n").numbered(2022, 6) == "演示第6期"


# ----------------------------------------------------------------------------------------------- sources
def test_a_source_is_registered_once_and_the_same_again_does_nothing(case):
    assert register_source(case) is case
    with pytest.raises(ValueError, match="source case is declared twice"):
        register_source(Source("case", "别的", {}))


@pytest.mark.parametrize(
    "source",
    [
        Source("other", "别的", {"number": Name("号")}),
        Source("other", "别的", {"date": Name("日")}),
        Source("other", "别的", {}, {"rows": Rows("行", {"n": Name("数")})}),
    ],
)
def test_names_that_every_document_has_are_taken(source):
    with pytest.raises(ValueError, match="names that are taken"):
        register_source(source)
    assert "other" not in all_sources()


def test_every_name_that_is_offered_can_be_called_missing_in_chinese():
    offered = [*COMMON.values()]
    for source in all_sources().values():
        offered += source.names.values()
        offered += [name for rows in source.lists.values() for name in rows.columns.values()]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in name.label) for name in offered)

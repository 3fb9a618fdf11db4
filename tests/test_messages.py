"""Translations are gathered and compiled by our own code; the standard library reads what it wrote."""

import gettext
from io import BytesIO

import pytest

from tools import messages
from tools.messages import Key

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

# a remark
msgctxt "unit"
msgid "家\n"
"二"
msgstr "firm \"x\""

msgid "一个"
msgid_plural "%(n)s 个"
msgstr[0] "one"
msgstr[1] "%(n)s of them"

#, fuzzy
msgid "未定"
msgstr "perhaps"

msgid "未译"
msgstr ""
"""


@pytest.fixture
def po(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


def test_what_is_compiled_reads_back(po):
    read = gettext.GNUTranslations(BytesIO(messages.compiled(messages.read(po))))
    assert read.pgettext("unit", "家\n二") == 'firm "x"'
    assert read.ngettext("一个", "%(n)s 个", 1) == "one"
    assert read.ngettext("一个", "%(n)s 个", 5) == "%(n)s of them"
    assert read.info()["content-type"] == "text/plain; charset=UTF-8"


def test_the_uncertain_and_the_empty_stay_in_chinese(po):
    read = gettext.GNUTranslations(BytesIO(messages.compiled(messages.read(po))))
    assert read.gettext("未定") == "未定"
    assert read.gettext("未译") == "未译"


def test_a_broken_catalogue_says_where(tmp_path):
    path = tmp_path / "django.po"
    path.write_text('msgid "一"\nmsgstr "one\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"django\.po: cannot read the message at line 1"):
        messages.read(path)


def test_python_says_what_it_wants_translated():
    code = '_("甲" "乙"); ngettext_lazy("一", "%(n)s 个", "n"); pgettext("c", "丙"); _(value); other("丁")'
    assert dict(messages.in_python(code)) == {
        Key(None, "甲乙"): None,
        Key(None, "一"): "%(n)s 个",
        Key("c", "丙"): None,
    }


def test_declarations_that_are_shown_translated_say_it_by_their_arguments():
    code = 'Section("a", Model, keyed=True, label="甲", description="乙" "丙"); Other(label="丁"); Section(label=name)'
    assert dict(messages.in_python(code)) == {Key(None, "甲"): None, Key(None, "乙丙"): None}


def test_templates_say_what_they_want_translated():
    template = (
        '{% load i18n %}{% translate "你好)(" %}{% translate "家" context "unit" %}{{ x|default:_("没有") }}'
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} 个\n"
        "{% plural %}\n {{ n }} 些\n{% endblocktranslate %}"
    )
    assert dict(messages.in_template(template)) == {
        Key(None, "你好)("): None,
        Key("unit", "家"): None,
        Key(None, "没有"): None,
        Key(None, "%(n)s 个"): "%(n)s 些",
    }


def test_a_message_that_is_counted_in_one_place_is_counted_everywhere(tmp_path):
    (tmp_path / "room.py").write_text('ngettext("一", "些", n); _("一"); _("二")', encoding="utf-8")
    assert messages.uncounted(tmp_path) == [f"{tmp_path / 'room.py'}: 一"]
    assert messages.uncounted() == []


def test_what_is_missing_is_found_and_can_be_added(po, tmp_path):
    source = tmp_path / "src"
    source.mkdir()
    (source / "room.py").write_text('_("一个"); _("未译"); _("新\\"的\\n")', encoding="utf-8")
    assert messages.missing(po, source) == [Key(None, "未译"), Key(None, '新"的\n')]
    with po.open("a", encoding="utf-8") as file:
        file.write("\n" + messages.as_text(Key(None, '新"的\n'), None))
    assert messages.read(po)[-1].key == Key(None, '新"的\n')

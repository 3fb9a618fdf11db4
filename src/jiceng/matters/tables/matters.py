"""Matters as workbooks of other systems have them."""

from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Table, register_table
from jiceng.matters.models import Matter
from jiceng.matters.tables.beside import beside
from jiceng.matters.tables.telling import MOMENTS, RESULTS
from jiceng.matters.tables.writing import MatterWriter
from jiceng.organisations.tables.dated import body_fields, region_fields

MOST_NUMBER, MOST_TEXT = 50, 20_000

_region, _region_ref = region_fields()
_unit, _unit_ref = body_fields("unit", gettext_noop("涉及单位"), "unit", stored="unit_id", everywhere=True)
_DAY = gettext_noop("到分钟最好；只写日期也可以")


def _moment(key: str, *, note: str = _DAY, required: bool = False) -> Field:
    source = key if key in ("raised_at", "closed_at") else f"@{key}"
    return Field(key, MOMENTS[key], "moment", source=source, required=required, note=note)


register_table(
    Table(
        key="matters",
        label=gettext_noop("事项"),
        model=Matter,
        writer=MatterWriter,
        ledger=False,
        note=gettext_noop("从其他系统带来的事项，连同派单、答复和办结；再次导入只接着记，不改写已有的记录。"),
        fields=(
            Field(
                "number", gettext_noop("编号"), "code", stored="number", required=True, most=MOST_NUMBER,
                note=gettext_noop("原系统的编号；再次导入凭它找到同一件"),
            ),
            Field(
                "type", gettext_noop("事项类型"), source="@type", most=40,
                note=gettext_noop("不填则为当地默认的导入类型"),
            ),
            Field("title", gettext_noop("标题"), stored="title", most=120, note=gettext_noop("不填则取内容的开头")),
            Field("text", gettext_noop("内容"), stored="text", most=MOST_TEXT),
            Field("category", gettext_noop("类别"), "term", stored="category", vocabulary="matter_categories"),
            Field("grade", gettext_noop("分级"), "term", stored="grade", vocabulary="matter_grades"),
            Field("channel", gettext_noop("来源"), "term", stored="channel", vocabulary="matter_channels"),
            *_region,
            *_unit,
            Field("households", gettext_noop("涉及户数"), "integer", stored="households"),
            _moment("raised_at", required=True),
            Field(
                "lead", gettext_noop("主办单位"), "unit", source="@lead", most=300,
                note=gettext_noop("全称或代码；几个单位用顿号隔开，第一个为主办"),
            ),
            Field(
                "support", gettext_noop("协办单位"), "unit", source="@support", most=600,
                note=gettext_noop("几个单位用顿号隔开"),
            ),
            _moment("sent_at", note=gettext_noop("不填则为提出时间")),
            _moment("signed_at"),
            _moment("answered_at", note=gettext_noop("不填则按办结时间")),
            Field("answer", gettext_noop("办理情况"), source="@answer", most=MOST_TEXT),
            Field("state", gettext_noop("状态"), source="@state", most=40, note=gettext_noop("不填则由各个时间得出")),
            _moment("closed_at", note=gettext_noop("没有办结的不填")),
            Field(
                "outcome", gettext_noop("结果"), "term", source="@outcome", vocabulary=RESULTS,
                note=gettext_noop("办结和解决是两回事；不知道的不填"),
            ),
            Field("reached", gettext_noop("已联系上"), "boolean", stored="reached"),
            Field("solved", gettext_noop("反映人认为已解决"), "boolean", stored="solved"),
            Field("satisfaction", gettext_noop("满意度"), "term", stored="satisfaction", vocabulary="satisfactions"),
            Field(
                "reporter", gettext_noop("反映人"), most=40, sensitive=True,
                note=gettext_noop("加密保存；导出时没有这一列"),
            ),
            Field("reporter_phone", gettext_noop("反映人电话"), "phone", sensitive=True),
        ),
        references=(_region_ref, _unit_ref),
        identities=(Identity(("number",), "number"),),
        order=("region_path", "id"),
        beside=beside,
    )
)  # fmt: skip

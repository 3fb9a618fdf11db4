"""What the tests' documents are about: a source with a name of every kind and two lists."""

from jiceng.reports.sources import Name, Rows, Source

CASE = Source(
    key="case",
    label="事项",
    names={
        "title": Name("事项"),
        "unit": Name("承办单位"),
        "deadline": Name("办理时限", "day"),
        "month": Name("月份", "month"),
        "raised_at": Name("提出时间", "moment"),
        "dispatched": Name("派单数", "integer"),
        "cost": Name("经费", "number"),
        "rate": Name("办结率", "share"),
        "present": Name("出席人员", "texts"),
        "copies": Name("抄送机关", "texts"),
    },
    lists={
        "dispatches": Rows(
            "派单",
            {
                "unit": Name("单位"),
                "sent": Name("派单", "integer"),
                "closed": Name("办结率", "share"),
                "on": Name("派单日期", "day"),
                "at": Name("签收时间", "moment"),
            },
        ),
        "decisions": Rows(
            "议定事项", {"decision": Name("决定"), "detail": Name("说明"), "due": Name("时限", "day")}
        ),
    },
)

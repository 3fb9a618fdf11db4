"""What may be counted of persons. Names and identifiers are no facts: figures know persons by key only."""

from django.utils.translation import gettext_noop as _

from jiceng.records.facts import Column, Fact, Reference, Years, register_fact

register_fact(
    Fact(
        key="person",
        table="people_person",
        label=_("人员"),
        model="people.person",
        territory=("region",),
        columns=(
            Column("sex", "code", _("性别"), vocabulary="sexes"),
            Column("birth_date", "date", _("出生日期")),
            Column("ethnicity", "code", _("民族"), vocabulary="ethnicities"),
            Column("education", "code", _("学历"), vocabulary="educations"),
            Column("full_time_education", "code", _("全日制学历"), vocabulary="educations"),
            Column("relation", "code", _("与户主关系"), vocabulary="household_relations"),
            Reference("region", "region", _("所在区域")),
            Reference("household", "household", _("户")),
            Years("age", since="birth_date", label=_("年龄")),
        ),
    )
)

register_fact(
    Fact(
        key="household",
        table="people_household",
        label=_("户"),
        model="people.household",
        territory=("region",),
        columns=(Reference("region", "region", _("所在区域")),),
    )
)

register_fact(
    Fact(
        key="membership",
        table="people_membership",
        label=_("党员组织关系"),
        model="people.membership",
        territory=("party_org", "region"),
        party=("party_org",),
        columns=(
            Reference("person", "person", _("党员")),
            Reference("party_org", "party_org", _("所在党组织")),
            Column("admitted_on", "date", _("入党日期")),
            Column("full_on", "date", _("转正日期")),
            Column("entry", "code", _("进入方式"), vocabulary="membership_entries"),
            Column("exit", "code", _("离开方式"), vocabulary="membership_exits"),
        ),
    )
)

register_fact(
    Fact(
        key="participation",
        table="people_participation",
        label=_("参加活动关系"),
        model="people.participation",
        territory=("party_org", "region"),
        party=("party_org",),
        columns=(
            Reference("person", "person", _("人员")),
            Reference("party_org", "party_org", _("参加的党组织")),
            Column("kind", "code", _("类别"), vocabulary="participation_kinds"),
        ),
    )
)

register_fact(
    Fact(
        key="appointment",
        table="people_appointment",
        label=_("任职"),
        model="people.appointment",
        territory=("region",),
        party=("party_org",),
        industry=("unit",),
        columns=(
            Reference("person", "person", _("人员")),
            Reference("region", "region", _("所在区域")),
            Reference("unit", "unit", _("所在单位")),
            Reference("party_org", "party_org", _("所在党组织")),
            Reference("sent_by", "unit", _("派出单位")),
            Column("post", "code", _("职务"), vocabulary="posts"),
            Column("mode", "code", _("任职方式"), vocabulary="appointment_modes"),
            Column("source", "code", _("选派来源"), vocabulary="appointment_sources"),
            Column("programme", "code", _("专项"), vocabulary="programmes"),
            Column("term_until", "date", _("任期届满")),
        ),
    )
)

register_fact(
    Fact(
        key="charge",
        table="people_charge",
        label=_("联系指导"),
        model="people.charge",
        territory=("appointment", "region"),
        columns=(
            Reference("appointment", "appointment", _("指导员任职")),
            Reference("unit", "unit", _("单位")),
            Reference("party_org", "party_org", _("党组织")),
        ),
    )
)

register_fact(
    Fact(
        key="team",
        table="people_team",
        label=_("队伍"),
        model="people.team",
        territory=("region",),
        party=("party_org",),
        industry=("unit",),
        columns=(
            Column("kind", "code", _("队伍类型"), vocabulary="team_kinds"),
            Column("programme", "code", _("专项"), vocabulary="programmes"),
            Reference("region", "region", _("所在区域")),
            Reference("unit", "unit", _("所在单位")),
            Reference("party_org", "party_org", _("所在党组织")),
            Reference("sponsor", "unit", _("组建单位")),
        ),
    )
)

register_fact(
    Fact(
        key="post_slot",
        table="people_postslot",
        label=_("岗位"),
        model="people.postslot",
        territory=("region",),
        party=("party_org",),
        industry=("unit",),
        columns=(
            Column("kind", "code", _("岗位类型"), vocabulary="post_slot_kinds"),
            Reference("holder", "person", _("在岗人员")),
            Reference("region", "region", _("所在区域")),
            Reference("unit", "unit", _("所在单位")),
            Reference("party_org", "party_org", _("所在党组织")),
        ),
    )
)

register_fact(
    Fact(
        key="employment",
        table="people_employment",
        label=_("工作单位"),
        model="people.employment",
        territory=("unit", "region"),
        industry=("unit",),
        columns=(
            Reference("person", "person", _("人员")),
            Reference("unit", "unit", _("单位")),
            Column("channel", "code", _("招聘渠道"), vocabulary="hiring_channels"),
        ),
    )
)

register_fact(
    Fact(
        key="experience",
        table="people_experience",
        label=_("工作经历"),
        model="people.experience",
        territory=("person", "region"),
        columns=(
            Reference("person", "person", _("人员")),
            Column("kind", "code", _("经历类型"), vocabulary="experience_kinds"),
            Years("years", since="valid_from", until="valid_to", label=_("年数")),
        ),
    )
)

register_fact(
    Fact(
        key="qualification",
        table="people_qualification",
        label=_("称号与技能"),
        model="people.qualification",
        territory=("person", "region"),
        industry=("unit",),
        columns=(
            Reference("person", "person", _("人员")),
            Reference("unit", "unit", _("单位")),
            Column("title", "code", _("称号或等级"), vocabulary="titles"),
            Column("industry", "code", _("行业"), vocabulary="industries"),
        ),
    )
)

register_fact(
    Fact(
        key="standing",
        table="people_standing",
        label=_("身份认定"),
        model="people.standing",
        territory=("person", "region"),
        or_territory=(("household", "region"),),
        columns=(
            Reference("person", "person", _("人员")),
            Reference("household", "household", _("户")),
            Column("kind", "code", _("身份"), vocabulary="standings"),
            Column("ended_as", "code", _("结束方式"), vocabulary="standing_ends"),
        ),
    )
)

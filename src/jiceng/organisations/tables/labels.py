"""Labels that `region_fields` and `body_fields` put together from another one, named here for the
catalogues.
"""

from django.utils.translation import gettext_noop

COMPOSED = (
    gettext_noop("上级党组织代码"),
    gettext_noop("所在区域代码"),
    gettext_noop("所在区域上级"),
    gettext_noop("依托单位代码"),
    gettext_noop("依托区域代码"),
    gettext_noop("依托区域上级"),
    gettext_noop("党组织代码"),
    gettext_noop("单位代码"),
    gettext_noop("区域代码"),
    gettext_noop("区域上级"),
    gettext_noop("对方党组织代码"),
    gettext_noop("功能区代码"),
    gettext_noop("功能区上级"),
    gettext_noop("托管区域代码"),
    gettext_noop("托管区域上级"),
    gettext_noop("主管机构代码"),
    gettext_noop("行业主管部门代码"),
    gettext_noop("所在园区楼宇代码"),
    gettext_noop("工作单位代码"),
    gettext_noop("所在党组织代码"),
    gettext_noop("参加的党组织代码"),
    gettext_noop("所在单位代码"),
    gettext_noop("派出单位代码"),
    gettext_noop("联系单位代码"),
    gettext_noop("联系党组织代码"),
    gettext_noop("组建单位代码"),
    gettext_noop("涉及单位代码"),
)

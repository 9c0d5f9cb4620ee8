"""Files of customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from zhike.domain.imports.rules.fields.field import Field, FieldType, Form, names
from zhike.kernel.errors import gettext_noop as _


class CustomerRow(NamedTuple):
    """One customer; what has no column or an empty cell is None. Amounts in minor units, the margin in per cent."""

    external_id: str | None
    name: str
    kind: str | None
    industry: str | None
    region: str | None
    address: str | None
    credit_code: str | None
    source: str | None
    lifecycle: str | None
    strategic: str | None
    payment_method: str | None
    owner: str | None
    department: str | None
    employees: int | None
    yearly_revenue_minor: int | None
    founded_on: date | None
    cooperation_started_on: date | None
    main_business: str | None
    profit_margin: Decimal | None
    tags: tuple[str, ...] | None
    note: str | None


KINDS = {
    "company": names("企业|公司|单位|法人|机构|小型企业|corporate|business|organization|b"),
    "person": names("个人|自然人|消费者|consumer|individual|c"),
}
SOURCES = {
    "online": names("网络|线上|网上|互联网|官网|网站|web|website|internet"),
    "exhibition": names("展会|展览|会展|trade show|fair"),
    "referral": names("转介绍|推荐|老客户介绍|客户介绍|朋友介绍|recommendation"),
    "partner": names("合作伙伴|渠道|代理|代理商|渠道伙伴"),
    "visit": names("拜访|上门|陌拜|上门拜访"),
    "enquiry": names("咨询|询价|来电|电话咨询|inquiry"),
    "other": names("其他|其它"),
}
LIFECYCLES = {
    "lead": names("潜在客户|线索|潜在|意向客户|prospect"),
    "new": names("新客户|新增客户|新"),
    "active": names("活跃客户|活跃|正式客户|老客户|成交客户"),
    "at_risk": names("风险客户|流失风险|有流失风险|预警客户|预警"),
    "lost": names("流失客户|流失|已流失|churned"),
    "won_back": names("赢回客户|挽回客户|已挽回|挽回|赢回"),
}
STRATEGIC = {
    "": names("否|非战略客户|普通|no|n|false|0"),
    "key_project": names("重点项目|重点|战略客户|是|yes|y|true|1|√"),
    "exclusive_supplier": names("独家供应|独家|独家供应商"),
    "benchmark": names("标杆客户|标杆|行业标杆"),
}

CUSTOMERS = Form(
    fields=(
        Field(
            "external_id",
            _("External number"),
            FieldType.IDENTIFIER,
            names(
                "客户编号|客户ID|客户编码|客户代码|客户号|会员编号|会员号|会员ID|外部编号|编号|编码|"
                "customer id|customer number|"
                "customer no|customer code|external id|account id|id"
            ),
            max_length=80,
        ),
        Field(
            "name",
            _("Customer name"),
            FieldType.LINE,
            names(
                "客户名称|客户名|公司名称|企业名称|单位名称|客户姓名|会员姓名|客户全称|公司全称|名称|姓名|客户|公司|"
                "企业|单位|customer name|company name|account name|name|customer|company|account"
            ),
            max_length=200,
        ),
        Field(
            "kind",
            _("Kind"),
            FieldType.CHOICE,
            names("客户类型|客户性质|客户类别|细分|类型|customer type|customer kind|kind|type|segment"),
            choices=KINDS,
        ),
        Field(
            "industry",
            _("Industry"),
            FieldType.LINE,
            names("行业|所属行业|客户行业|行业类别|行业分类|industry|sector"),
            max_length=80,
        ),
        Field(
            "region",
            _("Region"),
            FieldType.LINE,
            names(
                "地区|区域|所在地区|所属区域|所在地|省/自治区|省份|省市|城市|国家|region|area|province|state|city|"
                "country"
            ),
            max_length=80,
        ),
        Field(
            "address",
            _("Address"),
            FieldType.LINE,
            names("地址|详细地址|公司地址|客户地址|联系地址|通讯地址|注册地址|办公地址|address"),
            max_length=200,
        ),
        Field(
            "credit_code",
            _("Unified social credit code"),
            FieldType.CREDIT_CODE,
            names(
                "统一社会信用代码|社会信用代码|信用代码|税号|纳税人识别号|credit code|uscc|unified social credit code|"
                "tax id"
            ),
        ),
        Field(
            "source",
            _("Source"),
            FieldType.CHOICE,
            names("客户来源|来源|来源渠道|获客渠道|客户来源渠道|source|lead source"),
            choices=SOURCES,
        ),
        Field(
            "lifecycle",
            _("Lifecycle"),
            FieldType.CHOICE,
            names("生命周期|客户状态|客户阶段|生命周期阶段|状态|lifecycle|lifecycle stage|status|stage"),
            choices=LIFECYCLES,
        ),
        Field(
            "strategic",
            _("Strategic"),
            FieldType.CHOICE,
            names("战略客户|是否战略客户|战略标识|战略类型|重点客户|是否重点客户|strategic|is strategic"),
            choices=STRATEGIC,
        ),
        Field(
            "payment_method",
            _("Payment method"),
            FieldType.LINE,
            names("付款方式|支付方式|结算方式|付款条件|账期|payment method|payment terms|payment"),
            max_length=80,
        ),
        Field(
            "owner",
            _("Owner"),
            FieldType.LINE,
            names(
                "负责人|客户经理|业务员|销售|销售员|销售人员|所属销售|归属人|客户负责人|跟进人|owner|account manager|"
                "sales rep|salesperson|owner email"
            ),
            max_length=254,
        ),
        Field(
            "department",
            _("Department"),
            FieldType.LINE,
            names("所属部门|部门|归属部门|负责部门|department"),
            max_length=80,
        ),
        Field(
            "employees",
            _("Employees"),
            FieldType.COUNT,
            names("员工人数|员工数|人数|公司人数|企业人数|职工人数|人员规模|employees|headcount|number of employees"),
        ),
        Field(
            "yearly_revenue",
            _("Yearly revenue"),
            FieldType.AMOUNT,
            names("年营业额|年营收|年收入|年销售额|营业额|营业收入|年产值|yearly revenue|annual revenue|revenue"),
        ),
        Field(
            "founded_on",
            _("Founded"),
            FieldType.DATE,
            names("成立日期|成立时间|注册日期|创立日期|founded on|founded|date founded"),
        ),
        Field(
            "cooperation_started_on",
            _("Cooperation since"),
            FieldType.DATE,
            names(
                "合作开始日期|合作开始时间|开始合作时间|开始合作日期|首次合作日期|首次合作时间|合作时间|合作日期|"
                "建档日期|cooperation since|cooperation started on|customer since"
            ),
        ),
        Field(
            "main_business",
            _("Main business"),
            FieldType.LINE,
            names("主营业务|主营产品|经营范围|主要业务|main business|business"),
            max_length=200,
        ),
        Field(
            "profit_margin",
            _("Profit margin"),
            FieldType.PERCENT,
            names("利润率|毛利率|净利率|profit margin|gross margin|margin"),
        ),
        Field("tags", _("Tags"), FieldType.TAGS, names("标签|客户标签|tags|labels|tag")),
        Field("note", _("Note"), FieldType.NOTE, names("备注|说明|客户备注|描述|note|notes|remark|remarks")),
    ),
    make_row=CustomerRow,
    required=(("name",),),
)

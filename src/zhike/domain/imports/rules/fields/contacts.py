"""Files of contacts."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from zhike.domain.imports.rules.fields.field import Field, FieldType, Form, names
from zhike.kernel.errors import gettext_noop as _


class ContactRow(NamedTuple):
    """One contact; what has no column or an empty cell is None. `customer_external_id` may be our own number."""

    customer_external_id: str | None
    customer_name: str | None
    name: str
    title: str | None
    title_level: str | None
    decision_role: str | None
    mobile: str | None
    phone: str | None
    email: str | None
    wechat: str | None
    preferred_channel: str | None
    preferred_hours: str | None
    birthday: date | None
    is_primary: bool | None
    note: str | None


CUSTOMER_NUMBERS = names(
    "客户编号|客户ID|客户编码|客户代码|客户号|会员编号|会员号|会员ID|用户ID|customer id|customer number|customer no|"
    "customer code|customer external id|account id|client id|member id|user id"
)
CUSTOMER_NAMES = names(
    "客户名称|客户名|客户姓名|公司名称|企业名称|单位名称|所属客户|所属公司|客户全称|会员姓名|客户|公司|单位|企业|买家|"
    "购货单位|customer name|company name|account name|client name|customer|company|account|client|buyer"
)
TITLE_LEVELS = {
    "executive": names("高管|总经理级|高层|决策层|总裁|董事|c-level"),
    "director": names("总监|总监级|部长"),
    "manager": names("经理|经理级|主管|中层"),
    "staff": names("员工|职员|基层|普通员工|专员"),
}
DECISION_ROLES = {
    "decision_maker": names("决策者|决策人|拍板人"),
    "influencer": names("影响者|影响人"),
    "liaison": names("联络人|对接人|接口人|联系人"),
    "user": names("使用者|用户|使用人"),
}
CHANNELS = {
    "phone": names("电话|手机|telephone|call|mobile"),
    "wechat": names("微信|企业微信|wecom|weixin"),
    "email": names("邮件|邮箱|电子邮件|mail"),
    "visit": names("拜访|上门|面谈|面访|上门拜访|meeting"),
}

CONTACTS = Form(
    fields=(
        Field("customer_external_id", _("Customer number"), FieldType.IDENTIFIER, CUSTOMER_NUMBERS, max_length=80),
        Field("customer_name", _("Customer name"), FieldType.LINE, CUSTOMER_NAMES, max_length=200),
        Field(
            "name",
            _("Contact name"),
            FieldType.LINE,
            names("联系人姓名|联系人|联系人名称|姓名|联系人名|contact name|contact|full name|name"),
            max_length=80,
        ),
        Field(
            "title",
            _("Title"),
            FieldType.LINE,
            names("职务|职位|岗位|头衔|职称|title|job title|position"),
            max_length=80,
        ),
        Field(
            "title_level",
            _("Title level"),
            FieldType.CHOICE,
            names("职级|职务级别|职务层级|级别|title level|level|seniority"),
            choices=TITLE_LEVELS,
        ),
        Field(
            "decision_role",
            _("Role in the decision"),
            FieldType.CHOICE,
            names("决策角色|角色|采购角色|决策作用|decision role|role|role in the decision"),
            choices=DECISION_ROLES,
        ),
        Field(
            "mobile",
            _("Mobile"),
            FieldType.PHONE,
            names("手机|手机号|手机号码|移动电话|mobile|mobile phone|cell phone|mobile number"),
            max_length=40,
        ),
        Field(
            "phone",
            _("Phone"),
            FieldType.PHONE,
            names("电话|联系电话|联系方式|电话号码|座机|固定电话|办公电话|phone|telephone|phone number|tel"),
            max_length=40,
        ),
        Field(
            "email",
            _("E-mail address"),
            FieldType.EMAIL,
            names("邮箱|电子邮箱|电子邮件|邮件|邮箱地址|email|email address|mail"),
        ),
        Field("wechat", _("WeChat"), FieldType.IDENTIFIER, names("微信|微信号|wechat|wechat id|weixin"), max_length=80),
        Field(
            "preferred_channel",
            _("Preferred channel"),
            FieldType.CHOICE,
            names("偏好渠道|首选联系方式|偏好联系方式|沟通偏好|联系偏好|preferred channel|preferred contact method"),
            choices=CHANNELS,
        ),
        Field(
            "preferred_hours",
            _("Preferred hours"),
            FieldType.LINE,
            names("偏好时间|方便联系时间|联系时间|偏好联系时间|preferred hours|preferred time"),
            max_length=80,
        ),
        Field("birthday", _("Birthday"), FieldType.DATE, names("生日|出生日期|出生年月日|birthday|date of birth")),
        Field(
            "is_primary",
            _("Main contact"),
            FieldType.YES_NO,
            names("主要联系人|是否主要联系人|首要联系人|主联系人|是否主联系人|main contact|primary contact|is primary"),
        ),
        Field("note", _("Note"), FieldType.NOTE, names("备注|说明|联系人备注|note|notes|remark|remarks")),
    ),
    make_row=ContactRow,
    required=(("customer_external_id", "customer_name"), ("name",)),
    name_field="customer_name",
    identifier_field="customer_external_id",
)

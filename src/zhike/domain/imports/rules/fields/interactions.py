"""Files of interactions."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from zhike.domain.imports.rules.fields.contacts import CUSTOMER_NAMES, CUSTOMER_NUMBERS
from zhike.domain.imports.rules.fields.field import Field, FieldType, Form, names
from zhike.kernel.errors import gettext_noop as _


class InteractionRow(NamedTuple):
    """One interaction; what has no column or an empty cell is None. `customer_external_id` may be our own number.

    `occurred_at` has a zone only where the cell names one; `contacts` and `staff` are names, or e-mails of staff.
    """

    external_id: str | None
    customer_external_id: str | None
    customer_name: str | None
    occurred_at: datetime
    channel: str | None
    contacts: tuple[str, ...] | None
    staff: tuple[str, ...] | None
    is_connected: bool | None
    summary: str | None
    feedback: str | None
    mentions_competitor: bool | None
    mentions_leaving: bool | None
    next_action: str | None
    next_action_on: date | None


INTERACTION_CHANNELS = {
    "phone": names("电话|电话回访|电话沟通|来电|去电|telephone|call|phone call"),
    "visit": names("拜访|上门拜访|上门|面谈|实地拜访|来访|face to face"),
    "wechat": names("微信|企业微信|微信沟通|wecom|weixin"),
    "email": names("邮件|电子邮件|邮箱|mail"),
    "meeting": names("线上会议|会议|视频会议|视频|腾讯会议|online meeting|video call"),
    "other": names("其他|其它|短信|qq"),
}

INTERACTIONS = Form(
    fields=(
        Field(
            "external_id",
            _("External number"),
            FieldType.IDENTIFIER,
            names("记录编号|往来编号|跟进编号|拜访编号|互动编号|外部编号|流水号|interaction id|activity id|record id"),
            max_length=80,
        ),
        Field("customer_external_id", _("Customer number"), FieldType.IDENTIFIER, CUSTOMER_NUMBERS, max_length=80),
        Field("customer_name", _("Customer name"), FieldType.LINE, CUSTOMER_NAMES, max_length=200),
        Field(
            "occurred_at",
            _("Time"),
            FieldType.DATETIME,
            names(
                "往来时间|跟进时间|拜访时间|互动时间|沟通时间|联系时间|回访时间|发生时间|沟通日期|跟进日期|拜访日期|"
                "互动日期|联系日期|回访日期|往来日期|时间|日期|occurred at|date time|time|date"
            ),
        ),
        Field(
            "channel",
            _("Channel"),
            FieldType.CHOICE,
            names(
                "沟通方式|联系方式|跟进方式|互动方式|往来方式|沟通渠道|互动渠道|回访方式|拜访方式|渠道|方式|channel|"
                "method|type"
            ),
            choices=INTERACTION_CHANNELS,
        ),
        Field(
            "contacts",
            _("Contacts"),
            FieldType.TAGS,
            names(
                "客户联系人|联系人|联系人姓名|对方人员|客户方人员|受访人|拜访对象|沟通对象|contacts|contact|"
                "contact name"
            ),
        ),
        Field(
            "staff",
            _("Our people"),
            FieldType.TAGS,
            names(
                "我方人员|跟进人|拜访人|记录人|负责人|客户经理|业务员|沟通人|回访人|our people|staff|owner|logged by|"
                "account manager"
            ),
        ),
        Field(
            "is_connected",
            _("Reached"),
            FieldType.YES_NO,
            names("是否接通|是否联系上|接通|接通情况|接通状态|connected|is connected"),
        ),
        Field(
            "summary",
            _("Summary"),
            FieldType.NOTE,
            names(
                "沟通内容|内容摘要|跟进内容|互动内容|往来内容|拜访内容|沟通摘要|沟通纪要|摘要|内容|记录|主要内容|"
                "跟进记录|summary|content|notes|note"
            ),
        ),
        Field(
            "feedback",
            _("Customer's feedback"),
            FieldType.NOTE,
            names("客户反馈|反馈|客户意见|反馈意见|客户需求及反馈|feedback|customer feedback"),
        ),
        Field(
            "mentions_competitor",
            _("Mentioned a competitor"),
            FieldType.YES_NO,
            names(
                "提及竞争对手|提及竞品|是否提及竞品|是否提及竞争对手|竞品提及|competitor mentioned|mentions competitor"
            ),
        ),
        Field(
            "mentions_leaving",
            _("Mentioned leaving"),
            FieldType.YES_NO,
            names("提及流失|提及流失意向|有离开意向|流失意向|是否有流失意向|离开意向|mentions leaving|wish to leave"),
        ),
        Field(
            "next_action",
            _("Next action"),
            FieldType.LINE,
            names("下一步行动|下一步计划|下一步|后续行动|后续计划|跟进计划|下步计划|next action|next step"),
            max_length=200,
        ),
        Field(
            "next_action_on",
            _("Next action on"),
            FieldType.DATE,
            names(
                "下次跟进时间|下次跟进日期|下次联系时间|下次联系日期|下一步时间|下一步日期|计划完成时间|下次拜访时间|"
                "next action on|next action date|next contact date|follow up date"
            ),
        ),
    ),
    make_row=InteractionRow,
    required=(("customer_external_id", "customer_name"), ("occurred_at",)),
    name_field="customer_name",
    identifier_field="customer_external_id",
)

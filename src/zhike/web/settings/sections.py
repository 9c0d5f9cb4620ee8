"""The sections of the settings, and the page around each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.domain.accounts.models import User
from zhike.web.http import StaffRequest


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of the settings; without `kind` it is everybody's own.

    `words` are what people type to find it, as with the places of the frame. Who may edit the kind `to_edit` may open
    it as well.
    """

    name: Any
    route: str
    icon: str
    words: str
    kind: str = ""
    to_edit: str = ""
    starts_group: bool = False

    def is_open_to(self, user: User) -> bool:
        """Whether the person may open it."""
        return not self.kind or user.may(self.kind, "view") or (self.to_edit != "" and user.may(self.to_edit, "edit"))


SECTIONS = (
    Section(name=_("Our company"), route="settings:page", icon="building", kind="setting",
            words="company settings 设置 公司信息 公司 gongsi xinxi gsxx gs"),
    Section(name=_("People and departments"), route="people:list", icon="users-group", kind="person",
            words="people departments staff 设置 人员与部门 员工 同事 部门 账号 renyuan bumen ryybm yuangong yg"),
    Section(name=_("Roles and permissions"), route="settings:roles", icon="shield", kind="security",
            words="roles permissions rights access 设置 角色与权限 权限 角色 juese quanxian jsyqx qx"),
    Section(name=_("Signing in"), route="settings:security", icon="lock", kind="security",
            words="sign in password policy second factor security 设置 登录与安全 密码 denglu anquan dlyaq mima mm"),
    Section(name=_("Own fields"), route="settings:fields", icon="id", kind="setting",
            words="own fields custom 设置 自定义字段 字段 zidingyi ziduan zdyzd"),
    Section(name=_("Service standards"), route="settings:standards", icon="list-check", kind="setting",
            words="service standards cadence 设置 服务标准 fuwu biaozhun fwbz"),
    Section(name=_("Working calendar"), route="settings:calendar", icon="calendar", kind="setting",
            words="working calendar holidays hours 设置 工作日历 节假日 上班 gongzuo rili gzrl jiejiari"),
    Section(name=_("Retention periods"), route="privacy:retention", icon="clock", kind="privacy",
            words="retention periods keeping 设置 保存期限 baocun qixian bcqx"),
    Section(name=_("Trail"), route="audit:keeping", icon="history", kind="audit", to_edit="security",
            words="trail keeping audit 设置 操作记录 保存 审计 caozuo jilu czjl"),
    Section(name=_("Playbook"), route="settings:playbook", icon="file-text", kind="playbook",
            words="playbook 设置 管理方案 方案 guanli fangan glfa"),
    Section(name=_("My profile"), route="settings:profile", icon="user", starts_group=True,
            words="my profile language second factor 设置 我的资料 个人资料 语言 设备 wode ziliao wdzl shezhi sz"),
    Section(name=_("API tokens"), route="settings:tokens", icon="link",
            words="api tokens programs 设置 令牌 接口 lingpai lp jiekou"),
    Section(name=_("About"), route="settings:about", icon="info-circle", kind="setting",
            words="about version licence 设置 关于系统 版本 guanyu gyxt banben"),
)  # fmt: skip

PERSONAL = (
    Section(name=_("Change password"), route="account_change_password", icon="lock",
            words="change password 修改密码 密码 xiugai mima xgmm mm"),
)  # fmt: skip
"""Pages about oneself that stand in no list of sections."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A section in the list beside the page."""

    name: str
    url: str
    icon: str
    is_current: bool
    starts_group: bool


def settings_page(
    request: StaffRequest, template: str, context: dict[str, Any] | None = None, *, route: str, status: int = 200
) -> HttpResponse:
    """Render a page of the settings with the list of those sections that the person may open."""
    entries = [
        Entry(
            name=str(section.name),
            url=reverse(section.route),
            icon=section.icon,
            is_current=section.route == route,
            starts_group=section.starts_group,
        )
        for section in SECTIONS
        if section.is_open_to(request.user)
    ]
    return render(request, template, {**(context or {}), "sections": entries}, status=status)

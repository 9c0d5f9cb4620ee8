"""What was said: visits, calls and messages with the demo company's customers."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random

from zhike.kernel.clock import COMPANY_ZONE

SUMMARIES = (
    "沟通本月用量与库存，客户对直线导轨交期满意。",
    "回访上周到货情况，包装完好，已入库。",
    "介绍新款行星减速机，客户要求寄样测试。",
    "讨论下季度备货计划，预计增加伺服电机采购。",
    "客户反馈一批气缸有漏气现象，已登记并安排更换。",
    "拜访生产现场，了解产线改造进度和设备需求。",
    "确认年度框架合同条款，账期维持月结。",
    "邀请参加技术交流会，客户派两名工程师参加。",
    "核对上月对账单，双方一致。",
    "了解客户明年扩产规划，预计新增两条产线。",
)
FEEDBACKS = (
    "交期稳定，希望价格再优惠一些。", "对技术支持比较满意。", "希望能缩短小批量订单的交期。", "客服响应很快。",
    "样品测试通过，准备小批量试用。", "希望定期上门培训操作人员。", "", "", "",
)  # fmt: skip
COMPETITOR = "客户提到另一家供应商报价低约 8%，正在比较。"
LEAVING = "客户表示近期几批交货偏晚，正考虑减少采购份额。"
CHANNELS = ("phone", "phone", "phone", "visit", "wechat", "wechat", "email")


def moment(random: Random, around: datetime) -> datetime:
    """A minute of that working day, in UTC."""
    day = around.astimezone(COMPANY_ZONE).date()
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    at = datetime.combine(day, time(random.choice((9, 10, 11, 14, 15, 16)), random.randint(0, 59)), COMPANY_ZONE)
    return at.astimezone(UTC)

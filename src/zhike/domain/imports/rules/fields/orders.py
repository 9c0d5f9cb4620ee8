"""Files of orders, one line of an order a row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from zhike.domain.imports.rules.fields.contacts import CUSTOMER_NAMES, CUSTOMER_NUMBERS
from zhike.domain.imports.rules.fields.customers import KINDS
from zhike.domain.imports.rules.fields.field import Field, FieldType, Form, names
from zhike.kernel.errors import gettext_noop as _


class OrderRow(NamedTuple):
    """One order line; what has no column or an empty cell is None.

    Amounts in minor units, `unit_price` exact in yuan, `discount` in per cent. `customer_external_id` may be our own
    number; kind and places of the customer are for creating one that is missing.
    """

    number: str
    line_number: int | None
    ordered_on: date
    customer_external_id: str | None
    customer_name: str | None
    customer_kind: str | None
    customer_country: str | None
    customer_region: str | None
    customer_province: str | None
    customer_city: str | None
    product_code: str | None
    product_name: str | None
    category: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    amount_minor: int | None
    cost_minor: int | None
    profit_minor: int | None
    discount: Decimal | None
    kind: str | None
    channel: str | None


ORDER_KINDS = {
    "sale": names("销售|正常|订单|销售单|出库|已完成|完成|已付款|已发货|completed|order|否|no"),
    "return": names("退货|退款|退货单|退单|已退货|已退款|冲红|退回|returned|refund|refunded|credit note|是|yes"),
}

ORDERS = Form(
    fields=(
        Field(
            "number",
            _("Order number"),
            FieldType.IDENTIFIER,
            names(
                "订单编号|订单号|订单ID|订单号码|销售单号|销售订单号|单据编号|单据号|单号|合同编号|发票号|发票号码|"
                "order number|order no|order id|invoice number|invoice no|invoice id|invoice|number"
            ),
            max_length=80,
        ),
        Field(
            "line_number",
            _("Line number"),
            FieldType.COUNT,
            names("行号|行ID|明细行号|订单行号|行项目|项次|line number|line no|row id|line|line item|position"),
        ),
        Field(
            "ordered_on",
            _("Order date"),
            FieldType.DATE,
            names(
                "订单日期|下单日期|下单时间|订单时间|成交日期|销售日期|交易日期|交易时间|购买日期|单据日期|开票日期|"
                "日期|order date|ordered on|invoice date|purchase date|sale date|transaction date|date"
            ),
        ),
        Field("customer_external_id", _("Customer number"), FieldType.IDENTIFIER, CUSTOMER_NUMBERS, max_length=80),
        Field("customer_name", _("Customer name"), FieldType.LINE, CUSTOMER_NAMES, max_length=200),
        Field(
            "customer_kind",
            _("Kind of customer"),
            FieldType.CHOICE,
            names("客户类型|客户性质|客户类别|细分|客户细分|customer kind|customer type|segment"),
            choices=KINDS,
        ),
        Field("customer_country", _("Country"), FieldType.LINE, names("国家|国家/地区|country"), max_length=80),
        Field(
            "customer_region",
            _("Region"),
            FieldType.LINE,
            names("地区|区域|大区|所属区域|销售区域|region|area"),
            max_length=80,
        ),
        Field(
            "customer_province",
            _("Province"),
            FieldType.LINE,
            names("省/自治区|省份|省|省市|province|state"),
            max_length=80,
        ),
        Field("customer_city", _("City"), FieldType.LINE, names("城市|市|所在城市|city"), max_length=80),
        Field(
            "product_code",
            _("Product code"),
            FieldType.IDENTIFIER,
            names(
                "产品编号|产品ID|产品编码|产品代码|商品编号|商品编码|商品ID|商品代码|物料编码|物料编号|货号|存货编码|"
                "sku|product code|product id|product number|stock code|item code|item number"
            ),
            max_length=80,
        ),
        Field(
            "product_name",
            _("Product"),
            FieldType.LINE,
            names(
                "产品名称|商品名称|产品名|商品名|品名|物料名称|货物名称|存货名称|产品|商品|product name|product|"
                "item name|item|description|item description|product description"
            ),
            max_length=200,
        ),
        Field(
            "category",
            _("Category"),
            FieldType.LINE,
            names("产品类别|类别|产品分类|商品分类|商品类别|品类|分类|产品线|category|product category"),
            max_length=80,
        ),
        Field(
            "quantity",
            _("Quantity"),
            FieldType.QUANTITY,
            names("数量|销售数量|订购数量|购买数量|件数|quantity|qty|units"),
        ),
        Field(
            "unit_price",
            _("Unit price"),
            FieldType.PRICE,
            names("单价|含税单价|销售单价|成交单价|价格|售价|unit price|price|price each"),
        ),
        Field(
            "amount",
            _("Amount"),
            FieldType.AMOUNT,
            names(
                "金额|销售额|订单金额|销售金额|成交金额|实付金额|含税金额|合计金额|总金额|总价|小计|应收金额|amount|"
                "sales|total amount|line amount|order amount|total|line total|revenue"
            ),
        ),
        Field(
            "cost",
            _("Cost"),
            FieldType.AMOUNT,
            names("成本|成本金额|销售成本|总成本|cost|total cost|cost amount"),
        ),
        Field("profit", _("Profit"), FieldType.AMOUNT, names("利润|毛利|利润额|毛利额|profit|gross profit")),
        Field(
            "discount",
            _("Discount"),
            FieldType.PERCENT,
            names("折扣|折扣率|优惠比例|discount|discount rate"),
        ),
        Field(
            "kind",
            _("Sale or return"),
            FieldType.CHOICE,
            names("订单类型|单据类型|销售或退货|业务类型|是否退货|退货|退回|order type|kind|is return|returned"),
            choices=ORDER_KINDS,
        ),
        Field(
            "channel",
            _("Sales channel"),
            FieldType.LINE,
            names("销售渠道|渠道|订单来源|店铺|channel|sales channel|store"),
            max_length=40,
        ),
    ),
    make_row=OrderRow,
    required=(
        ("number",),
        ("ordered_on",),
        ("customer_external_id", "customer_name"),
        ("amount", "unit_price"),
        ("amount", "quantity"),
    ),
    name_field="customer_name",
    identifier_field="customer_external_id",
)

"""Forms about tiers: they check what was typed, services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.segmentation.rules import RfmScheme
from zhike.web.segmentation.schemes import Chosen
from zhike.web.widgets import DayInput

CUTS = (("recency_days", gettext_lazy("Recency, days")), ("orders", gettext_lazy("Frequency, orders")),
        ("amount", gettext_lazy("Money, yuan")))  # fmt: skip
ORDER_COUNTS = [
    ("order", gettext_lazy("every order")),
    ("day", gettext_lazy("days with orders: several on one day count once")),
]


class OverrideForm(forms.Form):
    """A tier, why, and until when."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody who sees the customer sees it."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"),
        widget=DayInput(),
        help_text=gettext_lazy("From that day on the rules decide again."),
    )

    def __init__(self, data: Any = None, *, scheme: Chosen, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        tiers: Any = self.fields["tier"]
        tiers.choices = [(label.key, label.name) for label in scheme.tiers.values()]


class RfmForm(forms.Form):
    """What an RFM scheme says: window, weights, where the scores divide, how they are read."""

    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)
    window_days = forms.IntegerField(label=gettext_lazy("Window, days"), min_value=1, max_value=3650)
    count_orders_by = forms.ChoiceField(label=gettext_lazy("Frequency counts"), choices=ORDER_COUNTS)
    weight_r = forms.IntegerField(label=gettext_lazy("Weight of R"), min_value=0, max_value=100)
    weight_f = forms.IntegerField(label=gettext_lazy("Weight of F"), min_value=0, max_value=100)
    weight_m = forms.IntegerField(label=gettext_lazy("Weight of M"), min_value=0, max_value=100)
    scoring = forms.ChoiceField(
        label=gettext_lazy("Scores 1 to 5"),
        widget=forms.RadioSelect,
        choices=[
            ("quintiles", gettext_lazy("by quintiles: a fifth of the customers each")),
            ("own", gettext_lazy("by own cut-offs")),
        ],
    )
    reading = forms.ChoiceField(
        label=gettext_lazy("Classes"),
        widget=forms.RadioSelect,
        choices=[
            ("four", gettext_lazy("four: high value, potential, low value, churn risk")),
            ("eight", gettext_lazy("eight: important or general, by R, F and M high or low")),
        ],
    )
    churn_risk_at_most = forms.IntegerField(label=gettext_lazy("Churn risk: R score at most"), min_value=0, max_value=5)
    high_at_least = forms.FloatField(
        label=gettext_lazy("High value: weighted total at least"), min_value=1, max_value=5
    )
    low_below = forms.FloatField(label=gettext_lazy("Low value: weighted total below"), min_value=1, max_value=5)
    split = forms.ChoiceField(
        label=gettext_lazy("High or low is measured against"),
        choices=[("mean", gettext_lazy("the mean")), ("median", gettext_lazy("the median"))],
    )

    def __init__(self, data: Any = None, *, spec: RfmScheme) -> None:
        cuts = spec.cut_offs.model_dump() if spec.cut_offs else {}
        initial: dict[str, Any] = {
            "name_zh": spec.name.zh,
            "name_en": spec.name.en,
            "window_days": spec.window_days,
            "count_orders_by": spec.count_orders_by,
            **{f"weight_{measure}": getattr(spec.weights, measure) for measure in "rfm"},
            "scoring": "own" if spec.cut_offs else "quintiles",
            "reading": spec.reading,
            **spec.thresholds.model_dump(),
            "split": spec.split,
        }
        for measure, values in cuts.items():
            initial |= {f"{measure}_{place}": value for place, value in enumerate(values)}
        super().__init__(data, initial=initial)
        for measure, label in CUTS:
            for place in range(4):
                name = f"{label} {place + 1}"
                self.fields[f"{measure}_{place}"] = forms.DecimalField(
                    label=name,
                    required=False,
                    min_value=0,
                    decimal_places=2,
                    widget=forms.NumberInput(attrs={"aria-label": name}),
                )
        self._spec = spec

    @property
    def cuts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The twelve cut-offs, four a measure."""
        return [(str(label), [self[f"{measure}_{place}"] for place in range(4)]) for measure, label in CUTS]

    def clean(self) -> dict[str, Any]:
        """Own cut-offs are complete or not wanted."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("scoring") == "own" and any(
            cleaned.get(f"{measure}_{place}") is None for measure, _label in CUTS for place in range(4)
        ):
            raise forms.ValidationError(_("Give all four cut-offs of each measure, or let quintiles decide."))
        return cleaned

    def definition(self) -> dict[str, Any]:
        """The scheme as it stands in playbooks."""
        said = self.cleaned_data
        whole = {"recency_days": int, "orders": int, "amount": float}
        cut_offs = {
            measure: [whole[measure](said[f"{measure}_{place}"]) for place in range(4)] for measure, _label in CUTS
        } if said["scoring"] == "own" else None  # fmt: skip
        return {
            "key": self._spec.key,
            "name": {"zh": said["name_zh"], "en": said["name_en"]},
            "method": "rfm",
            "window_days": said["window_days"],
            "count_orders_by": said["count_orders_by"],
            "weights": {measure: said[f"weight_{measure}"] for measure in "rfm"},
            "cut_offs": cut_offs,
            "reading": said["reading"],
            "thresholds": {name: said[name] for name in ("churn_risk_at_most", "high_at_least", "low_below")},
            "split": said["split"],
        }

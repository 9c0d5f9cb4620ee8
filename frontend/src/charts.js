// Drawing. A chart arrives as a small table (see zhike/web/charts.py) and is drawn in the colours of the page.
import { BarChart, HeatmapChart, LineChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, HeatmapChart, LineChart, SankeyChart, AriaComponent, GridComponent, LegendComponent]);
echarts.use([TooltipComponent, VisualMapComponent, CanvasRenderer]);

const drawn = new Map();

function colours() {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement("i");
  document.body.append(probe);
  // The canvas does not know light-dark(): let the browser work each colour out.
  const colour = (name) => {
    probe.style.color = style.getPropertyValue(name);
    return getComputedStyle(probe).color;
  };
  const found = {
    text: colour("--ink"),
    quiet: colour("--ink-quiet"),
    line: colour("--line"),
    ground: colour("--surface"),
    raised: colour("--surface-raised"),
    ramp: [1, 2, 3, 4, 5, 6].map((step) => colour(`--heat-${step}`)),
    series: [1, 2, 3, 4, 5, 6].map((step) => colour(`--series-${step}`)),
    font: style.getPropertyValue("--font"),
  };
  probe.remove();
  return found;
}

const number = (value) => (typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 2 }) : value);

function bubble(title, lines) {
  const box = document.createElement("div");
  box.className = "chart-bubble";
  const head = document.createElement("strong");
  head.textContent = title;
  box.append(head);
  for (const [label, value] of lines) {
    const line = document.createElement("div");
    line.append(label, Object.assign(document.createElement("b"), { textContent: value }));
    box.append(line);
  }
  return box;
}

function axes(data, c) {
  const label = { color: c.quiet, fontSize: 12, hideOverlap: true };
  return {
    grid: { left: 4, right: 12, top: data.columns.length > 2 ? 36 : 14, bottom: 4, containLabel: true },
    xAxis: {
      type: "category",
      data: data.rows.map((row) => row[0]),
      axisLabel: label,
      axisLine: { lineStyle: { color: c.line } },
      axisTick: { show: false },
    },
    yAxis: { type: "value", scale: data.kind === "line", axisLabel: label, splitLine: { lineStyle: { color: c.line } }, splitNumber: 4 },
    legend: data.columns.length > 2 ? { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: c.quiet } } : undefined,
    tooltip: {
      trigger: "axis",
      axisPointer: { type: data.kind === "bar" ? "shadow" : "line", shadowStyle: { color: c.line, opacity: 0.35 }, lineStyle: { color: c.quiet } },
      formatter: (points) => bubble(points[0].name, points.map((point) => [point.seriesName, number(point.value) + data.unit])),
    },
  };
}

const KINDS = {
  bar: (data, c) => ({
    ...axes(data, c),
    series: data.columns.slice(1).map((name, index) => ({
      type: "bar",
      name,
      data: data.rows.map((row) => row[index + 1]),
      barMaxWidth: 44,
      itemStyle: { borderRadius: [4, 4, 0, 0] },
      label: { show: data.columns.length === 2 && data.rows.length <= 12, position: "top", color: c.text, formatter: (point) => number(point.value) },
    })),
  }),

  line: (data, c) => ({
    ...axes(data, c),
    series: data.columns.slice(1).map((name, index) => ({
      type: "line",
      name,
      data: data.rows.map((row) => row[index + 1]),
      symbol: ["circle", "rect", "triangle", "diamond"][index % 4],
      symbolSize: 6,
      showSymbol: data.rows.length <= 24,
      lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][index % 3] },
    })),
  }),

  heat: (data, c) => {
    const across = [...new Set(data.rows.map((row) => row[0]))];
    const up = [...new Set(data.rows.map((row) => row[1]))];
    const most = Math.max(1, ...data.rows.map((row) => row[2]));
    const axis = (values, name) => ({
      type: "category",
      data: values,
      name,
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: { color: c.quiet },
      axisLabel: { color: c.quiet },
      axisLine: { show: false },
      axisTick: { show: false },
    });
    return {
      grid: { left: 44, right: 8, top: 8, bottom: 44 },
      xAxis: axis(across, data.columns[0]),
      yAxis: axis(up, data.columns[1]),
      visualMap: { show: false, min: 0, max: most, inRange: { color: c.ramp } },
      tooltip: { formatter: ({ value }) => bubble(`${data.columns[0]} ${value[0]} · ${data.columns[1]} ${value[1]}`, [[data.columns[2], number(value[2]) + data.unit]]) },
      series: [
        {
          type: "heatmap",
          data: data.rows.map((row) => ({
            value: row,
            label: { color: row[2] / most > 0.65 ? c.ground : c.text },
          })),
          label: { show: true, formatter: ({ value }) => number(value[2]) },
          itemStyle: { borderColor: c.ground, borderWidth: 3, borderRadius: 6 },
        },
      ],
    };
  },

  sankey: (data, c) => {
    // From the first name, the strongest colour, down to the palest.
    const strength = (name) => (data.order.length - 1 - data.order.indexOf(name)) / Math.max(data.order.length - 1, 1);
    const colour = (name) => c.ramp[2 + Math.round(strength(name) * (c.ramp.length - 3))];
    const side = (index, mark) =>
      data.order.filter((name) => data.rows.some((row) => row[index] === name)).map((name) => ({
        name: mark + name,
        itemStyle: { color: colour(name) },
        label: { position: index ? "left" : "right" },
      }));
    const bare = (name) => name.slice(1);
    return {
      tooltip: {
        formatter: ({ dataType, data: mark, name, value }) =>
          dataType === "edge"
            ? bubble(`${bare(mark.source)} → ${bare(mark.target)}`, [[data.columns[2], number(mark.value) + data.unit]])
            : bubble(bare(name), [[data.columns[2], number(value) + data.unit]]),
      },
      series: [
        {
          type: "sankey",
          left: 4,
          right: 4,
          top: 8,
          bottom: 8,
          nodeWidth: 12,
          nodeGap: 14,
          layoutIterations: 0,
          draggable: false,
          nodes: [...side(0, "<"), ...side(1, ">")],
          links: data.rows.map(([from, to, value]) => ({ source: `<${from}`, target: `>${to}`, value })),
          label: { color: c.text, formatter: ({ name, value }) => `${bare(name)}  ${number(value)}` },
          lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
          emphasis: { focus: "adjacency", lineStyle: { opacity: 0.5 } },
        },
      ],
    };
  },
};

function paint(element, { forPrint = false } = {}) {
  const { chart, data } = drawn.get(element);
  const c = colours();
  const option = KINDS[data.kind](data, c);
  chart.setOption(
    {
      ...option,
      color: c.series,
      animation: !forPrint && data.kind !== "sankey" && !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      textStyle: { fontFamily: c.font, fontSize: 12, color: c.text },
      tooltip: { confine: true, backgroundColor: c.raised, borderColor: c.line, padding: 0, textStyle: { color: c.text, fontFamily: c.font, fontSize: 12 }, ...option.tooltip },
      // Patterns tell series apart where there is no colour.
      aria: { enabled: forPrint, decal: { show: forPrint && data.columns.length > 2 } },
    },
    true,
  );
}

/** Draw the table that stands behind the element as JSON. */
export function draw(element) {
  if (drawn.has(element)) return;
  const data = JSON.parse(element.dataset.table);
  const chart = echarts.init(element);
  drawn.set(element, { chart, data });
  paint(element);
  chart.on("click", ({ dataIndex, dataType }) => {
    if (dataType !== "node" && data.links[dataIndex]) location.href = data.links[dataIndex];
  });
  new ResizeObserver(() => chart.resize()).observe(element);
}

function all(options) {
  for (const [element, { chart }] of drawn) {
    if (element.isConnected) paint(element, options);
    else {
      chart.dispose();
      drawn.delete(element);
    }
  }
}

document.addEventListener("zhike:theme", () => all());
addEventListener("beforeprint", () => {
  document.documentElement.dataset.bsTheme = "light";
  all({ forPrint: true });
});
addEventListener("afterprint", () => dispatchEvent(new Event("zhike:theme-chosen")));

/** Small charts as SVG text: no library, no script, legible on white wherever the file is shown. */

/** One curve. */
export interface Series {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly colour: string;
  /** `step`: a value holds until the next point. `rings` and `dots`: nothing is known between points; a dot lies in its ring. */
  readonly shape: 'line' | 'step' | 'bars' | 'rings' | 'dots';
}

/** One chart. */
export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Rates are shown by their logarithm; all x must be above 0. */
  readonly isLogX?: boolean;
  /** Where the x axis is labelled; else about six round values. */
  readonly xTicks?: readonly number[];
}

/** Okabe & Ito's palette, told apart by people of any colour vision. */
export const COLOURS = { truth: '#000000', counted: '#0072b2', second: '#d55e00', third: '#009e73' } as const;

const SIZE = { width: 760, height: 300, left: 58, right: 16, top: 52, bottom: 44 };
const PLOT = { width: SIZE.width - SIZE.left - SIZE.right, height: SIZE.height - SIZE.top - SIZE.bottom };

interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

/** The chart as a whole SVG document. The y axis always holds 0. */
export function chartSvg(chart: Chart): string {
  const scale = scaleOf(chart);
  const body = [
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
    text(SIZE.left, 18, chart.title, 'font-weight="bold"'),
    ...chart.series.map(legend),
    ...grid(chart, scale),
    ...chart.series.map((series) => MARKS[series.shape](series, scale)),
  ];
  const box = `viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}"`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="sans-serif" font-size="12" role="img">`;
  return `${head}\n<title>${escapeXml(chart.title)}</title>\n${body.join('\n')}\n</svg>\n`;
}

function scaleOf({ series, isLogX = false, xTicks }: Chart): Scale {
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) throw new RangeError('a chart needs at least one point');
  const along = (value: number) => (isLogX ? Math.log(value) : value);
  const hasBars = series.some(({ shape }) => shape === 'bars');
  const margin = hasBars ? 0.6 : 0;
  const xs = points.map(({ x }) => along(x));
  const yTicks = roundTicks(
    Math.min(0, ...points.map(({ y }) => y)),
    Math.max(1e-9, ...points.map(({ y }) => y)),
  );
  const [xLow, xHigh] = [Math.min(...xs) - margin, Math.max(...xs) + margin];
  const [yLow, yHigh] = [yTicks[0]!, yTicks.at(-1)!];
  return {
    x: (value) => SIZE.left + ((along(value) - xLow) / Math.max(1e-9, xHigh - xLow)) * PLOT.width,
    y: (value) => SIZE.top + (1 - (value - yLow) / (yHigh - yLow)) * PLOT.height,
    xTicks:
      xTicks ?? roundTicks(Math.min(...xs), Math.max(...xs)).filter((tick) => tick >= xLow && tick <= xHigh),
    yTicks,
  };
}

/** Round values from at or below `low` to at or above `high`. */
export function roundTicks(low: number, high: number): number[] {
  const rough = Math.max(1e-9, high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

function grid({ xLabel, yLabel }: Chart, scale: Scale): string[] {
  const bottom = SIZE.top + PLOT.height;
  const right = SIZE.left + PLOT.width;
  return [
    ...scale.yTicks.flatMap((tick) => {
      const y = fixed(scale.y(tick));
      return [
        `<path d="M${SIZE.left} ${y}H${right}" stroke="${tick === 0 ? '#888888' : '#e0e0e0'}"/>`,
        text(SIZE.left - 6, Number(y) + 4, String(tick), 'text-anchor="end"'),
      ];
    }),
    ...scale.xTicks.map((tick) => text(scale.x(tick), bottom + 16, String(tick), 'text-anchor="middle"')),
    text(SIZE.left + PLOT.width / 2, SIZE.height - 8, xLabel, 'text-anchor="middle"'),
    `<text transform="translate(14 ${SIZE.top + PLOT.height / 2}) rotate(-90)" text-anchor="middle">${escapeXml(yLabel)}</text>`,
  ];
}

function legend({ label, colour }: Series, index: number): string {
  const x = SIZE.left + index * 225;
  return `<rect x="${x}" y="28" width="14" height="10" fill="${colour}"/>${text(x + 20, 37, label, '')}`;
}

function curve({ points, colour, shape }: Series, scale: Scale): string {
  const steps = points.map(({ x, y }, index) => {
    const [px, py] = [fixed(scale.x(x)), fixed(scale.y(y))];
    if (index === 0) return `M${px} ${py}`;
    return shape === 'step' ? `H${px}V${py}` : `L${px} ${py}`;
  });
  const dots =
    shape === 'line' && points.length <= 20
      ? points.map(
          ({ x, y }) =>
            `<circle cx="${fixed(scale.x(x))}" cy="${fixed(scale.y(y))}" r="3" fill="${colour}"/>`,
        )
      : [];
  return `<path d="${steps.join('')}" fill="none" stroke="${colour}" stroke-width="1.6"/>${dots.join('')}`;
}

function circles({ points, colour, shape }: Series, scale: Scale): string {
  const look = shape === 'rings' ? `r="6" fill="none" stroke="${colour}"` : `r="3" fill="${colour}"`;
  return points
    .map(({ x, y }) => `<circle cx="${fixed(scale.x(x))}" cy="${fixed(scale.y(y))}" ${look}/>`)
    .join('');
}

function bars({ points, colour }: Series, scale: Scale): string {
  const width = Math.abs(scale.x(1) - scale.x(0)) * 0.8;
  return points
    .map(({ x, y }) => {
      const [top, zero] = [scale.y(y), scale.y(0)];
      const size = `width="${fixed(width)}" height="${fixed(zero - top)}"`;
      return `<rect x="${fixed(scale.x(x) - width / 2)}" y="${fixed(top)}" ${size} fill="${colour}"/>`;
    })
    .join('');
}

const MARKS: Readonly<Record<Series['shape'], (series: Series, scale: Scale) => string>> = {
  line: curve,
  step: curve,
  bars,
  rings: circles,
  dots: circles,
};

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escapeXml(content)}</text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeXml(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import {h} from './dom';
import {brief} from './numbers';
import {table} from './render';

// Plots, each with its numbers as a table for those who do not see it.

export interface Series {
  label: string;
  values: (number | null)[];
  points?: boolean; // without a line
  /** An interval of each value, shaded. */
  low?: number[];
  high?: number[];
}
/** A number from outside of the answer, such as a published run, in the colour of a series. */
export interface Known {
  name: string;
  series: number;
  x: number;
  y: number;
}
export interface How {
  logX?: boolean;
  logY?: boolean;
  /** Where the numbers are outside of what their law was fitted on: dashed. One for all series, or one for each. */
  extrapolated?: boolean[] | boolean[][];
  /** A value of x to mark. */
  mark?: number;
  known?: Known[];
  /** Called with the place of the nearest point when the plot is clicked. */
  onPick?: (place: number) => void;
}

// Which numbers of a series are extrapolated.
function flagsOf(how: How | undefined, series: number): boolean[] | undefined {
  const all = how?.extrapolated;
  return all?.[0] instanceof Array ? (all as boolean[][])[series] : (all as boolean[] | undefined);
}

const probe = h('span', {hidden: true});
/** The colour of a property of the style sheet in the theme that is shown. */
export function colour(name: string): string {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

export class Plot {
  readonly element: HTMLElement;
  private readonly canvas = h('div', {class: 'canvas', role: 'img'});
  private readonly caption = h('figcaption');
  private readonly numbers = h('div');
  private readonly dashes = h('p', {class: 'note', hidden: true}, 'Dashed: outside of what the law was fitted on.');
  private plot: uPlot | undefined;
  private last: [number[], Series[], How] | undefined;

  constructor(
    private title: string,
    private x: string,
    private readonly y: string,
  ) {
    this.name(title, x);
    const details = h('details', {}, h('summary', {}, 'The numbers of this plot'), this.numbers);
    details.addEventListener('toggle', () => details.open && this.list());
    this.element = h('figure', {class: 'plot'}, this.caption, this.canvas, this.dashes, details);
    new ResizeObserver(() => {
      const width = this.canvas.clientWidth;
      if (width > 0 && this.plot !== undefined && width !== this.plot.width) this.plot.setSize({width, height: this.height(width)});
      else if (width > 0 && this.plot === undefined && this.last !== undefined) this.draw();
    }).observe(this.canvas);
    const redraw = () => this.last !== undefined && this.draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    addEventListener('themechange', redraw);
  }

  /** Gives it another title and name of x, for what is shown next. */
  name(title: string, x: string): void {
    this.title = title;
    this.x = x;
    this.caption.textContent = title;
    this.canvas.setAttribute('aria-label', `${title}; its numbers follow as a table`);
  }

  show(xs: number[], series: Series[], how: How = {}): void {
    this.last = [xs, series, how];
    this.draw();
    if (this.element.querySelector('details')!.open) this.list();
  }

  private height(width: number): number {
    return Math.max(220, Math.min(340, width * 0.5));
  }

  private draw(): void {
    const [xs, series, how] = this.last!;
    const width = this.canvas.clientWidth;
    if (width === 0) return; // hidden: drawn when it is shown
    this.plot?.destroy();
    const ink = colour('--ink');
    const grid = colour('--line');
    let dashed = false;
    const bands: uPlot.Band[] = [];
    // Logarithms are this file's own: uPlot's ticks go wrong above 1e21.
    const placeX = (value: number) => (how.logX === true ? Math.log10(value) : value);
    const placeY = (value: number | null) => (value === null || how.logY !== true ? value : Math.log10(value));
    const data: (number | null)[][] = [xs.map(placeX)];
    const drawn: uPlot.Series[] = [{label: this.x, value: (_, __, ___, at) => (at === null ? '' : brief(xs[at]!))}];
    series.forEach((each, i) => {
      if (each.low !== undefined && each.high !== undefined) {
        const edge = {stroke: 'transparent', width: 0, points: {show: false}, class: 'again'};
        data.push(each.high.map(placeY), each.low.map(placeY));
        drawn.push({...edge, label: `${each.label}, high`}, {...edge, label: `${each.label}, low`});
        bands.push({series: [data.length - 2, data.length - 1], fill: colour(`--series-${(i % 8) + 1}`).replace('rgb(', 'rgba(').replace(')', ', 0.2)')});
      }
      const flags = flagsOf(how, i);
      const stroke = colour(`--series-${(i % 8) + 1}`);
      const common = {
        stroke,
        width: 2,
        value: (_: uPlot, __: number, ___: number, at: number | null) => (at === null || each.values[at] == null ? '' : brief(each.values[at]!, 5)),
        ...(each.points === true ? {paths: () => null, points: {show: true, size: 7, fill: stroke}} : {points: {show: false}}),
      };
      // The dashed part begins at the last point inside, so that the line has no gap.
      const outside = (place: number) => flags?.[place] === true;
      if (flags === undefined || !flags.some(Boolean) || each.points === true) {
        data.push(each.values.map(placeY));
        drawn.push({...common, label: each.label});
        return;
      }
      data.push(each.values.map((value, at) => (outside(at) ? null : placeY(value))));
      drawn.push({...common, label: each.label});
      data.push(each.values.map((value, at) => (outside(at) || outside(at - 1) || outside(at + 1) ? placeY(value) : null)));
      drawn.push({...common, label: `${each.label}, extrapolated`, class: 'again', dash: [5, 5]});
      dashed = true;
    });
    const axis = (label: string, log: boolean | undefined): uPlot.Axis => ({
      label,
      ...(log === true ? {incrs: [1, 2, 5, 10]} : {}),
      labelSize: 22,
      stroke: ink,
      grid: {stroke: grid, width: 1},
      ticks: {stroke: grid, width: 1},
      font: '12px system-ui, sans-serif',
      labelFont: '12px system-ui, sans-serif',
      values: (_, splits: number[]) => {
        if (log === true) return splits.map((each) => brief(10 ** each));
        const least = Math.min(...splits.slice(1).map((each, i) => Math.abs(each - splits[i]!)));
        const digits = Math.max(3, ...splits.map((each) => (each === 0 || !(least > 0) ? 3 : Math.ceil(Math.log10(Math.abs(each) / least)) + 1)));
        return splits.map((each) => brief(each, Math.min(digits, 8)));
      },
    });
    this.plot = new uPlot(
      {
        width,
        height: this.height(width),
        scales: {x: {time: false}},
        series: drawn,
        bands,
        axes: [{...axis(this.x, how.logX), space: how.logX === true ? 50 : 80}, {...axis(this.y, how.logY), size: 70}],
        legend: {live: true, markers: {fill: (_, i) => (drawn[i]?.stroke as string) ?? ink, width: 0}},
        cursor: {focus: {prox: 24}, drag: {x: false, y: false}},
        hooks: {
          drawAxes: [
            (of) => {
              if (how.mark === undefined) return;
              const at = of.valToPos(placeX(how.mark), 'x', true);
              of.ctx.save();
              of.ctx.strokeStyle = ink;
              of.ctx.setLineDash([2, 4]);
              of.ctx.beginPath();
              of.ctx.moveTo(at, of.bbox.top);
              of.ctx.lineTo(at, of.bbox.top + of.bbox.height);
              of.ctx.stroke();
              of.ctx.restore();
            },
          ],
          draw: [
            (of) => {
              of.ctx.save();
              of.ctx.setLineDash([]);
              of.ctx.lineWidth = 1.5 * devicePixelRatio;
              for (const each of how.known ?? []) {
                const [x, y] = [of.valToPos(placeX(each.x), 'x', true), of.valToPos(placeY(each.y)!, 'y', true)];
                const {left, top, width, height} = of.bbox;
                if (x < left || x > left + width || y < top || y > top + height) continue;
                of.ctx.strokeStyle = colour(`--series-${(each.series % 8) + 1}`);
                of.ctx.beginPath();
                of.ctx.arc(x, y, 3.5 * devicePixelRatio, 0, 2 * Math.PI);
                of.ctx.stroke();
              }
              of.ctx.restore();
            },
          ],
        },
      },
      data as uPlot.AlignedData,
      this.canvas,
    );
    this.dashes.hidden = !dashed;
    this.nameKnown(how.known ?? [], placeX, (value) => placeY(value)!);
    if (how.onPick !== undefined) {
      const pick = how.onPick;
      this.plot.over.style.cursor = 'pointer';
      this.plot.over.addEventListener('click', () => {
        const place = this.plot?.cursor.idx;
        if (place !== null && place !== undefined) pick(place);
      });
    }
  }

  // The pointer over a known number shows its name.
  private nameKnown(known: Known[], placeX: (value: number) => number, placeY: (value: number) => number): void {
    const plot = this.plot!;
    plot.over.addEventListener('mousemove', (event) => {
      const near = known.find((each) =>
        Math.hypot(plot.valToPos(placeX(each.x), 'x') - event.offsetX, plot.valToPos(placeY(each.y), 'y') - event.offsetY) < 7);
      plot.over.title = near === undefined ? '' : `${near.name}: ${brief(near.y)} at ${brief(near.x)}`;
    });
  }

  private list(): void {
    const [xs, series, how] = this.last ?? [[], [], {}];
    const cell = (each: Series, at: number, i: number): string => {
      if (each.values[i] == null) return '';
      const interval = each.low === undefined || each.high === undefined ? '' : ` (${brief(each.low[i]!, 4)} to ${brief(each.high[i]!, 4)})`;
      return brief(each.values[i]!, 5) + interval + (flagsOf(how, at)?.[i] === true ? ', extrapolated' : '');
    };
    this.numbers.replaceChildren(
      table(
        [this.x, ...series.map((each) => each.label)],
        xs.slice(0, 200).map((x, i) => [brief(x, 4), ...series.map((each, at) => cell(each, at, i))]),
        this.title,
      ),
      ...(how?.known === undefined || how.known.length === 0 ? []
        : [table(['published', this.x, this.y], how.known.map((each) => [`${each.name}, ${series[each.series]!.label}`, brief(each.x), brief(each.y)]), 'Published runs in this plot')]),
    );
  }
}

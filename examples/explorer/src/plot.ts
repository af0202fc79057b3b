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
}
export interface How {
  logX?: boolean;
  logY?: boolean;
  /** Where the numbers are outside of what their law was fitted on: dashed. One for all series, or one for each. */
  extrapolated?: boolean[] | boolean[][];
  /** A value of x to mark. */
  mark?: number;
  /** Called with the place of the nearest point when the plot is clicked. */
  onPick?: (place: number) => void;
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Plot {
  readonly element: HTMLElement;
  private readonly canvas = h('div', {class: 'canvas', role: 'img'});
  private readonly numbers = h('div');
  private readonly dashes = h('p', {class: 'note', hidden: true}, 'Dashed: outside of what the law was fitted on.');
  private plot: uPlot | undefined;
  private last: [number[], Series[], How] | undefined;

  constructor(
    private readonly title: string,
    private readonly x: string,
    private readonly y: string,
  ) {
    this.canvas.setAttribute('aria-label', `${title}; its numbers follow as a table`);
    const details = h('details', {}, h('summary', {}, 'The numbers of this plot'), this.numbers);
    details.addEventListener('toggle', () => details.open && this.list());
    this.element = h('figure', {class: 'plot'}, h('figcaption', {}, title), this.canvas, this.dashes, details);
    new ResizeObserver(() => {
      const width = this.canvas.clientWidth;
      if (width > 0 && this.plot !== undefined && width !== this.plot.width) this.plot.setSize({width, height: this.height(width)});
      else if (width > 0 && this.plot === undefined && this.last !== undefined) this.draw();
    }).observe(this.canvas);
    const redraw = () => this.last !== undefined && this.draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    addEventListener('themechange', redraw);
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
    // Logarithms are this file's own: uPlot's ticks go wrong above 1e21.
    const placeX = (value: number) => (how.logX === true ? Math.log10(value) : value);
    const placeY = (value: number | null) => (value === null || how.logY !== true ? value : Math.log10(value));
    const data: (number | null)[][] = [xs.map(placeX)];
    const drawn: uPlot.Series[] = [{label: this.x, value: (_, __, ___, at) => (at === null ? '' : brief(xs[at]!))}];
    series.forEach((each, i) => {
      const flags = how.extrapolated?.[0] instanceof Array ? (how.extrapolated as boolean[][])[i] : (how.extrapolated as boolean[] | undefined);
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
        axes: [axis(this.x, how.logX), {...axis(this.y, how.logY), size: 70}],
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
        },
      },
      data as uPlot.AlignedData,
      this.canvas,
    );
    this.dashes.hidden = !dashed;
    if (how.onPick !== undefined) {
      const pick = how.onPick;
      this.plot.over.style.cursor = 'pointer';
      this.plot.over.addEventListener('click', () => {
        const place = this.plot?.cursor.idx;
        if (place !== null && place !== undefined) pick(place);
      });
    }
  }

  private list(): void {
    const [xs, series] = this.last ?? [[], []];
    this.numbers.replaceChildren(
      table(
        [this.x, ...series.map((each) => each.label)],
        xs.slice(0, 200).map((x, i) => [brief(x, 4), ...series.map((each) => (each.values[i] == null ? '' : brief(each.values[i]!, 5)))]),
        this.title,
      ),
    );
  }
}

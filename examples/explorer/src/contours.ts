import {h} from './dom';
import {brief} from './numbers';
import {table} from './render';

// Lines of equal loss over two inputs, as SVG, which follows the theme by itself.

export interface Place {
  x: number;
  y: number;
  extrapolated: boolean;
}
export interface Contours {
  x: string;
  y: string;
  ends: {x: [number, number]; y: [number, number]};
  lines: {loss: number; points: Place[]}[];
  /** The optima of budgets, and which of them is that of the chosen one. */
  path: Place[];
  here: Place | undefined;
}

const names = 'http://www.w3.org/2000/svg';
function svg(tag: string, properties: Record<string, string | number>, ...children: (Node | string)[]): SVGElement {
  const made = document.createElementNS(names, tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export function contourPlot(of: Contours, title: string): HTMLElement {
  const narrow = innerWidth < 600; // texts keep their size
  const size = {width: narrow ? 360 : 720, height: narrow ? 330 : 420, left: narrow ? 54 : 70, right: narrow ? 40 : 60, top: 14, bottom: 48};
  const scale = (ends: [number, number], from: number, to: number) => {
    const [low, high] = ends.map(Math.log10) as [number, number];
    return (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  };
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  const x = scale(of.ends.x, size.left, right);
  const y = scale(of.ends.y, bottom, size.top);
  const inside = (each: Place) =>
    each.x >= of.ends.x[0] && each.x <= of.ends.x[1] && each.y >= of.ends.y[0] && each.y <= of.ends.y[1];
  const decades = ([low, high]: [number, number]) =>
    Array.from({length: Math.floor(Math.log10(high) + 1e-9) - Math.ceil(Math.log10(low) - 1e-9) + 1}, (_, i) => 10 ** (Math.ceil(Math.log10(low) - 1e-9) + i));
  const ticks = [
    ...decades(of.ends.x).flatMap((at) => [
      svg('line', {class: 'tick', x1: x(at), x2: x(at), y1: size.top, y2: bottom}),
      svg('text', {x: x(at), y: bottom + 17, 'text-anchor': 'middle'}, brief(at))]),
    ...decades(of.ends.y).flatMap((at) => [
      svg('line', {class: 'tick', x1: size.left, x2: right, y1: y(at), y2: y(at)}),
      svg('text', {x: size.left - 6, y: y(at) + 4, 'text-anchor': 'end'}, brief(at))]),
  ];
  // A line is solid or dashed from point to point.
  const parts = (points: Place[], style: string) => {
    const made: SVGElement[] = [];
    for (let i = 0; i + 1 < points.length; ) {
      const outside = (at: number) => points[at]!.extrapolated || points[at + 1]!.extrapolated;
      let end = i + 1;
      while (end + 1 < points.length && outside(end) === outside(i)) ++end;
      made.push(svg('polyline', {
        class: outside(i) ? `${style} outside` : style,
        points: points.slice(i, end + 1).map((each) => `${x(each.x).toFixed(1)},${y(each.y).toFixed(1)}`).join(' '),
      }));
      i = end;
    }
    return made;
  };
  const label = ({loss, points}: Contours['lines'][0]) => {
    const end = points[points.length - 1]!;
    const atRight = x(end.x) > right - 3;
    return svg('text', {class: 'value', x: x(end.x) + (atRight ? 6 : 0), y: y(end.y) + (atRight ? 4 : -6), 'text-anchor': atRight ? 'start' : 'middle'}, brief(loss));
  };
  const path = of.path.filter(inside);
  const picture = svg('svg', {class: 'contours', viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': `${title}; its numbers follow as a table`},
    ...ticks,
    svg('rect', {class: 'frame', x: size.left, y: size.top, width: right - size.left, height: bottom - size.top}),
    svg('text', {x: (size.left + right) / 2, y: size.height - 8, 'text-anchor': 'middle'}, of.x),
    svg('text', {transform: `translate(14 ${(size.top + bottom) / 2}) rotate(-90)`, 'text-anchor': 'middle'}, of.y),
    ...of.lines.flatMap((each) => parts(each.points, 'level')),
    ...(path.length < 2 ? [] : [svg('polyline', {class: 'budget', points: path.map((each) => `${x(each.x)},${y(each.y)}`).join(' ')})]),
    ...of.lines.map(label),
    ...(of.here !== undefined && inside(of.here) ? [svg('circle', {class: 'optimum', cx: x(of.here.x), cy: y(of.here.y), r: 5})] : []));
  const rows = of.lines.flatMap(({loss, points}) =>
    points.filter((_, i) => i % 10 === 0 || i === points.length - 1).map((each) => [brief(loss), brief(each.x), brief(each.y), each.extrapolated ? 'extrapolated' : '']));
  return h('figure', {class: 'plot'},
    h('figcaption', {}, title),
    picture as unknown as HTMLElement,
    h('details', {}, h('summary', {}, 'The numbers of this plot'), table(['loss', of.x, of.y, ''], rows, title)));
}

import space from 'virtual:space';
import {answers, Complaint, screen, table} from '../render';
import {area, choice, dropped, slider, text} from '../controls';
import {announce, folding, h, section} from '../dom';
import {long, provide, type Reply, type Value} from '../engine';
import {brief, real, shown} from '../numbers';
import {declare, get, set} from '../state';
import {Plot} from '../plot';
import {deviceOptions} from './model';
import {open} from './plan';
import type {View} from './view';

type Values = {[name: string]: Value};
interface Found {
  architecture: Values;
  measures: Values;
  score: Value;
  layout?: Values; // of a search by devices and days
  recompute?: Value;
}

const layoutOf = (each: Found): string => `${String(each.layout?.['name'] ?? '')}, recompute ${String(each.recompute ?? '')}`;

const complaint = new Complaint();
const result = h('div', {}, h('p', {class: 'note'}, 'Start the search to see its best configurations.'));
const best = h('div');
const front = new Plot('Loss against parameters of the best; on the Pareto front nothing is both smaller and better', 'total parameters, without embeddings', 'loss');
const bar = h('progress', {max: 1, value: 0, 'aria-label': 'Configurations searched', hidden: true});
const state = h('p', {class: 'note', 'aria-live': 'polite'});
const start = h('button', {type: 'button', class: 'primary', onclick: () => void run()}, 'Search');
const cancel = h('button', {type: 'button', disabled: true, onclick: () => stop()}, 'Cancel');

declare('s.space', space.trim());
export const search: View = {id: 'search', title: 'Search', element: h('div'), update, prefix: 's.'};

let shownFor = '';
async function update(): Promise<void> {
  budget.hidden = get('s.by') === 'calendar';
  calendar.hidden = !budget.hidden;
  state.textContent = shownFor === '' || shownFor === question().join() + get('s.space') ? '' : 'The answer is of other settings: search again.';
}

function question(): string[] {
  const by =
    get('s.by') === 'calendar'
      ? ['--device', get('s.device'), '--devices', get('s.devices'), '--days', get('s.days'), '--global-batch', get('s.global_batch')]
      : ['--compute', get('s.compute')];
  return ['search', 'space.json', '--law', get('s.law'), ...by, '--top', get('s.top')];
}
function stop(): void {
  long.cancel();
  announce('The search is cancelled');
  state.textContent = 'Cancelled.';
}

async function run(): Promise<void> {
  provide('space.json', get('s.space'));
  cancel.disabled = false;
  start.disabled = true;
  bar.hidden = false;
  bar.removeAttribute('value');
  const begun = performance.now();
  const asked = question();
  const replies = await answers(complaint, long.all('search', [asked], {
    progress: (done, all) => {
      bar.value = all > 0 ? done / all : 0;
      state.textContent = `${brief(done)} of ${brief(all)} configurations`;
    },
  }));
  bar.hidden = true;
  cancel.disabled = true;
  start.disabled = false;
  const reply = replies?.[0];
  if (reply === undefined) return;
  shownFor = asked.join() + get('s.space');
  state.textContent = `Searched in ${brief((performance.now() - begun) / 1000)} s.`;
  announce('The search has ended');
  show(reply);
}

// The fields of the view Model that describe a found layout.
function fieldsOf(each: Found, reply: Reply): {[field: string]: string} {
  const calendar = (reply.answer as {calendar?: Values}).calendar ?? {};
  const sizes = {'m.tp': 'tensor', 'm.cp': 'context', 'm.pp': 'pipeline', 'm.ep': 'expert', 'm.etp': 'expert_tensor', 'm.vp': 'virtual_stages', 'm.micro_batch': 'micro_batch', 'm.global_batch': 'global_batch', 'm.sequence_length': 'sequence_length', 'm.devices': 'devices'};
  return {
    ...Object.fromEntries(Object.entries(sizes).map(([field, key]) => [field, String(each.layout?.[key] ?? '')])),
    'm.device': String(calendar['device'] ?? get('s.device')),
    'm.recompute': String(each.recompute ?? 'none'),
    'm.precision': String(calendar['precision'] ?? 'bf16'),
  };
}

function show(reply: Reply): void {
  const of = (reply.answer as unknown as {best: Found[]}).best;
  result.replaceChildren(screen(reply));
  const layouts = of[0]?.layout !== undefined;
  const opener = (each: Found) => open(each.architecture, each.layout === undefined ? {} : fieldsOf(each, reply));
  const measure = (each: Found, name: string) => real(each.measures[name]);
  const sorted = [...of].sort((a, b) => measure(a, 'total_non_embedding_parameters') - measure(b, 'total_non_embedding_parameters'));
  let least = Infinity;
  const onFront = new Set<Found>();
  for (const each of sorted) {
    if (real(each.score) >= least) continue;
    least = real(each.score);
    onFront.add(each);
  }
  front.show(sorted.map((each) => measure(each, 'total_non_embedding_parameters')), [
    {label: 'best configurations', values: sorted.map((each) => (onFront.has(each) ? null : real(each.score))), points: true},
    {label: 'Pareto front', values: sorted.map((each) => (onFront.has(each) ? real(each.score) : null)), points: true},
  ], {onPick: (place) => sorted[place] !== undefined && opener(sorted[place]).click()});
  const keys = Object.keys(of[0]?.architecture ?? {}).filter((key) => of.some((each) => each.architecture[key] !== of[0]!.architecture[key]));
  best.replaceChildren(
    table(['', 'loss', ...keys.map((each) => each.replaceAll('_', ' ')), 'active', 'total', 'tokens', ...(layouts ? ['layout'] : []), 'front'],
      of.map((each) => [
        opener(each), brief(real(each.score), 6), ...keys.map((key) => shown(each.architecture[key])),
        brief(measure(each, 'active_non_embedding_parameters')), brief(measure(each, 'total_non_embedding_parameters')),
        brief(measure(each, 'tokens')), ...(layouts ? [layoutOf(each)] : []), onFront.has(each) ? 'on it' : ''])));
}

const budget = h('div', {}, slider({name: 's.compute', label: 'Training FLOPs', initial: '1e22', from: 17, to: 27}));
const calendar = h('div', {hidden: true},
  choice({name: 's.device', label: 'Device', initial: 'h100-sxm', options: deviceOptions()}),
  slider({name: 's.devices', label: 'Devices', initial: '512', from: 8, to: 32768, step: 8, powers: false}),
  slider({name: 's.days', label: 'Days', initial: '30', from: 1, to: 180, step: 1, powers: false}),
  text({name: 's.global_batch', label: 'Sequences of one step', initial: '2048'}));
const editor = folding('Space',
  area({name: 's.space', label: 'Axes, fixed fields, windows and objective, as JSON', initial: space.trim(), rows: 22}));
editor.append(
  dropped('or drop a space.json here', '.json,application/json', editor, (_, content) => set('s.space', content.trim())));

search.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'},
      section('Objective',
        text({name: 's.law', label: 'Law', initial: 'fine-grained', numeric: false, help: 'An id of a law, or FIT.json of the view Fit'}),
        choice({name: 's.by', label: 'Given', initial: 'compute', options: [['compute', 'a compute budget'], ['calendar', 'devices and days, with layouts']]}),
        budget, calendar,
        slider({name: 's.top', label: 'Best to keep', initial: '20', from: 1, to: 100, step: 1, powers: false}),
        h('div', {class: 'buttons'}, start, cancel), bar, state),
      editor),
    h('div', {class: 'results'},
      section('Answer', result),
      section('Pareto front', front.element, h('p', {class: 'note'}, 'Click a point to open it as a model.')),
      section('Best configurations', best))));

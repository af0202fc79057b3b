import space from 'virtual:space';
import {answers, Complaint, screen, table} from '../render';
import {area, dropped, slider, text} from '../controls';
import {announce, h, section} from '../dom';
import {long, provide, type Reply, type Value} from '../engine';
import {brief, real, shown} from '../numbers';
import {declare, get, set} from '../state';
import {Plot} from '../plot';
import {open} from './plan';
import type {View} from './view';

type Values = {[name: string]: Value};
interface Found {
  architecture: Values;
  measures: Values;
  score: Value;
}

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
  state.textContent = shownFor === '' || shownFor === question().join() + get('s.space') ? '' : 'The answer is of other settings: search again.';
}

function question(): string[] {
  return ['search', 'space.json', '--law', get('s.law'), '--compute', get('s.compute'), '--top', get('s.top')];
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

function show(reply: Reply): void {
  const of = (reply.answer as unknown as {best: Found[]}).best;
  result.replaceChildren(screen(reply));
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
  ], {onPick: (place) => sorted[place] !== undefined && open(sorted[place].architecture).click()});
  const keys = Object.keys(of[0]?.architecture ?? {}).filter((key) => of.some((each) => each.architecture[key] !== of[0]!.architecture[key]));
  best.replaceChildren(
    table(['loss', ...keys.map((each) => each.replaceAll('_', ' ')), 'active', 'total', 'tokens', 'front', ''],
      of.map((each) => [
        brief(real(each.score), 6), ...keys.map((key) => shown(each.architecture[key])),
        brief(measure(each, 'active_non_embedding_parameters')), brief(measure(each, 'total_non_embedding_parameters')),
        brief(measure(each, 'tokens')), onFront.has(each) ? 'on it' : '', open(each.architecture)])));
}

const editor = section('Space',
  area({name: 's.space', label: 'Axes, fixed fields, windows and objective, as JSON', initial: space.trim(), rows: 22}));
editor.append(
  dropped('or drop a space.json here', '.json,application/json', editor, (_, content) => set('s.space', content.trim())));

search.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'},
      section('Objective',
        text({name: 's.law', label: 'Law', initial: 'fine-grained', numeric: false, help: 'An id of a law, or FIT.json of the view Fit'}),
        slider({name: 's.compute', label: 'Training FLOPs', initial: '1e22', from: 17, to: 27}),
        slider({name: 's.top', label: 'Best to keep', initial: '20', from: 1, to: 100, step: 1, powers: false}),
        h('div', {class: 'buttons'}, start, cancel), bar, state),
      editor),
    h('div', {class: 'results'},
      section('Answer', result),
      section('Pareto front', front.element, h('p', {class: 'note'}, 'Click a point to open it as a model.')),
      section('Best configurations', best))));

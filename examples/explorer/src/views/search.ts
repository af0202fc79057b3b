import names from 'virtual:names';
import space from 'virtual:space';
import {answers, command, Complaint, screen, table} from '../render';
import {area, choice, dropped, slider, text} from '../controls';
import {announce, folding, h, section} from '../dom';
import {long, provide, type Reply, type Value} from '../engine';
import {brief, real, shown, words} from '../numbers';
import {declare, get, set} from '../state';
import {Plot} from '../plot';
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

const measures = ['total_non_embedding_parameters', 'active_non_embedding_parameters', 'total_parameters', 'training_flops_per_token', 'bytes_per_device', 'n_layers'];
const layoutOf = (each: Found): string => `${String(each.layout?.['name'] ?? '')}, recompute ${String(each.recompute ?? '')}`;

const complaint = new Complaint();
const result = h('div', {}, h('p', {class: 'note'}, 'Start the search to see its best configurations.'));
const best = h('div');
const front = new Plot('The Pareto front of the space', 'total parameters, without embeddings', 'loss, nats per token');
const frontTable = h('div', {}, h('p', {class: 'note'}, 'The search finds it after the best.'));
const frontComplaint = new Complaint();
const bar = h('progress', {max: 1, value: 0, 'aria-label': 'Configurations searched', hidden: true});
const state = h('p', {class: 'note', 'aria-live': 'polite'});
const start = h('button', {type: 'button', class: 'primary', onclick: () => void run()}, 'Search');
const cancel = h('button', {type: 'button', disabled: true, onclick: () => stop()}, 'Cancel');

declare('s.space', space.trim());
declare('s.found', '');
export const search: View = {id: 'search', title: 'Search', element: h('div'), update, prefix: 's.'};

let shownFor = '';
let followed = false;
async function update(): Promise<void> {
  budget.hidden = get('s.by') === 'calendar';
  calendar.hidden = !budget.hidden;
  frontOf.hidden = get('s.by') === 'calendar';
  // A link to an answer finds it again.
  if (get('s.found') === '1' && shownFor === '' && !followed) return run();
  state.textContent = shownFor === '' || shownFor === key() ? '' : 'The answer is of other settings: search again.';
}
const key = () => [...question(), get('s.front'), get('s.space')].join('\n');

function question(): string[] {
  const by =
    get('s.by') === 'calendar'
      ? ['--device', get('s.device'), '--devices', get('s.devices'), '--days', get('s.days'), '--global-batch', get('s.global_batch')]
      : ['--compute', get('s.compute')];
  return ['search', 'space.json', '--law', get('s.law'), ...by, '--top', get('s.top')];
}
/** The Pareto front of the whole space. */
function frontQuestion(): string[] {
  return ['search', 'space.json', '--law', get('s.law'), '--compute', get('s.compute'), '--pareto', `loss,${get('s.front')}`];
}
function stop(): void {
  long.cancel();
  announce('The search is cancelled');
  state.textContent = 'Cancelled.';
}

async function run(): Promise<void> {
  followed = true;
  provide('space.json', get('s.space'));
  cancel.disabled = false;
  start.disabled = true;
  bar.hidden = false;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches; // a bar without a value moves
  if (!still) bar.removeAttribute('value');
  const begun = performance.now();
  const asked = question();
  const wanted = key();
  const byCalendar = get('s.by') === 'calendar';
  const replies = await answers(complaint, long.all('search', [asked], {
    progress: (done, all) => {
      bar.value = all > 0 ? done / all : 0;
      state.textContent = `${brief(done)} of ${brief(all)} configurations`;
    },
  }));
  const reply = replies?.[0];
  if (reply !== undefined) {
    shownFor = wanted;
    set('s.found', '1');
    state.textContent = `Searched in ${brief((performance.now() - begun) / 1000)} s.`;
    show(reply);
    if (byCalendar) {
      showBest(reply);
    } else {
      if (!still) bar.removeAttribute('value');
      state.textContent += ' Finding the Pareto front …';
      const fronts = await answers(frontComplaint, long.all('front', [frontQuestion()]));
      if (fronts?.[0] !== undefined) {
        showFront(fronts[0]);
        state.textContent = `Searched in ${brief((performance.now() - begun) / 1000)} s.`;
      }
    }
    announce('The search has ended');
  }
  bar.hidden = true;
  cancel.disabled = true;
  start.disabled = false;
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
  reasons = real(reply.answer['reasons_outside']) || 0;
  result.replaceChildren(screen(reply));
  const layouts = of[0]?.layout !== undefined;
  const measure = (each: Found, name: string) => real(each.measures[name]);
  const keys = differing(of);
  best.replaceChildren(
    ...outside(),
    table(['', 'loss', ...keys.map(words), 'active', 'total', 'tokens', ...(layouts ? ['layout'] : [])],
      of.map((each) => [
        opener(each, reply), brief(real(each.score), 6), ...keys.map((key) => shown(each.architecture[key])),
        brief(measure(each, 'active_non_embedding_parameters')), brief(measure(each, 'total_non_embedding_parameters')),
        brief(measure(each, 'tokens')), ...(layouts ? [layoutOf(each)] : [])])));
}
let reasons = 0; // for which the best is outside of the law
const outside = () =>
  reasons === 0 ? [] : [h('p', {}, h('span', {class: 'mark'}, 'extrapolated'), ` Losses: the best is outside of what the law was fitted on for ${reasons} ${reasons === 1 ? 'reason' : 'reasons'}, which the answer lists.`)];
const opener = (each: Found, reply: Reply) => open(each.architecture, each.layout === undefined ? {} : fieldsOf(each, reply));
const differing = (of: {architecture: Values}[]) =>
  Object.keys(of[0]?.architecture ?? {}).filter((key) => of.some((each) => each.architecture[key] !== of[0]!.architecture[key]));

// The exact front of a space: what has more of one quantity has less of the other.
function showFront(reply: Reply): void {
  const of = reply.answer as unknown as {quantities: [string, string]; on_front: Value; front: {values: Values; architecture: Values}[]};
  const [loss, other] = of.quantities;
  const sorted = [...of.front].sort((a, b) => real(a.values[other]) - real(b.values[other]));
  front.name(`The Pareto front: ${shown(of.on_front)} configurations, which no other beats in both`, words(other));
  front.show(sorted.map((each) => real(each.values[other])), [{label: 'Pareto front', values: sorted.map((each) => real(each.values[loss])), points: true}],
    {onPick: (place) => sorted[place] !== undefined && open(sorted[place].architecture).click()});
  const keys = differing(sorted);
  const most = 200;
  const step = Math.ceil(sorted.length / most);
  frontTable.replaceChildren(
    ...outside(),
    h('p', {class: 'note'}, 'Click a point to open it as a model, or open it from the table.'),
    h('details', {}, h('summary', {}, step === 1 ? 'The front as a table' : `The front as a table, one row of ${step}`),
      table(['', loss, words(other), ...keys.map(words)],
        sorted.filter((_, i) => i % step === 0).map((each) => [
          open(each.architecture), brief(real(each.values[loss]), 6), brief(real(each.values[other]), 5), ...keys.map((key) => shown(each.architecture[key]))]))),
    command(reply.words));
}

// A search by devices and days has no front of its whole space: the best are drawn.
function showBest(reply: Reply): void {
  const measure = (each: Found) => real(each.measures['total_non_embedding_parameters']);
  const sorted = [...(reply.answer as unknown as {best: Found[]}).best].sort((a, b) => measure(a) - measure(b));
  front.name('Loss against parameters of the best runs', 'total parameters, without embeddings');
  front.show(sorted.map(measure), [{label: 'best runs', values: sorted.map((each) => real(each.score)), points: true}],
    {onPick: (place) => sorted[place] !== undefined && opener(sorted[place], reply).click()});
  frontTable.replaceChildren(...outside(), h('p', {class: 'note'}, 'By devices and days the front of the whole space is not known: these are the best found. Click a point to open it.'));
}

const budget = h('div', {}, slider({name: 's.compute', label: 'Training FLOPs', initial: '1e22', from: 17, to: 27}));
const calendar = h('div', {hidden: true},
  choice({name: 's.device', label: 'Device', initial: 'h100-sxm', options: names.devices}),
  slider({name: 's.devices', label: 'Devices', initial: '512', from: 8, to: 32768, step: 8, powers: false}),
  slider({name: 's.days', label: 'Days', initial: '30', from: 1, to: 180, step: 1, powers: false}),
  text({name: 's.global_batch', label: 'Sequences of one step', initial: '2048'}));
const editor = folding('Space',
  area({name: 's.space', label: 'Axes, fixed fields, windows and objective, as JSON', initial: space.trim(), rows: 22}));
editor.append(
  dropped('or drop a space.json here', '.json,application/json', editor, (_, content) => set('s.space', content.trim()), (sentence) => complaint.show(sentence)));
const frontOf = h('div', {}, choice({name: 's.front', label: 'Pareto front of loss and', initial: 'total_non_embedding_parameters', options: measures.map((each): [string, string] => [each, words(each)])}));

search.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'},
      section('Objective',
        text({name: 's.law', label: 'Law', initial: 'fine-grained', numeric: false, help: 'An id of a law, or FIT.json of the view Fit'}),
        choice({name: 's.by', label: 'Given', initial: 'compute', options: [['compute', 'a compute budget'], ['calendar', 'devices and days, with layouts']]}),
        budget, calendar,
        slider({name: 's.top', label: 'Best to keep', initial: '20', from: 1, to: 100, step: 1, powers: false}),
        frontOf,
        h('div', {class: 'buttons'}, start, cancel), bar, state),
      editor),
    h('div', {class: 'results'},
      section('Answer', result),
      section('Pareto front', frontComplaint.element, front.element, frontTable),
      section('Best configurations', best))));

import names from 'virtual:names';
import {answers, block, command, Complaint, screen, table} from '../render';
import {choice, onRefresh, slider} from '../controls';
import {contourPlot} from '../contours';
import {folding, h, section} from '../dom';
import {failed, quick, type Failure, type Reply, type Value} from '../engine';
import {brief, real, shown, words} from '../numbers';
import {declare, get, onChange, set} from '../state';
import {Plot} from '../plot';
import type {View} from './view';

type Values = {[name: string]: Value};
interface Law {
  id: string;
  title: string;
  paper: string;
  gives: string[];
  inputs: {name: string; definition: string; range: {low: number; high: number} | null}[];
}

const complaint = new Complaint();
const losses = new Plot('Loss at the optimum of each budget', 'training FLOPs, by the law’s own count', 'loss, nats per token');
const allocation = new Plot('Tokens at the optimum of each budget', 'training FLOPs, by the law’s own count', 'tokens');
const sweeps = new Plot('Loss at the optimum against granularity, and against experts per active one', 'granularity, or n_experts / top_k', 'loss, nats per token');
const contour = h('div');
const intervals = h('ul', {class: 'note'});
const regret = h('div');
const about = h('div');
const chosen = h('fieldset', {class: 'choices'}, h('legend', {}, 'Laws'));
let catalogue: Law[] = [];

// Inputs of a law beside its size and tokens; granularity is given where it is not to be chosen.
const given: {[input: string]: string} = {
  granularity: '8', expansion_rate: '8', n_experts: '64', unique_tokens: '1e13', inactive_expert_fraction: '0.9',
  n_active_experts: '8', shared_expert_ratio: '0.1',
};
const sizeOf = (law: Law) => law.inputs.find((each) => each.name.endsWith('parameters'))?.name;
const isOverTokens = (law: Law) => sizeOf(law) !== undefined && law.inputs.some((each) => each.name === 'tokens');
const fixed = (law: Law | undefined): string[] =>
  (law?.inputs ?? []).filter((each) => each.name !== sizeOf(law!) && each.name !== 'tokens').map((each) => `${each.name}=${given[each.name] ?? each.range?.high ?? 16}`);
/** The same for an optimum, which chooses the granularity. */
const extra = (id: string) => fixed(catalogue.find((each) => each.id === id)).filter((each) => !each.startsWith('granularity='));

export const laws: View = {id: 'laws', title: 'Laws', element: h('div'), update, prefix: 'l.'};

declare('l.laws', 'fine-grained,joint-moe,chinchilla-tex');
const selected = () => get('l.laws').split(',').filter((each) => each !== '');

async function list(): Promise<void> {
  if (catalogue.length !== 0) return;
  const replies = await answers(complaint, quick.all('catalogue', [['laws']]));
  if (replies?.[0] === undefined) return;
  catalogue = replies[0].answer as unknown as Law[];
  const offered = catalogue.filter((each) => each.gives.includes('loss') && each.gives.includes('optimum') && isOverTokens(each));
  for (const each of offered) {
    const input = h('input', {type: 'checkbox', id: `law-${each.id}`});
    input.checked = selected().includes(each.id);
    input.addEventListener('change', () => {
      const now = new Set(selected());
      if (input.checked) now.add(each.id);
      else now.delete(each.id);
      set('l.laws', [...now].join(','));
    });
    const follow = () => (input.checked = selected().includes(each.id));
    onChange((name) => name === 'l.laws' && follow());
    onRefresh(follow);
    chosen.append(h('div', {class: 'check'}, input, h('label', {for: input.id, title: each.title}, each.id)));
  }
}

const value = (reply: Reply | Failure, name: string): number | null =>
  failed(reply) ? null : Number.isFinite(real((reply.answer as Values)[name])) ? real((reply.answer as Values)[name]) : null;
const isOutside = (reply: Reply | Failure): boolean => !failed(reply) && (reply.answer as Values)['extrapolated'] === true;

async function update(): Promise<void> {
  await list();
  await Promise.all([curves(), compared(), sweep(), contours(), describe()]).catch(() => undefined);
}

interface Path extends Values {
  path: Values[];
  sampled: Value;
}
const budgets = '1e17..1e27';
// Answers that no slider changes, by their commands.
const kept = new Map<string, Reply | Failure>();
async function once(lane: string, commands: string[][]): Promise<(Reply | Failure)[]> {
  const missing = commands.filter((each) => !kept.has(each.join(' ')));
  if (missing.length !== 0) {
    const replies = await quick.spread(lane, missing);
    replies.forEach((each, i) => kept.set(missing[i]!.join(' '), each));
  }
  return commands.map((each) => kept.get(each.join(' '))!);
}

// The optima of each law over budgets, with the interval that its published coefficients leave.
async function curves(): Promise<void> {
  const which = selected();
  const replies = await once('curves', which.map((law) => ['optimum', law, '--compute', budgets, ...extra(law), '--interval', '0.8']));
  const wrong = replies.find(failed);
  if (wrong !== undefined) complaint.show(wrong.error);
  else complaint.clear();
  const drawn = which.flatMap((law, i) => (failed(replies[i]!) ? [] : [{law: [law, ...extra(law)].join(', '), of: replies[i]!.answer as unknown as Path}]));
  const xs = drawn[0]?.of.path.map((each) => real(each['compute'])) ?? [];
  const here = Number(get('l.compute'));
  const show = (plot: Plot, quantity: string, logY: boolean) => {
    const known = drawn.filter(({of}) => of.path.some((each) => quantity in each));
    plot.show(xs,
      known.map(({law, of}) => ({
        label: law, values: of.path.map((each) => real(each[quantity])),
        ...(of.path.every((each) => `${quantity}_low` in each)
          ? {low: of.path.map((each) => real(each[`${quantity}_low`])), high: of.path.map((each) => real(each[`${quantity}_high`]))} : {}),
      })),
      {logX: true, logY, extrapolated: known.map(({of}) => of.path.map((each) => each['extrapolated'] === true)), mark: here});
  };
  show(losses, 'loss', false);
  show(allocation, 'tokens', true);
  intervals.replaceChildren(
    ...drawn.map(({law, of}) => h('li', {}, `${law}: ${of.sampled === undefined ? 'no interval is published' : String(of.sampled)}`)));
}

async function sweep(): Promise<void> {
  const rates = [1, 2, 4, 8, 16, 32, 64, 128];
  const compute = ['--compute', get('l.compute')];
  const replies = await quick
    .spread('sweep', [
      ...rates.map((each) => ['optimum', 'fine-grained', ...compute, `granularity=${each}`]),
      ...rates.map((each) => ['optimum', 'joint-moe', ...compute, `expansion_rate=${each}`]),
    ])
    .catch(() => undefined);
  if (replies === undefined) return;
  const [first, second] = [replies.slice(0, rates.length), replies.slice(rates.length)];
  sweeps.show(
    rates,
    [
      {label: 'fine-grained, by granularity', values: first.map((each) => value(each, 'loss'))},
      {label: 'joint-moe, by n_experts / top_k', values: second.map((each) => value(each, 'loss'))},
    ],
    {logX: true, extrapolated: [first.map(isOutside), second.map(isOutside)]},
  );
}

// Lines of equal loss over parameters and tokens, with the optima of the budgets.
async function contours(): Promise<void> {
  const id = get('l.law');
  const law = catalogue.find((each) => each.id === id);
  const size = law === undefined ? undefined : sizeOf(law);
  if (law === undefined || size === undefined || !isOverTokens(law)) {
    contour.replaceChildren(h('p', {class: 'note'}, `${id} has no loss over parameters and tokens.`));
    return;
  }
  const rest = fixed(law);
  const [lines, path] = await once('contours', [
    ['loss', id, `${size}=1e8..1e12`, 'tokens=1e9..1e13', ...rest], ['optimum', id, '--compute', budgets, ...rest]]);
  const [here] = await quick.all('contours here', [['optimum', id, '--compute', get('l.compute'), ...rest]]);
  if (lines === undefined || failed(lines)) {
    contour.replaceChildren(h('p', {class: 'error'}, lines?.error.replace(/^moetric: /, '') ?? 'not known'));
    return;
  }
  const of = lines.answer as unknown as {contours: {loss: Value; points: Values[]}[]; loss_unit: string};
  const place = (each: Values) => ({x: real(each[size]), y: real(each['tokens']), extrapolated: each['extrapolated'] === true});
  contour.replaceChildren(
    contourPlot({
      x: words(size), y: 'tokens', ends: {x: [1e8, 1e12], y: [1e9, 1e13]},
      lines: of.contours.map((each) => ({loss: real(each.loss), points: each.points.map(place)})),
      path: path === undefined || failed(path) ? [] : (path.answer as unknown as Path).path.map(place),
      here: here === undefined || failed(here) ? undefined : place(here.answer),
    }, `Lines of equal loss by ${[id, ...rest].join(', ')}, in ${of.loss_unit}`),
    h('p', {class: 'note'},
      'Dashed lines: outside of what the law was fitted on.' +
        (path === undefined || failed(path) ? '' : ` Dotted: the optima of budgets${here === undefined || failed(here) ? '' : `; the point is that of ${get('l.compute')} FLOPs`}.`)),
    command(lines.words));
}

async function compared(): Promise<void> {
  const replies = await answers(regretComplaint, quick.all('compare', [['compare', '--compute', get('l.compute')]]));
  const reply = replies?.[0];
  if (reply === undefined) return;
  const of = (reply.answer as unknown as {regret: {[plan: string]: Values}}).regret;
  const judges = [...new Set(Object.values(of).flatMap((each) => Object.keys(each)))];
  regret.replaceChildren(
    screen(reply),
    table(['plan of', ...judges.map((each) => `by ${each}`)],
      Object.entries(of).map(([plan, row]) => [plan, ...judges.map((judge) => (row[judge] == null ? '' : `${brief(100 * real(row[judge]))} %`))]),
      'Regret: the share of the reducible loss that following a row’s plan loses, by the law of each column'));
}
const regretComplaint = new Complaint();

async function describe(): Promise<void> {
  const replies = await answers(aboutComplaint, quick.all('law', [['laws', get('l.law')]]));
  const reply = replies?.[0];
  if (reply === undefined) return;
  const of = reply.answer as unknown as {coefficients: {name: string; value: Value; provenance: string; source: string; standard_error: Value}[]};
  about.replaceChildren(
    ...reply.screen.filter((each) => each.first).map(block),
    table(['coefficient', 'value', 'standard error', 'provenance', 'source'],
      of.coefficients.map((each) => [each.name, shown(each.value, 6), each.standard_error === null ? '' : shown(each.standard_error), each.provenance, each.source])),
    command(reply.words));
}
const aboutComplaint = new Complaint();

laws.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'},
      section('Budget', slider({name: 'l.compute', label: 'Training FLOPs', initial: '1e22', from: 17, to: 27})),
      folding('Compare', chosen),
      section('One law',
        choice({name: 'l.law', label: 'Law', initial: 'fine-grained',
          options: names.laws}))),
    h('div', {class: 'results'},
      section('Loss against compute', losses.element, h('p', {class: 'note'}, 'Losses of different laws are on different scales: each was fitted on its own data and tokenizer.'),
        h('details', {}, h('summary', {}, 'What the shaded 80 % intervals are from'), intervals)),
      section('Tokens against compute', allocation.element),
      section('More experts, or finer ones', sweeps.element),
      section('Contours', contour),
      section('Regret', regretComplaint.element, regret),
      section('The law and its provenance', aboutComplaint.element, about))));


import {answers, block, command, Complaint, screen, table} from '../render';
import {choice, onRefresh, slider} from '../controls';
import {folding, h, section} from '../dom';
import {failed, quick, type Failure, type Reply, type Value} from '../engine';
import {brief, power, real, shown, words} from '../numbers';
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
const sweeps = new Plot('Loss at the optimum against experts', 'value', 'loss, nats per token');
const contour = h('div');
const regret = h('div');
const about = h('div');
const chosen = h('fieldset', {class: 'choices'}, h('legend', {}, 'Laws'));
let catalogue: Law[] = [];

// Those whose optimum needs no more than a budget, or the values that stand here.
const extra: {[law: string]: string[]} = {
  'joint-moe': ['expansion_rate=8'],
  abnar: ['inactive_expert_fraction=0.9'],
  zhao: [],
};

export const laws: View = {id: 'laws', title: 'Laws', element: h('div'), update, prefix: 'l.'};

declare('l.laws', 'fine-grained,joint-moe,chinchilla-tex');
const selected = () => get('l.laws').split(',').filter((each) => each !== '');

async function list(): Promise<void> {
  if (catalogue.length !== 0) return;
  const replies = await answers(complaint, quick.all('catalogue', [['laws']]));
  if (replies?.[0] === undefined) return;
  catalogue = replies[0].answer as unknown as Law[];
  const offered = catalogue.filter((each) => each.gives.includes('loss') && each.gives.includes('optimum'));
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
  await Promise.all([curves(), sweep(), contours(), compared(), describe()]).catch(() => undefined);
}

async function curves(): Promise<void> {
  const budgets = Array.from({length: 37}, (_, i) => 17 + i / 4);
  const which = selected();
  const asked = which.flatMap((law) => budgets.map((each) => ['optimum', law, '--compute', `${10 ** each}`, ...(extra[law] ?? [])]));
  const replies = await quick.all('curves', asked).catch(() => undefined);
  if (replies === undefined) return;
  const of = (i: number) => replies.slice(i * budgets.length, (i + 1) * budgets.length);
  const wrong = which.map((_, i) => of(i)).find((all) => all.length > 0 && all.every(failed));
  if (wrong !== undefined) complaint.show((wrong[0] as Failure).error);
  else complaint.clear();
  const xs = budgets.map((each) => 10 ** each);
  const extrapolated = which.map((_, i) => of(i).map(isOutside));
  const here = Number(get('l.compute'));
  losses.show(xs, which.map((law, i) => ({label: law, values: of(i).map((each) => value(each, 'loss'))})), {logX: true, extrapolated, mark: here});
  allocation.show(xs, which.map((law, i) => ({label: law, values: of(i).map((each) => value(each, 'tokens'))})), {logX: true, logY: true, extrapolated, mark: here});
}

async function sweep(): Promise<void> {
  const rates = [1, 2, 4, 8, 16, 32, 64, 128];
  const compute = ['--compute', get('l.compute')];
  const replies = await quick
    .all('sweep', [
      ...rates.map((each) => ['optimum', 'fine-grained', ...compute, `granularity=${each}`]),
      ...rates.map((each) => ['optimum', 'joint-moe', ...compute, `expansion_rate=${each}`]),
    ])
    .catch(() => undefined);
  if (replies === undefined) return;
  const [first, second] = [replies.slice(0, rates.length), replies.slice(rates.length)];
  sweeps.show(
    rates,
    [
      {label: 'fine-grained: granularity', values: first.map((each) => value(each, 'loss'))},
      {label: 'joint-moe: n_experts / top_k', values: second.map((each) => value(each, 'loss'))},
    ],
    {logX: true, extrapolated: [first.map(isOutside), second.map(isOutside)]},
  );
}

// Loss over parameters and tokens, with the budget's line.
async function contours(): Promise<void> {
  const id = get('l.law');
  const law = catalogue.find((each) => each.id === id);
  const size = law?.inputs.find((each) => each.name.endsWith('parameters'));
  if (law === undefined || size === undefined || !law.inputs.some((each) => each.name === 'tokens')) {
    contour.replaceChildren(h('p', {class: 'note'}, `${id} has no loss over parameters and tokens.`));
    return;
  }
  const sizes = Array.from({length: 13}, (_, i) => 8 + i / 3);
  const tokens = Array.from({length: 10}, (_, i) => 13 - (i * 4.5) / 9);
  const given: {[input: string]: string} = {granularity: '8', expansion_rate: '8', n_experts: '64', unique_tokens: '1e13', inactive_expert_fraction: '0.9', top_k: '8', shared_expert_ratio: '0.1', activation_ratio: '0.1'};
  const rest = law.inputs.filter((each) => each !== size && each.name !== 'tokens').map((each) => `${each.name}=${given[each.name] ?? each.range?.high ?? 1}`);
  const asked = tokens.flatMap((t) => sizes.map((s) => ['loss', id, `${size.name}=${power(s)}`, `tokens=${power(t)}`, ...rest]));
  const replies = await quick.all('contours', asked).catch(() => undefined);
  if (replies === undefined) return;
  const all = replies.map((each) => value(each, 'loss'));
  const known = all.filter((each): each is number => each !== null);
  if (known.length === 0) {
    contour.replaceChildren(h('p', {class: 'error'}, failed(replies[0]!) ? replies[0].error : 'not known'));
    return;
  }
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const compute = Math.log10(Number(get('l.compute')) / 6);
  const cells = tokens.map((t, row) =>
    h('tr', {}, h('th', {scope: 'row'}, brief(10 ** t, 2)),
      ...sizes.map((s, column) => {
        const at = row * sizes.length + column;
        const loss = all[at] ?? null;
        const heat = loss === null ? 0 : 1 - (loss - least) / (most - least || 1);
        const near = Math.abs(s + t - compute) < 0.21;
        return h('td', {class: `heat${isOutside(replies[at]!) ? ' outside' : ''}${near ? ' budget' : ''}`, style: `--heat:${heat.toFixed(3)}`,
          title: `${brief(10 ** s)} parameters, ${brief(10 ** t)} tokens: ${loss === null ? 'not known' : loss.toFixed(4)}${isOutside(replies[at]!) ? ', extrapolated' : ''}`},
          loss === null ? '' : loss.toFixed(2));
      })));
  contour.replaceChildren(
    h('div', {class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Loss over parameters and tokens'},
      h('table', {class: 'heatmap'},
        h('caption', {}, `Loss by ${id}: ${words(size.name)} across, tokens down${rest.length === 0 ? '' : '; ' + rest.join(', ')}. Italic: outside of the fitted range. Framed: the budget, as 6 N D.`),
        h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'tokens'), ...sizes.map((each) => h('th', {scope: 'col'}, brief(10 ** each, 2))))),
        h('tbody', {}, ...cells))));
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
          options: 'fine-grained joint-moe chinchilla-tex besiroglu kaplan-n-d abnar zhao data-constrained sardana precision fine-grained-dense holistic ling-moe clark-s-base step-law'.split(' ')}))),
    h('div', {class: 'results'},
      section('Loss against compute', losses.element, h('p', {class: 'note'}, 'Losses of different laws are on different scales: each was fitted on its own data and tokenizer.')),
      section('Tokens against compute', allocation.element),
      section('More experts, or finer ones', sweeps.element),
      section('Contours', contour),
      section('Regret', regretComplaint.element, regret),
      section('The law and its provenance', aboutComplaint.element, about))));


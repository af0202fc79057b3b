import names from 'virtual:names';
import {answers, bars, Complaint, figure, screen, table} from '../render';
import {choice, lever, slider, suggest, text} from '../controls';
import {download, folding, h, section} from '../dom';
import {type Failure, failed, provide, quick, type Reply, type Value} from '../engine';
import {brief, real, shown, words} from '../numbers';
import {get, isDefault, onChange, set} from '../state';
import {type Known, Plot} from '../plot';
import {options, type View} from './view';

type Values = {[name: string]: Value};

const complaint = new Complaint();
const exportComplaint = new Complaint();
const result = h('div');
const bands = h('div');
const path = new Plot('The recipe from 1e17 to 1e27 FLOPs: parameters and tokens', 'training FLOPs', 'count');
const pathNote = h('p', {class: 'note'});
const provenance = h('div');
const losses = h('div');
const parameters = h('div');
const flops = h('div');
const alternatives = h('div');
const runs = h('div');
let last: Reply | undefined;
let resting: ReturnType<typeof setTimeout> | undefined;

export const plan: View = {id: 'plan', title: 'Plan', element: h('div'), update, prefix: 'p.'};

// What the recipe has by itself is not given, so that its provenance stays the recipe's.
const changed = (name: string) => (isDefault(name) ? '' : get(name));
function shape(): string[] {
  return options({
    '--source': get('p.source'),
    '--n-experts': changed('p.n_experts'),
    '--top-k': changed('p.top_k'),
    '--n-shared-experts': changed('p.n_shared_experts'),
    '--sequence-length': get('p.sequence_length'),
    '--vocab-size': get('p.vocab_size'),
    '--n-heads': get('p.n_heads'),
    '--head-dim': get('p.head_dim'),
    '--d-model': get('p.d_model'),
    '--n-layers': get('p.n_layers'),
    '--expansion-ratio': get('p.expansion_ratio'),
    '--tokens-limit': get('p.tokens_limit'),
    '--total-parameters-limit': get('p.total_parameters_limit'),
    '--inference-tokens': get('p.inference_tokens'),
  });
}
function question(): string[] {
  return get('p.by') === 'calendar'
    ? ['plan', '--device', get('p.device'), '--devices', get('p.devices'), '--days', get('p.days'), '--precision',
        get('p.precision'), ...options({'--price-per-device-hour': get('p.price')}), ...shape()]
    : ['plan', '--compute', get('p.compute'), ...shape()];
}

async function update(): Promise<void> {
  budget.hidden = get('p.by') === 'calendar';
  calendar.hidden = !budget.hidden;
  const replies = await answers(complaint, quick.all('plan', [question()]));
  const reply = replies?.[0];
  if (reply === undefined) return;
  last = reply;
  show(reply);
  // The path takes many plans, so it waits for sliders to rest.
  clearTimeout(resting);
  resting = setTimeout(() => void showPath(reply), 150);
}

function show(reply: Reply): void {
  const of = reply.answer as unknown as {
    architecture: Values;
    tokens: Value;
    extrapolated: boolean;
    extrapolated_fields: string[];
    decades_outside: Values;
    provenance: {[field: string]: string};
    bands: {[field: string]: Values};
    intervals: {[field: string]: Values | string};
    realised: Values;
    learning_rate: Value;
    batch_tokens: Value;
    losses: {[law: string]: Values};
    alternatives: {architecture: Values; hardware_rules_kept: Value; hardware_rules: Value; largest_deviation: Value}[];
    nearest_runs: Values[];
    cluster?: {time: {[name: string]: Values | null}; cost: Values | null};
    account: {parameters_by_term: Values; forward_flops_by_term: Values};
  };
  suggest('p.d_model', real(of.architecture['d_model']));
  suggest('p.n_layers', real(of.architecture['n_layers']));
  suggest('p.expansion_ratio', Number((real(of.realised['total_non_embedding_parameters']) / real(of.realised['active_non_embedding_parameters'])).toFixed(1)));
  const outside = (...fields: string[]) =>
    fields.some((each) => of.extrapolated_fields.includes(each)) ? 'extrapolated' : undefined;
  const active = ['training_flops_per_token', 'flops_per_active_parameter'] as const; // which N_a follows from
  result.replaceChildren(
    h('dl', {class: 'figures'},
      figure('active parameters', shown(of.realised['active_non_embedding_parameters']), 'without embeddings', outside(...active)),
      figure('total parameters', shown(of.realised['total_non_embedding_parameters']), 'without embeddings', outside(...active, 'expansion_ratio')),
      figure('tokens', shown(of.tokens), undefined, outside('tokens')),
      figure('learning rate', shown(of.learning_rate), undefined, outside('learning_rate')),
      figure('batch', shown(of.batch_tokens), 'tokens', outside('batch_tokens')),
      ...hardware(of.cluster)),
    screen(reply));
  const marked = (field: string) =>
    h('span', {}, words(field), outside(field) ? h('span', {class: 'mark'}, 'extrapolated') : null);
  const size = (value: Value | undefined) => brief(real(value), 4);
  const spread = Object.entries(of.intervals).filter((each): each is [string, Values] => typeof each[1] === 'object');
  bands.replaceChildren(
    table(['field', 'least', 'best', 'most', 'law', 'of'],
      Object.entries(of.bands).map(([field, band]) => [
        marked(field), size(band['low']), size(band['best']), size(band['high']), String(band['law'] ?? ''), words(String(band['of'] ?? ''))]),
      `Bands: where a law’s loss rises by at most ${brief(100 * real(Object.values(of.bands)[0]?.['tolerance']))} % above its own optimum`),
    table(['field', 'least', 'this plan', 'most'],
      spread.map(([field, each]) => [marked(field), size(each['low']), size(each['value']), size(each['high'])]),
      'Intervals of the recipe'),
    ...Object.entries(of.intervals).filter(([, each]) => typeof each === 'string')
      .map(([name, each]) => h('p', {class: 'note'}, `${words(name)}: ${String(each)}`)));
  provenance.replaceChildren(
    table(['field', 'where its number is from'],
      Object.entries(of.provenance).map(([field, from]) => [
        h('span', {}, words(field), outside(field) ? h('span', {class: 'mark', title: `${shown(of.decades_outside[field], 2)} decades of compute outside of the fit`}, 'extrapolated') : null),
        from])));
  parameters.replaceChildren(bars(of.account.parameters_by_term, (value) => shown(value), 'Parameters by term'));
  flops.replaceChildren(bars(of.account.forward_flops_by_term, (value) => shown(value), 'Forward FLOPs per token by term'));
  losses.replaceChildren(
    table(['law', 'loss', 'at its own optimum', 'regret'],
      Object.entries(of.losses).map(([law, each]) => [
        h('span', {}, law, each['extrapolated'] === true ? h('span', {class: 'mark'}, 'extrapolated') : null),
        shown(each['loss'], 5), each['optimum_loss'] == null ? '' : shown(each['optimum_loss'], 5),
        each['regret_of_reducible_loss'] == null ? '' : `${brief(100 * real(each['regret_of_reducible_loss']))} %`])),
    ...Object.entries(of.losses).map(([law, each]) => [law, (each['outside'] as string[] | undefined) ?? []] as const)
      .filter(([, reasons]) => reasons.length !== 0)
      .map(([law, reasons]) => h('p', {class: 'note'}, `Outside of what ${law} was fitted on: ${reasons.join('; ')}.`)));
  const keys = Object.keys(of.architecture).filter((key) => of.alternatives.some((each) => each.architecture[key] !== of.architecture[key]));
  alternatives.replaceChildren(
    of.alternatives.length === 0 ? h('p', {class: 'note'}, 'No neighbouring shape keeps more rules of the hardware.')
      : table([...keys.map(words), 'rules of the hardware kept', 'deviation', ''],
          of.alternatives.map((each) => [
            ...keys.map((key) => shown(each.architecture[key])),
            `${shown(each.hardware_rules_kept)} of ${shown(each.hardware_rules)}`,
            `${brief(100 * real(each.largest_deviation))} %`,
            open(each.architecture)])));
  runs.replaceChildren(
    of.nearest_runs.length === 0 ? h('p', {class: 'note'}, 'No published run is near in compute.')
      : table(['run', 'active', 'total', 'tokens', 'FLOPs', 'learning rate', 'batch, tokens', ''],
          of.nearest_runs.map((each) => [
            String(each['name']), brief(real(each['active_non_embedding_parameters'])), brief(real(each['total_non_embedding_parameters'])),
            brief(real(each['tokens'])), brief(real(each['compute'])), each['learning_rate'] === null ? '' : shown(each['learning_rate']),
            each['batch_tokens'] === null ? '' : brief(real(each['batch_tokens'])),
            h('button', {type: 'button', class: 'small', onclick: () => go(String(each['model']))}, 'Open')])));
}

// Time and money of a plan for devices, as intervals.
function hardware(of: {time: {[name: string]: Values | null}; cost: Values | null} | undefined): HTMLElement[] {
  const interval = (each: Values, best: string, write: (value: Value | undefined) => string) => `${write(each[best])} (80 %: ${write(each['low'])} to ${write(each['high'])})`;
  const money = (value: Value | undefined) => shown(Math.round(real(value)));
  const days = of?.time['days'];
  return [
    ...(days == null ? [] : [figure('days', interval(days, 'median', (value) => shown(value, 3)))]),
    ...(of?.cost == null ? [] : [figure(`cost, ${String(of.cost['currency'])}`, interval(of.cost, 'amount', money), `${shown(of.cost['per_device_hour'])} per device hour`)]),
  ];
}

export const shapeText = (architecture: Values): string =>
  Object.entries(architecture).filter(([key, value]) => value !== null && key !== 'n_layers').map(([key, value]) => `${key}=${value}`).join(',');
function go(name: string, fields: {[field: string]: string} = {}): void {
  set('m.model', name);
  for (const [field, value] of Object.entries(fields)) set(field, value);
  location.hash = '#model' + (location.hash.includes('?') ? location.hash.slice(location.hash.indexOf('?')) : '');
}
/** A button that opens a shape as a model, with other fields of that view. */
export function open(architecture: Values, fields: {[field: string]: string} = {}): HTMLElement {
  return h('button', {type: 'button', class: 'small', onclick: () => go(shapeText(architecture), fields)}, 'Open');
}

// The optimum path, with this plan and where its fits end.
async function showPath(reply: Reply): Promise<void> {
  const budgets = Array.from({length: 21}, (_, i) => 17 + i / 2);
  const replies = await quick.spread('path', budgets.map((each) => ['plan', '--compute', `${10 ** each}`, ...shape()])).catch(() => []);
  if (replies.length === 0) return;
  const column = (read: (of: Values) => Value | undefined) =>
    replies.map((each) => ('error' in each ? null : real(read(each.answer as Values))));
  const part = (of: Values, name: string) => (of[name] as Values);
  const here = real(part(reply.answer as Values, 'compute')['requested']);
  const near = new Map(replies.flatMap((each) => (failed(each) ? [] : (each.answer as unknown as {nearest_runs: Values[]}).nearest_runs.map((run): [string, Values] => [String(run['name']), run]))));
  const known: Known[] = [...near.values()].flatMap((run) =>
    ['active_non_embedding_parameters', 'total_non_embedding_parameters', 'tokens'].map((quantity, i) => ({name: String(run['name']), series: i, x: real(run['compute']), y: real(run[quantity])})));
  path.show(
    budgets.map((each) => 10 ** each),
    [
      {label: 'active parameters', values: column((of) => part(of, 'realised')['active_non_embedding_parameters'])},
      {label: 'total parameters', values: column((of) => part(of, 'realised')['total_non_embedding_parameters'])},
      {label: 'tokens', values: column((of) => of['tokens'])},
    ],
    {logX: true, logY: true, extrapolated: replies.map((each) => 'error' in each || (each.answer as Values)['extrapolated'] === true), mark: here, known});
  const refused = (replies as (Reply | Failure)[]).find(failed);
  pathNote.textContent = `Circles: ${near.size} published runs, at 6 × active parameters × tokens. ` + (refused?.error.replace(/^moetric: /, 'Where the path ends: ') ?? '');
}

async function save(format: string, name: string): Promise<void> {
  if (last === undefined) return;
  // The answer as the tool prints it, so that the tool reads it back.
  provide('plan.json', savedPlan());
  if (format === 'plan') return download('plan.json', savedPlan());
  const replies = await answers(exportComplaint, quick.all('export', [['export', 'plan.json', '--format', format]]));
  const made = replies?.[0];
  if (made?.file !== undefined) download(name, made.file);
}
function savedPlan(): string {
  return JSON.stringify(last!.answer, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value), 2) + '\n';
}

// Finer experts, and more of them: laws read granularity as the experts of one token, and their share of all as the
// expansion rate, which stays.
let expansion = 0;
let finer = false;
const readExpansion = () => (expansion = Number(get('p.n_experts')) / Number(get('p.top_k')));
onChange((name) => (name === 'p.n_experts' || name === 'p.top_k') && !finer && readExpansion());
function refine(granularity: number): void {
  if (!(expansion > 0)) readExpansion();
  finer = true;
  set('p.top_k', String(granularity));
  set('p.n_experts', String(Math.max(granularity, Math.round(expansion * granularity))));
  finer = false;
}

const budget = h('div', {}, slider({name: 'p.compute', label: 'Training FLOPs', initial: '1e22', from: 17, to: 27}));
const calendar = h('div', {hidden: true},
  choice({name: 'p.device', label: 'Device', initial: 'h100-sxm', options: names.devices}),
  slider({name: 'p.devices', label: 'Devices', initial: '512', from: 8, to: 32768, step: 8, powers: false}),
  slider({name: 'p.days', label: 'Days', initial: '30', from: 1, to: 180, step: 1, powers: false}),
  choice({name: 'p.precision', label: 'Matrix products in', initial: 'bf16', options: names.precisions}),
  text({name: 'p.price', label: 'Price per device hour, USD', placeholder: 'yours'}));

plan.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'},
      section('Budget',
        choice({name: 'p.by', label: 'Given', initial: 'compute', options: [['compute', 'a compute budget'], ['calendar', 'devices and days']]}),
        budget, calendar),
      folding('Shape',
        choice({name: 'p.source', label: 'Source', initial: 'holistic', options: names.sources}),
        slider({name: 'p.n_experts', label: 'Experts', initial: '288', from: 8, to: 1024, step: 8, powers: false}),
        slider({name: 'p.top_k', label: 'Experts of one token', initial: '8', from: 1, to: 32, step: 1, powers: false}),
        lever({name: 'granularity', label: 'Granularity: both together', help: 'Finer experts, and as many more of them', from: 1, to: 32,
          fields: ['p.n_experts', 'p.top_k'], read: () => Number(get('p.top_k')), move: refine}),
        slider({name: 'p.n_shared_experts', label: 'Shared experts', initial: '1', from: 0, to: 4, step: 1, powers: false}),
        text({name: 'p.sequence_length', label: 'Sequence length, tokens', placeholder: '8192'}),
        slider({name: 'p.d_model', label: 'Width', from: 256, to: 16384, step: 8, powers: false}),
        slider({name: 'p.n_layers', label: 'Depth, layers', from: 2, to: 160, step: 1, powers: false}),
        slider({name: 'p.expansion_ratio', label: 'Total over active parameters', from: 2, to: 60, step: 0.1, powers: false}),
        text({name: 'p.n_heads', label: 'Heads', placeholder: 'by the recipe'}),
        text({name: 'p.head_dim', label: 'Width of a head', placeholder: 'by the recipe'}),
        text({name: 'p.vocab_size', label: 'Vocabulary', placeholder: '152064'})),
      folding('Limits',
        text({name: 'p.tokens_limit', label: 'Tokens of the data', placeholder: 'no limit'}),
        text({name: 'p.total_parameters_limit', label: 'Total parameters', placeholder: 'no limit'}),
        text({name: 'p.inference_tokens', label: 'Tokens to serve', placeholder: 'none'}))),
    h('div', {class: 'results'},
      section('The plan', result,
        exportComplaint.element,
        h('div', {class: 'buttons'},
          h('button', {type: 'button', onclick: () => void save('hf', 'config.json')}, 'Save config.json'),
          h('button', {type: 'button', onclick: () => void save('megatron', 'megatron-arguments.txt')}, 'Save Megatron arguments'),
          h('button', {type: 'button', onclick: () => void save('cpp', 'planned.hpp')}, 'Save C++ header'),
          h('button', {type: 'button', onclick: () => void save('plan', 'plan.json')}, 'Save plan.json'),
          h('button', {type: 'button', onclick: () => last && go(shapeText((last.answer as unknown as {architecture: Values}).architecture))}, 'Open as a model'))),
      h('div', {class: 'columns'}, section('Parameters by term', parameters), section('Forward FLOPs per token by term', flops)),
      section('Loss by law', losses),
      section('The path of the optimum', path.element, pathNote),
      section('Bands and intervals', bands),
      section('Shapes near that suit the hardware', alternatives),
      section('Published runs near this budget', runs),
      section('Provenance', provenance))));

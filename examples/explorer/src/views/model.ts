import names from 'virtual:names';
import {answers, bars, block, command, Complaint, figure, screen, table} from '../render';
import {check, choice, dropped, slider, text} from '../controls';
import {debounced, download, folding, h, section} from '../dom';
import {failed, provided, quick, type Value} from '../engine';
import {brief, bytes, real, shown, words} from '../numbers';
import {get, keepFile, set, touch} from '../state';
import {zoo} from '../zoo';
import {options, type View} from './view';

type Values = {[name: string]: Value};

const complaint = new Complaint();
const layoutComplaint = new Complaint();
const account = h('div', {class: 'answer'});
const parameters = h('div');
const flops = h('div');
const conventions = h('div');
const cluster = h('div');
const cache = h('div');
const published = h('div');
const editor = h('div', {class: 'fields'});
const source = h('p', {class: 'note'});

const edited = 'edited-config.json';

export const model: View = {id: 'model', title: 'Model', element: h('div'), update, prefix: 'm.'};

// A config.json as fields: numbers and switches, each with its key.
function showEditor(text: string): void {
  let config: Record<string, unknown>;
  try {
    config = JSON.parse(text) as Record<string, unknown>;
  } catch {
    editor.replaceChildren(h('p', {class: 'note'}, 'This file is no JSON object, so it has no fields.'));
    return;
  }
  const write = debounced(30, () => {
    void keepFile(edited, JSON.stringify(config, null, 2)).then(() => {
      if (get('m.model') === edited) touch('m.model');
      else set('m.model', edited);
    });
  });
  editor.replaceChildren(
    ...Object.entries(config)
      .filter(([, value]) => typeof value === 'number')
      .map(([key, value], i) => {
        const count = Number.isSafeInteger(value) && (value as number) > 1 && /hidden_size|layers|intermediate|experts|heads|^n_|_dim$/.test(key);
        const input = h('input', {type: 'text', inputmode: 'decimal', id: `field-${i}`, value: String(value)});
        input.addEventListener('input', () => {
          const number = Number(input.value);
          config[key] = input.value.trim() !== '' && Number.isFinite(number) ? number : input.value;
          if (range !== undefined) range.value = input.value;
          write();
        });
        // Sizes also move: by eights where they are multiples of eight.
        const whole = value as number;
        const range = count ? h('input', {type: 'range', min: whole % 8 === 0 ? 8 : 1, max: 4 * whole, step: whole % 8 === 0 ? 8 : 1, value: whole, 'aria-label': `${key}, slider`}) : undefined;
        range?.addEventListener('input', () => {
          config[key] = Number(range.value);
          input.value = range.value;
          write();
        });
        return h('div', {class: 'control'}, h('label', {for: input.id}, key), input, range);
      }),
  );
  if (editor.childElementCount === 0) editor.replaceChildren(h('p', {class: 'note'}, 'This file has no numbers to edit.'));
}

async function edit(): Promise<void> {
  const name = get('m.model');
  let text = provided(name);
  if (text === undefined) {
    const made = await answers(complaint, quick.all('export', [['export', name, '--format', 'hf']]));
    text = made?.[0]?.file;
  }
  if (text !== undefined) showEditor(text);
  editor.querySelector('input')?.focus();
}

async function take(name: string, content: string): Promise<void> {
  const inLink = await keepFile(name, content);
  source.textContent = inLink
    ? `${name} is part of the link.`
    : `${name} is too large for the link: whoever opens it needs the file.`;
  if (get('m.model') === name) touch('m.model');
  else set('m.model', name);
  editor.replaceChildren();
}

async function origin(): Promise<string> {
  const name = get('m.model');
  if (provided(name) !== undefined) return `the file ${name}`;
  const found = (await zoo()).find((each) => each.name === name);
  return found === undefined ? 'the given numbers' : `the published configuration of ${found.published_name}: ${found.source}`;
}

function question(): string[][] {
  const name = get('m.model');
  const length = get('m.sequence_length');
  const tool = get('m.tool');
  return [
    ['account', name, '--sequence-length', length, '--convention', get('m.convention'), '--context', get('m.context'),
      '--sequences', get('m.sequences'), '--cache-bytes', get('m.cache_bytes')],
    ['conventions', name, '--sequence-length', length, '--against', get('m.convention'), ...options({'--tool': tool})],
  ];
}
function layout(): string[] {
  return [
    'cluster', get('m.model'), '--device', get('m.device'), '--devices', get('m.devices'),
    '--tensor-parallel', get('m.tp'), '--context-parallel', get('m.cp'), '--pipeline-parallel', get('m.pp'),
    '--expert-parallel', get('m.ep'), '--virtual-stages', get('m.vp'), '--micro-batch', get('m.micro_batch'),
    '--sequence-length', get('m.sequence_length'), '--recompute', get('m.recompute'), '--precision', get('m.precision'),
    '--optimizer', get('m.optimizer'), '--shard-states', get('m.shard_states'),
    ...options({'--expert-tensor-parallel': get('m.etp'), '--global-batch': get('m.global_batch'),
      '--tokens': get('m.tokens'),
      '--price-per-device-hour': get('m.tokens') === '' ? '' : get('m.price')}),
    ...(get('m.mtp') === '1' ? ['--mtp'] : []),
  ];
}

async function update(): Promise<void> {
  await Promise.all([updateCounts(), updateLayout()]);
}

async function updateCounts(): Promise<void> {
  const replies = await answers(complaint, quick.all('model', question()));
  if (replies === undefined) return;
  const [counted, compared] = replies as [NonNullable<(typeof replies)[0]>, NonNullable<(typeof replies)[0]>];
  const of = counted.answer as unknown as {
    model: string;
    parameters: Values;
    flops_per_token: Values;
    flops_per_sequence: Values;
    parameters_by_term: Values;
    forward_flops_by_term: Values;
    active_parameters_by_term: Values;
    cache: Values;
    kv_cache_bytes_per_token: Value;
    notes: string[];
  };
  account.replaceChildren(
    h('dl', {class: 'figures'},
      figure('total parameters', shown(of.parameters['total'])),
      figure('active parameters', shown(of.parameters['active']), 'of one token'),
      figure('training FLOPs per token', shown(of.flops_per_token['training']), get('m.convention')),
      figure('training FLOPs per sequence', shown(of.flops_per_sequence['training']),
        `${shown(Number(get('m.sequence_length')))} tokens`),
      figure('cache', bytes(of.cache['bytes']),
        `${shown(of.cache['sequences'])} × ${shown(of.cache['context'])} tokens; ${shown(of.kv_cache_bytes_per_token)} bytes a token`)),
    h('p', {class: 'note'}, `Counted, not estimated, from ${await origin()}.`),
    ...of.notes.map((each) => h('p', {class: 'note'}, each)),
    screenDetails(counted),
  );
  parameters.replaceChildren(bars(of.parameters_by_term, (value) => shown(value), 'Parameters by term'));
  flops.replaceChildren(bars(of.forward_flops_by_term, (value) => shown(value), 'Forward FLOPs per token by term'));
  cache.replaceChildren(
    table(['cache', 'value'],
      Object.entries(of.cache).filter(([, value]) => typeof value !== 'object')
        .map(([name, value]) => [words(name), name.endsWith('bytes') ? `${bytes(value)}` : shown(value)])),
  );
  showConventions(compared.answer as never, compared);
  await showRuns(real(of.parameters['active']), real(of.parameters['total']));
}

interface Run extends Values {
  name: string;
  model: string;
  provenance: {[field: string]: string};
}
let runs: Promise<Run[]> | undefined;

// Runs of models near in active and total parameters, by the distance of their logarithms.
async function showRuns(active: number, total: number): Promise<void> {
  runs ??= quick.all('runs', [['models', '--runs']]).then(([reply]) => (reply === undefined || failed(reply) ? [] : (reply.answer as unknown as Run[])));
  const sizes = new Map((await zoo()).map((each) => [each.name, [real(each.active), real(each.total)] as const]));
  const distance = ([a, t]: readonly [number, number]) => Math.hypot(Math.log(a / active), Math.log(t / total));
  const near = (await runs)
    .filter((each) => sizes.has(each.model))
    .sort((a, b) => distance(sizes.get(a.model)!) - distance(sizes.get(b.model)!))
    .slice(0, 4);
  const cell = (run: Run, field: string) => {
    if (run[field] == null) return '';
    const from = run.provenance[field];
    return h('span', {title: from}, brief(real(run[field]), 3), from === undefined || from === 'printed' ? null : h('span', {class: 'mark'}, from));
  };
  const fields = ['tokens', 'peak_learning_rate', 'batch_tokens', 'sequence_length', 'device_hours', 'training_flops'];
  published.replaceChildren(
    table(['run', 'active', 'total', ...fields.map(words)],
      near.map((each) => [each.name, ...sizes.get(each.model)!.map((size) => brief(size)), ...fields.map((field) => cell(each, field))])));
}

function screenDetails(reply: Parameters<typeof screen>[0]): HTMLElement {
  return h('details', {}, h('summary', {}, 'As the tool prints it'), screen({...reply, screen: reply.screen.map((each) => ({...each, first: true}))}));
}

function showConventions(
  of: {
    training_flops_per_token: Values;
    ratios: Values;
    total_differences: Values;
    differences: {[rule: string]: Values};
    rules: {[rule: string]: string};
    not_counted_by_the_tool_itself: string[];
  },
  reply: Parameters<typeof screen>[0],
): void {
  const against = get('m.convention');
  const rows = Object.entries(of.training_flops_per_token).map(([rule, value]) => {
    const why = Object.entries(of.differences[rule] ?? {})
      .filter(([, difference]) => real(difference) !== 0)
      .sort((a, b) => Math.abs(real(b[1])) - Math.abs(real(a[1])))
      .slice(0, 3)
      .map(([term, difference]) => `${words(term)} ${real(difference) > 0 ? '+' : ''}${shown(difference)}`);
    const extrapolated = of.not_counted_by_the_tool_itself.includes(rule);
    return [
      h('span', {title: of.rules[rule] ?? ''}, rule, extrapolated ? h('span', {class: 'mark', title: 'The tool itself does not count such models, or has a known bug: its rule is extrapolated'}, 'extrapolated') : null),
      shown(value),
      shown(of.ratios[rule]),
      rule === against ? 'compared with' : why.join(', ') || 'the same',
    ];
  });
  conventions.replaceChildren(
    ...(get('m.tool') === '' ? [] : reply.screen.filter((each) => each.first).map(block)),
    table(['convention', 'training FLOPs per token', 'ratio', 'terms that differ most'], rows),
    command(reply.words),
  );
}

async function updateLayout(): Promise<void> {
  const replies = await answers(layoutComplaint, quick.all('layout', [layout()]));
  const reply = replies?.[0];
  if (reply === undefined) return;
  const of = reply.answer as unknown as {
    memory: Values & {by_term: Values};
    time: {tokens_per_second_per_device: Values; step_seconds: Values; days?: Values | null};
    mfu: Values;
    ranks: {rank: Value; total_bytes: Value}[];
  };
  const fits = of.memory['fits'] === true;
  const usable = real(of.memory['usable_bytes']);
  const interval = (values: Values | null | undefined, write: (value: Value) => string) =>
    values === null || values === undefined ? 'not known'
      : `${write(values['median']!)} (80 %: ${write(values['low']!)} to ${write(values['high']!)})`;
  of.ranks.sort((a, b) => real(a.rank) - real(b.rank));
  cluster.replaceChildren(
    h('p', {class: fits ? 'verdict good' : 'verdict bad'},
      `${fits ? 'It fits' : 'It does not fit'}: ${bytes(of.memory['total_bytes'])} of ${bytes(usable)} on the fullest device`),
    h('dl', {class: 'figures'},
      figure('tokens per second and device', interval(of.time.tokens_per_second_per_device, (value) => shown(value, 3))),
      figure('step', interval(of.time.step_seconds, (value) => `${shown(value, 3)} s`)),
      of.time.days == null ? null : figure('days', interval(of.time.days, (value) => shown(value, 3)))),
    h('div', {class: 'columns'},
      h('div', {}, h('h3', {}, 'Bytes by term, fullest device'), bars(of.memory.by_term, bytes, 'Bytes by term')),
      h('div', {}, h('h3', {}, 'Pipeline ranks'), ranks(of.ranks, usable))),
    screen(reply),
  );
}

function ranks(of: {rank: Value; total_bytes: Value}[], usable: number): HTMLElement {
  const most = Math.max(usable, ...of.map((each) => real(each.total_bytes)));
  return h('ul', {class: 'bars', 'aria-label': 'Bytes of each pipeline rank'},
    ...of.map((each) =>
      h('li', {},
        h('span', {class: 'name'}, `rank ${shown(each.rank)}`),
        h('span', {class: 'track', 'aria-hidden': 'true'},
          h('span', {class: real(each.total_bytes) > usable ? 'bar over' : 'bar', style: `width:${(100 * real(each.total_bytes)) / most}%`}),
          h('span', {class: 'limit', style: `left:${(100 * usable) / most}%`})),
        h('span', {class: 'value'}, bytes(each.total_bytes)),
        h('span', {class: 'share'}, real(each.total_bytes) > usable ? 'too much' : 'fits'))));
}

async function saveConfig(): Promise<void> {
  const replies = await answers(complaint, quick.all('export', [['export', get('m.model'), '--format', 'hf']]));
  if (replies?.[0]?.file !== undefined) download('config.json', replies[0].file);
}

const chooser = section('Model',
  text({name: 'm.model', label: 'Name, or a shape by its numbers', initial: 'deepseek-v3', list: 'models', numeric: false,
    help: 'A published model, or d_model=1024,n_moe_layers=12,...'}));
chooser.append(
  dropped('or drop a config.json or a plan here', '.json,application/json', chooser, (name, content) => void take(name, content), (sentence) => complaint.show(sentence)),
  source,
  h('div', {class: 'buttons'},
    h('button', {type: 'button', onclick: () => void edit()}, 'Edit its fields'),
    h('button', {type: 'button', onclick: () => void saveConfig()}, 'Save config.json')),
  editor,
  slider({name: 'm.sequence_length', label: 'Sequence length, tokens', initial: '4096', from: 128, to: 131072, step: 128, powers: false}),
  choice({name: 'm.convention', label: 'Count FLOPs by', initial: 'matmul-causal-half', options: names.conventions}),
);

model.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'}, chooser,
      folding('Cache',
        slider({name: 'm.context', label: 'Context, tokens', initial: '32768', from: 1024, to: 1048576, step: 1024, powers: false}),
        text({name: 'm.sequences', label: 'Sequences', initial: '1'}),
        text({name: 'm.cache_bytes', label: 'Bytes per cached element', initial: '2'})),
      folding('Layout',
        choice({name: 'm.device', label: 'Device', initial: 'h100-sxm', options: names.devices}),
        text({name: 'm.devices', label: 'Devices', initial: '2048'}),
        h('div', {class: 'grid'},
          text({name: 'm.tp', label: 'Tensor', initial: '1'}),
          text({name: 'm.cp', label: 'Context', initial: '1'}),
          text({name: 'm.pp', label: 'Pipeline', initial: '16'}),
          text({name: 'm.ep', label: 'Expert', initial: '64'}),
          text({name: 'm.etp', label: 'Expert tensor', placeholder: 'as tensor'}),
          text({name: 'm.vp', label: 'Virtual stages', initial: '1'}),
          text({name: 'm.micro_batch', label: 'Micro batch', initial: '1'}),
          text({name: 'm.global_batch', label: 'Global batch', placeholder: 'fills the pipeline'})),
        choice({name: 'm.recompute', label: 'Recompute', initial: 'full', options: ['none', 'selective', 'full']}),
        choice({name: 'm.precision', label: 'Matrix products in', initial: 'bf16', options: names.precisions}),
        choice({name: 'm.shard_states', label: 'Data ranks share', initial: 'optimizer', options: names.shards}),
        text({name: 'm.optimizer', label: 'Optimizer', initial: 'adam', numeric: false}),
        text({name: 'm.tokens', label: 'Tokens of the run', placeholder: 'such as 14.8e12'}),
        text({name: 'm.price', label: 'Price per device hour, USD', placeholder: 'needs tokens'}),
        check({name: 'm.mtp', label: 'With multi-token-prediction modules'}))),
    h('div', {class: 'results'},
      section('Counts', account),
      h('div', {class: 'columns'}, section('Parameters by term', parameters), section('Forward FLOPs per token by term', flops)),
      section('What each tool counts',
        choice({name: 'm.tool', label: 'Explain the number of', initial: '', options: [['', 'no tool'], ...names.conventions.map((each): [string, string] => [each, each])]}),
        conventions),
      section('Cache', cache),
      section('Published runs of models near in size', published),
      section('Memory and time under the layout', layoutComplaint.element, cluster))));


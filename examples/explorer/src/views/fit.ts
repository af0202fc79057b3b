import names from 'virtual:names';
import {answers, Complaint, screen, table} from '../render';
import {choice, dropped, text} from '../controls';
import {announce, h, section} from '../dom';
import {long, provide, provided, quick, type Value} from '../engine';
import {brief, real, shown, words} from '../numbers';
import {declare, get, keepFile, set} from '../state';
import {Plot} from '../plot';
import {options, type View} from './view';

type Values = {[name: string]: Value};

const complaint = new Complaint();
const predictionComplaint = new Complaint();
const source = h('p', {class: 'note'}, 'A table with a column for each input of the law, and loss.');
const result = h('div', {}, h('p', {class: 'note'}, 'Drop a table of runs to fit a law to it.'));
const coefficients = h('div');
const warnings = h('div');
const residuals = new Plot('Residuals of the loss, run by run', 'run, in the order of the file', 'residual, in the scale of the fit');
const prediction = h('div');
const state = h('p', {class: 'note', 'aria-live': 'polite'});
const cancel = h('button', {type: 'button', disabled: true, onclick: () => { long.cancel(); announce('The fit is cancelled'); state.textContent = 'Cancelled.'; }}, 'Cancel');
const start = h('button', {type: 'button', class: 'primary', onclick: () => void run()}, 'Fit');
// A fit of this many rows takes some 20 s of one core. Of a larger table every nth row is fitted, where that is asked
// for.
const most = 50_000;
const tables = new Map<string, string>(); // dropped ones, by the names that the fields have

export const fit: View = {id: 'fit', title: 'Fit', element: h('div'), update, prefix: 'f.'};

declare('f.file', '');
let fitted = '';
async function update(): Promise<void> {
  const all = whole();
  if (get('f.file') !== '' && all !== undefined && fitted !== key()) {
    // Small tables are fitted as settings change, others on request; what a link holds at once.
    if (fitted === '' || rowsOf(all) / stride() <= 2000 || rowsOf(all) / stride() > most) return run();
    state.textContent = 'The fit is of other settings: fit again.';
  }
  if (get('f.file') !== '' && all === undefined)
    source.textContent = `The link names ${get('f.file')}, which is too large for it: drop the file again.`;
  await predict();
}
const whole = () => tables.get(get('f.file')) ?? provided(get('f.file'));
const key = () => question().join('\n') + whole()?.length;
const stride = () => Math.max(1, Math.floor(Number(get('f.every'))) || 1);
/** The name of the table that is fitted. */
const sampled = () => (stride() === 1 ? get('f.file') : `one-row-of-${stride()}-${get('f.file')}`);

function rowsOf(of: string): number {
  let rows = of.endsWith('\n') ? 0 : 1;
  for (let at = of.indexOf('\n'); at !== -1; at = of.indexOf('\n', at + 1)) ++rows;
  return rows - 1; // without the header
}
/** The header and every nth row. */
function everyNth(of: string, n: number): string {
  const kept: string[] = [];
  for (let from = 0, row = 0; from < of.length; ++row) {
    const end = of.indexOf('\n', from);
    const next = end === -1 ? of.length : end + 1;
    if (row === 0 || row % n === 0) kept.push(of.slice(from, next));
    from = next;
  }
  return kept.join('');
}

function question(): string[] {
  const list = (option: string, value: string) => value.split(';').map((each) => each.trim()).filter((each) => each !== '').flatMap((each) => [option, each]);
  return ['fit', get('f.form'), sampled(), ...list('--column', get('f.columns')), ...list('--where', get('f.where')),
    ...list('--hold', get('f.hold')), ...list('--tie', get('f.tie')),
    ...options({'--hold-out': get('f.hold_out'), '--bootstrap': get('f.bootstrap'), '--compute': get('f.compute')}),
    '--residuals', '--save', 'FIT.json'];
}

async function run(): Promise<void> {
  if (get('f.file') === '') return complaint.show('A file of runs must be dropped first');
  const all = whole();
  if (all === undefined) return complaint.show(`${get('f.file')} must be dropped first`);
  const rows = Math.ceil(rowsOf(all) / stride());
  if (rows > most)
    return complaint.show(`A table must have at most ${shown(most)} rows to be fitted here, but ${get('f.file')} has ${shown(rows)}: fit one row of ${Math.ceil((rows * stride()) / most)}, or all of it with the tool`);
  fitted = key();
  if (stride() !== 1) provide(sampled(), everyNth(all, stride()));
  if (!cancel.disabled) long.cancel(); // a fit of earlier settings
  cancel.disabled = false;
  state.textContent = 'Fitting …';
  const mine = fitted;
  const begun = performance.now();
  const replies = await answers(complaint, long.all('fit', [question()], {
    saved: 'FIT.json',
    progress: (done, all) => (state.textContent = `${brief(done)} of ${brief(all)} refits`),
  }));
  if (mine !== fitted) return; // a later one runs
  cancel.disabled = true;
  if (state.textContent !== 'Cancelled.') state.textContent = '';
  const reply = replies?.[0];
  if (reply === undefined) return;
  state.textContent = `Fitted in ${brief((performance.now() - begun) / 1000)} s.`;
  const of = reply.answer as unknown as {
    coefficients: {[name: string]: Values};
    warnings: {kind: string; sentence: string; rows: Value[]}[];
    residuals?: Value[];
  };
  result.replaceChildren(screen(reply));
  coefficients.replaceChildren(
    table(['coefficient', 'value', 'standard error', 'interval', ''],
      Object.entries(of.coefficients).map(([name, each]) => [
        name, shown(each['value'], 6), each['standard_error'] == null ? '' : shown(each['standard_error']),
        each['low'] == null ? '' : `${shown(each['low'])} to ${shown(each['high'])}`,
        each['held'] === true ? 'held' : each['identified'] === false ? 'not identified' : each['at_bound'] === true ? 'at its bound' : ''])));
  warnings.replaceChildren(
    ...(of.warnings.length === 0 ? [h('p', {class: 'note'}, 'No cautions.')] : []),
    ...of.warnings.map((each) => h('p', {class: 'caution'}, `${words(each.kind).replaceAll('-', ' ')}: ${each.sentence}`)));
  showResiduals(of.residuals ?? []);
  await predict();
}

function showResiduals(of: Value[]): void {
  const step = Math.ceil(of.length / 5000); // points of the plot
  const shownRuns = of.filter((_, i) => i % step === 0);
  residuals.name(step > 1 ? `Residuals of the loss, one run of ${step}` : 'Residuals of the loss, run by run', 'run, in the order of the file');
  residuals.show(shownRuns.map((_, i) => i * step + 1), [{label: 'runs', values: shownRuns.map(real), points: true}]);
}

async function predict(): Promise<void> {
  const given = get('f.predict').split(/[\s,;]+/).filter((each) => each !== '');
  if (given.length === 0 || provided('FIT.json') === undefined) {
    prediction.replaceChildren(h('p', {class: 'note'}, 'Once a law is fitted, give its inputs to predict a loss with its interval.'));
    return;
  }
  const replies = await answers(predictionComplaint, quick.all('predict', [['loss', 'FIT.json', ...given, '--interval', '0.95']]));
  if (replies?.[0] !== undefined) prediction.replaceChildren(screen(replies[0]));
}

async function take(name: string, content: string): Promise<void> {
  tables.set(name, content);
  const rows = rowsOf(content);
  const inLink = rows <= most && (await keepFile(name, content));
  source.textContent = `${name}, ${shown(rows)} rows${inLink ? ', part of the link' : ': too large for the link, whoever opens it needs the file'}.`;
  if (get('f.file') === name) void run();
  set('f.file', name);
}

const chooser = section('Runs');
chooser.append(
  dropped('Drop a CSV or JSON lines of runs here', '.csv,.jsonl,.txt,text/csv', chooser, (name, content) => void take(name, content), (sentence) => complaint.show(sentence), 200e6),
  source,
  choice({name: 'f.form', label: 'Law', initial: 'chinchilla',
    options: names.forms}),
  text({name: 'f.columns', label: 'Columns', numeric: false, placeholder: 'loss=val_loss; tokens=D', help: 'input=column, separated by ;'}),
  text({name: 'f.every', label: 'Fit one row of', placeholder: '1, which is every row'}),
  text({name: 'f.where', label: 'Only the runs where', numeric: false, placeholder: 'tokens/total_parameters>5'}),
  text({name: 'f.hold', label: 'Hold coefficients', numeric: false, placeholder: 'E=1.69'}),
  text({name: 'f.tie', label: 'Tie coefficients', numeric: false, placeholder: 'beta=alpha'}),
  text({name: 'f.hold_out', label: 'Hold out to validate', numeric: false, placeholder: 'tokens=0.2'}),
  text({name: 'f.bootstrap', label: 'Bootstrap refits', placeholder: 'none'}),
  text({name: 'f.compute', label: 'Optima at these FLOPs', numeric: false, placeholder: '1e21,1e22'}),
  h('div', {class: 'buttons'}, start, cancel),
  state);

fit.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'}, chooser),
    h('div', {class: 'results'},
      section('The fit', result),
      section('Coefficients', coefficients),
      section('Diagnosis of the runs', warnings),
      section('Residuals', residuals.element),
      section('Prediction',
        text({name: 'f.predict', label: 'Inputs of the law', numeric: false, placeholder: 'total_parameters=1e9 tokens=2e10'}),
        predictionComplaint.element, prediction,
        h('p', {class: 'note'}, 'The fit is FIT.json to the other views: name it as a law in Search.')))));
